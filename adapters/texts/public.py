"""The language of what everybody in a server reads."""

import time

from adapters.texts.catalogue import speak, warm
from core.domain.errors import StoreUnavailable
from core.ports.api import CoreApi

FRESH_S = 10.0


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
