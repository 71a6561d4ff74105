"""A stand-in Discord on loopback: REST, gateway and CDN, for the real discord.py client.

It keeps Discord's rules (tests.standins.discord_world), checks each request against Discord's
OpenAPI description where that is present, and can fail on purpose.
"""

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import unquote

from aiohttp import WSMsgType, web

from tests.standins.discord_people import People
from tests.standins.discord_spec import described
from tests.standins.discord_world import (
    APP,
    BOT,
    CHANNEL,
    GUILD,
    MODERATOR,
    READ,
    SEND_IN_THREADS,
    Refusal,
    World,
    plain,
    walk,
)

TOKEN = "MTIz.stand-in.token"


@dataclass
class Fault:
    """`kind`: an HTTP status, "drop" (not processed) or "drop_after" (processed, answer lost)."""

    method: str
    path: str
    kind: int | str
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Seen:
    method: str
    path: str
    body: Any
    files: dict[str, tuple[str, bytes]]
    at: float = field(default_factory=time.perf_counter)


class DiscordServer(People):
    """`async with DiscordServer() as server`: `server.api`, `server.requests`, `server.violations`."""

    def __init__(self, *, spec: bool = True) -> None:
        super().__init__(World())
        self.spec = described() if spec else None
        self.requests: list[Seen] = []
        self.violations: list[str] = []
        self.faults: list[Fault] = []
        self.commands: list[dict[str, Any]] = []
        self.identified = self.resumed = 0
        self.advertised = ""
        self.answer_after: asyncio.Event | None = None
        self._sockets: dict[web.WebSocketResponse, str] = {}
        self._events: list[dict[str, Any]] = []
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/gateway", self._gateway)
        app.router.add_get("/gateway/", self._gateway)
        app.router.add_get("/cdn/{tail:.*}", self._cdn)
        app.router.add_route("*", "/api/v10/{tail:.*}", self._rest)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self.origin = f"http://127.0.0.1:{port}"
        self.world.origin = self.origin
        self.api = f"{self.origin}/api/v10"
        self.gateway_url = f"ws://127.0.0.1:{port}/gateway"
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in list(self._sockets):
            await socket.close(code=1001)
        await self._runner.cleanup()

    async def until(self, true: Callable[[], Any], seconds: float = 20.0) -> Any:
        """Waits until something is true of the server's state, looked at after each request."""
        async with asyncio.timeout(seconds), self._changed:
            while not (value := true()):
                await self._changed.wait()
            return value

    async def changed(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    # gateway

    async def dispatch(self, event: str, data: dict[str, Any]) -> None:
        self._events.append({"op": 0, "t": event, "s": len(self._events) + 1, "d": plain(data)})
        for socket in list(self._sockets):
            with contextlib.suppress(ConnectionError):  # whoever was there may have been killed
                await socket.send_str(json.dumps(self._events[-1]))

    async def invalidate_sessions(self) -> None:
        """Every session must begin anew."""
        for socket in list(self._sockets):
            await socket.send_str(json.dumps({"op": 9, "d": False}))

    async def drop_gateway(self, code: int = 4000) -> None:
        sockets, self._sockets = list(self._sockets), {}
        for socket in sockets:
            await socket.close(code=code)

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        await socket.send_str(json.dumps({"op": 10, "d": {"heartbeat_interval": 41250}}))
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                await self._heard(socket, json.loads(frame.data))
        self._sockets.pop(socket, None)
        return socket

    async def _heard(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        if frame["op"] == 1:
            await socket.send_str(json.dumps({"op": 11}))
        elif frame["op"] == 2:
            if frame["d"]["token"] != TOKEN:
                await socket.close(code=4004)
                return
            self.identified += 1
            self.intents = frame["d"]["intents"]
            self._sockets[socket] = "ready"
            await self.dispatch(
                "READY",
                {
                    "v": 10,
                    "user": self.world.user(BOT),
                    "session_id": "session",
                    "shard": frame["d"].get("shard", [0, 1]),
                    "resume_gateway_url": self.gateway_url,
                    "application": {"id": APP, "flags": 0},
                    "guilds": [{"id": GUILD, "unavailable": True}] if self.world.joined else [],
                },
            )
            if self.world.joined:
                await self.dispatch("GUILD_CREATE", self.world.guild())
            await self.changed()
        elif frame["op"] == 6:
            self.resumed += 1
            for event in self._events[frame["d"]["seq"] :]:
                await socket.send_str(json.dumps(event))
            self._sockets[socket] = "ready"
            await self.dispatch("RESUMED", {})
            await self.changed()

    # CDN

    async def _cdn(self, request: web.Request) -> web.Response:
        if request.path not in self.world.files:
            return web.Response(status=404, text="This content is no longer available.")
        data, kind = self.world.files[request.path]
        return web.Response(body=data, content_type=kind)

    # REST

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix("/api/v10")
        body, files = await _body(request)
        _ids_as_strings(body)
        fault = self._fault(request.method, path)
        if fault is None or fault.kind == "drop_after":
            self.requests.append(Seen(request.method, path, body, files))
            if self.spec:
                self.violations += self.spec.complaints(
                    request.method, path, _as_described(body), set(request.query)
                )
        if fault is not None and fault.kind != "drop_after":
            return self._fail(request, fault)
        try:
            answer = await self._route(request, path, body, files)
        except Exception as error:
            self.violations.append(f"{request.method} {path}: {error!r}")
            raise
        await self.changed()
        if fault is not None:
            return self._fail(request, fault)
        return answer

    def _fault(self, method: str, path: str) -> Fault | None:
        for fault in self.faults:
            if fault.times and fault.method == method and re.fullmatch(fault.path, path):
                fault.times -= 1
                return fault
        return None

    def _fail(self, request: web.Request, fault: Fault) -> web.Response:
        if isinstance(fault.kind, str):
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        wait = float(fault.headers.get("Retry-After", 0))
        answer = {"message": "stand-in fault", "code": 0, "retry_after": wait, "global": False}
        failure = _json(answer, fault.kind)
        failure.headers.update(fault.headers)
        return failure

    async def _route(
        self, request: web.Request, path: str, body: Any, files: dict[str, tuple[str, bytes]]
    ) -> web.Response:
        open_routes = path.startswith(("/interactions/", "/webhooks/"))
        if not open_routes and request.headers.get("Authorization") != f"Bot {TOKEN}":
            return _json({"message": "401: Unauthorized", "code": 0}, 401)
        for method, pattern, handle in self._routes():
            match = re.fullmatch(pattern, path)
            if method == request.method and match:
                try:
                    value = await handle(
                        *map(unquote, match.groups()), body=body, files=files, query=request.query
                    )
                except Refusal as refusal:
                    return _json({"message": refusal.message, "code": refusal.code}, refusal.status)
                return web.Response(status=204) if value is None else _json(value)
        return _json({"message": "404: Not Found", "code": 0}, 404)

    def _routes(self) -> list[tuple[str, str, Callable[..., Any]]]:
        channel, message = r"/channels/(\d+)", r"/channels/(\d+)/messages/(\d+)"
        original = r"/webhooks/\d+/([^/]+)/messages/@original"
        return [
            ("GET", "/users/@me", self._me),
            ("GET", r"/users/(\d+)", self._user),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/gateway/bot", self._gateway_bot),
            (
                "PUT",
                r"/applications/\d+/commands|/applications/\d+/guilds/\d+/commands",
                self._sync,
            ),
            ("POST", r"/interactions/(\d+)/([^/]+)/callback", self._callback),
            ("PATCH", original, self._edit_original),
            ("DELETE", original, self._delete_original),
            ("GET", original, self._get_original),
            ("POST", r"/webhooks/\d+/([^/]+)", self._follow_up),
            ("POST", "/users/@me/channels", self._open_dm),
            ("GET", channel, self._get_channel),
            ("PATCH", channel, self._patch_channel),
            ("POST", f"{channel}/messages", self._post),
            ("GET", f"{channel}/messages", self._history),
            ("GET", message, self._get_message),
            ("PATCH", message, self._edit),
            ("DELETE", message, self._delete),
            ("POST", f"{message}/threads", self._thread),
            ("POST", f"{channel}/typing", self._typing),
            ("PUT", rf"{message}/reactions/([^/]+)/@me", self._react),
            ("GET", rf"{message}/reactions/([^/]+)", self._who_reacted),
        ]

    async def _me(self, **_: Any) -> Any:
        return self.world.user(BOT)

    async def _user(self, id: str, **_: Any) -> Any:
        return self.world.user(id)

    async def _application(self, **_: Any) -> Any:
        return {
            "id": APP,
            "name": "Darkroom",
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "00",
            "flags": 0,
            "summary": "",
            "owner": self.world.user(MODERATOR),
            "team": None,
        }

    async def _gateway_bot(self, **_: Any) -> Any:
        limit = {"total": 1000, "remaining": 999, "reset_after": 1, "max_concurrency": 1}
        return {
            "url": self.advertised or self.gateway_url,
            "shards": 1,
            "session_start_limit": limit,
        }

    async def _sync(self, body: Any, **_: Any) -> Any:
        self.commands = body
        rows = []
        for command in body:
            base = {
                "id": self.world.snowflake(),
                "application_id": APP,
                "version": "1",
                "description": "",
                "default_member_permissions": None,
                "type": 1,
            }
            rows.append(base | command)
        return rows

    async def _post(self, channel: str, body: Any, files: Any, **_: Any) -> Any:
        return self.world.post(channel, body, files, BOT)

    async def _edit(self, channel: str, message: str, body: Any, files: Any, **_: Any) -> Any:
        return self.world.edit(self.world.message(channel, message), body, files)

    async def _get_message(self, channel: str, message: str, **_: Any) -> Any:
        found = self.world.message(channel, message)
        self.world.need(channel, READ)
        return self.world.seen(found)

    async def _history(self, channel: str, query: Any, **_: Any) -> Any:
        self.world.channel(channel)
        self.world.need(channel, READ)
        rows = [self.world.seen(m) for m in self.world.messages.get(channel, {}).values()]
        if "after" in query:
            rows = [row for row in rows if int(row["id"]) > int(query["after"])]
        if "before" in query:
            rows = [row for row in rows if int(row["id"]) < int(query["before"])]
        return list(reversed(rows))[: int(query.get("limit", 50))]

    async def _delete(self, channel: str, message: str, **_: Any) -> Any:
        self.world.message(channel, message)
        del self.world.messages[channel][message]

    async def _thread(self, channel: str, message: str, body: Any, **_: Any) -> Any:
        thread = self.world.open_thread(channel, message, body)
        await self.dispatch("THREAD_CREATE", {**thread, "newly_created": True})
        return thread

    async def _typing(self, channel: str, **_: Any) -> Any:
        self.world.channel(channel)

    async def _get_channel(self, channel: str, **_: Any) -> Any:
        return self.world.channel(channel)

    async def _patch_channel(self, channel: str, body: Any, **_: Any) -> Any:
        place = self.world.channel(channel)
        if place.get("thread_metadata", {}).get("locked"):
            raise Refusal(403, 160005, "Thread is locked")
        self.world.need(channel, SEND_IN_THREADS)
        place["thread_metadata"]["archived"] = body["archived"]
        return place

    async def _open_dm(self, body: Any, **_: Any) -> Any:
        return next(c for c in self.world.channels.values() if c["type"] == 1)

    async def _react(self, channel: str, message: str, emoji: str, **_: Any) -> Any:
        self.world.react(channel, message, emoji, BOT, on=True)

    async def _who_reacted(self, channel: str, message: str, emoji: str, **_: Any) -> Any:
        self.world.message(channel, message)
        people = self.world.reactions.get((channel, message), {}).get(emoji, [])
        return [self.world.user(id) for id in people]


def _as_described(body: Any) -> Any:
    """discord.py numbers new attachments, where the description wants strings; Discord takes both."""
    if isinstance(body, dict) and body.get("attachments"):
        rows = [{**row, "id": str(row["id"])} for row in body["attachments"]]
        return {**body, "attachments": rows}
    return body


def _ids_as_strings(body: Any) -> None:
    """discord.py writes the ids that a select shows as chosen as numbers; Discord takes both and
    gives strings."""
    data = body.get("data", body) if isinstance(body, dict) else {}
    for part in walk((data or {}).get("components") or []):
        for row in part.get("default_values") or []:
            row["id"] = str(row["id"])


async def _body(request: web.Request) -> tuple[Any, dict[str, tuple[str, bytes]]]:
    if not request.can_read_body:
        return None, {}
    if request.content_type == "application/json":
        return await request.json(), {}
    body: Any = None
    files: dict[str, tuple[str, bytes]] = {}
    form = await request.post()
    for name, value in form.items():
        if isinstance(value, web.FileField):
            files[name[len("files[") : -1]] = (value.filename, value.file.read())
        elif name == "payload_json":
            body = json.loads(str(value))
    return body, files


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(value).encode(), status=status, headers={"Content-Type": "application/json"}
    )


__all__ = ["CHANNEL", "TOKEN", "DiscordServer", "Fault", "Seen"]
