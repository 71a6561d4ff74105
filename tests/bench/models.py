"""Figures of the models' side: `python -m tests.bench.models`.

The real store, durable engine, pool of processes and gates; the providers are simulated: 2 s a
picture of 1024x1024, 1 s an answer; a round is a picture, the judge's checklist and a critique. The
providers' own time is the time in which one of them works.
"""

import asyncio
import contextlib
import io
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image

from adapters.engine.durable import DurableEngine
from adapters.models.config import ProbeResult
from adapters.models.rates import Limiter
from adapters.models.scripted import ScriptedCritic, ScriptedPainter
from adapters.models.throttled import PacedCritic, PacedPainter, Throttle
from adapters.pixels import PixelPool
from core.domain.answers import Critique, Description, Inspection
from core.domain.records import RunStatus
from core.domain.updates import Finished
from core.models.critic import Answer, Compare, Describe, Inspect
from core.models.painter import Painting, PaintRequest
from tests.bench.spine import PLENTY
from tests.harness import World, refine

T = TypeVar("T")
PAINTS_S, SAYS_S = 2.0, 1.0
SIDE, ROUNDS = 1024, 4
QUESTIONS = tuple(f"Is it number {n}?" for n in range(8))
OVER = sorted({RunStatus.DONE, RunStatus.STOPPED, RunStatus.FAILED})


def photo(seed: int) -> bytes:
    """A PNG with the size of a photograph's: soft shapes and a little noise."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 255, (8, 8, 3), np.uint8))
    soft = np.asarray(coarse.resize((SIDE, SIDE), Image.Resampling.BICUBIC), np.int16)
    noisy = soft + rng.integers(-6, 7, soft.shape, np.int16)
    out = io.BytesIO()
    Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(out, "PNG")
    return out.getvalue()


@dataclass
class Working:
    """The time in which at least one provider was at work, in seconds."""

    seconds: float = 0.0
    inside: int = 0
    since: float = 0.0
    first: float = 0.0
    last: float = 0.0

    @contextlib.contextmanager
    def call(self) -> Iterator[None]:
        if not self.inside:
            self.since = time.perf_counter()
            self.first = self.first or self.since
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1
            self.last = time.perf_counter()
            if not self.inside:
                self.seconds += self.last - self.since


@dataclass
class Painter(ScriptedPainter):
    working: Working = field(default_factory=Working)

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        with self.working.call():
            await asyncio.sleep(PAINTS_S)
            return await super().paint(request)

    async def probe(self) -> ProbeResult:
        return ProbeResult(ok=True)


@dataclass
class Critic(ScriptedCritic):
    working: Working = field(default_factory=Working)

    async def describe(self, ask: Describe) -> Answer[Description]:
        with self.working.call():
            await asyncio.sleep(SAYS_S)
            return await super().describe(ask)

    async def compare(self, ask: Compare) -> Answer[Critique]:
        with self.working.call():
            await asyncio.sleep(SAYS_S)
            return await super().compare(ask)

    async def inspect(self, ask: Inspect) -> Answer[Inspection]:
        with self.working.call():
            await asyncio.sleep(SAYS_S)
            return await super().inspect(ask)

    async def probe(self) -> ProbeResult:
        return ProbeResult(ok=True)


class Gated(PacedPainter):
    """What the harness wants to know of a painter besides."""

    mask = False


async def one_session(folder: Path, candidates: int, pictures: Sequence[bytes]) -> dict[str, float]:
    """A refine of four rounds, alone on the machine."""
    working = Working()
    gate = Throttle("Bench", Limiter(rpm=600, concurrency=8))
    painter = Gated(Painter(moves=pictures[1:], working=working), gate)
    critic = PacedCritic(Critic(checklist=QUESTIONS, working=working), gate)
    engine = DurableEngine(folder)
    pool = PixelPool()
    world = World(
        folder,
        painter=painter,  # type: ignore[arg-type]
        critic=critic,  # type: ignore[arg-type]
        limits=PLENTY,
        engine_of=lambda: engine,
        pixels=pool,
    )
    await world.open()
    world.files.files["ref"] = pictures[0]
    await warm(pool)
    began = time.perf_counter()
    await world.service.receive(
        refine(iterations=ROUNDS, candidates=candidates, stop="never", size=f"{SIDE}x{SIDE}")
    )
    end = await finished(world)
    wall = time.perf_counter() - began
    rounds = working.last - working.first
    await world.close()
    await pool.close()
    return {
        "candidates": candidates,
        "rounds": end.rounds,
        "seconds": round(wall, 2),
        "providers_s": round(working.seconds, 2),
        "overhead_percent_of_the_loop": percent(rounds, working.seconds),
        "intake_and_closing_pictures_s": round(wall - rounds, 2),
    }


def percent(whole: float, own: float) -> float:
    return round(100 * (whole - own) / own, 2)


async def warm(pool: PixelPool) -> None:
    """Processes start once a program, not once a session."""
    await asyncio.gather(*(pool.run(photo, n) for n in range(os.cpu_count() or 1)))


async def finished(world: World) -> Finished:
    while True:
        async with world.store.read() as uow:
            over = await uow.runs.with_status(OVER)
        if over:
            said = await world.updates(over[0].session)
            return next(d.update for d in said if isinstance(d.update, Finished))
        await asyncio.sleep(0.5)


async def fairness() -> dict[str, object]:
    """Four people at one provider that takes one call at a time: one of them wants 40 pictures,
    the others 10 each. Who had a turn among the first 40, and how long each call waited."""
    limiter = Limiter(rpm=0, concurrency=1)
    turns: list[str] = []
    waits: dict[str, list[float]] = {name: [] for name in ("greedy", "ann", "bob", "cyd")}

    async def call(user: str) -> None:
        asked = time.perf_counter()
        async with limiter.turn(user, images=1):
            waits[user].append(time.perf_counter() - asked)
            turns.append(user)
            await asyncio.sleep(0.005)

    wanted = ["greedy"] * 40 + [name for name in ("ann", "bob", "cyd") for _ in range(10)]
    await asyncio.gather(*(call(user) for user in wanted))
    return {
        "turns_among_the_first_40": dict(Counter(turns[:40])),
        "mean_wait_ms": {name: round(1000 * sum(s) / len(s), 1) for name, s in waits.items()},
    }


async def gate_cost(calls: int = 5000) -> float:
    """Microseconds that a call's way through a gate takes."""
    gate = Throttle("Bench", Limiter(rpm=0, concurrency=8))

    async def nothing() -> None:
        return None

    began = time.perf_counter()
    for n in range(calls):
        await gate.pass_through(f"user {n % 4}", nothing, images=1)
    return round((time.perf_counter() - began) / calls * 1e6, 1)


def main() -> None:
    load = round(os.getloadavg()[0], 1)
    pictures = [photo(n) for n in range(1 + ROUNDS * 4)]
    print(json.dumps({"gate_us_per_call": asyncio.run(gate_cost()), "load_before": load}))
    print(json.dumps({"fairness": asyncio.run(fairness())}))
    alone: dict[int, dict[str, float]] = {}
    for candidates in (1, 4):
        with tempfile.TemporaryDirectory() as name:
            alone[candidates] = asyncio.run(one_session(Path(name), candidates, pictures))
        print(json.dumps({"session": alone[candidates]}))
    ratio = alone[4]["providers_s"] / alone[1]["providers_s"]
    print(json.dumps({"four_candidates_take_times_one": round(ratio, 3)}))


if __name__ == "__main__":
    sys.exit(main())
