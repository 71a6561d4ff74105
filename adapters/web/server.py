"""The playground's HTTP surface, mounted on the bot's aiohttp application."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from adapters import incoming
from adapters.texts.catalogue import spoken
from adapters.web.address import client_of
from adapters.web.checks import BUSY, Checks, Handler, answer
from adapters.web.config import PageLimits, WebConfig
from adapters.web.downloads import Archive, Downloads
from adapters.web.entrance import Entrance
from adapters.web.events import OpenStreams, stream
from adapters.web.inbound import CHANNEL, LONGEST, PLATFORM, VISITOR, command_from
from adapters.web.language import preferred_by, remember
from adapters.web.looking import LookingBack
from adapters.web.mask_links import MaskLinks, wanted
from adapters.web.masks import Editing, MaskPainter
from adapters.web.menu import meta
from adapters.web.names import MemoryNames, Names
from adapters.web.outbound import WebSender, jsonable
from adapters.web.outcome import AskedFor, outcome
from adapters.web.pages import summary_json, texts
from adapters.web.people import VISIT, PagePeople
from adapters.web.preferring import PreferenceHandlers
from adapters.web.security import Gate, Links
from adapters.web.signed import SignedPages
from adapters.web.upload_room import Holder
from adapters.web.uploads import WebUploads
from core.domain.commands import Command
from core.jobs.registry import job_of
from core.ports.api import CoreApi

log = logging.getLogger(__name__)
ANSWER_S = 2.0
SHORT_ANSWER_S = 0.5  # for acts that begin no run: only a refusal can come
LONG_POLL_S = 10.0
BUSY_S = 2.0  # then the answer is that the database is busy
LISTED = 200  # sessions of the channel
LIST_S = 10.0  # until they are read
COMMAND_BYTES = 4 * LONGEST
Routes = list[web.RouteDef]
# For the server that this is mounted on: an idle connection ends after a minute or so, and a name in
# other letters, which takes nine characters for one, is answered by us.
CONNECTIONS: dict[str, Any] = {"keepalive_timeout": 75.0, "max_field_size": 32_768}


class WebAdapter:
    """Pages, pictures and the playground's API over a `CoreApi`."""

    def __init__(
        self,
        core: CoreApi,
        config: WebConfig,
        uploads: WebUploads,
        limits: PageLimits | None = None,
        links: Links | None = None,
        names: Names | None = None,
        editing: Editing | None = None,
        archive: Archive | None = None,
    ) -> None:
        self._core = core
        self._config = config
        self._uploads = uploads
        self._limits = limits or PageLimits()
        self.gate = Gate(config)
        self.links = links or Links(config)
        self.sender = WebSender(self.links)
        self._checks = Checks(self.gate)
        self._people = PagePeople(names or MemoryNames())
        self._streams = OpenStreams()
        self._mask_links = MaskLinks(config)
        self._editing = editing
        self._archive = archive

    def app(self, more: Iterable[web.RouteDef] = ()) -> web.Application:
        """An application with these routes and `more` of the bot's, each at its address and below
        the path of public_url: a proxy may cut that off or leave it."""
        app = web.Application(client_max_size=1_000_000)
        for route in [*self.routes(), *more]:
            for prefix in dict.fromkeys(("", self._config.prefix)):
                app.router.add_route(route.method, prefix + route.path, route.handler)
        if self._config.prefix:
            app.router.add_get(self._config.prefix, _into_the_folder)
        app.on_startup.append(self._open)
        app.on_shutdown.append(self._close)
        return app

    def routes(self) -> Routes:
        """Signed pages always; the playground itself only where it is on."""
        opened, api = self._checks.open, self._checks.api
        signed = SignedPages(self._core, self._config, self.gate, self.links)
        pages = [
            web.get("/s/{session}", opened(signed.page)),
            web.get("/i/{hash}", opened(signed.image)),
            web.get("/g/{gallery}", opened(signed.gallery_page)),
            web.get("/api/galleries/{gallery}", opened(signed.gallery)),
            web.get("/api/origins/{hash}", opened(signed.origin)),
            web.get("/static/{name}", opened(signed.static)),
            web.get("/texts/{language:[a-z]+}.json", opened(texts)),
            web.get("/api/sessions/{session}", opened(signed.session)),
            *self._mask_routes(),
            *self._download_routes(),
        ]
        if not self._config.playground:
            return pages
        entrance = Entrance(self.gate)
        preferring = PreferenceHandlers(self._core, self._people.actor, _parsed, self._config)
        looking = LookingBack(self._core, self._people.actor, _parsed, self.links)
        return [
            *pages,
            web.get("/", opened(entrance.index)),
            web.post("/login", opened(entrance.login)),
            web.post("/logout", opened(entrance.logout)),
            web.get("/api/meta", api(self._meta)),
            web.get("/api/quota", api(self._quota)),
            web.get("/api/preferences", api(preferring.form)),
            web.post("/api/preferences", api(preferring.keep)),
            web.post("/api/account", api(preferring.account)),
            web.post("/api/cancel", api(preferring.cancel)),
            web.get("/api/sessions", api(self._sessions)),
            web.get("/api/find", api(looking.find)),
            web.post("/api/stars", api(looking.star)),
            web.get("/api/events", api(self._events)),
            web.post("/api/uploads", api(self._upload)),
            web.post("/api/commands", api(self._command)),
            web.get("/api/commands/{key}", api(self._outcome)),
            web.post("/api/quotes", api(self._quote)),
            web.delete("/api/sessions/{session}", api(self._delete)),
            web.patch("/api/sessions/{session}", api(looking.rename)),
        ]

    def _download_routes(self) -> Routes:
        if self._archive is None:
            return []
        downloads = Downloads(self.links, self._archive)
        return [web.get("/s/{session}/all.zip", self._checks.open(downloads.zip))]

    def _mask_routes(self) -> Routes:
        """None where no job takes masks."""
        if self._editing is None:
            return []
        links, gate = self._mask_links, self.gate
        painter = MaskPainter(self._core, links, gate, self._uploads, self._editing)
        routes = painter.routes(self._checks)
        if self._config.playground:
            routes.append(web.post("/api/mask-links", self._checks.api(self._mask_link)))
        return routes

    async def _mask_link(self, request: web.Request) -> web.StreamResponse:
        """A link for who is in the playground: to one of its images, or to a file that waits."""
        actor = await self._people.actor(request)
        ticket = wanted(await _parsed(request), actor)
        return answer({"link": self._mask_links.path(ticket)})

    def guarded(self, handler: Handler) -> Handler:
        """A handler of the bot's, for who may use the playground."""
        return self._checks.api(handler)

    async def _open(self, _: web.Application) -> None:
        await self._uploads.open()

    async def _close(self, _: web.Application) -> None:
        self.sender.close()

    async def _meta(self, request: web.Request) -> web.StreamResponse:
        async with asyncio.timeout(BUSY_S):
            actor = await self._people.actor(request)
            preferred = await preferred_by(self._core, actor, request)
            painters = await self._core.painters(PLATFORM, actor.tenant)
            quota = await self._core.quota(actor)
        data = meta(self._core.models, painters, self._core.offers, self._limits, quota)
        bound = bool(request[VISIT].session)
        data["masks"] = self._editing is not None
        me = {"id": actor.id, "name": actor.name, "bound": bound}
        response = answer({**data, "me": me, "language": spoken()})
        remember(response, request, preferred, f"{self._config.prefix}/")
        return response

    async def _quota(self, request: web.Request) -> web.StreamResponse:
        async with asyncio.timeout(BUSY_S):
            actor = await self._people.actor(request)
            return answer(jsonable(await self._core.quota(actor)))

    async def _sessions(self, request: web.Request) -> web.StreamResponse:
        async with asyncio.timeout(LIST_S):
            summaries = await self._core.sessions_in(VISITOR, PLATFORM, CHANNEL, LISTED)
        return answer({"sessions": [summary_json(each, self.links) for each in summaries]})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        name = request.query.get("name", "")
        actor = await self._people.named(request, name) if name else VISITOR
        with self._streams.one_more(request[VISIT].session or actor.id, client_of(request)):
            return await stream(request, self._core, self.links, self.sender, actor)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        actor = await self._people.actor(request)
        holder = Holder(actor.id, client_of(request))
        chunks = request.content.iter_chunked(65_536)
        id, size = await self._uploads.keep(chunks, holder, request.content_length)
        name = unquote(request.headers.get("X-Darkroom-Filename", ""))[:200]
        data = {"upload": id, "name": name, "size": size, "type": request.content_type}
        return answer(data, status=201)

    async def _command(self, request: web.Request) -> web.StreamResponse:
        actor = await self._people.actor(request)
        command = command_from(await _parsed(request), actor)
        self.sender.forget(command.dedup_key)
        fresh = await self._received(command)
        ask = AskedFor(actor, command.dedup_key, command.place.thread)
        starts = job_of(command) is not None
        wait = ANSWER_S if starts else min(ANSWER_S, SHORT_ANSWER_S)
        found = await outcome(self._core, self.sender, ask, wait)
        return answer({**found, "fresh": fresh}, status=202)

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        actor = await self._people.actor(request)
        await self._core.delete(actor, request.match_info["session"])
        return answer({})

    async def _quote(self, request: web.Request) -> web.StreamResponse:
        """What a command would cost; it is not begun."""
        actor = await self._people.actor(request)
        command = command_from(await _parsed(request), actor)
        async with asyncio.timeout(BUSY_S):
            return answer(jsonable(await self._core.quote(command)))

    async def _received(self, command: Command) -> bool:
        """Said again it is the same command, by its key: nothing is begun twice."""
        try:
            async with asyncio.timeout(BUSY_S):
                return await self._core.receive(command)
        except TimeoutError as error:
            log.warning("a command could not be written down within %s s", BUSY_S)
            raise web.HTTPServiceUnavailable(text=BUSY, headers={"Retry-After": "1"}) from error

    async def _outcome(self, request: web.Request) -> web.StreamResponse:
        session = request.query.get("session", "")
        ask = AskedFor(await self._people.actor(request), request.match_info["key"], session)
        return answer(await outcome(self._core, self.sender, ask, LONG_POLL_S))


async def _parsed(request: web.Request) -> Any:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="A command is sent as application/json.")
    raw = await incoming.body(request, COMMAND_BYTES)
    return incoming.parsed(incoming.text(raw, request.charset))


async def _into_the_folder(request: web.Request) -> web.StreamResponse:
    """Addresses are relative, so the page itself is at the path with a slash at its end."""
    last = request.path.rpartition("/")[2]
    return web.Response(status=308, headers={"Location": f"{last}/"})
