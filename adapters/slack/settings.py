"""The settings of a workspace: a dialog for its admins, and the lines that tell what holds."""

from dataclasses import replace

from adapters.slack import inputs, texts
from adapters.slack.api import Json, SlackApi, part
from adapters.slack.forms import Answers
from adapters.slack.kit import actions, button, confirm, section
from adapters.slack.outcome import Outcome
from adapters.slack.people import PLATFORM, People
from adapters.slack.standing import Standings
from core.commands import QUALITIES, Actor
from core.defaults import MAX_CANDIDATES
from core.door import Door, ModelsView
from core.errors import Refused
from core.settings import ServerSettings

SETTINGS_MODAL, SAVED_MODAL = "settings_modal", "saved_modal"
OPEN, RESET = "settings", "settings_reset"
DEFAULT = "default"
BLOCKS = ("channels", "people", "painter", "iterations", "candidates", "quality", "size", "review")


class WorkspaceSettings:
    """Opens the dialog for admins, keeps what they send, and brings the defaults back."""

    def __init__(self, api: SlackApi, door: Door, people: People, standings: Standings) -> None:
        self._api, self._door, self._people, self._standings = api, door, people, standings

    async def dialog(self, actor: Actor) -> Json | None:
        """The dialog as it stands; None for whoever is no admin."""
        if not (await self._standings.who(actor)).admin:
            return None
        settings = await self._door.settings(PLATFORM, actor.tenant)
        return form(settings, self._door.models)

    async def submitted(self, body: Json, team: str) -> Outcome:
        """Kept before the acknowledgement, so that a repeat changes nothing."""
        actor = await self._who(body, team)
        settings = wanted(Answers(body["view"]))
        try:
            kept = await self._door.configure(actor, settings)
        except Refused as exc:
            return Outcome(reply=_errors(exc.sentence))
        view = inputs.reading(SAVED_MODAL, "Settings", [section(f"{texts.SAVED}\n{summary(kept)}")])
        return Outcome(reply={"response_action": "update", "view": view})

    async def reset(self, body: Json, team: str) -> Outcome:
        """The button in the dialog: the defaults hold at once, and the dialog shows them."""
        actor = await self._who(body, team)
        try:
            kept = await self._door.configure(actor, ServerSettings())
        except Refused:
            return Outcome()
        view = form(kept, self._door.models)
        return Outcome(after=lambda: self._show(str(body["view"]["id"]), view))

    async def _show(self, id: str, view: Json) -> None:
        await self._api.call(self._api.web.views_update, view_id=id, view=view)

    async def _who(self, body: Json, team: str) -> Actor:
        user = part(body, "user")
        name = str(user.get("name") or user.get("username") or "")
        return await self._standings.who(self._people.actor(team, str(user["id"]), name))


def form(settings: ServerSettings, models: ModelsView) -> Json:
    """All settings as they stand; what is left empty is the operator's default."""
    painters = [(DEFAULT, f"As configured: {models.painter}")]
    painters += [(each, each) for each in models.painters if each != models.painter]
    blocks = [
        section(texts.SETTINGS_HEAD),
        inputs.channels("channels", "Channels", settings.channels, texts.SETTINGS_CHANNELS),
        inputs.people("people", "People", settings.people, texts.SETTINGS_PEOPLE),
        inputs.choice("painter", "Painter", painters, settings.painter or DEFAULT),
        inputs.number("iterations", "Iterations", 1, 20, _shown(settings.iterations)),
        inputs.number(
            "candidates", "Candidates per round", 1, MAX_CANDIDATES, _shown(settings.candidates)
        ),
        inputs.choice(
            "quality",
            "Quality",
            [(DEFAULT, "Default"), *((each, each.capitalize()) for each in QUALITIES)],
            settings.quality or DEFAULT,
        ),
        inputs.line("size", "Size", "1024x1024", settings.size),
        inputs.check("review", "Review", texts.SETTINGS_REVIEW, ticked=bool(settings.review)),
        actions(
            [
                button(texts.RESET, RESET, "all", "danger")
                | {"confirm": confirm(texts.RESET, texts.RESET_SURE)}
            ]
        ),
    ]
    return inputs.modal(SETTINGS_MODAL, "Settings", "Save", "", blocks)


def wanted(answers: Answers) -> ServerSettings:
    """What the dialog says. Slack has no roles and no age-restricted channels."""
    return ServerSettings(
        channels=answers.chosen("channels"),
        people=answers.chosen("people"),
        painter=_unless_default(answers.choice("painter")),
        iterations=answers.number("iterations"),
        candidates=answers.number("candidates"),
        quality=_unless_default(answers.choice("quality")),
        size=answers.text("size").lower(),
        review=True if answers.ticked("review") else None,
    )


def summary(settings: ServerSettings) -> str:
    """What holds now, in a few lines; what is not set is the default and not listed."""
    if settings == replace(ServerSettings(), nsfw=settings.nsfw):
        return texts.SETTINGS_NONE
    lines: list[str] = []
    if settings.channels:
        lines.append("• *Channels:* " + ", ".join(f"<#{each}>" for each in settings.channels[:50]))
    if settings.people:
        lines.append("• *People:* " + ", ".join(f"<@{each}>" for each in settings.people[:50]))
    rest = {
        "Painter": settings.painter,
        "Iterations": _shown(settings.iterations),
        "Candidates": _shown(settings.candidates),
        "Quality": settings.quality,
        "Size": settings.size,
        "Review": "each round" if settings.review else "",
    }
    lines += [f"• *{name}:* {texts.safe(value, 200)}" for name, value in rest.items() if value]
    return "\n".join(lines)


def _errors(sentence: str) -> Json:
    """Core's sentences begin with the option they are about."""
    block = next((each for each in BLOCKS if sentence.startswith(each)), "channels")
    return {"response_action": "errors", "errors": {block: sentence}}


def _unless_default(value: str | None) -> str:
    return "" if value in (None, DEFAULT) else str(value)


def _shown(number: int | None) -> str:
    return "" if number is None else str(number)
