"""The door: a server of the Model Context Protocol in front of core."""

import asyncio
import base64
from collections.abc import Sequence
from typing import Any

import mcp_types as types
from mcp.server import Server, ServerRequestContext

from adapters import facts
from adapters.answering import Call, CallAnswer, Progress
from adapters.following import Host, Updates, head
from adapters.mcp.pictures import PLATFORM, SCHEME, CallPictures
from adapters.mcp.resources import Shelf
from adapters.mcp.tools import (
    CONFIRM,
    ITERATION,
    OF_A_THREAD,
    PREFERENCES,
    QUOTA,
    SESSIONS,
    tools,
)
from adapters.schema import check
from adapters.texts.catalogue import t
from adapters.texts.help import lacking, missing_lines
from core.domain import preferences
from core.domain.commands import Actor, Command, Confirm, ImageHandle, Place
from core.domain.errors import BadRequest, DarkroomError
from core.domain.options import build
from core.ports.api import CoreApi

PLACE = Place(PLATFORM, "", PLATFORM, can_thread=False)
Context = ServerRequestContext[Any, Any]


class Door:
    def __init__(self, core: CoreApi, host: Host, actor: Actor) -> None:
        self.updates, self.pictures = Updates(PLATFORM), CallPictures()
        self.shelf = Shelf(core, actor)
        self._core, self._host, self._actor = core, host, actor
        self._calls: set[asyncio.Task[CallAnswer]] = set()
        self.server: Server[Any] = Server(
            "darkroom",
            instructions="\n".join((t("mcp.about"), *missing_lines(core.offers))),
            on_list_tools=self._list_tools,
            on_call_tool=self._call_tool,
            on_list_resources=self.shelf.list,
            on_list_resource_templates=self.shelf.templates,
            on_read_resource=self.shelf.open,
        )

    async def close(self) -> None:
        """Runs that are followed end after their step, and keep what is painted."""
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def _tools(self) -> list[types.Tool]:
        painters = await self._core.painters(PLATFORM, "")
        return tools(self._core.offers, self._core.models, painters)

    async def _list_tools(self, _: Context, __: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=await self._tools())

    async def _call_tool(
        self, ctx: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        try:
            given, progress = params.arguments or {}, ctx.session.report_progress
            told = await self._answer(params.name, given, progress)
        except DarkroomError as exc:
            told = CallAnswer(exc.sentence, error=True)
        return types.CallToolResult(
            content=[types.TextContent(text=told.sentence), *await self._shown(told)],
            structured_content=told.facts or None,
            is_error=told.error,
        )

    async def _answer(self, name: str, given: dict[str, Any], progress: Progress) -> CallAnswer:
        tool = next((each for each in await self._tools() if each.name == name), None)
        if tool is None:
            raise BadRequest(self._not_here(name))
        check(tool.input_schema, given)
        base = head(self._actor, PLACE)
        if name == SESSIONS:
            return await self._sessions()
        if name == QUOTA:
            return await self._quota()
        if name == PREFERENCES:
            return await self._preferences(given)
        if name == CONFIRM:
            return await self._carry(Confirm(**base, **given), progress)
        offer = next(each for each in self._core.offers if each.name == name)
        images = {f.name for f in offer.fields if f.kind == "image"} & given.keys()
        stored = self.shelf.read
        handles = {key: await self.pictures.handle(given[key], stored) for key in images}
        known = {ITERATION: given[ITERATION]} if offer.grows and given.get(ITERATION) else {}
        command = build(offer.command, {**given, **handles}, **base, **known)
        return await self._carry(command, progress, tuple(handles.values()))

    def _not_here(self, name: str) -> str:
        """A job may be there and have no model: the sentence has the key that would enable it."""
        return lacking(self._core.offers, name) or t("mcp.no_tool", name=name[:40])

    async def _carry(
        self, command: Command, progress: Progress, handles: Sequence[ImageHandle] = ()
    ) -> CallAnswer:
        """A call that is cancelled, or whose client has gone, stops its run in the background."""
        if fault := self._host.unreachable(command):
            return CallAnswer(fault, error=True)
        run = command.run if isinstance(command, Confirm) else ""
        call = Call(
            self._core, self._host, command, asyncio.Queue(), run, progress=progress, scheme=SCHEME
        )
        task = asyncio.create_task(self._follow(call, handles), name=f"call {command.dedup_key}")
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            call.queue.put_nowait(None)
            raise

    async def _follow(self, call: Call, handles: Sequence[ImageHandle]) -> CallAnswer:
        try:
            with self.updates.watched(call.queue):
                return await call.answer()
        finally:
            for handle in handles:
                self.pictures.drop(handle)

    async def _quota(self) -> CallAnswer:
        view = await self._core.quota(self._actor)
        return CallAnswer(facts.quota_line(view), facts.of_quota(view))

    async def _preferences(self, said: dict[str, Any]) -> CallAnswer:
        """What holds now where a call says nothing; with arguments they are kept first."""
        now = await self._core.preferences(self._actor)
        if said:
            wanted = preferences.read({**preferences.shown(now), **said})
            now = await self._core.prefer(self._actor, wanted, now)
        rows = {n: v for n, v in preferences.shown(now).items() if n not in OF_A_THREAD}
        lines = [f"{name}: {value or preferences.DEFAULT}" for name, value in rows.items()]
        return CallAnswer("\n".join(lines), {"preferences": rows})

    async def _sessions(self) -> CallAnswer:
        found = await self._core.sessions(self._actor)
        rows = [facts.of_session(each, SCHEME) for each in found]
        lines = (", ".join(str(value) for value in row.values() if value) for row in rows)
        return CallAnswer("\n".join(lines) or t("mcp.no_sessions"), {"sessions": rows})

    async def _shown(self, told: CallAnswer) -> list[types.ContentBlock]:
        """The best picture small, to be looked at, and all of them as links."""
        if not told.pictures:
            return []
        first = await self._core.images.thumbnail(next(iter(told.pictures)))
        small = types.ImageContent(data=base64.b64encode(first).decode(), mime_type="image/webp")
        links = (
            types.ResourceLink(uri=f"{SCHEME}{h}", name=n) for h, n in told.pictures.items() if h
        )
        return [small, *links]
