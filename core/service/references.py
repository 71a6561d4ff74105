"""The picture of a request on its way in: fetched, decoded, stored; and what came along in vain."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.domain.commands import ImageHandle
from core.domain.errors import BadImage, PixelsFailed
from core.imaging import tasks
from core.imaging.formats import PICTURE, taken
from core.ports.images import Uploads
from core.runtime.context import RunContext

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reference:
    """A stored picture: its hash, width and height in pixels, sentences about how it was read."""

    hash: str
    size: tuple[int, int]
    notes: tuple[str, ...] = ()


async def take_in(
    ctx: RunContext, uploads: Mapping[str, Uploads], handle: ImageHandle
) -> Reference:
    """A picture. Raises BadImage; Transient where its platform does not answer now."""
    admitted = await read(ctx, tasks.admit, await fetched(uploads, handle))
    size = (admitted.width, admitted.height)
    return Reference(await ctx.images.put(admitted.data), size, admitted.notes)


async def fetched(uploads: Mapping[str, Uploads], handle: ImageHandle) -> bytes:
    """Raises BadImage; Transient where its platform does not answer now."""
    source = uploads.get(handle.platform)
    if source is None:
        raise BadImage("This picture can't be fetched any more: upload it again.")
    return await source.fetch(handle)


async def read(ctx: RunContext, how: Callable[..., T], *args: object) -> T:
    """Work on an upload's pixels. Raises BadImage."""
    try:
        return await ctx.pixels.run(how, *args)
    except PixelsFailed as exc:
        raise BadImage(f"{exc.sentence} Send it smaller, or another one.") from exc


def unused_sentence(unused: Sequence[str], *, has_picture: bool) -> str:
    """What of a message is left aside, "" if nothing is: "Not used: 2 more pictures and a PDF."."""
    if not unused:
        return ""
    parts = [_counted(kind, number, has_picture) for kind, number in Counter(unused).items()]
    listed = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
    if PICTURE in unused:
        return f"Not used: {listed}. One picture is taken at a time, the first."
    return f"Not used: {listed}. Of files only pictures are taken: {taken()}."


def _counted(kind: str, number: int, more: bool) -> str:
    article, _, name = kind.partition(" ")
    if kind == PICTURE and more:
        return f"{number} more picture{'s' * (number > 1)}"
    return f"{article} {name}" if number == 1 else f"{number} {name}s"
