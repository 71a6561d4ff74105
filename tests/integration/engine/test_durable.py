"""The durable engine after a death, an upgrade, and beside another process."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from adapters.engine.durable import DurableEngine
from adapters.models.scripted import ScriptedPainter
from core.domain.errors import Misconfigured
from core.domain.records import RunRecord, RunStatus
from core.models.painter import Painting, PaintRequest
from core.ports.engine import RunState, Workflow
from tests.harness import World, refine

from .dying import noting

Launch = Callable[[Workflow], Awaitable[DurableEngine]]


@pytest_asyncio.fixture
async def launch(tmp_path: Path) -> AsyncIterator[Launch]:
    engines: list[DurableEngine] = []

    async def start(workflow: Workflow) -> DurableEngine:
        engine = DurableEngine(tmp_path, polling_s=0.02)
        engines.append(engine)
        await engine.launch(workflow)
        return engine

    yield start
    for engine in engines:
        await engine.close()


async def killed(folder: Path) -> list[str]:
    """The steps done by a process that died in the second of three."""
    command = [sys.executable, "-m", "tests.integration.engine.dying", str(folder)]
    assert (await asyncio.to_thread(subprocess.run, command, check=False)).returncode == 9
    return steps_in(folder)


def steps_in(folder: Path) -> list[str]:
    return (folder / "steps").read_text().split()


async def over(engine: DurableEngine, run_id: str) -> RunState:
    async with asyncio.timeout(30):
        while (state := await engine.state(run_id)) not in (RunState.DONE, RunState.FAILED):
            await asyncio.sleep(0.02)
    return state


async def test_a_run_left_by_a_dead_process_goes_on_where_it_was(
    tmp_path: Path, launch: Launch
) -> None:
    assert await killed(tmp_path) == ["describe"]
    engine = await launch(noting(tmp_path))
    assert await over(engine, "run") is RunState.DONE
    assert steps_in(tmp_path) == ["describe", "paint", "compare"]


@pytest.mark.slow
async def test_a_run_whose_steps_an_upgrade_changed_fails_at_once(
    tmp_path: Path, launch: Launch
) -> None:
    await killed(tmp_path)
    engine = await launch(noting(tmp_path, steps=("fetch", "describe", "paint")))
    assert await over(engine, "run") is RunState.FAILED
    assert steps_in(tmp_path) == ["describe"]


async def test_two_programs_can_t_share_a_folder(tmp_path: Path, launch: Launch) -> None:
    first = await launch(noting(tmp_path))
    code = (
        "import asyncio, pathlib, sys\n"
        "from adapters.engine.durable import DurableEngine\n"
        "from core.domain.errors import Misconfigured\n"
        "try: asyncio.run(DurableEngine(pathlib.Path(sys.argv[1])).launch(None))\n"
        "except Misconfigured as exc: print(exc.sentence)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    second = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True)
    assert f"another Darkroom is running on {tmp_path}" in second.stdout
    await first.close()
    with pytest.raises(Misconfigured):
        await launch_twice(launch, tmp_path)


async def launch_twice(launch: Launch, folder: Path) -> None:
    await launch(noting(folder))
    await DurableEngine(folder).launch(noting(folder))


class HeldPainter(ScriptedPainter):
    """Keeps its nth image for ever, as if the provider took its time."""

    hold_at = 0
    begun = 0

    def held(self) -> asyncio.Event:
        self.reached = asyncio.Event()
        return self.reached

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        self.begun += 1
        if self.begun == self.hold_at:
            self.reached.set()
            await asyncio.sleep(600)
        return await super().paint(request)


@pytest.mark.slow
async def test_without_its_journal_a_run_goes_on_from_the_database(tmp_path: Path) -> None:
    """Two rounds are painted, the program ends in the third, its journal is deleted."""
    painter = HeldPainter(repeatable=True)
    painter.hold_at = 3
    held = painter.held()
    async with durable_world(tmp_path, painter) as world:
        await world.service.receive(refine(iterations=4, stop="never"))
        async with asyncio.timeout(30):
            await held.wait()
    for file in tmp_path.glob("journal.sqlite*"):
        file.unlink()
    async with durable_world(tmp_path, painter) as world:
        await world.service.sweep()
        run = await finished(world)
        async with world.store.read() as uow:
            rounds = [each.round for each in await uow.iterations.of_session(run.session)]
            booked = [row for row in await uow.ledger.of_run(run.id) if row.kind == "settle"]
    assert rounds == [1, 2, 3, 4]
    assert sum(row.images for row in booked) == 4
    assert len(painter.requests) == 4
    assert painter.begun == 5  # the one that was held is asked for again


@contextlib.asynccontextmanager
async def durable_world(folder: Path, painter: ScriptedPainter) -> AsyncIterator[World]:
    world = World(folder, painter=painter, engine_of=lambda: DurableEngine(folder, polling_s=0.02))
    await world.open()
    try:
        yield world
    finally:
        await world.close()


async def finished(world: World) -> RunRecord:
    async with asyncio.timeout(60):
        while True:
            async with world.store.read() as uow:
                if runs := await uow.runs.with_status([RunStatus.DONE, RunStatus.FAILED]):
                    return runs[0]
            await asyncio.sleep(0.05)
