"""A session as files: images with telling names, the closing pictures, session.json."""

import asyncio
import json
import logging
from collections.abc import Collection, Sequence
from pathlib import Path

from adapters.bundles.archive import book
from adapters.bundles.offline_page import offline_page
from adapters.bundles.session_file import further_images, image_name, places, session_json
from bot.private import as_usual
from core.domain.errors import PictureLost, PixelsFailed
from core.domain.records import CallRow, Iteration, Tree
from core.imaging import tasks
from core.ports.images import Images
from core.ports.pixels import Pixels

log = logging.getLogger(__name__)


async def export(
    tree: Tree, images: Images, pixels: Pixels, out: Path, calls: Sequence[CallRow] = ()
) -> list[Path]:
    """Writes a session's files into `out`; returns their paths. Existing files are overwritten. A
    picture that is lost or can't be made is left out, and the log says so."""
    await asyncio.to_thread(own_folder, out)
    nodes = [node for node in tree.iterations if not node.discarded]
    there = await _there(images, {tree.session.reference, *(n.image for n in nodes)} - {""})
    nodes = [node for node in nodes if node.image in there]
    where = places(tree)
    written: list[Path] = []
    frames: list[bytes] = []
    for node in nodes:
        data = there[node.image]
        frames.append(data)
        written.append(_write(out / image_name(node, where[node.id]), data))
    if frames:
        captions = [f"{where[n.id]} · {n.style or _value(n)}".rstrip(" ·") for n in nodes]
        best = next((i for i, node in enumerate(nodes) if node.best), -1)
        reference = there.get(tree.session.reference)
        for name, make, *args in (
            ("contact-sheet.png", tasks.contact_sheet, frames, captions, best, reference),
            ("evolution.webp", tasks.animation, frames, captions, "webp"),
        ):
            try:
                written.append(_write(out / name, await pixels.run(make, *args)))
            except PixelsFailed as exc:
                log.error("%s is left out: %s", name, exc)
    text = json.dumps(session_json(tree, calls), indent=2, ensure_ascii=False)
    written.append(_write(out / "session.json", text.encode()))
    return written


async def export_further(tree: Tree, images: Images, pixels: Pixels, out: Path) -> list[Path]:
    """What an export has beside a run's own files: the reference, further pictures, a page that works
    offline, of a story its book."""
    where = places(tree)
    names = {n.id: image_name(n, where[n.id]) for n in tree.iterations if not n.discarded}
    found = {"reference.png": tree.session.reference} if tree.session.reference else {}
    found |= {f"further/{hash}.png": hash for hash in further_images(tree)}
    written = [_write(out / "index.html", offline_page(tree, names).encode())]
    there = await _there(images, set(found.values()))
    for name, hash in found.items():
        if hash in there:
            await asyncio.to_thread(own_folder, (out / name).parent)
            written.append(_write(out / name, there[hash]))
    for name, data in (await book(tree, images, pixels)).items():
        written.append(_write(out / name, data))
    return written


async def _there(images: Images, hashes: Collection[str]) -> dict[str, bytes]:
    """The pictures that are still there."""
    found: dict[str, bytes] = {}
    for hash in hashes:
        try:
            found[hash] = await images.get(hash)
        except PictureLost as exc:
            log.error("image %s is left out: %s", hash, exc)
    return found


def own_folder(folder: Path) -> None:
    """Makes somebody's folder, and those above it, as they have theirs."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        as_usual(path)


def _value(node: Iteration) -> str:
    return f"{node.score.value:.1f}" if node.score else ""


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    as_usual(path)
    return path
