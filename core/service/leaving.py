"""Pictures as they leave: each says in its file what made it, and from what; with an operator's
certificate it is signed, and what it was made from is chained to it."""

import asyncio
import base64
import json
import logging
from collections.abc import Sequence
from typing import Any, Final

from core.domain.errors import PictureLost
from core.imaging import provenance
from core.ports.credentials import Seal, SealFailed
from core.ports.images import Images
from core.steps.origin import key_of

log = logging.getLogger(__name__)
MOST_LINKS: Final = 40  # of a chain: each link carries all before it


def sealed_key(image: str) -> str:
    """Where a picture's signature is kept: what leaves twice is the same file twice."""
    return f"sealed/{image}"


class LeavingImages:
    """Implements `core.ports.images.Images` over another one, whose bytes stay as they are."""

    def __init__(self, images: Images, seal: Seal | None = None) -> None:
        self._images, self._seal = images, seal
        self._one = asyncio.Lock()

    async def get(self, hash: str) -> bytes:
        said = await self._made(hash)
        if said is None:
            return await self._images.get(hash)
        if self._seal is None:
            return await self._marked(hash, said)
        if await self._kept(hash) is None:
            async with self._one:
                for each in reversed(await self._unsigned(hash, said)):
                    await self._sign(self._seal, each)
        return _patched(await self._marked(hash, said), await self._kept(hash))

    async def _made(self, hash: str) -> dict[str, Any] | None:
        text = await self._images.noted_call(key_of(hash))
        return None if text is None else json.loads(text)

    async def _kept(self, hash: str) -> dict[str, Any] | None:
        text = await self._images.noted_call(sealed_key(hash))
        return None if text is None else json.loads(text)

    async def _marked(self, hash: str, said: dict[str, Any]) -> bytes:
        data = await self._images.get(hash)
        return provenance.marked(data, said["source"], said["parents"], said["model"])

    async def _unsigned(self, hash: str, said: dict[str, Any]) -> Sequence[str]:
        """The pictures that this one comes from and that nobody signed yet, itself first."""
        found, waiting = dict[str, None](), [(hash, said)]
        while waiting and len(found) < MOST_LINKS:
            each, note = waiting.pop(0)
            found.pop(each, None)
            found[each] = None
            for parent in note["parents"]:
                made = await self._made(parent)
                if made is not None and await self._kept(parent) is None:
                    waiting.append((parent, made))
        return tuple(found)

    async def _sign(self, seal: Seal, hash: str) -> None:
        """Keeps what signing adds to the file. A picture that can't be signed leaves without."""
        said = await self._made(hash)
        if said is None or await self._kept(hash) is not None:
            return
        try:
            plain = await self._marked(hash, said)
            parents, links = await self._ingredients(said["parents"])
            title = f"{provenance.HASHED}{hash}"
            signed = await asyncio.to_thread(
                seal.seal, plain, title, said["source"], said["model"], parents
            )
        except (PictureLost, SealFailed) as exc:
            log.error("image %s is not signed: %s", hash, exc)
            return
        note = {"links": links + 1, **_difference(plain, signed)}
        await self._images.note_call(sealed_key(hash), json.dumps(note))

    async def _ingredients(self, hashes: Sequence[str]) -> tuple[dict[str, bytes], int]:
        """Files by their titles, and how many links the longest of their chains has; one too long
        begins anew."""
        found, longest = dict[str, bytes](), 0
        for hash in hashes:
            said, kept = await self._made(hash), await self._kept(hash)
            links = kept["links"] if kept else 0
            title = f"{provenance.HASHED}{hash}"
            if said is None:
                found[title] = await self._images.get(hash)
            else:
                whole = kept if links < MOST_LINKS else None
                found[title] = _patched(await self._marked(hash, said), whole)
                longest = max(longest, links if whole else 0)
        return found, longest

    async def stored(self, hash: str) -> bytes:
        return await self._images.stored(hash)

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


def _difference(plain: bytes, signed: bytes) -> dict[str, Any]:
    """What was put between the head and the tail that both files have."""
    head = _alike(plain, signed)
    tail = _alike(plain[head:][::-1], signed[head:][::-1])
    middle = signed[head : len(signed) - tail]
    return {"head": head, "tail": tail, "middle": base64.b64encode(middle).decode()}


def _alike(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _patched(plain: bytes, kept: dict[str, Any] | None) -> bytes:
    if kept is None:
        return plain
    end = plain[len(plain) - kept["tail"] :]
    return plain[: kept["head"]] + base64.b64decode(kept["middle"]) + end
