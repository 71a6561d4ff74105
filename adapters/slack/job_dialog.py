"""The dialog of a job, made from its declared options; block ids are the options' names."""

from collections.abc import Mapping, Sequence

from adapters.slack import inputs
from adapters.slack.api import Json
from adapters.slack.kit import section
from adapters.slack.modals import Where
from adapters.texts.catalogue import known, label, t, title
from core.domain.options import SIZES, Field
from core.ports.api import Offer

SUFFIX = "_modal"


def callback_of(job: str) -> str:
    return f"{job}{SUFFIX}"


def job_of(callback: str) -> str:
    """The job whose dialog has this callback id, "" for another dialog."""
    return callback.removesuffix(SUFFIX) if callback.endswith(SUFFIX) else ""


def dialog(
    offer: Offer,
    where: Where,
    styles: Sequence[str],
    painters: Sequence[str] = (),
    prefill: Mapping[str, str] | None = None,
    note: str = "",
) -> Json:
    """The dialog of a slash command, and of a shortcut (there the picture is chosen already).
    `painters` are those the workspace allows; of one there is nothing to choose.
    `note` says which picture of several was chosen."""
    blocks: list[Json] = [] if where.channel else [inputs.channel()]
    filled = prefill or {}
    for field in offer.fields:
        if field.kind == "image" and where.file:
            blocks.append(section(note or t("form.picture")))
        elif field.suggest != "painters" or len(painters) > 1:
            blocks.append(_block(field, styles, painters, filled.get(field.name, "")))
    name = title(offer.name)
    return inputs.modal(callback_of(offer.name), name, name, where.pack(), blocks)


def _block(field: Field, styles: Sequence[str], painters: Sequence[str], value: str) -> Json:
    name, said = field.name, label(field.name)
    if field.suggest == "painters":
        return inputs.choice(name, said, [(each, each) for each in painters])
    match field.kind:
        case "image":
            return inputs.file(optional=not field.required)
        case "number":
            return inputs.number(name, said, field.least, field.most, value)
        case "flag":
            key = f"tick.{name}"
            return inputs.check(name, said, t(key if known(key) else field.help))
        case "choice":
            return inputs.choice(
                name, said, [(each, _choice(name, each)) for each in field.choices]
            )
        case "list":
            hint = f"{t(field.help)}: {', '.join(styles)}" if styles else ""
            return inputs.line(name, said, ", ".join(styles[:3]), value, hint)
        case "text":
            if field.long:
                return inputs.text(name, said, t(field.help), value, most=field.most)
            return inputs.line(name, said, SIZES[0] if field.suggest == "sizes" else "", value)


def _choice(option: str, value: str) -> str:
    key = f"choice.{option}.{value}"
    return t(key) if known(key) else value.capitalize()
