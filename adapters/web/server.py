"""The playground's HTTP surface, mounted on the bot's aiohttp application."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from adapters.web.config import Limits, WebConfig
from adapters.web.events import stream
from adapters.web.inbound import (
    CHANNEL,
    LONGEST,
    NAME_HEADER,
    PLATFORM,
    actor_of,
    command_from,
)
from adapters.web.menu import meta
from adapters.web.outbound import WebSender, plain
from adapters.web.outcome import Question, outcome
from adapters.web.pages import HEADERS, STATIC, page, picture, summary_json, tree_json
from adapters.web.security import COOKIE, Gate, Links
from adapters.web.uploads import WebUploads
from core.commands import Actor, Continue, EditPrompt, Evolve, PaintAgain, Pick, Refine
from core.door import Door
from core.errors import Refused

STARTS = (Refine, Evolve, Pick, PaintAgain, EditPrompt, Continue)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ANSWER_S = 2.0
SHORT_ANSWER_S = 0.5  # for acts that begin no run: only a refusal can come
LONG_POLL_S = 10.0


class WebAdapter:
    """Pages, pictures and the playground's API over a `Door`."""

    def __init__(
        self,
        door: Door,
        config: WebConfig,
        uploads: WebUploads,
        limits: Limits | None = None,
        links: Links | None = None,
    ) -> None:
        self._door = door
        self._config = config
        self._uploads = uploads
        self._limits = limits or Limits()
        self._gate = Gate(config)
        self.links = links or Links(config)
        self.sender = WebSender(self.links)

    def app(self) -> web.Application:
        """An application with these routes; the bot may mount more on it."""
        app = web.Application(client_max_size=1_000_000)
        app.add_routes(self.routes())
        app.on_shutdown.append(self._close)
        return app

    def routes(self) -> list[web.AbstractRouteDef]:
        """Signed pages always; the playground itself only where it is on."""
        signed = [
            web.get("/s/{session}", self._open(self._session_page)),
            web.get("/i/{hash}", self._open(self._image)),
            web.get("/static/{name}", self._open(self._static)),
            web.get("/api/sessions/{session}", self._open(self._session)),
        ]
        if not self._config.playground:
            return list(signed)
        return [
            *signed,
            web.get("/", self._open(self._index)),
            web.post("/login", self._open(self._login)),
            web.get("/api/meta", self._api(self._meta)),
            web.get("/api/quota", self._api(self._quota)),
            web.get("/api/sessions", self._api(self._sessions)),
            web.get("/api/events", self._api(self._events)),
            web.post("/api/uploads", self._api(self._upload)),
            web.post("/api/commands", self._api(self._command)),
            web.get("/api/commands/{key}", self._api(self._outcome)),
        ]

    async def _close(self, _: web.Application) -> None:
        self.sender.close()

    # what every request passes

    def _open(self, handler: Handler) -> Handler:
        """Host and Origin are checked; the handler decides the rest."""

        async def checked(request: web.Request) -> web.StreamResponse:
            try:
                self._gate.check_host(request)
                if request.method != "GET":
                    self._gate.check_origin(request)
                response = await handler(request)
            except Refused as refusal:
                response = _sentence(400, refusal.sentence)
            except web.HTTPException as problem:
                response = _sentence(problem.status, problem.text or problem.reason)
            if not response.prepared:
                response.headers.update(HEADERS)
            return response

        return checked

    def _api(self, handler: Handler) -> Handler:
        """Also: from this page alone, by somebody who may use the playground."""

        async def checked(request: web.Request) -> web.StreamResponse:
            self._gate.check_origin(request)
            if not self._gate.trusts(request):
                raise web.HTTPUnauthorized(text="Open the page with its token first.")
            return await handler(request)

        return self._open(checked)

    # pages and pictures

    async def _index(self, request: web.Request) -> web.StreamResponse:
        token = request.query.get("token", "")
        if self._gate.is_token(token):
            return self._let_in(request, token)
        if self._gate.trusts(request):
            return page("index.html")
        return page("login.html", status=401)

    async def _login(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        token = str(form.get("token", "")).strip()
        return (
            self._let_in(request, token) if self._gate.is_token(token) else page("login.html", 401)
        )

    def _let_in(self, request: web.Request, token: str) -> web.Response:
        response = web.Response(status=303, headers={"Location": "/", "Cache-Control": "no-store"})
        secure = request.secure or self._config.public_url.startswith("https://")
        response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=secure)
        return response

    async def _session_page(self, request: web.Request) -> web.StreamResponse:
        self._check_link(request, "s", request.match_info["session"])
        return page("session.html")

    async def _session(self, request: web.Request) -> web.StreamResponse:
        """The session page's data: for who has its link, and for the playground."""
        id = request.match_info["session"]
        inside = self._config.playground and self._gate.trusts(request)
        if request.query.get("t") or not inside:
            self._check_link(request, "s", id)
        self._gate.check_origin(request)
        tree = await self._door.tree(id)
        if tree is None:
            raise web.HTTPNotFound(text="There is no such session.")
        return _json(tree_json(tree, self.links, people=inside))

    async def _image(self, request: web.Request) -> web.StreamResponse:
        hash = request.match_info["hash"]
        self._check_link(request, "i", hash)
        thumb = request.query.get("thumb") == "1"
        images = self._door.images
        try:
            return picture(await (images.thumbnail(hash) if thumb else images.get(hash)))
        except KeyError as error:
            raise web.HTTPNotFound(text="The picture is not there any more.") from error

    def _check_link(self, request: web.Request, kind: Any, id: str) -> None:
        if not self.links.valid(kind, id, request.query.get("t", "")):
            raise web.HTTPForbidden(text="This link is not valid (any more).")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        path = STATIC / request.match_info["name"]
        if (
            path.parent != STATIC
            or path.suffix not in (".js", ".css", ".svg")
            or not path.is_file()
        ):
            raise web.HTTPNotFound(text="There is no such file.")
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})

    # the API

    async def _meta(self, request: web.Request) -> web.StreamResponse:
        actor = _actor(request)
        painters = await self._door.painters(PLATFORM, actor.tenant)
        quota = await self._door.quota(actor)
        data = meta(self._door.models, painters, self._limits, quota)
        return _json({**data, "me": {"id": actor.id, "name": actor.name}})

    async def _quota(self, request: web.Request) -> web.StreamResponse:
        return _json(plain(await self._door.quota(_actor(request))))

    async def _sessions(self, request: web.Request) -> web.StreamResponse:
        summaries = await self._door.sessions_in(PLATFORM, CHANNEL, 50)
        return _json({"sessions": [summary_json(each, self.links) for each in summaries]})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        name = request.query.get("name", "")
        actor = actor_of(name).id if name else ""
        return await stream(request, self._door, self.links, self.sender, actor)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        _actor(request)
        id, size = await self._uploads.keep(request.content.iter_chunked(65_536))
        name = unquote(request.headers.get("X-Darkroom-Filename", ""))[:200]
        data = {"upload": id, "name": name, "size": size, "type": request.content_type}
        return _json(data, status=201)

    async def _command(self, request: web.Request) -> web.StreamResponse:
        actor = _actor(request)
        data = await _body(request)
        command = command_from(data, actor)
        self.sender.forget(command.dedup_key)
        fresh = await self._door.receive(command)
        ask = Question(actor, command.dedup_key, command.place.thread)
        starts = isinstance(command, STARTS)
        wait = ANSWER_S if starts else min(ANSWER_S, SHORT_ANSWER_S)
        answer = await outcome(self._door, self.sender, ask, wait)
        return _json({**answer, "fresh": fresh}, status=202)

    async def _outcome(self, request: web.Request) -> web.StreamResponse:
        session = request.query.get("session", "")
        ask = Question(_actor(request), request.match_info["key"], session)
        return _json(await outcome(self._door, self.sender, ask, LONG_POLL_S))


def _actor(request: web.Request) -> Actor:
    return actor_of(request.headers.get(NAME_HEADER, ""))


async def _body(request: web.Request) -> object:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="A command is sent as application/json.")
    text = await request.text()
    if len(text) > 4 * LONGEST:
        raise web.HTTPRequestEntityTooLarge(4 * LONGEST, len(text))
    try:
        return json.loads(text)
    except ValueError as error:
        raise web.HTTPBadRequest(text="That is no JSON.") from error


def _json(data: Any, status: int = 200) -> web.Response:
    return web.json_response(data, status=status, headers={"Cache-Control": "no-store"})


def _sentence(status: int, sentence: str) -> web.Response:
    return _json({"error": sentence}, status=status)
