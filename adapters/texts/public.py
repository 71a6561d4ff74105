"""The language of what everybody in a server reads, and of what one person prefers."""

import asyncio
import time
from collections import OrderedDict

from adapters.texts.catalogue import speak, warm
from core.domain.commands import Actor
from core.domain.errors import StoreUnavailable
from core.ports.api import CoreApi

FRESH_S = 10.0
KEPT = 4000
PATIENCE_S = 0.3  # somebody waits for an answer, which is better in another language than late


class PublicLanguage:
    """What a server's admins chose; without a choice the platform's own setting."""

    def __init__(self, core: CoreApi, platform: str) -> None:
        self._core, self._platform = core, platform
        warm()
        self._chosen: dict[str, tuple[str, float]] = {}

    async def speak(self, tenant: str, locale: str) -> None:
        """From here on this task speaks it. `locale` is the platform's setting, "" for none."""
        speak(await self._choice(tenant) or locale)

    async def _choice(self, tenant: str) -> str:
        chosen, at = self._chosen.get(tenant, ("", -FRESH_S))
        if time.monotonic() - at < FRESH_S:
            return chosen
        try:
            chosen = (await self._core.settings(self._platform, tenant)).language
        except StoreUnavailable:
            return chosen
        self._chosen[tenant] = (chosen, time.monotonic())
        return chosen


class PersonalLanguage:
    """What a person prefers to read, whatever their platform says."""

    def __init__(self, core: CoreApi) -> None:
        self._core = core
        self._known: OrderedDict[str, tuple[str, float]] = OrderedDict()

    async def of(self, actor: Actor) -> str:
        """ "" where they prefer none, or nobody knows now."""
        chosen, at = self._known.get(actor.id, ("", -FRESH_S))
        if time.monotonic() - at < FRESH_S:
            return chosen
        try:
            async with asyncio.timeout(PATIENCE_S):
                chosen = (await self._core.preferences(actor)).language or ""
        except (StoreUnavailable, TimeoutError):
            return chosen
        self._known[actor.id] = (chosen, time.monotonic())
        self._known.move_to_end(actor.id)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return chosen

    def known(self, user: str) -> str:
        """Without asking: "" where they were not asked about yet."""
        return self._known.get(user, ("", 0.0))[0]

    def forget(self, user: str) -> None:
        """They have changed it."""
        self._known.pop(user, None)
