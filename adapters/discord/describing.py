"""What is in a picture, and prompts that would paint it: the post, and a button for each prompt."""

from adapters.discord.ids import PLATFORM
from adapters.discord.inbound import Interaction, actor_in, dedup_key, place_in
from adapters.discord.page import Page, Press, quoted
from adapters.discord.pictures import Attached
from adapters.discord.responder import Responder
from adapters.texts.catalogue import t, title
from core.domain.errors import Gone
from core.domain.updates import Described
from core.jobs.imagine import Imagine

PROMPT_CHARACTERS = 600
IMAGINE = "imagine"


def described(update: Described) -> Page:
    """The words first, for whoever can't see the picture; then each prompt under its number."""
    if update.shows:
        shown = Attached(update.image, update.shows, update.alt)
        return Page(f"### {title(update.shows)}", (shown,))
    head = f"> {quoted(update.question, 900)}" if update.question else f"### {t('described')}"
    lines = [head, quoted(update.alt, 1500)]
    lines += [
        f"**{number}** {quoted(prompt, PROMPT_CHARACTERS)}"
        for number, prompt in enumerate(update.prompts, 1)
    ]
    if update.note:
        lines.append(f"-# {quoted(update.note)}")
    buttons = tuple(
        Press(t("described.imagine", number=number), IMAGINE, (update.run, str(number)))
        for number in range(1, len(update.prompts) + 1)
    )
    return Page(
        "\n".join(lines),
        (Attached(update.image, "described", update.alt, thumbnail=True),),
        buttons,
    )


async def imagine(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    """Paints the prompt with this number; it is read from the post, not from the button."""
    prompt = await _prompt(responder, asked, int(ids[1]))
    command = Imagine(
        dedup_key=dedup_key(asked.guild_id, asked.id),
        actor=actor_in(asked),
        place=place_in(asked),
        prompt=prompt,
    )
    await responder.take(asked, command)


async def _prompt(responder: Responder, asked: Interaction, number: int) -> str:
    message = asked.message
    found = message and await responder.core.delivery_of(
        PLATFORM, str(message.channel.id), str(message.id), actor_in(asked)
    )
    update = found.update if found else None
    if not isinstance(update, Described) or not 1 <= number <= len(update.prompts):
        raise Gone(t("described.gone"))
    return update.prompts[number - 1]
