"""The settings of a workspace: a dialog for its admins, and the lines that tell what holds."""

from typing import cast

from adapters.slack import home, inputs
from adapters.slack.admin import AdminDoor
from adapters.slack.api import Json, SlackApi, part
from adapters.slack.forms import DialogInputs
from adapters.slack.kit import actions, button, confirm, section
from adapters.slack.outcome import Outcome
from adapters.slack.people import PLATFORM, SlackPeople
from adapters.slack.responder import Responder
from adapters.texts.catalogue import languages, t
from core.domain.commands import QUALITIES, Actor
from core.domain.defaults import MAX_CANDIDATES
from core.domain.errors import Refusal
from core.domain.settings import MOST_IMAGES, ServerSettings, dollars_of
from core.ports.api import CoreApi, ModelsView

SETTINGS_MODAL, SAVED_MODAL = "settings_modal", "saved_modal"
OPEN, RESET = "settings", "settings_reset"
DEFAULT = "default"
BLOCKS = (
    "channels",
    "people",
    "painter",
    "iterations",
    "candidates",
    "quality",
    "language",
    "size",
    "review",
    "images_per_day",
    "usd_per_day",
)


class WorkspaceSettings:
    """Opens the dialog for admins, keeps what they send, and brings the defaults back."""

    def __init__(
        self, api: SlackApi, core: CoreApi, people: SlackPeople, responder: Responder
    ) -> None:
        self._api, self._core, self._people, self._responder = api, core, people, responder
        self.admin = AdminDoor(api, core, responder)

    async def dialog(self, actor: Actor) -> Json | None:
        """The dialog as it stands; None for whoever is no admin."""
        if not (await self._responder.moderators.who(actor)).admin:
            return None
        settings = await self._core.settings(PLATFORM, actor.tenant)
        return form(settings, self._core.models)

    async def submitted(self, body: Json, team: str) -> Outcome:
        """Kept before the acknowledgement, so that a repeat changes nothing."""
        actor = await self._who(body, team)
        try:
            settings = wanted(DialogInputs(body["view"]))
            kept = await self._configure(actor, settings, shown_in(body["view"]))
        except Refusal as exc:
            return Outcome(reply=_errors(exc.sentence))
        view = inputs.reading(
            SAVED_MODAL,
            t("settings.title"),
            [section(f"{t('settings.saved')}\n{home.rules(kept)}")],
        )
        return Outcome(
            reply={"response_action": "update", "view": view},
            after=lambda: self._responder.home(actor),
        )

    async def reset(self, body: Json, team: str) -> Outcome:
        """The button in the dialog: the defaults hold at once, and the dialog shows them."""
        actor = await self._who(body, team)
        try:
            kept = await self._configure(actor, ServerSettings())
        except Refusal:
            return Outcome()
        view = form(kept, self._core.models)
        return Outcome(after=lambda: self._show(actor, str(body["view"]["id"]), view))

    async def _configure(
        self, actor: Actor, settings: ServerSettings, seen: ServerSettings | None = None
    ) -> ServerSettings:
        kept = await self._core.configure(actor, settings, seen)
        self._responder.moderators.forget(actor.tenant)
        return kept

    async def _show(self, actor: Actor, id: str, view: Json) -> None:
        await self._api.call(self._api.web.views_update, view_id=id, view=view)
        await self._responder.home(actor)

    async def _who(self, body: Json, team: str) -> Actor:
        user = part(body, "user")
        name = str(user.get("name") or user.get("username") or "")
        return await self._responder.moderators.who(self._people.actor(team, str(user["id"]), name))


def form(settings: ServerSettings, models: ModelsView) -> Json:
    """All settings as they stand; what is left empty is the operator's default."""
    painters = [(DEFAULT, t("workspace.painter.configured", painter=models.painter))]
    painters += [(each, each) for each in models.painters if each != models.painter]
    blocks = [
        section(t("workspace.head")),
        inputs.channels(
            "channels", t("workspace.channels"), settings.channels, t("workspace.channels.hint")
        ),
        inputs.people("people", t("workspace.people"), settings.people, t("workspace.people.hint")),
        inputs.choice("painter", t("workspace.painter"), painters, settings.painter or DEFAULT),
        inputs.number("iterations", t("workspace.iterations"), 1, 20, _shown(settings.iterations)),
        inputs.number(
            "candidates", t("label.candidates"), 1, MAX_CANDIDATES, _shown(settings.candidates)
        ),
        inputs.choice(
            "quality",
            t("label.quality"),
            [(DEFAULT, t("form.default")), *((each, each.capitalize()) for each in QUALITIES)],
            settings.quality or DEFAULT,
        ),
        inputs.choice(
            "language",
            t("workspace.language"),
            [
                (DEFAULT, t("workspace.language.auto")),
                *((each, t(f"language.{each}")) for each in languages()),
            ],
            settings.language or DEFAULT,
        ),
        inputs.line("size", t("label.size"), "1024x1024", settings.size),
        inputs.check(
            "review", t("label.review"), t("workspace.review"), ticked=bool(settings.review)
        ),
        inputs.number(
            "images_per_day",
            t("workspace.images_a_day"),
            0,
            MOST_IMAGES,
            _shown(settings.images_per_day),
        ),
        inputs.line(
            "usd_per_day",
            t("workspace.usd_a_day"),
            "2.50",
            str(settings.usd_per_day or ""),
            t("workspace.together"),
        ),
        actions(
            [
                button(t("settings.back"), RESET, "all", "danger")
                | {"confirm": confirm(t("settings.back"), t("workspace.reset_sure"))}
            ]
        ),
    ]
    return inputs.modal(SETTINGS_MODAL, t("settings.title"), t("button.save"), "", blocks)


def wanted(answers: DialogInputs) -> ServerSettings:
    """What the dialog says. Slack has no roles and no age-restricted channels. Raises BadRequest."""
    return ServerSettings(
        channels=answers.chosen("channels"),
        people=answers.chosen("people"),
        painter=_unless_default(answers.choice("painter")),
        iterations=answers.number("iterations"),
        candidates=answers.number("candidates"),
        quality=_unless_default(answers.choice("quality")),
        size=answers.text("size").lower(),
        language=_unless_default(answers.choice("language")),
        review=True if answers.ticked("review") else None,
        images_per_day=answers.number("images_per_day") or None,
        usd_per_day=dollars_of("usd_per_day", answers.text("usd_per_day")) or None,
    )


def shown_in(view: Json) -> ServerSettings | None:
    """What the dialog showed when it was opened: another admin may have changed something since.
    None where Slack does not send the dialog's blocks along."""
    blocks = cast(list[Json], view.get("blocks") or [])
    inputs_ = [block for block in blocks if block.get("type") == "input"]
    if not inputs_:
        return None
    values = {
        str(block["block_id"]): {inputs.VALUE: _initial(part(block, "element"))}
        for block in inputs_
    }
    return wanted(DialogInputs({"state": {"values": values}}))


def _initial(element: Json) -> Json:
    """An input's first value, as it would be sent."""
    return {
        "value": element.get("initial_value"),
        "selected_option": element.get("initial_option"),
        "selected_options": element.get("initial_options"),
        "selected_conversations": element.get("initial_conversations"),
        "selected_users": element.get("initial_users"),
    }


def _errors(sentence: str) -> Json:
    """Core's sentences begin with the option they are about."""
    block = next((each for each in BLOCKS if sentence.startswith(each)), "channels")
    return {"response_action": "errors", "errors": {block: sentence}}


def _unless_default(value: str | None) -> str:
    return "" if value in (None, DEFAULT) else str(value)


def _shown(number: int | None) -> str:
    return "" if number is None else str(number)
