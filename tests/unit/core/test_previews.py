"""A picture as it comes is shown in the status post, and is kept nowhere."""

import asyncio
import hashlib
from pathlib import Path

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.records import RunStatus
from core.domain.updates import Progressed
from tests.harness import World, refine
from tests.unit.core.test_crash_points import Died


def files(world: World) -> set[str]:
    """Hashes of the pictures that are kept, and notes of previews."""
    found = (path for path in (world.folder / "images").rglob("*") if path.is_file())
    return {p.name for p in found if len(p.name) == 64 or "preview" in p.name}


async def previewed(world: World) -> str:
    """The hash of the preview that is shown now."""
    session = await world.only_session()
    said = [each.update for each in await world.updates(session)]
    return next((each.preview for each in said if isinstance(each, Progressed)), "")


async def until_previewed(world: World) -> str:
    for _ in range(500):
        if await world.service.sessions(refine().actor) and (hash := await previewed(world)):
            return hash
        await asyncio.sleep(0.01)
    raise AssertionError("no preview was shown")


async def test_it_is_shown_while_it_is_painted_and_gone_afterwards(tmp_path: Path) -> None:
    painter = ScriptedPainter(
        moves=[flat(90)], previews=[b"no picture", flat(50, (900, 600))], gate=asyncio.Event()
    )
    world = await World(tmp_path, painter=painter).open()
    await world.service.receive(refine(iterations=1))
    hash = await until_previewed(world)
    data = await world.images.get(hash)
    assert data.startswith(b"\xff\xd8") and hashlib.sha256(data).hexdigest() == hash
    assert painter.gate is not None
    painter.gate.set()
    await world.settle()
    assert await previewed(world) == ""
    session = await world.only_session()
    kept = {node.image for node in await world.nodes(session)}
    assert hash not in files(world)
    assert kept <= files(world) and not [name for name in files(world) if "preview" in name]
    (run,) = await world.runs(session)
    assert run.status is RunStatus.DONE
    await world.close()


async def test_what_a_killed_program_left_is_deleted_by_the_next(tmp_path: Path) -> None:
    died = ScriptedPainter(moves=[flat(90)], previews=[flat(50)], gate=asyncio.Event())
    world = await World(tmp_path, painter=died).open()
    await world.service.receive(refine(iterations=1, stop="never"))
    left = await until_previewed(world)
    forget = world.images.forget

    async def killed(*_: object) -> None:
        raise Died

    world.images.forget = killed  # type: ignore[method-assign]
    await world.engine.close()
    world.images.forget = forget  # type: ignore[method-assign]
    assert left in files(world)
    died.gate, died.previews, died.repeatable = None, [flat(60)], True
    await world.restart()
    session = await world.only_session()
    (run,) = await world.runs(session)
    assert run.status is RunStatus.DONE and not (files(world) & {left})
    await world.close()
