"""Every job on a picture that is there: a dialog to choose it in, then the job's own."""

from dataclasses import replace

from adapters.slack import job_dialog, saving
from adapters.slack.api import Json
from adapters.slack.choosers import A_PICTURE, BEFORE, chooser
from adapters.slack.forms import DialogInputs, command_of, pictures_of
from adapters.slack.modals import Where
from adapters.slack.outbound import SlackSender
from adapters.slack.people import PLATFORM, place
from adapters.slack.responder import Responder
from adapters.slack.shown import iteration_in
from adapters.texts.catalogue import t
from adapters.texts.help import need
from adapters.texts.sentences import said
from core.domain.commands import Actor, Command, ImageHandle, Undo
from core.domain.options import build
from core.ports.api import CoreApi
from core.ports.offers import Offer, on_picture


class Growing:
    """Jobs on an iteration, or on the pictures of a message."""

    def __init__(self, core: CoreApi, responder: Responder, sender: SlackSender) -> None:
        self._core, self._responder, self._sender = core, responder, sender

    async def on_message(self, body: Json, actor: Actor, where: Where) -> None:
        """A post of the bot stands for its picture, another message for the pictures in it."""
        found = await self._sender.delivery_of(where.channel, where.message, actor)
        iteration = iteration_in(found) if found is not None else ""
        if iteration:
            where = replace(where, file="", further=(), iteration=iteration)
        await self.open(body, actor, where)

    async def open(self, body: Json, actor: Actor, where: Where) -> None:
        offers = on_picture(self._core.offers, brought=not where.iteration)
        before = await self._before(where.iteration, actor) if where.iteration else ""
        await self._responder.open(body, chooser(offers, where, before))

    async def _before(self, iteration: str, actor: Actor) -> str:
        """The iteration that this one was made from, "" for none that is still there."""
        node = await self._core.iteration(iteration, actor)
        parent = await self._core.iteration(node.parent, actor) if node and node.parent else None
        return parent.id if parent is not None and not parent.discarded else ""

    async def chosen(self, key: str, actor: Actor, where: Where, job: str) -> Command | Json:
        """What the chooser leads to: the job's dialog in its place; where that asks nothing, or the
        picture before is meant, a command."""
        at = place(actor.tenant, where.channel, where.thread, where.message)
        if job == BEFORE:
            before = await self._before(where.iteration, actor)
            if not before:
                return _wrong(t("say.not_there"))
            return Undo(dedup_key=key, actor=actor, place=at, iteration=where.iteration)
        if job == saving.SAVE:
            node = await self._core.iteration(where.iteration, actor)
            view = saving.dialog(node) if node else None
            return (
                {"response_action": "update", "view": view} if view else _wrong(t("say.not_there"))
            )
        job, _, way = job.partition(":")
        offer = next((each for each in self._core.offers if each.name == job), None)
        if offer is None or offer.missing:
            return _wrong(f"/{job} {need(offer)}." if offer else t("say.not_there"))
        refusal = await self._core.may(actor, job, at, iteration=where.iteration)
        if refusal:
            return _wrong(said(refusal))
        if way and int(way) < len(offer.ways):
            answers, known = offer.ways[int(way)].values, {"iteration": where.iteration}
            return build(offer.command, answers, dedup_key=key, actor=actor, place=at, **known)
        painters = await self._core.painters(PLATFORM, actor.tenant)
        view = job_dialog.dialog(offer, where, self._core.models.styles, painters)
        if any(block["type"] == "input" for block in view["blocks"]):
            return {"response_action": "update", "view": view}
        return _at_once(offer, key, actor, where)


def _at_once(offer: Offer, key: str, actor: Actor, where: Where) -> Command:
    """The command of a job that asks nothing."""
    at, nothing = place(actor.tenant, where.channel, where.thread, where.message), DialogInputs({})
    images: dict[str, ImageHandle] = {}
    if where.iteration:
        known = {"iteration": where.iteration}
        return command_of(offer.command, key, actor, at, images, nothing, **known)
    images = pictures_of(offer, nothing, where, actor.tenant)
    unused = (A_PICTURE,) * (len(where.files) - len(images))
    return command_of(offer.command, key, actor, at, images, nothing, unused=unused)


def _wrong(sentence: str) -> Json:
    return {"response_action": "errors", "errors": {"job": sentence}}
