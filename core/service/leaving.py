"""Pictures as they leave: each says in its file what made it, and from what."""

import json
from collections.abc import Sequence

from core.imaging import provenance
from core.ports.images import Images
from core.steps.origin import key_of


class NotedImages:
    """Implements `core.ports.images.Images` over another one, whose bytes stay as they are."""

    def __init__(self, images: Images) -> None:
        self._images = images

    async def get(self, hash: str) -> bytes:
        data = await self._images.get(hash)
        text = await self._images.noted_call(key_of(hash))
        if text is None:
            return data
        said = json.loads(text)
        return provenance.marked(data, said["source"], said["parents"], said["model"])

    async def put(self, data: bytes) -> str:
        return await self._images.put(data)

    async def thumbnail(self, hash: str) -> bytes:
        return await self._images.thumbnail(hash)

    async def note_call(self, key: str, text: str) -> None:
        await self._images.note_call(key, text)

    async def noted_call(self, key: str) -> str | None:
        return await self._images.noted_call(key)

    async def forget(self, images: Sequence[str], calls: Sequence[str]) -> None:
        await self._images.forget(images, calls)
