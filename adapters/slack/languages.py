"""Which language is spoken: to one person theirs, in a channel the workspace's."""

import asyncio
import logging
import time
from collections import OrderedDict

from adapters.slack.api import SlackApi, SlackRefusal, part
from adapters.slack.people import PLATFORM
from adapters.texts.catalogue import speak
from adapters.texts.public import PersonalLanguage, PublicLanguage
from core.domain.commands import Actor, Place
from core.domain.errors import PlatformError
from core.domain.records import Delivery
from core.domain.updates import Accepted
from core.ports.api import CoreApi

log = logging.getLogger(__name__)
KEPT = 2000
FRESH_S = 3600.0
UNANSWERED_S = 60.0
PATIENCE_S = 0.5


class Languages:
    """Slack tells a person's locale when asked (users.info); the app's own is the workspace's. What
    can't be asked in time is said in English, and asked again soon."""

    def __init__(self, api: SlackApi, core: CoreApi) -> None:
        self._api = api
        self._public = PublicLanguage(core, PLATFORM)
        self.personal = PersonalLanguage(core)
        self._known: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self.bot_user = ""

    async def speak_to(self, user: str) -> None:
        """From here on this task speaks a person's language."""
        speak(await self._locale(user))

    def speak_as_known(self, user: str) -> None:
        """The same without asking: before a delivery is acknowledged nothing may wait."""
        speak(self.personal.known(user) or self._known.get(user, ("", 0.0))[0])

    async def speak_in(self, place: Place, owner: str) -> None:
        """From here on this task speaks what is read at a place: in direct messages by their owner."""
        if place.is_dm:
            return await self.speak_to(owner)
        await self._public.speak(place.tenant, await self._locale(self.bot_user))
        return None

    async def speak_for(self, delivery: Delivery, opening: Accepted | None) -> None:
        """From here on this task speaks the language that a post is to be in."""
        await self.speak_in(delivery.place, opening.owner if opening else "")

    async def _locale(self, user: str) -> str:
        if user and (chosen := await self.personal.of(Actor(PLATFORM, "", user))):
            return chosen
        now = time.monotonic()
        found, until = self._known.get(user, ("", 0.0))
        if not user or until > now:
            return found
        fresh = FRESH_S
        try:
            async with asyncio.timeout(PATIENCE_S):
                call = self._api.web.users_info
                answer = await self._api.call(call, user=user, include_locale=True)
            found = str(part(answer, "user").get("locale") or "")
        except SlackRefusal as exc:
            log.info("a person's language is not told: %s", exc)
        except (PlatformError, TimeoutError) as exc:
            log.info("a person's language is not told now: %s", exc or type(exc).__name__)
            fresh = UNANSWERED_S
        self._known[user] = (found, now + fresh)
        self._known.move_to_end(user)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return found
