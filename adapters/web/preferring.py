"""What a person prefers, on the page, and the end of all their runs."""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from aiohttp import web

from adapters.texts.catalogue import spoken
from adapters.texts.figures import cancelled
from adapters.web.checks import answer
from adapters.web.config import WebConfig
from adapters.web.inbound import PLATFORM, place_of
from adapters.web.language import preferred_by, remember
from adapters.web.menu import preferences_form
from core.domain.admin import PERSONAL, ForgetMe, Link, Unlink, name_of
from core.domain.commands import Actor
from core.domain.errors import BadRequest
from core.domain.options import build
from core.domain.preferences import Preferences, read
from core.ports.api import CoreApi

Who = Callable[[web.Request], Awaitable[Actor]]
Parsed = Callable[[web.Request], Awaitable[Any]]
HERE = (Link, Unlink, ForgetMe)
LONGEST = 200  # characters of a value


class PreferenceHandlers:
    """Handlers of `/api/preferences`, `/api/account` and `/api/cancel`."""

    def __init__(self, core: CoreApi, who: Who, parsed: Parsed, config: WebConfig) -> None:
        self._core, self._who, self._parsed, self._config = core, who, parsed, config

    async def form(self, request: web.Request) -> web.StreamResponse:
        actor = await self._who(request)
        return answer(await self._shown(actor, await self._core.preferences(actor)))

    async def keep(self, request: web.Request) -> web.StreamResponse:
        """`{"wanted": {…}, "seen": {…}}`, by the options' names: of what was seen only what differs
        is changed."""
        actor, data = await self._who(request), await self._parsed(request)
        if not isinstance(data, dict):
            raise BadRequest("Preferences are a JSON object.")
        sent = cast("Mapping[str, object]", data)
        wanted, seen = _values(sent.get("wanted")), _values(sent.get("seen"))
        kept = await self._core.prefer(actor, read(wanted), read(seen))
        preferred = await preferred_by(self._core, actor, request)
        data = {**await self._shown(actor, kept), "language": spoken()}
        response = answer(data)
        remember(response, request, preferred, f"{self._config.prefix}/")
        return response

    async def account(self, request: web.Request) -> web.StreamResponse:
        """`{"act": "link", "code": "…"}`: what people may ask for themselves, by its name."""
        actor, data = await self._who(request), await self._parsed(request)
        values = _values(data)
        act = PERSONAL.get(str(values.pop("act", "")))
        if act not in HERE:
            raise BadRequest(f"act is one of {', '.join(name_of(each) for each in HERE)}.")
        key = f"{PLATFORM}::{uuid.uuid4().hex}"
        command = build(act, values, dedup_key=key, actor=actor, place=place_of(""))
        told = await self._core.about_me(command)
        return answer({"lines": list(told.lines)})

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        """Stops every run of this person's."""
        stopped = await self._core.cancel_all(await self._who(request))
        return answer({"runs": stopped.runs, "sentence": cancelled(stopped)})

    async def _shown(self, actor: Actor, now: Preferences) -> dict[str, Any]:
        painters = await self._core.painters(PLATFORM, actor.tenant)
        return preferences_form(now, painters, self._core.models.styles)


def _values(data: object) -> dict[str, object]:
    if not isinstance(data, dict):
        raise BadRequest("Preferences are named values.")
    rows = cast("Mapping[str, object]", data)
    if any(not isinstance(value, str) or len(value) > LONGEST for value in rows.values()):
        raise BadRequest(f"A preference is a text of at most {LONGEST} characters.")
    return dict(rows)
