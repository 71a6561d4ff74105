"""Twenty runs of one person, on one provider that takes one call at a time: the others wait for one."""

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.engine.inline import PER_USER
from adapters.models.rates import Limiter
from adapters.models.scripted import ScriptedPainter
from adapters.models.throttled import PacedPainter, Throttle
from core.domain.access import PROGRAM
from core.domain.commands import Actor, Place
from core.domain.errors import StoreUnavailable
from core.domain.ledger import Limits
from core.domain.records import RunStatus
from core.domain.updates import Progressed
from core.jobs.imagine import Imagine
from core.models.painter import Painting, PaintRequest
from tests.harness import World

ANN = Actor("web", "one", "ann", "Ann")
BOB = Actor("web", "one", "bob", "Bob")
CYD = Actor("web", "two", "cyd", "Cyd")
RUNS = 20
LIMITS = Limits(
    images_per_user_per_day=1000,
    usd_per_user_per_day=Decimal(90),
    usd_total_per_day=Decimal(900),
    concurrent_runs_per_user=RUNS,
    confirm_usd_above=Decimal(9),
)


@dataclass
class OneAtATime(ScriptedPainter):
    """Behind its provider's line; `order` is whose prompts were painted, `go` lets the next one end."""

    order: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.go = asyncio.Semaphore(0)
        inner = _Inner(self)
        gate = Throttle("Studio", Limiter(rpm=0, concurrency=1), patience=9999)
        self.paced = PacedPainter(inner, gate)  # type: ignore[arg-type]

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        return await self.paced.paint(request)

    async def really(self, request: PaintRequest) -> tuple[Painting, ...]:
        self.order.append(request.prompt.split()[0])
        await self.go.acquire()
        return await ScriptedPainter.paint(self, request)


class _Inner:
    def __init__(self, outer: OneAtATime) -> None:
        self._outer, self.profile = outer, outer.profile

    def price(self, request: PaintRequest) -> Decimal | None:
        return self._outer.price(request)

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        return await self._outer.really(request)


def imagine(who: Actor, number: int) -> Imagine:
    return Imagine(
        dedup_key=f"web:{who.id}:{number}",
        actor=who,
        place=Place("web", who.tenant, who.id),
        prompt=f"{who.id} {number}",
        candidates=1,
    )


async def say(world: World, wish: Imagine) -> None:
    """A busy machine asks to say it again."""
    while True:
        with contextlib.suppress(StoreUnavailable):
            await world.service.receive(wish)
            return


async def crowded(folder: Path) -> tuple[World, OneAtATime]:
    """Ann's twenty runs wait for the provider, one of them is being painted."""
    painter = OneAtATime()
    world = await World(folder, painter=painter, limits=LIMITS).open()
    for number in range(RUNS):
        await say(world, imagine(ANN, number))
    await _waiting(painter, PER_USER - 1)
    return world, painter


async def _waiting(painter: OneAtATime, count: int) -> None:
    while painter.paced.gate.limiter.waiting < count:
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("other", [BOB, CYD])
async def test_somebody_elses_picture_waits_for_no_more_than_one_call(
    tmp_path: Path, other: Actor
) -> None:
    world, painter = await crowded(tmp_path)
    before = painter.paced.gate.limiter.waiting
    await say(world, imagine(other, 0))
    await _waiting(painter, before + 1)
    assert painter.order == ["ann"]
    for _ in range(RUNS + 1):
        painter.go.release()
    await world.settle()
    assert painter.order[1] == other.id  # after the one that was being painted
    assert painter.order.count("ann") == RUNS
    await world.close()


async def test_a_server_with_many_people_is_one_in_turn(tmp_path: Path) -> None:
    """Servers go round first: five people of one do not push back the one of another."""
    painter = OneAtATime()
    world = await World(tmp_path, painter=painter, limits=LIMITS).open()
    for number in range(5):
        await say(world, imagine(replace(ANN, id=f"p{number}"), 0))
    await _waiting(painter, 4)
    for number in range(2):
        await say(world, imagine(CYD, number))
    await _waiting(painter, 6)
    for _ in range(7):
        painter.go.release()
    await world.settle()
    assert [who for who in painter.order].index("cyd") == 1
    assert painter.order[3] == "cyd"
    await world.close()


async def test_the_post_says_the_place_in_line_and_about_how_long(tmp_path: Path) -> None:
    world, painter = await crowded(tmp_path)
    await say(world, imagine(BOB, 0))

    async def lines() -> list[str]:
        found: list[str] = []
        for who in (ANN, BOB):
            for one in await world.service.sessions(who):
                rows = await world.service.deliveries(one.session.id, PROGRAM)
                found += [r.update.line for r in rows if isinstance(r.update, Progressed)]
        return found

    while not any("; number 1 in line, about 10 s" in line for line in await lines()):
        await asyncio.sleep(0.01)
    places = {line.split("; ")[1].split(",")[0] for line in await lines() if "; " in line}
    assert {"number 1 in line", "number 2 in line"} <= places
    for _ in range(RUNS + 1):
        painter.go.release()
    await world.settle()
    assert not any("in line" in line for line in await lines())
    async with world.store.read() as uow:
        assert len(await uow.runs.with_status([RunStatus.DONE])) == RUNS + 1
    await world.close()
