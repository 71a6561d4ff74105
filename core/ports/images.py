"""Where pictures are kept, and where uploads come from."""

from collections.abc import Sequence
from typing import Protocol

from core.domain.commands import ImageHandle


class Images(Protocol):
    """Content-addressed images. Writing the same bytes twice is one image."""

    async def put(self, data: bytes) -> str:
        """Stores encoded bytes and returns their sha256 in hex. Raises StoreUnavailable where there is
        no room."""
        ...

    async def get(self, hash: str) -> bytes:
        """The bytes that were put: what is damaged is not handed out. Raises PictureLost."""
        ...

    async def stored(self, hash: str) -> bytes:
        """The same, without anything that `get` may add as pictures leave. Raises PictureLost."""
        ...

    async def thumbnail(self, hash: str) -> bytes:
        """A WebP of at most 320 px, made once. Raises PictureLost, also where none can be made."""
        ...

    async def note_call(self, key: str, text: str) -> None:
        """Writes `calls/<key>.json` beside the images, atomically. Raises StoreUnavailable."""
        ...

    async def noted_call(self, key: str) -> str | None: ...

    async def forget(self, images: Sequence[str], calls: Sequence[str]) -> None:
        """Deletes images with their thumbnails, and notes of calls; what is not there is skipped."""
        ...


class Uploads(Protocol):
    """How intake gets an upload's bytes from the platform it came from."""

    async def fetch(self, handle: ImageHandle) -> bytes:
        """Raises BadImage with a sentence if it is gone, too large or no image; Transient to retry."""
        ...
