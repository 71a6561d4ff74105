"""A session as files: images with telling names, the closing pictures, session.json."""

import asyncio
import json
import logging
from collections.abc import Collection
from pathlib import Path

from adapters.bundles.session_file import image_name, places, session_json
from bot.private import as_usual
from core.domain.errors import PictureLost, PixelsFailed
from core.domain.records import Iteration, Tree
from core.imaging import tasks
from core.ports.images import Images
from core.ports.pixels import Pixels

log = logging.getLogger(__name__)


def own_folder(out: Path, session: str) -> Path:
    """Where a session's files go: `out`, unless that holds another session's; then a folder in it."""
    try:
        held = json.loads((out / "session.json").read_text("utf-8"))["session"]
    except (OSError, ValueError, KeyError, TypeError):
        return out
    return out if held == session else out / session


async def export(tree: Tree, images: Images, pixels: Pixels, out: Path) -> list[Path]:
    """Writes a session's files into `out`; returns their paths. Existing files are overwritten. A
    picture that is lost or can't be made is left out, and the log says so."""
    out = own_folder(out, tree.session.id)
    await asyncio.to_thread(make_folder, out)
    nodes = [node for node in tree.iterations if not node.discarded]
    there = await _there(images, {tree.session.reference, *(n.image for n in nodes)} - {""})
    nodes = [node for node in nodes if node.image in there]
    where = places(tree)
    written: list[Path] = []
    closing: dict[str, str] = {}
    reference = there.get(tree.session.reference)
    if reference is not None:
        written.append(_write(out / f"reference{ending(reference)}", reference))
        closing["reference"] = written[-1].name
    frames: list[bytes] = []
    for node in nodes:
        data = there[node.image]
        frames.append(data)
        written.append(_write(out / image_name(node, where[node.id]), data))
    if frames:
        captions = [f"{where[n.id]} · {n.style or _value(n)}".rstrip(" ·") for n in nodes]
        best = next((i for i, node in enumerate(nodes) if node.best), -1)
        for name, make, *args in (
            ("contact-sheet.png", tasks.contact_sheet, frames, captions, best, reference),
            ("evolution.webp", tasks.animation, frames, captions, "webp"),
        ):
            try:
                written.append(_write(out / name, await pixels.run(make, *args)))
                closing[name.partition(".")[0].replace("-", "_")] = name
            except PixelsFailed as exc:
                log.error("%s is left out: %s", name, exc)
    text = json.dumps(session_json(tree, files=closing), indent=2, ensure_ascii=False)
    written.append(_write(out / "session.json", text.encode()))
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


def make_folder(folder: Path) -> None:
    """Makes somebody's folder, and those above it, as they have theirs."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        as_usual(path)


def ending(data: bytes) -> str:
    """Of a stored picture's file name."""
    kinds = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif", b"RIFF": ".webp"}
    return next((end for magic, end in kinds.items() if data.startswith(magic)), "")


def _value(node: Iteration) -> str:
    return f"{node.score.value:.1f}" if node.score else ""


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    as_usual(path)
    return path
