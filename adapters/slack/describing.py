"""What is in a picture, and prompts that would paint it: the post, with a button for each prompt."""

from adapters.slack import texts
from adapters.slack.api import Json
from adapters.slack.blocks import Files
from adapters.slack.kit import Message, actions, button, context, picture, section, thumbnail
from adapters.texts.catalogue import t, title
from core.domain.commands import Actor, Place
from core.domain.records import Delivery
from core.domain.updates import Described
from core.jobs.imagine import Imagine

IMAGINE = "imagine"


def described(update: Described, files: Files) -> Message:
    """The words first, for whoever can't see the picture; then each prompt under its number."""
    file = files.get(update.image)
    if update.shows:
        name = title(update.shows)
        shown = (
            [picture(file, update.alt, name)] if file else [section(texts.safe(update.alt, 1500))]
        )
        return Message(name, shown)
    about = texts.safe(update.question, 900).replace("\n", "\n>")
    head = f">{about}" if update.question else f"*{t('described')}*"
    head += f"\n{texts.safe(update.alt, 1500)}"
    blocks = [section(head, thumbnail(file, update.alt) if file else None)]
    blocks += [
        section(f"*{number}* {texts.safe(prompt, 1500)}")
        for number, prompt in enumerate(update.prompts, 1)
    ]
    if update.note:
        blocks.append(context(texts.sentence(update.note, 1000)))
    if update.prompts:
        blocks.append(actions(_buttons(update)))
    return Message(f"{t('described')}: {texts.safe(update.alt, 500)}", blocks)


def _buttons(update: Described) -> list[Json]:
    return [
        button(t("described.imagine", number=n), f"{IMAGINE}:{n}", f"{update.run} {n}")
        for n in range(1, len(update.prompts) + 1)
    ]


def imagined(
    found: Delivery | None, number: str, key: str, actor: Actor, at: Place
) -> Imagine | None:
    """The command of a button: its prompt is read from the post. None where that is gone."""
    update = found.update if found is not None else None
    if not isinstance(update, Described) or not number.isdecimal():
        return None
    prompts = dict(enumerate(update.prompts, 1))
    prompt = prompts.get(int(number), "")
    if not prompt:
        return None
    return Imagine(dedup_key=key, actor=actor, place=at, prompt=prompt)
