"""Painting on a picture by hand: links to the page for it, for whoever pressed the button alone."""

from dataclasses import replace

from adapters.discord.inbound import Interaction, actor_in, only_reply, place_in
from adapters.discord.page import Page
from adapters.discord.presses import iteration_of
from adapters.discord.responder import Responder
from adapters.texts.catalogue import t
from core.domain.errors import Gone
from core.ports.api import MaskLink

ADDRESS = 512  # characters that a button's address may have


async def part(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    node = await iteration_of(responder, asked, ids[0])
    if only_reply(asked) or node.discarded:
        raise Gone(t("say.not_there"))
    if await responder.may(asked, "edit", iteration=node.id):
        link = MaskLink(actor=actor_in(asked), place=place_in(asked), iteration=node.id)
        await responder.tell(asked, await _page(responder, link))


async def _page(responder: Responder, link: MaskLink) -> Page:
    """Raises Gone where there is no page to paint on (any more)."""
    ways = (("part.mask", link), ("part.marks", replace(link, marks=True)))
    links = [(t(key), await responder.core.mask_link(way)) for key, way in ways]
    if not all(address for _, address in links):
        raise Gone(t("say.not_there"))
    lines = [t("part.head"), f"-# {t('part.yours')}"]
    long = [(label, address) for label, address in links if len(address) > ADDRESS]
    lines += [f"[{label}]({address})" for label, address in long]
    return Page("\n".join(lines), links=tuple(each for each in links if each not in long))


PART_PRESSES = {"part": part}
