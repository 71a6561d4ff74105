"""Looking back from the page: one's own pictures by their words, stars for many at once, a session's
name."""

import asyncio
from typing import Any, cast

from aiohttp import web

from adapters.web.checks import answer
from adapters.web.inbound import CHANNEL, PLATFORM
from adapters.web.preferring import Parsed, Who
from adapters.web.security import Links
from core.domain.errors import BadRequest
from core.ports.api import CoreApi
from core.ports.looking import FoundImage

FIND_S = 5.0
LONGEST = 300  # characters of what is looked for


class LookingBack:
    """Handlers of `/api/find`, `/api/stars` and the name of `/api/sessions/{session}`."""

    def __init__(self, core: CoreApi, who: Who, parsed: Parsed, links: Links) -> None:
        self._core, self._who, self._parsed, self._links = core, who, parsed, links

    async def find(self, request: web.Request) -> web.StreamResponse:
        """`?q=words`: images of the person's own sessions, at every door of theirs."""
        actor = await self._who(request)
        async with asyncio.timeout(FIND_S):
            found = await self._core.find(actor, request.query.get("q", "")[:LONGEST])
        return answer({"found": [self._found(each) for each in found]})

    def _found(self, each: FoundImage) -> dict[str, Any]:
        session, node = each.session, each.node
        home = session.place
        return {
            "session": session.id,
            "name": session.known_as,
            "mode": session.mode,
            "iteration": node.id,
            "round": node.round,
            "words": (node.words or node.prompt)[:LONGEST],
            "image": self._links.image(node.image),
            "page": self._links.session(session.id),
            "here": (home.platform, home.channel) == (PLATFORM, CHANNEL),
            "door": home.platform,
        }

    async def star(self, request: web.Request) -> web.StreamResponse:
        """`{"iterations": [...], "on": true}`: nothing is painted."""
        actor, data = await self._who(request), await self._parsed(request)
        sent = cast("dict[str, object]", data) if isinstance(data, dict) else {}
        ids = sent.get("iterations")
        if not isinstance(ids, list) or not all(
            isinstance(id, str) for id in cast("list[object]", ids)
        ):
            raise BadRequest("iterations is a list of ids.")
        await self._core.star(actor, cast("list[str]", ids), on=bool(sent.get("on", True)))
        return answer({})

    async def rename(self, request: web.Request) -> web.StreamResponse:
        """`{"name": "..."}`: the session's name, "" takes it back; answers with it as it is kept."""
        actor, data = await self._who(request), await self._parsed(request)
        name = cast("dict[str, object]", data).get("name") if isinstance(data, dict) else None
        if not isinstance(name, str):
            raise BadRequest("name is a text.")
        kept = await self._core.rename(actor, request.match_info["session"], name)
        return answer({"name": kept})
