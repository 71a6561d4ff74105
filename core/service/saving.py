"""A picture as a file of the kind and width that somebody asks for."""

from core.domain import access
from core.domain.admin import LARGEST_SAVED, ActAnswer, SaveAs
from core.domain.errors import BadRequest, Gone, PictureLost
from core.domain.records import Iteration
from core.imaging import tasks
from core.ports.images import Images
from core.runtime.context import RunContext
from core.service.mine import MOST_BYTES

ENDINGS = {"png": "png", "jpeg": "jpg", "webp": "webp"}
NOT_THERE = "This image is not there any more."


class Saving:
    """`images` are those that leave: they say what made them."""

    def __init__(self, ctx: RunContext, images: Images) -> None:
        self._ctx, self._images = ctx, images

    async def file(self, command: SaveAs) -> ActAnswer:
        """Raises a Refusal with a sentence."""
        width = command.width
        if command.format not in ENDINGS:
            raise BadRequest("The format is one of: png, jpeg, webp.")
        if width is not None and not 16 <= width <= LARGEST_SAVED:
            raise BadRequest(f"The width is from 16 to {LARGEST_SAVED} pixels.")
        node = await self._node(command)
        try:
            data = await self._images.get(node.image)
        except PictureLost as exc:
            raise Gone(NOT_THERE) from exc
        made = await self._ctx.pixels.run(tasks.saved, data, command.format, width or 0)
        if len(made.data) > MOST_BYTES:
            raise BadRequest(
                f"This file has {len(made.data) // 1024 // 1024} MB, more than a chat takes: choose "
                "JPEG or WebP, or a smaller width."
            )
        name = f"round-{node.round}-{made.width}x{made.height}.{ENDINGS[command.format]}"
        said = f"{name}: {made.width} × {made.height} pixels."
        return ActAnswer(lines=(said,), file=(name, made.data))

    async def _node(self, command: SaveAs) -> Iteration:
        async with self._ctx.store.read() as uow:
            node = await uow.iterations.get(command.iteration)
            session = await uow.sessions.get(node.session) if node else None
        if node is None or session is None or node.discarded:
            raise Gone(NOT_THERE)
        access.enter(session, command.actor)
        return node
