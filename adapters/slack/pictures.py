"""Stored images as Slack files: uploaded once per process, PNG where Slack would not show them."""

import asyncio
import io
from collections import Counter, OrderedDict
from collections.abc import AsyncGenerator, Collection, Iterable
from contextlib import asynccontextmanager

from adapters.slack.api import SlackApi
from core.ports.images import Images

KEPT = 2000
SMALL = "thumbnail "


class Pictures:
    """Image hash → Slack file id. What is forgotten or was removed is uploaded again."""

    def __init__(self, api: SlackApi, images: Images) -> None:
        self._api, self._images = api, images
        self._files: OrderedDict[str, str] = OrderedDict()
        self._held: Counter[str] = Counter()

    @asynccontextmanager
    async def held(self, hashes: Iterable[str]) -> AsyncGenerator[dict[str, str]]:
        """File ids that are ready for a block; none of them is deleted while this one runs. A hash
        the store does not know is left out."""
        wanted = [hash_ for hash_ in dict.fromkeys(hashes) if hash_]
        files = await self._all(wanted)
        while any(self._files.get(hash_) != file for hash_, file in files.items()):
            files = await self._all(wanted)  # one was deleted while another was uploaded
        self._held.update(files.values())
        try:
            yield files
        finally:
            self._held.subtract(files.values())

    async def _all(self, hashes: list[str]) -> dict[str, str]:
        found = await asyncio.gather(*(self._file(hash_) for hash_ in hashes))
        return {hash_: file for hash_, file in zip(hashes, found, strict=True) if file}

    def release(self, files: Collection[str]) -> set[str]:
        """Those of these files that no post on its way shows; nobody is given them from now on. With
        them the small versions of the same pictures."""
        free = {file for file in files if self._held[file] <= 0}
        hashes = [hash_ for hash_, file in self._files.items() if file in free]
        self.forget(hashes)
        small = [self._files.pop(f"{SMALL}{hash_}", "") for hash_ in hashes]
        return free | set(filter(None, small))

    def forget(self, hashes: Iterable[str]) -> None:
        for hash_ in hashes:
            self._files.pop(hash_, None)

    async def thumbnail(self, hash_: str) -> str:
        """The file id of a small version, "" if the store does not know the image."""
        key = f"{SMALL}{hash_}"
        if key not in self._files:
            try:
                small = await self._images.thumbnail(hash_)
            except KeyError:
                return ""
            await self._upload(key, small, f"{hash_[:12]}-small")
        return self._files[key]

    async def full(self, hash_: str) -> tuple[bytes, str]:
        """Bytes as Slack shows them, and the file extension. Raises KeyError."""
        return await asyncio.to_thread(as_shown, await self._images.get(hash_))

    async def _file(self, hash_: str) -> str:
        if hash_ not in self._files:
            try:
                data = await self._images.get(hash_)
            except KeyError:
                return ""
            await self._upload(hash_, data, hash_[:12])
        self._files.move_to_end(hash_)
        return self._files[hash_]

    async def _upload(self, key: str, data: bytes, name: str) -> None:
        shown, kind = await asyncio.to_thread(as_shown, data)
        self._files[key] = await self._api.upload(shown, f"{name}.{kind}")
        while len(self._files) > KEPT:
            self._files.popitem(last=False)


def as_shown(data: bytes) -> tuple[bytes, str]:
    """PNG, JPEG and GIF as they are; anything else (WebP) as PNG: image blocks take only those."""
    for magic, kind in ((b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif")):
        if data.startswith(magic):
            return data, kind
    from PIL import Image  # here: few pictures need it

    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        image.convert("RGBA" if image.has_transparency_data else "RGB").save(out, "PNG")
    return out.getvalue(), "png"
