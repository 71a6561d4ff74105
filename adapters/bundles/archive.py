"""A session as one zip: its images, session.json, a page that works offline, of a story its book."""

import asyncio
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

from adapters.bundles.book import Leaf, epub, pdf
from adapters.bundles.offline_page import offline_page
from adapters.bundles.session_file import further_images, image_name, places, session_json
from core.domain.access import PROGRAM, is_there
from core.domain.errors import PictureLost
from core.domain.records import CallRow, Iteration, Tree
from core.domain.storytelling import language_of, path_to
from core.imaging.provenance import has_credentials
from core.ports.images import Images
from core.ports.pixels import Pixels
from core.ports.store import Store

LEAST_SCENES = 2


async def read_all(store: Store, session: str) -> tuple[Tree, Sequence[CallRow]] | None:
    """A session with every call of its runs, None where there is none (any more)."""
    async with store.read() as uow:
        found = await uow.sessions.get(session)
        if found is None or not is_there(found, PROGRAM):
            return None
        runs = await uow.runs.of_session(session)
        nodes = await uow.iterations.of_session(session)
        calls = [row for run in runs for row in await uow.calls.of_run(run.id)]
    return Tree(session=found, runs=tuple(runs), iterations=tuple(nodes)), calls


async def write_archive(
    tree: Tree, calls: Sequence[CallRow], images: Images, pixels: Pixels, path: Path
) -> None:
    """Writes the zip. A picture that is lost or was taken down is left out."""
    where = places(tree)
    names = {
        node.id: image_name(node, where[node.id]) for node in tree.iterations if not node.discarded
    }
    with zipfile.ZipFile(path, "w") as archive:
        for node in tree.iterations:
            if node.id in names and not await _add(archive, images, node.image, names[node.id]):
                del names[node.id]
                continue
            if node.id in names and has_credentials(stored := await images.stored(node.image)):
                # its maker's own; signed anew it can't be brought in to the byte
                archive.writestr(f"further/{node.image}.png", stored)
        if tree.session.reference:
            await _add(archive, images, tree.session.reference, "reference.png")
        for hash in further_images(tree):
            await _add(archive, images, hash, f"further/{hash}.png")
        text = json.dumps(session_json(tree, calls), indent=2, ensure_ascii=False)
        archive.writestr("session.json", text, zipfile.ZIP_DEFLATED)
        archive.writestr("index.html", offline_page(tree, names), zipfile.ZIP_DEFLATED)
        for name, data in (await book(tree, images, pixels)).items():
            archive.writestr(name, data)


async def _add(archive: zipfile.ZipFile, images: Images, hash: str, name: str) -> bool:
    try:
        data = await images.get(hash)
    except PictureLost:
        return False
    await asyncio.to_thread(archive.writestr, name, data)
    return True


async def book(tree: Tree, images: Images, pixels: Pixels) -> dict[str, bytes]:
    """The story's files by name, of the way to its newest scene; none of other sessions."""
    scenes = [node for node in tree.iterations if node.chapter and not node.discarded]
    path = path_to(tree.iterations, scenes[-1].id) if scenes else ()
    told = [node for node in path if not node.discarded]
    leaves = [leaf for node in told if (leaf := await _leaf(images, node)) is not None]
    if len(leaves) < LEAST_SCENES:
        return {}
    session, first = tree.session, leaves[0]
    title, author = first.title or session.goal, session.owner.name
    language = language_of(" ".join(leaf.text for leaf in leaves))
    made = scenes[-1].created
    return {
        "story.epub": await pixels.run(epub, title, author, language, leaves, made),
        "story.pdf": await pixels.run(pdf, title, author, leaves),
    }


async def _leaf(images: Images, node: Iteration) -> Leaf | None:
    chapter = node.chapter
    if chapter is None:
        return None
    try:
        data = await images.get(node.image)
    except PictureLost:
        return None
    told = chapter.scene
    return Leaf(told.title, told.text, data, node.alt, chapter.telling.choice)
