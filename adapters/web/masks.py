"""The mask painter: its page, the picture, and what is sent. What is sent becomes the command of the
person whose link it is, received like any other."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from adapters.web.address import client_of
from adapters.web.checks import Checks, answer
from adapters.web.mask_body import SentMask, sent_by
from adapters.web.mask_links import MaskLinks, Ticket
from adapters.web.mask_pictures import Canvas, MaskPictures, upload_handle
from adapters.web.pages import UP, page
from adapters.web.security import Gate
from adapters.web.upload_room import Holder
from adapters.web.uploads import WebUploads
from core.domain.commands import Actor, Command, ImageHandle, Place
from core.domain.defaults import MAX_GOAL
from core.domain.errors import Gone, PixelsFailed
from core.domain.records import InboxState
from core.imaging import results, tasks
from core.ports.api import CoreApi
from core.ports.pixels import Pixels

BUSY_S: Final = 2.0
ANSWER_S, ASKED_EVERY_S = 3.0, 0.1
TRIES: Final = 20  # of one link whose requests were refused
USED: Final = (
    "This link was used: what was painted is on its way. Press Edit a part… again for another."
)
SENT: Final = "Sent. It goes on in the thread; you can close this page."
REFUSED: Final = "It was refused; the thread says why."


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What somebody painted: either a mask (8-bit PNG of the picture's size, white = edit) or marks
    (transparent PNG of that size), as handles that intake fetches."""

    key: str
    actor: Actor
    place: Place
    iteration: str = ""
    image: ImageHandle | None = None
    instruction: str
    mask: ImageHandle | None = None
    marks: ImageHandle | None = None


Commands = Callable[[Submitted], Command]


@dataclass(frozen=True, slots=True)
class Editing:
    """What the mask painter works with: where pixels are worked on, and what makes a command of what
    somebody painted."""

    pixels: Pixels
    command_of: Commands


def commands_of(edit: type[Command]) -> Commands:
    """Makes commands of a job that edits: one with the fields `iteration` or `image`, `instruction`,
    `mask` and `marks`."""

    def make(made: Submitted) -> Command:
        where = {"image": made.image} if made.image else {"iteration": made.iteration}
        said: dict[str, Any] = {"instruction": made.instruction, **where}
        drawn: dict[str, Any] = {"mask": made.mask, "marks": made.marks}
        base: dict[str, Any] = {"actor": made.actor, "place": made.place}
        return edit(dedup_key=made.key, **base, **said, **drawn)

    return make


class MaskPainter:
    """Handlers of `/mask/{id}` and `/api/masks/{id}`."""

    def __init__(
        self, core: CoreApi, links: MaskLinks, gate: Gate, uploads: WebUploads, editing: Editing
    ) -> None:
        self._core, self._links, self._gate = core, links, gate
        self._uploads, self._editing = uploads, editing
        self._pictures = MaskPictures(core, uploads, editing.pixels)

    def routes(self, checks: Checks) -> list[web.RouteDef]:
        return [
            web.get("/mask/{id}", checks.open(self.page)),
            web.get("/api/masks/{id}", checks.open(self.info)),
            web.get("/api/masks/{id}/picture", checks.open(self.picture)),
            web.post("/api/masks/{id}", checks.open(self.submit)),
        ]

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The page always, since it says what is wrong with its link; the status says it too."""
        try:
            await self._fresh(self._ticket(request))
        except web.HTTPException as problem:
            return page("mask.html", problem.status, up=UP)
        return page("mask.html", up=UP)

    async def info(self, request: web.Request) -> web.StreamResponse:
        ticket = self._ticket(request)
        await self._fresh(ticket)
        canvas = await self._pictures.canvas(ticket)
        data = {
            "picture": f"/api/masks/{ticket.target}/picture?{request.query_string}",
            "width": canvas.width,
            "height": canvas.height,
            "mode": ticket.mode,
            "longest": MAX_GOAL,
            "least": results.LEAST_SHARE,
            "most": results.MOST_SHARE,
            "back": f"/#{ticket.place.thread}" if ticket.place.platform == "web" else "",
        }
        return answer(data)

    async def picture(self, request: web.Request) -> web.StreamResponse:
        canvas = await self._pictures.canvas(self._ticket(request))
        kept = {"Cache-Control": "private, max-age=7200"}
        return web.Response(body=canvas.shown, content_type="image/jpeg", headers=kept)

    async def submit(self, request: web.Request) -> web.StreamResponse:
        ticket = self._ticket(request)
        key = await self._fresh(ticket)
        sent = await sent_by(request)
        canvas = await self._pictures.canvas(ticket)
        made = await self._submitted(ticket, key, sent, canvas, client_of(request))
        async with asyncio.timeout(BUSY_S):
            fresh = await self._core.receive(self._editing.command_of(made))
        if not fresh:
            raise web.HTTPGone(text=USED)
        if refusal := await self._refusal(key, ticket.actor):
            return answer({"error": refusal}, 409)
        return answer({"sentence": SENT}, 202)

    def _ticket(self, request: web.Request) -> Ticket:
        self._gate.check_origin(request)
        return self._links.read(request.match_info["id"], request.query.get("t", ""))

    async def _fresh(self, ticket: Ticket) -> str:
        """The key of the next request by this link: what was refused may be sent again. Raises
        HTTPGone where one was taken."""
        for number in range(TRIES):
            key = f"{ticket.key}/{number}"
            state = await self._core.fate(key)
            if state is None:
                return key
            if state is not InboxState.REFUSED:
                break
        raise web.HTTPGone(text=USED)

    async def _submitted(
        self, ticket: Ticket, key: str, sent: SentMask, canvas: Canvas, client: str
    ) -> Submitted:
        size = (canvas.width, canvas.height)
        holder = Holder(ticket.actor.id, client)
        painted = await self._read(sent, size)
        id, length = await self._uploads.keep(_whole(painted), holder, len(painted))
        handle = upload_handle(id, length)
        upload = ticket.kind == "upload"
        return Submitted(
            key=key,
            actor=ticket.actor,
            place=ticket.place,
            iteration="" if upload else ticket.target,
            image=upload_handle(ticket.target) if upload else None,
            instruction=sent.instruction,
            mask=handle if sent.mask else None,
            marks=handle if sent.marks else None,
        )

    async def _read(self, sent: SentMask, size: tuple[int, int]) -> bytes:
        """At the picture's size. Raises BadImage."""
        try:
            if sent.mask:
                return (
                    await self._editing.pixels.run(tasks.read_mask, sent.mask, size, "white")
                ).data
            return await self._editing.pixels.run(tasks.read_marks, sent.marks, size)
        except PixelsFailed as exc:
            raise Gone(f"{exc.sentence} Send it again.") from exc

    async def _refusal(self, key: str, actor: Actor) -> str:
        """Why it was refused, "" where it was taken in or is not yet: then the thread will say."""
        end = asyncio.get_running_loop().time() + ANSWER_S
        while (state := await self._core.fate(key)) is InboxState.NEW:
            if asyncio.get_running_loop().time() >= end:
                return ""
            await asyncio.sleep(ASKED_EVERY_S)
        if state is not InboxState.REFUSED:
            return ""
        refused = await self._core.refusal(key, actor)
        return refused.sentence if refused else REFUSED


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data
