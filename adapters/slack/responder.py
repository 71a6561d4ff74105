"""What the adapter does at once and by itself: dialogs, and the Home tab."""

import asyncio
import logging
from typing import Any

from adapters.slack import home, modals
from adapters.slack.api import Json, SlackApi, SlackRefusal, part
from adapters.slack.ephemeral import Ephemeral
from adapters.slack.kit import Message, section
from adapters.slack.moderators import Moderators
from adapters.slack.people import PLATFORM, asked_at
from adapters.slack.pictures import Pictures
from adapters.texts.catalogue import t
from adapters.texts.figures import cancelled
from adapters.texts.sentences import said
from core.domain.commands import Actor, Place
from core.domain.errors import PlatformError, Transient
from core.domain.records import Iteration, Receipt
from core.ports.api import CoreApi

log = logging.getLogger(__name__)
OPEN_AGAIN_S = (0.3, 0.9)
HEART = "heart"


class Responder:
    """Needs no command of core: a dialog that did not open is asked for again by its person."""

    def __init__(
        self,
        api: SlackApi,
        core: CoreApi,
        pictures: Pictures,
        ephemeral: Ephemeral,
        moderators: Moderators,
    ) -> None:
        self._api, self._core, self._pictures = api, core, pictures
        self._ephemeral, self.moderators = ephemeral, moderators
        self._web: Any = api.web

    async def open(self, body: Json, view: Json) -> None:
        """Opens a dialog. A trigger lives three seconds: what fails for now is tried again while it
        does, and what did not open is told, not hidden."""
        for pause in OPEN_AGAIN_S:
            try:
                return await self._opened(body, view)
            except Transient as exc:
                log.info("a dialog is tried again: %s", exc)
                await asyncio.sleep(pause)
        try:
            await self._opened(body, view)
        except PlatformError as exc:
            log.warning("a dialog did not open: %s", exc)
            await self.whisper(body, t("say.too_late"))

    async def _opened(self, body: Json, view: Json) -> None:
        try:
            await self._api.call(self._web.views_open, trigger_id=body["trigger_id"], view=view)
        except SlackRefusal as exc:
            log.warning("a dialog did not open: %s", exc)
            await self.whisper(body, t("say.too_late"))

    async def may(
        self, body: Json, actor: Actor, act: str, at: Place, *, iteration: str = "", run: str = ""
    ) -> bool:
        """Asked before a dialog is shown; who may not is told why. Whether somebody is an admin is
        looked up only where it matters."""

        async def why(who: Actor) -> str:
            return await self._core.may(who, act, at, iteration=iteration, run=run)

        refusal = await why(actor)
        if refusal:
            refusal = await why(await self.moderators.who(actor))
        if refusal:
            await self.whisper(body, said(refusal))
        return not refusal

    async def welcome(self, at: Place, actor: Actor) -> None:
        """A thank-you gets a reaction; where that can't be, a word for the person's eyes."""
        try:
            await self._api.call(
                self._web.reactions_add, channel=at.channel, timestamp=at.message, name=HEART
            )
        except PlatformError as exc:
            if isinstance(exc, SlackRefusal) and exc.code == "already_reacted":
                return
            log.info("no reaction to a thank-you: %s", exc)
            said = Message(t("say.welcome"), [section(t("say.welcome"))])
            async with self._ephemeral.turn(at, actor.id):
                await self._ephemeral.to(at, actor.id, said)

    async def cancel_all(self, at: Place, actor: Actor) -> None:
        """Stops all that a person pays for, and says what came of it, for their eyes."""
        text = cancelled(await self._core.cancel_all(actor))
        async with self._ephemeral.turn(at, actor.id):
            await self._ephemeral.to(at, actor.id, Message(text, [section(text)]))

    async def whisper(self, body: Json, text: str) -> None:
        """A sentence for the person's eyes."""
        await self.tell(body, Message(text, [section(text)]))

    async def tell(self, body: Json, message: Message) -> None:
        """A message for the person's eyes."""
        user = str(body.get("user_id") or part(body, "user").get("id") or "")
        await self.answer(asked_at(body, ""), user, message)

    async def directly(self, user: str, message: Message) -> Receipt:
        """Into the direct messages with somebody."""
        return await self._ephemeral.tell(user, message)

    async def answer(self, at: Place, user: str, message: Message) -> None:
        """The same at a place."""
        async with self._ephemeral.turn(at, user):
            await self._ephemeral.to(at, user, message)

    async def home(self, actor: Actor) -> None:
        """The Home tab: the quota bar, the person's sessions with thumbnails, an admin's settings."""
        quota = await self._core.quota(actor)
        sessions = await self._core.sessions(actor, home.SESSIONS)
        thumbs: dict[str, str] = {}
        for each in sessions:
            if each.best is not None:
                thumbs[each.best.image] = await self._pictures.thumbnail(each.best.image)
        holds, link = await self._rules(actor), home.link_of(self._api)
        view = home.view(quota, sessions, thumbs, self._core.models, holds, link)
        await self._api.call(self._web.views_publish, user_id=actor.id, view=view)

    async def _rules(self, actor: Actor) -> str:
        """What holds in the workspace, for its admins alone."""
        if not (await self.moderators.who(actor)).admin:
            return ""
        return home.rules(await self._core.settings(PLATFORM, actor.tenant))

    async def details(self, body: Json, node: Iteration) -> None:
        await self.open(body, modals.details(node))
