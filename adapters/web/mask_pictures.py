"""The picture that is painted on: an image of a tree, or a file that waits in the uploads folder."""

import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from adapters.web.inbound import PLATFORM
from adapters.web.mask_links import Ticket
from core.domain.commands import ImageHandle
from core.domain.errors import Gone, PictureLost, PixelsFailed
from core.ports.api import CoreApi
from core.ports.images import Uploads
from core.ports.pixels import Pixels

WORKING: Final = 2048  # pixels a side of what is painted on; masks are scaled up from it
KEPT: Final = 8
LOST: Final = "The picture is not there any more."


@dataclass(frozen=True, slots=True)
class Canvas:
    """The picture's own width and height in pixels, and it within the working size, as JPEG."""

    width: int
    height: int
    shown: bytes


class MaskPictures:
    """Makes canvases; the last few are kept, since a page asks twice and a phone's photograph takes
    seconds."""

    def __init__(self, core: CoreApi, uploads: Uploads, pixels: Pixels) -> None:
        self._core, self._uploads, self._pixels = core, uploads, pixels
        self._made: OrderedDict[str, Canvas] = OrderedDict()

    async def canvas(self, ticket: Ticket) -> Canvas:
        """Raises Gone where the picture is not there for this person (any more), BadImage."""
        if ticket.kind == "upload":
            return await self._kept(ticket.target, ticket)
        node = await self._core.iteration(ticket.target, ticket.actor)
        if node is None or node.discarded or await self._core.taken_down(node.image):
            raise Gone(LOST)
        return await self._kept(node.image, ticket)

    async def _kept(self, id: str, ticket: Ticket) -> Canvas:
        key = f"{ticket.kind} {id}"
        made = self._made.pop(key, None) or await self._make(id, ticket)
        self._made[key] = made
        while len(self._made) > KEPT:
            self._made.popitem(last=False)
        return made

    async def _make(self, id: str, ticket: Ticket) -> Canvas:
        try:
            if ticket.kind == "upload":
                data = await self._uploads.fetch(upload_handle(id))
                return await self._pixels.run(_admitted, data)
            return await self._pixels.run(_fitted, await self._core.images.get(id))
        except (PictureLost, PixelsFailed) as exc:
            raise Gone(LOST) from exc


def upload_handle(id: str, size: int = 0) -> ImageHandle:
    """What intake fetches a waiting file by."""
    return ImageHandle(PLATFORM, json.dumps({"upload": id}), "mask.png", "image/png", size)


def _admitted(data: bytes) -> Canvas:
    from core.imaging import codec  # here: by the process that does it

    return _fitted(codec.admit(data).data)


def _fitted(data: bytes) -> Canvas:
    from core.imaging import codec

    height, width = codec.rgb(data).shape[:2]
    return Canvas(width, height, codec.fit(data, WORKING, "JPEG", 90))
