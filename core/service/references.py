"""The picture of a request on its way in: fetched, decoded, stored; and what came along in vain."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.domain.commands import ImageHandle
from core.domain.errors import BadImage, PixelsFailed
from core.imaging import codec, marks, mask, regions
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
    admitted = await _worked(ctx, codec.admit, await _fetched(uploads, handle))
    size = (admitted.width, admitted.height)
    return Reference(await ctx.images.put(admitted.data), size, admitted.notes)


async def take_in_mask(
    ctx: RunContext, uploads: Mapping[str, Uploads], handle: ImageHandle, size: tuple[int, int]
) -> Reference:
    """A mask for a picture of this size, and how it was read. Raises as `take_in` does."""
    read = await _worked(ctx, mask.read, await _fetched(uploads, handle), size)
    return Reference(await ctx.images.put(read.data), size, (read.note,))


async def take_in_marks(
    ctx: RunContext, uploads: Mapping[str, Uploads], handle: ImageHandle, size: tuple[int, int]
) -> Reference:
    """A layer of marks for a picture of this size. Raises as `take_in` does."""
    layer = await _worked(ctx, marks.read, await _fetched(uploads, handle), size)
    return Reference(await ctx.images.put(layer), size)


async def take_in_region(
    ctx: RunContext, words: str, picture: str, size: tuple[int, int]
) -> Reference:
    """The mask of a region of this picture (a hash). Raises BadRequest, BadImage."""
    found = await _worked(ctx, regions.masked, words, await ctx.images.get(picture))
    note = f"“{words.strip()}” is {mask.percent(found.share)} of the picture."
    return Reference(await ctx.images.put(found.data), size, (note,))


async def _fetched(uploads: Mapping[str, Uploads], handle: ImageHandle) -> bytes:
    source = uploads.get(handle.platform)
    if source is None:
        raise BadImage("This picture can't be fetched any more: upload it again.")
    return await source.fetch(handle)


async def _worked(ctx: RunContext, function: Callable[..., T], *args: object) -> T:
    try:
        return await ctx.pixels.run(function, *args)
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
