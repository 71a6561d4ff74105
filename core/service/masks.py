"""A mask or marks on their way in: brought to the picture they belong to, and kept like one."""

from collections.abc import Mapping

from core.domain.commands import ImageHandle
from core.imaging import tasks
from core.imaging.results import percent
from core.ports.images import Uploads
from core.runtime.context import RunContext
from core.service.references import Reference, fetched, read


async def take_in_mask(
    ctx: RunContext, uploads: Mapping[str, Uploads], handle: ImageHandle, size: tuple[int, int]
) -> Reference:
    """An uploaded mask for a picture of `size` (width, height), kept as an 8-bit PNG of that size,
    white = edit; its note says how it was read. Raises BadImage; Transient."""
    made = await read(ctx, tasks.read_mask, await fetched(uploads, handle), size)
    return Reference(await ctx.images.put(made.data), size, (made.note,))


async def take_in_region(ctx: RunContext, words: str, picture: str) -> Reference:
    """The mask of a region in words ("top left", "the background") of a stored picture (its hash).
    Raises BadRequest where the words name none or it can't be told, BadImage."""
    made = await read(ctx, tasks.region_mask, words, await ctx.images.get(picture))
    note = f"“{words.strip()}” is {percent(made.share)} of the picture."
    return Reference(await ctx.images.put(made.data), (made.width, made.height), (note,))


async def take_in_marks(
    ctx: RunContext, uploads: Mapping[str, Uploads], handle: ImageHandle, size: tuple[int, int]
) -> Reference:
    """Marks drawn over a picture of `size`, kept as a transparent PNG of that size. Raises BadImage;
    Transient."""
    data = await read(ctx, tasks.read_marks, await fetched(uploads, handle), size)
    return Reference(await ctx.images.put(data), size)
