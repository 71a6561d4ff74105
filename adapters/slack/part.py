"""Painting on a picture by hand: links to the page for it, for whoever pressed the button alone."""

from dataclasses import replace

from adapters.slack.api import Json
from adapters.slack.kit import Message, actions, context, link_button, section
from adapters.slack.responder import Responder
from adapters.texts.catalogue import t
from core.domain.commands import Actor, Place
from core.ports.api import CoreApi, MaskLink


async def open_part(
    core: CoreApi, responder: Responder, body: Json, actor: Actor, at: Place, iteration: str
) -> None:
    """Who may not edit here is told why."""
    if not await responder.may(body, actor, "edit", at, iteration=iteration):
        return
    link = MaskLink(actor=actor, place=at, iteration=iteration)
    mask, marks = await core.mask_link(link), await core.mask_link(replace(link, marks=True))
    if not mask or not marks:
        await responder.whisper(body, t("say.not_there"))
        return
    ways = [
        link_button(t("part.mask"), "paint_mask", mask),
        link_button(t("part.marks"), "draw_marks", marks),
    ]
    head = t("part.head")
    await responder.tell(
        body, Message(head, [section(head), actions(ways), context(t("part.yours"))])
    )
