"""Reading sessions in the terminal."""

import difflib
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from adapters.following import money
from adapters.pixels import PixelPool
from adapters.storage.images import FolderImages
from adapters.storage.sql import open_store
from bot.bootstrap import sealer
from bot.config import Settings
from bot.files import export, places, session_json
from bot.folder import data_folder, database_url
from bot.person import me
from core.domain.access import NOBODY
from core.domain.errors import Misconfigured
from core.domain.records import Iteration, RunRecord, Session, Tree
from core.ports.store import Store, UnitOfWork
from core.service.forgetting import delete_session as forget
from core.service.identity import known
from core.service.leaving import LeavingImages
from core.service.renaming import rename_session

console = Console()
LAST = "last"
SHORT = 8  # characters of an id that are shown; its beginning is enough to name it


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[Store]:
    data_folder(settings)
    store = await open_store(database_url(settings))
    try:
        yield store
    finally:
        await store.close()


async def named(uow: UnitOfWork, text: str) -> Session:
    """The session that is meant: `last`, an id, or the beginning of one of this terminal's. Raises
    Misconfigured, which is exit code 2: it is what the person typed."""
    found = None if text == LAST else await uow.sessions.get(text)
    if found is not None and found.owner.id != NOBODY:
        return found
    mine = await uow.sessions.of_actor(await known(uow, me()), 1_000)
    if text == LAST and mine:
        return mine[0]
    begun = [each for each in mine if text and each.id.startswith(text)]
    if len(begun) == 1:
        return begun[0]
    raise Misconfigured(_unknown(text, [each.id for each in begun or mine], several=bool(begun)))


def _unknown(text: str, ids: list[str], *, several: bool) -> str:
    if several:
        return f"Several sessions begin with {text}: {', '.join(ids[:5])}."
    near = difflib.get_close_matches(text, ids, 1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"There is no session {text}.{hint} `darkroom list` shows them."


async def session_id(settings: Settings, text: str) -> str:
    """The whole id of what was typed."""
    async with opened(settings) as store, store.read() as uow:
        return (await named(uow, text)).id


async def read_tree(settings: Settings, session: str) -> Tree:
    """Raises Misconfigured if there is no such session."""
    async with opened(settings) as store, store.read() as uow:
        return await _tree(uow, await named(uow, session))


async def _tree(uow: UnitOfWork, found: Session) -> Tree:
    runs = await uow.runs.of_session(found.id)
    nodes = await uow.iterations.of_session(found.id)
    return Tree(session=found, runs=tuple(runs), iterations=tuple(nodes))


async def show_session(settings: Settings, session: str, as_json: bool) -> int:
    tree = await read_tree(settings, session)
    if as_json:
        print(json.dumps(session_json(tree)))  # noqa: T201
        return 0
    table = Table("round", "iteration", "parent", "score", "cost $", "words", box=None)
    where = places(tree)
    for node in tree.iterations:
        mark = "★ " if node.best else ""
        words = " ".join((node.words or node.prompt).split())[:80]
        cost = money(node.cost) or "?"
        table.add_row(f"{mark}{where[node.id]}", node.id, node.parent, _score(node), cost, words)
    console.print(table)
    return 0


def _score(node: Iteration | None) -> str:
    return f"{node.score.value:.1f}" if node and node.score else ""


async def show_sessions(settings: Settings, limit: int, as_json: bool) -> int:
    async with opened(settings) as store, store.read() as uow:
        mine = await uow.sessions.of_actor(await known(uow, me()), limit)
        trees = [await _tree(uow, each) for each in mine]
    if as_json:
        for tree in trees:
            print(json.dumps(_line(tree)))  # noqa: T201
        return 0
    table = Table("session", "mode", "begun", "score", "status", "images", "about", box=None)
    for tree in trees:
        each = tree.session
        row = (each.id[:SHORT], each.mode, f"{each.created:%Y-%m-%d %H:%M}", _score(_best(tree)))
        table.add_row(*row, _status(tree.runs), str(len(tree.iterations)), each.known_as[:60])
    console.print(table if trees else "no sessions yet: darkroom refine photo.jpg")
    return 0


def _line(tree: Tree) -> dict[str, Any]:
    session, best = tree.session, _best(tree)
    return {
        "session": session.id,
        "mode": session.mode,
        "name": session.name,
        "goal": session.goal,
        "created": session.created.isoformat(),
        "status": _status(tree.runs),
        "score": round(best.score.value, 1) if best and best.score else None,
        "images": len(tree.iterations),
        "runs": len(tree.runs),
    }


def _best(tree: Tree) -> Iteration | None:
    scored = [node for node in tree.iterations if node.score is not None and not node.discarded]
    return max(scored, key=lambda node: node.score.value if node.score else 0, default=None)


def _status(runs: tuple[RunRecord, ...]) -> str:
    return runs[-1].status.value if runs else ""


async def export_session(settings: Settings, session: str, out: Path) -> int:
    tree = await read_tree(settings, session)
    pixels = PixelPool()
    try:
        images = LeavingImages(
            FolderImages(data_folder(settings) / "images", pixels), sealer(settings)
        )
        for path in await export(tree, images, pixels, out):
            console.print(str(path), highlight=False, soft_wrap=True)
    finally:
        await pixels.close()
    return 0


async def name_session(settings: Settings, session: str, name: str) -> int:
    """Raises a Refusal where the session is somebody else's."""
    async with opened(settings) as store:
        async with store.read() as uow:
            found = await named(uow, session)
        now = await rename_session(store, me(), found.id, name)
    known = now.name or f"{now.known_as or now.mode} again: it has no name of its own"
    console.print(f"{now.id[:SHORT]} is now {known}", highlight=False, markup=False)
    return 0


async def delete_session(settings: Settings, session: str, agreed: Callable[[str], bool]) -> int:
    """Deletes it, if that is what the person wants. Raises a Refusal while a run is going."""
    async with opened(settings) as store:
        async with store.read() as uow:
            found = await named(uow, session)
        if not agreed(f"{found.id} ({found.known_as[:40] or found.mode})"):
            raise Misconfigured("Nothing was deleted; --yes deletes without asking.")
        images = FolderImages(data_folder(settings) / "images", PixelPool())
        await forget(store, images, me(), found.id)
    console.print(f"deleted {found.id}", highlight=False)
    return 0
