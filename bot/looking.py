"""Reading sessions in the terminal."""

import asyncio
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from adapters.bundles.archive import read_all, write_archive
from adapters.bundles.session_file import places, session_json
from adapters.following import money
from adapters.pixels import PixelPool
from adapters.storage.images import FolderImages
from adapters.storage.sql import open_store
from bot.config import Settings
from bot.files import export, export_further, own_folder
from bot.folder import data_folder, database_url
from bot.importing import bring_in
from bot.person import me
from core.domain.errors import Gone
from core.domain.records import Tree
from core.service.leaving import Leaving

console = Console()


async def read_tree(settings: Settings, session: str) -> Tree:
    """Raises Gone if there is no such session."""
    data_folder(settings)
    store = await open_store(database_url(settings))
    try:
        async with store.read() as uow:
            found = await uow.sessions.get(session)
            if found is None:
                raise Gone(f"There is no session {session}; `darkroom show` lists them.")
            runs, nodes = (
                await uow.runs.of_session(session),
                await uow.iterations.of_session(session),
            )
            return Tree(session=found, runs=tuple(runs), iterations=tuple(nodes))
    finally:
        await store.close()


async def show_session(settings: Settings, session: str, as_json: bool) -> int:
    tree = await read_tree(settings, session)
    if as_json:
        print(json.dumps(session_json(tree)))  # noqa: T201
        return 0
    table = Table("round", "iteration", "parent", "score", "cost $", "words", box=None)
    where = places(tree)
    for node in tree.iterations:
        score = f"{node.score.value:.1f}" if node.score else ""
        mark = "★ " if node.best else ""
        words = " ".join((node.words or node.prompt).split())[:80]
        table.add_row(
            f"{mark}{where[node.id]}", node.id, node.parent, score, money(node.cost) or "?", words
        )
    console.print(table)
    return 0


async def show_sessions(settings: Settings) -> int:
    data_folder(settings)
    store = await open_store(database_url(settings))
    async with store.read() as uow:
        sessions = await uow.sessions.of_actor(me())
    await store.close()
    table = Table("session", "mode", "begun", "goal", box=None)
    for each in sessions:
        table.add_row(each.id, each.mode, f"{each.created:%Y-%m-%d %H:%M}", each.goal[:60])
    console.print(table if sessions else "no sessions yet: darkroom refine photo.jpg")
    return 0


async def export_session(settings: Settings, session: str, out: Path, *, packed: bool) -> int:
    """Into a folder, or into one zip."""
    store, pixels = await open_store(database_url(settings)), PixelPool()
    try:
        found = await read_all(store, session)
        if found is None:
            raise Gone(f"There is no session {session}; `darkroom show` lists them.")
        tree, calls = found
        images = Leaving(FolderImages(data_folder(settings) / "images", pixels))
        if packed:
            await asyncio.to_thread(own_folder, out)
            written = [out / f"darkroom-{session}.zip"]
            await write_archive(tree, calls, images, pixels, written[0])
        else:
            written = await export(tree, images, pixels, out, calls)
            written += await export_further(tree, images, pixels, out)
        for path in written:
            console.print(str(path), highlight=False)
    finally:
        await pixels.close()
        await store.close()
    return 0


async def import_session(settings: Settings, path: Path) -> int:
    """An exported session becomes one of this terminal's."""
    folder = data_folder(settings)
    store, pixels = await open_store(database_url(settings)), PixelPool()
    try:
        session, came = await bring_in(store, FolderImages(folder / "images", pixels), path)
    finally:
        await pixels.close()
        await store.close()
    console.print(f"session {session} is here, with {came} pictures: darkroom show {session}")
    return 0
