"""Bringing an exported session into this installation: its records, its pictures, its calls."""

import asyncio
import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from adapters.bundles.session_file import FORMAT, adapter, further_images, image_name, places
from bot.person import me, place
from core.domain.errors import BadRequest
from core.domain.records import OPEN, CallRow, Iteration, RunRecord, RunStatus, Session, Tree
from core.imaging.provenance import bare, without
from core.ports.images import Images
from core.ports.store import Store, UnitOfWork

MOST = 200_000_000  # bytes of one file in an archive
RECORD = re.compile(r"[\w-]{1,64}", re.ASCII)  # an id: it becomes part of file names
UNREADABLE = "session.json can't be read: it was changed, or cut off."
TROUBLE = (OSError, KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
ENCRYPTED = RuntimeError  # what zipfile raises


class Exported:
    """session.json with the pictures beside it: a folder, or a zip."""

    def __init__(self, path: Path) -> None:
        """Raises BadRequest where it is none."""
        self._folder = path if path.is_dir() else path.parent
        name = path.name if path.suffix == ".json" else "session.json"
        try:
            self._zip = zipfile.ZipFile(path) if path.suffix == ".zip" else None
            data: Any = json.loads(self.read(name))
        except (
            *TROUBLE,
            ENCRYPTED,
            ValueError,
        ) as exc:  # nested too deep is a RuntimeError as well
            raise BadRequest(f"{path} is no exported session: it has no session.json.") from exc
        if not isinstance(data, dict) or cast(dict[str, Any], data).get("format") != FORMAT:
            raise BadRequest(f"{path} was not exported by this version: it is no {FORMAT}.")
        self.data = cast(dict[str, Any], data)

    def read(self, name: str) -> bytes:
        """A file's bytes; its name is one of ours and leads nowhere else. Raises KeyError, OSError."""
        if "/" in name.removeprefix("further/") or name.startswith("."):
            raise KeyError(name)
        if self._zip is None:
            return (self._folder / name).read_bytes()
        info = self._zip.getinfo(name)
        if info.file_size > MOST:
            raise KeyError(name)
        return self._zip.read(info)

    def tree(self) -> tuple[Tree, tuple[CallRow, ...]]:
        """Raises BadRequest where the records can't be read."""
        try:
            said = self.data["records"]
            session = adapter(Session).validate_python(said["session"])
            runs = [adapter(RunRecord).validate_python(each) for each in said["runs"]]
            nodes = [adapter(Iteration).validate_python(each) for each in said["iterations"]]
            calls = [adapter(CallRow).validate_python(each) for each in said["calls"]]
        except (KeyError, TypeError, ValueError) as exc:
            raise BadRequest(UNREADABLE) from exc
        tree = Tree(session=session, runs=tuple(runs), iterations=tuple(nodes))
        _check_belongs(tree, calls)
        return tree, tuple(calls)

    def picture(self, name: str, hash: str) -> bytes | None:
        """The bytes with this hash, without what was written into the file as it left."""
        for each in (name, f"further/{hash}.png"):
            try:
                data = self.read(each)
            except (*TROUBLE, ENCRYPTED):
                continue
            for candidate in (data, without(data), bare(data)):
                if hashlib.sha256(candidate).hexdigest() == hash:
                    return candidate
        return None


def _check_belongs(tree: Tree, calls: Sequence[CallRow]) -> None:
    """A file may come from anybody: its records are of this one session. Raises BadRequest."""
    session, runs = tree.session.id, {run.id for run in tree.runs}
    sound = [bool(RECORD.fullmatch(id)) for id in (session, *runs)]
    sound += [run.session == session for run in tree.runs]
    nodes = {node.id for node in tree.iterations}
    for node in tree.iterations:
        sound.append(node.session == session and node.run in runs)
        sound.append(not node.parent or node.parent in nodes)
        sound.append(node.id.startswith(f"{node.run}."))
    sound += [row.run in runs and row.key.startswith(f"{row.run}/") for row in calls]
    if not all(sound):
        raise BadRequest(UNREADABLE)


async def _check_new(uow: UnitOfWork, tree: Tree, calls: Sequence[CallRow]) -> None:
    """Raises BadRequest where something of it is here already: nothing that is here is written over."""
    here = [await uow.sessions.get(tree.session.id)]
    here += [await uow.runs.get(run.id) for run in tree.runs]
    here += [await uow.iterations.get(node.id) for node in tree.iterations]
    here += [await uow.calls.get(row.key) for row in calls]
    if any(each is not None for each in here):
        raise BadRequest(f"Session {tree.session.id} is here already.")


async def bring_in(store: Store, images: Images, path: Path) -> tuple[str, int]:
    """The session's id and how many of its pictures came along; whose it is from now on is who sits
    here. Raises BadRequest where it is here already, or can't be read."""
    exported = await asyncio.to_thread(Exported, path)
    tree, calls = exported.tree()
    came = await _pictures(exported, tree, images)
    async with store.write() as uow:
        await _check_new(uow, tree, calls)
        home = {"place": place()}
        await uow.sessions.add(replace(tree.session, owner=me(), thread="", **home))
        for run in tree.runs:
            await uow.runs.add(replace(run, actor=me(), command_key="", **_over(run), **home))
        for node in tree.iterations:
            await uow.iterations.add(node)
        for row in calls:
            await uow.calls.begin(row)
    return tree.session.id, came


def _over(run: RunRecord) -> dict[str, Any]:
    """A run that went when it was exported does not go here."""
    stopped = {"status": RunStatus.STOPPED, "reason": "It was exported while it went."}
    return stopped if run.status in OPEN else {}


async def _pictures(exported: Exported, tree: Tree, images: Images) -> int:
    where = places(tree)
    wanted = {node.image: image_name(node, where[node.id]) for node in tree.iterations}
    wanted[tree.session.reference] = "reference.png"
    wanted |= {hash: f"further/{hash}.png" for hash in further_images(tree)}
    came = 0
    for hash, name in wanted.items():
        data = exported.picture(name, hash) if hash else None
        if data is not None:
            came += await images.put(data) == hash
    return came
