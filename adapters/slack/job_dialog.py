"""The dialog of a job, made from its declared options; block ids are the options' names."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from adapters.slack import inputs
from adapters.slack.api import Json
from adapters.slack.kit import section
from adapters.slack.modals import Where
from adapters.texts.catalogue import choice, known, label, t, title
from core.domain.options import SIZES, Field
from core.ports.offers import Offer

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
    """The dialog of a slash command, and of a picture that is chosen already.
    `painters` are those the workspace allows; of one there is nothing to choose."""
    blocks: list[Json] = [] if where.channel else [inputs.channel()]
    filled = prefill or {}
    if where.refused:
        blocks.append(section(t("form.again")))
    if where.files:
        blocks.append(section(note or t("form.picture")))
    for field in asked(offer, where):
        if field.kind == "image" and where.refused:
            field = replace(field, required=False)
        if field.suggest != "painters" or len(painters) > 1:
            blocks.append(block_of(field, styles, painters, filled.get(field.name, "")))
    name = title(offer.name)
    return inputs.modal(callback_of(offer.name), name, name, where.pack(), blocks)


def asked(offer: Offer, where: Where) -> Sequence[Field]:
    """What is asked beside the pictures that are there already."""
    if where.refused:
        return [field for field in offer.fields if field.suggest != "sessions"]
    if where.iteration:
        return offer.asks
    there = {field.name for field in offer.pictures[: len(where.files)]}
    return [field for field in offer.fields if field.name not in there]


def block_of(field: Field, styles: Sequence[str], painters: Sequence[str], value: str) -> Json:
    name, said = field.name, label(field.name)
    if field.suggest == "painters":
        return inputs.choice(name, said, [(each, each) for each in painters], value)
    match field.kind:
        case "image":
            return inputs.file(name, said, optional=not field.required)
        case "number":
            return inputs.number(name, said, field.least, field.most, value)
        case "flag":
            key = f"tick.{name}"
            return inputs.check(
                name, said, t(key if known(key) else field.help), ticked=bool(value)
            )
        case "choice":
            rows = [(each, choice(name, each)) for each in field.choices]
            return inputs.choice(name, said, rows, value)
        case "list":
            hint = f"{t(field.help)}: {', '.join(styles)}" if styles else ""
            return inputs.line(name, said, ", ".join(styles[:3]), value, hint)
        case "text":
            if field.long:
                return inputs.text(name, said, t(field.help), value, most=field.most)
            return inputs.line(name, said, SIZES[0] if field.suggest == "sizes" else "", value)
