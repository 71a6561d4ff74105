"""A stand-in Slack over loopback: Web API, files, Socket Mode, and deliveries by HTTP.

Every request is checked against Slack's own types (tests.standins.slack_schema) and against the
rules that types can't tell; what breaks one is in `violations`.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import WSMsgType, web

from tests.standins.slack_schema import Schema

Json = dict[str, Any]
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-stand-in", "xapp-stand-in", "s3cr3t"
TEAM, BOT, ANNA, BEN, CHANNEL = "T0TEAM", "U0BOT", "U0ANNA", "U0BEN", "C0GENERAL"
SCOPES = (
    "app_mentions:read,assistant:write,chat:write,commands,files:read,files:write,"
    "im:history,reactions:read,reactions:write,users:read"
)
WORKSPACE = "https://dark.slack.com/"
TRIGGER_S = 3.0
ACK_S = 3.0
IMAGE_TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}


class Refusal(Exception):
    """An error word of the Web API."""


@dataclass
class Fault:
    """What goes wrong with the next call of a method: an error word, a status, or a lost answer."""

    error: str = ""
    status: int = 200
    retry_after: int = 0
    drop: bool = False
    after: bool = False  # the call takes effect before it goes wrong


@dataclass
class File:
    id: str
    name: str
    data: bytes = b""
    polls: int = 0
    done: bool = False
    info: Json = field(default_factory=dict)
    redirect: str = ""
    html: bool = False
    deleted: bool = False


@dataclass
class Post:
    channel: str
    ts: str
    args: Json
    reactions: dict[str, set[str]] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        return self.args.get("blocks") or []

    @property
    def thread(self) -> str:
        return self.args.get("thread_ts") or ""

    def buttons(self) -> dict[str, Json]:
        found = [e for b in self.blocks if b["type"] == "actions" for e in b["elements"]]
        found += [e for card in self.cards() for e in card["actions"]]
        return {element["action_id"]: element for element in found}

    def images(self) -> list[Json]:
        found = [block for block in self.blocks if block["type"] == "image"]
        return found + [card["hero_image"] for card in self.cards()]

    def cards(self) -> list[Json]:
        return [e for b in self.blocks if b["type"] == "carousel" for e in b["elements"]]

    def of(self, kind: str) -> list[Json]:
        return [block for block in self.blocks if block["type"] == kind]


@dataclass
class Ack:
    """What the app answered to a delivery: `status` 0 if it never did."""

    status: int
    payload: Json
    seconds: float


class SlackServer:
    def __init__(self, *, check: bool = True) -> None:
        self.schema = Schema() if check else None
        self.violations: list[str] = []
        self.calls: list[tuple[str, Json]] = []
        self.posts: dict[tuple[str, str], Post] = {}
        self.said: dict[tuple[str, str], Post] = {}  # what people wrote
        self.deleted: list[tuple[str, str]] = []
        self.ephemeral: list[Json] = []
        self.replies: list[Json] = []
        self.sent_files: list[tuple[str, str]] = []  # into direct messages
        self.files: dict[str, File] = {}
        self.views: list[Json] = []
        self.homes: dict[str, Json] = {}
        self.statuses: list[Json] = []
        self.faults: dict[str, list[Fault]] = {}
        self.members = {CHANNEL}
        self.archived: set[str] = set()
        self.read_only: set[str] = set()
        self.expired_replies = False
        self.undeletable: set[str] = set()  # files whose deletion is refused
        self.unknown_blocks: set[str] = set()  # kinds of blocks that this workspace has not
        self.refused_blocks: list[str] = []
        self.prompts: list[Json] = []
        self.closed_threads = ""  # the error word of a post in a thread
        self.post_lag_s = 0.0  # between a post's effect and its answer
        self.not_ready_polls = 1
        self.scopes = SCOPES
        self.admins: set[str] = set()
        self.users: dict[str, Json] = {}
        self.refuse_tokens = ""
        self.sockets: list[web.WebSocketResponse] = []
        self.connections = 0
        self.pongs = True
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self._triggers: dict[str, float] = {}
        self._ids = itertools.count(1)
        self._changed = asyncio.Condition()

    # life

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_get("/files/{id}", self._download)
        app.router.add_post("/hook/{id}", self._hook)
        app.router.add_get("/ws", self._socket)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._client = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()
        for socket in self.sockets:
            await socket.close()
        await self._runner.cleanup()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def until(self, true: Any, seconds: float = 25.0) -> None:
        """Waits for a condition that calls of the app bring about."""

        async def wait() -> None:
            async with self._changed:
                await self._changed.wait_for(true)

        await asyncio.wait_for(wait(), seconds)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def called(self, method: str) -> list[Json]:
        return [args for name, args in self.calls if name == method]

    def in_thread(self, thread: str) -> list[Post]:
        return [post for post in self.posts.values() if post.thread == thread]

    # Web API

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args = await self._arguments(method, request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        wanted = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        fault = self.faults.get(method, [])
        now = fault.pop(0) if fault else None
        try:
            if token != wanted or self.refuse_tokens:
                raise Refusal(self.refuse_tokens or "invalid_auth")
            if now is not None and not now.after:
                return self._broken(request, now)
            self._check(method, args)
            answer = self._answer(method, args)
            self.calls.append((method, args))
        except Refusal as refusal:
            return web.json_response({"ok": False, "error": str(refusal)})
        finally:
            await self._notify()
        if now is not None:
            return self._broken(request, now)
        if method == "chat.postMessage":
            await asyncio.sleep(self.post_lag_s)
        return web.json_response({"ok": True} | answer, headers={"x-oauth-scopes": self.scopes})

    def _broken(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.drop:
            assert request.transport is not None
            request.transport.abort()
        headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else None
        body = {"ok": False, "error": fault.error}
        return web.json_response(body, status=fault.status, headers=headers)

    async def _arguments(self, method: str, request: web.Request) -> Json:
        args: Json = {}
        if request.content_type == "application/json":
            args = await request.json()
        form = dict(request.query) | {k: str(v) for k, v in (await request.post()).items()}
        return args | (self.schema.coerced(method, form) if self.schema else _loose(form))

    def check_view(self, view: Json) -> None:
        """A dialog that comes back with an acknowledgement."""
        if self.schema is not None and self.schema.there:
            self.violations += self.schema.errors("ModalView", view)

    def _check(self, method: str, args: Json) -> None:
        if self.schema is not None:
            self.violations += self.schema.violations(method, args)
        if args.get("link_names"):
            self.violations.append(f"{method}: link_names")
        if len(args.get("blocks") or []) > 50:
            self.violations.append(f"{method}: more than 50 blocks")
        view: Json = args.get("view") or {}
        blocks: list[Json] = args.get("blocks") or view.get("blocks") or []
        for block in blocks:
            self._check_block(method, block)

    def _check_block(self, method: str, block: Json) -> None:
        if block["type"] == "actions":
            ids = [element["action_id"] for element in block["elements"]]
            if len(ids) != len(set(ids)):
                self.violations.append(f"{method}: action ids repeat: {ids}")
        if block["type"] == "section" and len(block["text"]["text"]) > 3000:
            self.violations.append(f"{method}: section of {len(block['text']['text'])}")
        if block["type"] in self.unknown_blocks:
            self.refused_blocks.append(block["type"])
            raise Refusal("invalid_blocks")
        cards: list[Json] = block["elements"] if block["type"] == "carousel" else []
        if len(cards) > 10 or any(len(card["actions"]) > 3 for card in cards):
            self.violations.append(f"{method}: a carousel of too much")
        pieces: list[Json] = [block, block.get("accessory") or {}]
        pieces += [card.get("hero_image") or {} for card in cards]
        for piece in pieces:
            named: Json = piece.get("slack_file") or {}
            file = self.files.get(named.get("id", ""))
            if named and (file is None or not self._mimetype(file)):
                raise Refusal("invalid_blocks")

    def _answer(self, method: str, args: Json) -> Json:
        handler = getattr(self, "_" + method.replace(".", "_"), None)
        if handler is None:
            self.violations.append(f"{method} was not expected")
            raise Refusal("unknown_method")
        return handler(args)

    def _auth_test(self, args: Json) -> Json:
        return {
            "url": WORKSPACE,
            "user_id": BOT,
            "user": "darkroom",
            "team_id": TEAM,
            "bot_id": "B0BOT",
        }

    def _apps_connections_open(self, args: Json) -> Json:
        return {"url": f"ws://127.0.0.1:{self.port}/ws?ticket=t{next(self._ids)}"}

    def _may_post(self, channel: str) -> str:
        if channel.startswith("U"):
            return "D" + channel[1:]
        if channel in self.archived:
            raise Refusal("is_archived")
        if channel in self.read_only:
            raise Refusal("restricted_action_read_only_channel")
        if channel.startswith("C") and channel not in self.members:
            raise Refusal("not_in_channel")
        return channel

    def _chat_postMessage(self, args: Json) -> Json:
        channel = self._may_post(args["channel"])
        if args.get("thread_ts") and self.closed_threads:
            raise Refusal(self.closed_threads)
        ts = f"{time.time():.0f}.{next(self._ids):06d}"
        self.posts[(channel, ts)] = Post(channel, ts, args | {"at": time.monotonic()})
        return {"channel": channel, "ts": ts, "message": {"ts": ts}}

    def _chat_update(self, args: Json) -> Json:
        post = self.posts.get((args["channel"], args["ts"]))
        if post is None:
            raise Refusal("message_not_found")
        post.args = post.args | args
        return {"channel": post.channel, "ts": post.ts}

    def _chat_delete(self, args: Json) -> Json:
        if self.posts.pop((args["channel"], args["ts"]), None) is None:
            raise Refusal("message_not_found")
        self.deleted.append((args["channel"], args["ts"]))
        return {}

    def _chat_postEphemeral(self, args: Json) -> Json:
        self._may_post(args["channel"])
        self.ephemeral.append(args)
        return {"message_ts": f"{time.time():.0f}.{next(self._ids):06d}"}

    def _reactions_add(self, args: Json) -> Json:
        where = (args["channel"], args["timestamp"])
        post = self.posts.get(where) or self.said.get(where)
        if post is None:
            raise Refusal("message_not_found")
        if BOT in post.reactions.get(args["name"], set()):
            raise Refusal("already_reacted")
        post.reactions.setdefault(args["name"], set()).add(BOT)
        return {}

    def _reactions_get(self, args: Json) -> Json:
        post = self.posts.get((args["channel"], args["timestamp"]))
        if post is None:
            raise Refusal("message_not_found")
        given = [
            {"name": name, "users": sorted(users), "count": len(users)}
            for name, users in post.reactions.items()
        ]
        return {"type": "message", "channel": post.channel, "message": {"reactions": given}}

    def _files_getUploadURLExternal(self, args: Json) -> Json:
        file = self.add_file(b"", str(args["filename"]))
        file.done = False
        return {"upload_url": f"{self.origin}/upload/{file.id}", "file_id": file.id}

    def _files_completeUploadExternal(self, args: Json) -> Json:
        channel = str(args.get("channel_id") or "")
        if channel.startswith(("D", "U")):  # direct messages stand under their person here
            self.sent_files.append((channel, str(args["files"][0]["id"])))
        elif channel:
            self.violations.append("an upload named a channel")
        for each in args["files"]:
            file = self.files[each["id"]]
            if not file.data:
                raise Refusal("file_upload_size_restricted")
            file.done, file.polls = True, 0
        return {"files": [{"id": each["id"]} for each in args["files"]]}

    def _files_info(self, args: Json) -> Json:
        file = self._known(args["file"])
        file.polls += 1
        return {"file": self.describe(file)}

    def _files_delete(self, args: Json) -> Json:
        """https://docs.slack.dev/reference/methods/files.delete"""
        file = self._known(args["file"])
        if "files:write" not in self.scopes:
            raise Refusal("missing_scope")
        if file.id in self.undeletable or file.info:  # another's: the app deletes its own alone
            raise Refusal("cant_delete_file")
        file.deleted, file.data = True, b""
        return {}

    def _known(self, id: str) -> File:
        file = self.files.get(id)
        if file is None:
            raise Refusal("file_not_found")
        if file.deleted:
            raise Refusal("file_deleted")
        return file

    def kept(self) -> set[str]:
        """Uploads of the app that are still there."""
        return {id for id, file in self.files.items() if file.done and not file.info} - {
            id for id, file in self.files.items() if file.deleted
        }

    def _views_open(self, args: Json) -> Json:
        given = self._triggers.pop(args["trigger_id"], None)
        if given is None or time.monotonic() - given > TRIGGER_S:
            raise Refusal("expired_trigger_id")
        view = args["view"] | {"id": f"V{next(self._ids)}"}
        self.views.append(view)
        return {"view": view}

    def _views_update(self, args: Json) -> Json:
        known = [view["id"] for view in self.views]
        if args["view_id"] not in known:
            raise Refusal("not_found")
        view = args["view"] | {"id": args["view_id"]}
        self.views[known.index(args["view_id"])] = view
        return {"view": view}

    def _views_publish(self, args: Json) -> Json:
        self.homes[args["user_id"]] = args["view"]
        return {"view": args["view"]}

    def _assistant_threads_setStatus(self, args: Json) -> Json:
        self.statuses.append(args)
        return {}

    def _assistant_threads_setSuggestedPrompts(self, args: Json) -> Json:
        """https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts"""
        if "assistant:write" not in self.scopes:
            raise Refusal("missing_scope")
        if len(args["prompts"]) > 4 or "thread_ts" in args:
            self.violations.append("setSuggestedPrompts: four at most, and of no thread")
        self.prompts.append(args)
        return {}

    def _users_info(self, args: Json) -> Json:
        if "users:read" not in self.scopes:
            raise Refusal("missing_scope")
        user = str(args["user"])
        return {
            "user": {
                "id": user,
                "team_id": TEAM,
                "name": user.lower(),
                "is_admin": user in self.admins,
                "is_owner": False,
            }
            | self.users.get(user, {})
        }

    # files

    def add_file(self, data: bytes, name: str = "photo.png", **info: Any) -> File:
        file = File(f"F{next(self._ids):05d}", name, data, done=True, info=info)
        file.polls = self.not_ready_polls if data else 0
        self.files[file.id] = file
        return file

    def _mimetype(self, file: File) -> str:
        if file.deleted:
            return ""
        ready = file.done and file.polls > self.not_ready_polls - (1 if file.info else 0)
        kind = IMAGE_TYPES.get(file.name.rsplit(".", 1)[-1], "application/octet-stream")
        return str(file.info.get("mimetype", kind)) if ready or file.info else ""

    def describe(self, file: File) -> Json:
        return {
            "id": file.id,
            "name": file.name,
            "mimetype": self._mimetype(file),
            "size": len(file.data),
            "url_private": f"{self.origin}/files/{file.id}",
        } | file.info

    async def _upload(self, request: web.Request) -> web.Response:
        self.files[request.match_info["id"]].data = await request.read()
        if request.headers.get("Authorization"):
            self.violations.append("the token went to an upload address")
        return web.Response(text="OK")

    async def _download(self, request: web.Request) -> web.Response:
        file = self.files[request.match_info["id"]]
        if file.deleted:
            return web.Response(status=404)
        if file.redirect:
            return web.Response(status=302, headers={"Location": file.redirect})
        if file.html or request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}":
            return web.Response(
                text="<!DOCTYPE html><html>Sign in</html>", content_type="text/html"
            )
        return web.Response(body=file.data, content_type="image/png")

    async def _hook(self, request: web.Request) -> web.Response:
        if self.expired_replies:
            return web.Response(status=404, text="expired_url")
        reply: Json = await request.json()
        blocks: list[Json] = reply.get("blocks") or []
        for block in blocks:
            self._check_block("reply", block)
        self.replies.append(reply)
        await self._notify()
        return web.Response(text="ok")

    # deliveries

    def trigger(self) -> str:
        trigger = f"trigger.{next(self._ids)}"
        self._triggers[trigger] = time.monotonic()
        return trigger

    def expire_triggers(self) -> None:
        self._triggers = {key: -1e9 for key in self._triggers}

    def number(self) -> int:
        return next(self._ids)

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self.connections += 1
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets)})
        await self._notify()
        try:
            async for message in socket:
                if message.type is WSMsgType.PING and self.pongs:
                    await socket.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    answer = json.loads(message.data)
                    waiting = self._acks.get(answer.get("envelope_id", ""))
                    if waiting is not None and not waiting.done():
                        waiting.set_result(answer)
        finally:
            self.sockets.remove(socket)
            await self._notify()
        return socket

    async def deliver(self, kind: str, payload: Json, socket: int = 0, wait: float = ACK_S) -> Ack:
        """An envelope to a socket, and what came back within Slack's three seconds."""
        envelope = f"e{next(self._ids)}"
        self._acks[envelope] = asyncio.get_running_loop().create_future()
        start = time.perf_counter()
        await self.sockets[socket % len(self.sockets)].send_json(
            {
                "type": kind,
                "envelope_id": envelope,
                "payload": payload,
                "accepts_response_payload": True,
            }
        )
        try:
            answer = await asyncio.wait_for(self._acks[envelope], wait)
        except TimeoutError:
            return Ack(0, {}, time.perf_counter() - start)
        return Ack(200, answer.get("payload") or {}, time.perf_counter() - start)

    async def inject(self, url: str, body: bytes, content_type: str, **headers: str) -> Ack:
        """A signed HTTP delivery; `headers` replace the right ones (underscores are dashes)."""
        stamp = str(int(time.time()))
        base = b"v0:" + stamp.encode() + b":" + body
        signature = "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
        sent = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature,
        } | {key.replace("_", "-"): value for key, value in headers.items()}
        start = time.perf_counter()
        async with self._client.post(url, data=body, headers=sent) as answer:
            text = await answer.text()
        payload: Json = json.loads(text) if text.startswith("{") else {}
        return Ack(answer.status, payload, time.perf_counter() - start)


def _loose(form: dict[str, str]) -> Json:
    return {k: json.loads(v) if v[:1] in "[{" else v for k, v in form.items()}
