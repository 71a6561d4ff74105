"""What a person prefers, in a dialog of their own."""

from collections.abc import Mapping, Sequence

from adapters.slack import inputs
from adapters.slack.api import Json
from adapters.slack.forms import DialogInputs
from adapters.slack.kit import section
from adapters.slack.languages import Languages
from adapters.slack.outcome import Outcome
from adapters.slack.people import PLATFORM
from adapters.slack.responder import Responder
from adapters.texts.catalogue import choice, label, t, title
from core.domain.commands import Actor
from core.domain.errors import Refusal
from core.domain.options import Field, options
from core.domain.preferences import DEFAULT, Preferences, read, shown
from core.ports.api import CoreApi

MODAL = "preferences_kept"
OPEN = "preferences"  # the Home tab's button
SAVED = "preferences_saved"


class PersonalPreferences:
    """Opens the dialog, and keeps what is sent."""

    def __init__(self, core: CoreApi, responder: Responder, languages: Languages) -> None:
        self._core, self._responder, self._languages = core, responder, languages

    async def open(self, body: Json, actor: Actor) -> None:
        now = await self._core.preferences(actor)
        painters = await self._core.painters(PLATFORM, actor.tenant)
        await self._responder.open(body, form(now, painters))

    async def submitted(self, view: Json, actor: Actor) -> Outcome:
        """Kept before the acknowledgement: a repeat changes nothing."""
        answers = DialogInputs(view)
        fields = options(Preferences)
        values = {f.name: answers.choice(f.name) or answers.text(f.name) for f in fields}
        try:
            kept = await self._core.prefer(actor, read(values))
        except Refusal as exc:
            block = next((f.name for f in fields if exc.sentence.startswith(f.name)), "style")
            return Outcome(reply={"response_action": "errors", "errors": {block: exc.sentence}})
        self._languages.personal.forget(actor.id)
        await self._languages.speak_to(actor.id)
        said = inputs.reading(SAVED, title("preferences"), [section(held(kept))])
        return Outcome(reply={"response_action": "update", "view": said})


def held(preferences: Preferences) -> str:
    """What holds now, in a few lines."""
    values = shown(preferences)
    named = [(f, values[f.name]) for f in options(Preferences) if values[f.name]]
    lines = [f"• *{label(f.name)}:* {_said(f, value)}" for f, value in named]
    return "\n".join([t("settings.saved"), *lines])


def _said(field: Field, value: str) -> str:
    return choice(field.name, value) if field.choices else value


def form(now: Preferences, painters: Sequence[str]) -> Json:
    """Everything there is to prefer, as it stands; "default" is no preference."""
    values = shown(now)
    blocks = [_block(field, values, painters) for field in options(Preferences)]
    head = section(t("preferences.head"))
    return inputs.modal(MODAL, title("preferences"), t("button.save"), "", [head, *blocks])


def _block(field: Field, values: Mapping[str, str], painters: Sequence[str]) -> Json:
    held = values[field.name]
    rows = [(each, choice(field.name, each)) for each in field.choices]
    if field.suggest == "painters":
        rows = [(each, each) for each in dict.fromkeys((*painters, *filter(None, (held,))))]
    if not rows:
        return inputs.line(field.name, label(field.name), "", held, t(field.help))
    rows = [(DEFAULT, t("form.default")), *rows]
    return inputs.choice(field.name, label(field.name), rows, held or DEFAULT)
