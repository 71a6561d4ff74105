"""Figures of the spine: `python -m tests.bench.spine`. The real store, engine and pool of
processes; painter and critic are scripted."""

import asyncio
import contextlib
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from adapters.engine.durable import DurableEngine
from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from adapters.pixels import PixelPool
from core.domain.commands import Actor, Stop
from core.domain.ledger import Limits
from core.domain.records import RunRecord, RunStatus
from core.ports.engine import Run
from tests.harness import World, refine

RUNS, ROUNDS, STEPS = 200, 3, 200
PATIENCE_S = 300
PLENTY = Limits(
    images_per_user_per_day=10**6,
    usd_per_user_per_day=Decimal(10**6),
    usd_per_run=Decimal(10**6),
    usd_total_per_day=Decimal(10**6),
    concurrent_runs_per_user=10**6,
    confirm_usd_above=Decimal(10**6),
)


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Milliseconds at the middle, at 99 % and at the end."""
    ordered = sorted(seconds)
    at = {"p50": len(ordered) // 2, "p99": len(ordered) * 99 // 100, "max": len(ordered) - 1}
    return {name: round(1000 * ordered[index], 1) for name, index in at.items()}


@contextlib.asynccontextmanager
async def watching_the_loop(lags: list[float], every: float = 0.01) -> AsyncGenerator[None]:
    """Collects by how much the event loop was late, in seconds."""

    async def watch() -> None:
        while True:
            due = time.perf_counter() + every
            await asyncio.sleep(every)
            lags.append(max(0.0, time.perf_counter() - due))

    task = asyncio.create_task(watch(), name="lag")
    try:
        yield
    finally:
        task.cancel()


async def engine_step(folder: Path) -> dict[str, float]:
    """Milliseconds of one journaled step in one run."""
    took: list[float] = []
    over = asyncio.Event()

    async def nothing() -> int:
        return 1

    async def workflow(run: Run) -> None:
        for number in range(STEPS):
            began = time.perf_counter()
            await run.step(f"s{number}", nothing)
            took.append(time.perf_counter() - began)
        over.set()

    engine = DurableEngine(folder)
    await engine.launch(workflow)
    await engine.start("bench", "somebody")
    await over.wait()
    await engine.close()
    return spread(took)


async def many_runs(folder: Path) -> dict[str, object]:
    """200 people's runs at once, commands all the while: how long until one is written down."""
    painter, critic = (
        ScriptedPainter(moves=[flat(s) for s in range(60, 200, 20)], seconds=2.0),
        ScriptedCritic(),
    )
    engine, pool = DurableEngine(folder, workers=RUNS), PixelPool()
    world = World(
        folder,
        painter=painter,
        critic=critic,
        limits=PLENTY,
        engine_of=lambda: engine,
        pixels=pool,
    )
    await world.open()
    lags: list[float] = []
    burst: list[float] = []
    trickle: list[float] = []

    async def ask(number: int, into: list[float]) -> None:
        actor = Actor("web", "", f"p{number}", f"P{number}")
        began = time.perf_counter()
        await world.service.receive(
            refine(f"web::{number}", actor, iterations=ROUNDS, stop="never")
        )
        into.append(time.perf_counter() - began)

    began = time.perf_counter()
    async with watching_the_loop(lags):
        await asyncio.gather(*(ask(number, burst) for number in range(RUNS)))
        for number in range(RUNS, 4 * RUNS):
            await asyncio.sleep(random.expovariate(20))
            command = Stop(
                dedup_key=f"web::{number}",
                actor=Actor("web", "", "x"),
                place=replace(refine().place),
                session="none",
            )
            asked = time.perf_counter()
            await world.service.receive(command)
            trickle.append(time.perf_counter() - asked)
        rounds = await all_rounds(world)
    seconds = time.perf_counter() - began
    await world.close()
    await pool.close()
    return {
        "runs": RUNS,
        "rounds": rounds,
        "rounds_a_second": round(rounds / seconds, 1),
        "written_down_burst_ms": spread(burst),
        "written_down_20_a_second_ms": spread(trickle),
        "loop_lag_ms": spread(lags),
    }


async def all_rounds(world: World) -> int:
    """How many rounds there are once every run is over; how far they are goes to stderr.

    Raises AssertionError if a run was refused or ended early, TimeoutError if they hang.
    """
    done: list[RunRecord] = []
    async with asyncio.timeout(PATIENCE_S):
        while len(done) < RUNS:
            print(f"{len(done)} of {RUNS} runs are done", file=sys.stderr)
            await asyncio.sleep(5)
            async with world.store.read() as uow:
                fine = await uow.runs.with_status(
                    [RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.DONE]
                )
            assert len(fine) == RUNS, f"{len(fine)} of {RUNS} runs were taken in and go on"
            done = [run for run in fine if run.status is RunStatus.DONE]
    async with world.store.read() as uow:
        rounds = sum([len(await uow.iterations.of_session(run.session)) for run in done])
    assert rounds == RUNS * ROUNDS
    return rounds


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "engine").mkdir()
        load = os.getloadavg()[0]
        step = asyncio.run(engine_step(folder / "engine"))
        print(json.dumps({"engine_ms_per_step": step, "load_before": round(load, 1)}))
        print(json.dumps(asyncio.run(many_runs(folder))))


if __name__ == "__main__":
    sys.exit(main())
