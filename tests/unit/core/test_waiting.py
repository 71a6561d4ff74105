"""Trouble with a provider: runs wait, the operator hears of it once, and all go on by themselves."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.engine.inline import InlineRun
from adapters.models.rates import Limiter
from adapters.models.scripted import ScriptedPainter
from adapters.models.throttled import Account, PacedPainter, Throttle
from core.domain.errors import AccountProblem, ModelGone, ProviderError, Unavailable, Unsupported
from core.domain.records import CallState, RunStatus
from core.domain.updates import Finished, Noticed
from core.steps.loop import LONGEST_WAIT_S, back_off
from tests.harness import ANN, BOB, World, refine

WRONG_KEY = AccountProblem("OpenAI does not accept the API key: the operator has to correct it.")


@dataclass
class Broken(ScriptedPainter):
    """A provider whose calls fail until it is `mended`."""

    trouble: ProviderError = WRONG_KEY
    mended: bool = False
    tried: int = 0

    async def paint(self, request):  # type: ignore[no-untyped-def]
        if not self.mended:
            self.tried += 1
            raise self.trouble
        return await super().paint(request)


@dataclass
class Behind(ScriptedPainter):
    """A painter behind its provider's gate."""

    inner: Broken = field(default_factory=Broken)
    clock: Callable[[], float] = float

    def __post_init__(self) -> None:
        gate = Throttle("OpenAI", Limiter(rpm=0, concurrency=8), Account(self.clock))
        self.paced = PacedPainter(self.inner, gate)  # type: ignore[arg-type]

    async def paint(self, request):  # type: ignore[no-untyped-def]
        return await self.paced.paint(request)


@dataclass
class Waits:
    """Waiting takes no time: it only moves the clock. `then` is called before each wait ends;
    `shown` is what `world`'s thread says meanwhile."""

    seconds: list[float] = field(default_factory=list[float])
    then: Callable[[int], None] = lambda _: None
    world: World | None = None
    shown: list[str] = field(default_factory=list[str])

    def now(self) -> float:
        return sum(self.seconds)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> "Waits":
        async def signal(_: InlineRun, timeout: float) -> bool:
            self.seconds.append(timeout)
            if self.world is not None:
                self.shown += await notices(self.world)
            self.then(len(self.seconds))
            return False

        monkeypatch.setattr(InlineRun, "signal", signal)
        return self


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    return Waits().install(monkeypatch)


async def statuses(world: World) -> list[RunStatus]:
    async with world.store.read() as uow:
        return [run.status for run in await uow.runs.with_status(list(RunStatus))]


async def notices(world: World) -> list[str]:
    said = await world.updates(await world.only_session())
    return [d.update.sentence for d in said if isinstance(d.update, Noticed)]


@pytest.mark.parametrize("trouble", [WRONG_KEY, ModelGone("OpenAI has no model dall-e-3.")])
async def test_runs_wait_for_the_operator_who_is_told_once_and_go_on(
    tmp_path: Path, waits: Waits, trouble: ProviderError
) -> None:
    painter = Broken(trouble=trouble)

    def mend(count: int) -> None:
        painter.mended = count >= 6

    waits.then = mend
    waits.world = world = await World(tmp_path, painter=painter).open()
    await world.service.receive(refine("web::1", iterations=1))
    await world.service.receive(refine("web::2", BOB, iterations=1))
    await world.settle()
    assert await statuses(world) == [RunStatus.DONE, RunStatus.DONE]
    assert set(waits.seconds) == {60.0}
    assert len({about for about, _ in world.told}) == 1
    assert {sentence for _, sentence in world.told} == {trouble.sentence}
    (shown,) = set(waits.shown)
    said = trouble.sentence.rstrip(".")
    assert shown == f"{said}; the operator is told, the run waits and goes on by itself."
    assert await notices(world) == ["The wait is over; the run went on."]
    await world.close()


async def test_all_runs_of_a_provider_in_trouble_pause_at_the_price_of_one_call_a_minute(
    tmp_path: Path, waits: Waits
) -> None:
    inner = Broken()
    painter = Behind(inner=inner, clock=waits.now)

    def mend(_: int) -> None:
        inner.mended = inner.tried >= 3

    waits.then = mend
    world = await World(tmp_path, painter=painter).open()
    for n in range(4):
        await world.service.receive(refine(f"web::{n}", (ANN, BOB)[n % 2], iterations=1))
    await world.settle()
    assert await statuses(world) == [RunStatus.DONE] * 4
    assert inner.tried == 3
    async with world.store.read() as uow:
        runs = await uow.runs.with_status(list(RunStatus))
        rows = [row for run in runs for row in await uow.ledger.of_run(run.id)]
    painted = [row.usd for row in rows if row.kind == "settle" and row.images]
    assert painted == [Decimal("0.01")] * 4
    assert not [row for row in rows if row.kind == "unknown"]
    await world.close()


async def test_a_stop_ends_a_wait(tmp_path: Path, waits: Waits) -> None:
    world = await World(tmp_path, painter=Broken()).open()

    async def freeze() -> None:
        async with world.store.write() as uow:
            await uow.servers.set_flag("frozen", "yes")

    tries = 0
    original = world.ctx.tell

    async def tell(about: str, sentence: str) -> None:
        nonlocal tries
        tries += 1
        await freeze()
        await original(about, sentence)

    object.__setattr__(world.ctx, "tell", tell)
    await world.send(refine(iterations=1))
    assert tries == 1
    assert await statuses(world) == [RunStatus.STOPPED]
    await world.close()


async def test_what_a_provider_can_not_do_is_not_called_spent_nor_tried_again(
    tmp_path: Path,
) -> None:
    no = Unsupported("scripted:painter paints no masks. stability:core does.")
    painter = Broken(trouble=no)
    world = await World(tmp_path, painter=painter).open()
    await world.send(refine(iterations=2))
    assert painter.tried == 2
    said = await notices(world)
    assert said == [f"Round {n} is skipped: {no.sentence}" for n in (1, 2)]
    updates = await world.updates(await world.only_session())
    (end,) = [d.update for d in updates if isinstance(d.update, Finished)]
    assert end.reason == f"No picture came of it: {no.sentence}"
    assert end.spent == Decimal("0.001")  # the description
    async with world.store.read() as uow:
        (run,) = await uow.runs.with_status(list(RunStatus))
        calls = await uow.calls.of_run(run.id)
    assert [c.state for c in calls if c.kind == "paint"] == [CallState.FAILED] * 2
    await world.close()


async def test_an_account_is_looked_at_less_and_less_often(tmp_path: Path, waits: Waits) -> None:
    painter = Broken()

    def mend(count: int) -> None:
        painter.mended = count >= 12

    waits.then = mend
    world = await World(tmp_path, painter=painter).open()
    await world.send(refine(iterations=1))
    assert waits.seconds[:6] == [60.0] * 6
    assert waits.seconds == sorted(waits.seconds[:9]) + waits.seconds[9:]
    assert all(LONGEST_WAIT_S <= each <= LONGEST_WAIT_S * 1.25 for each in waits.seconds[9:])
    await world.close()


async def test_waits_grow_and_spread(tmp_path: Path, waits: Waits) -> None:
    painter = Broken(trouble=Unavailable("OpenAI is not answering.", retry_after=0.0))

    def mend(count: int) -> None:
        painter.mended = count >= 12

    waits.then = mend
    waits.world = world = await World(tmp_path, painter=painter).open()
    await world.send(refine(iterations=1))
    assert len(waits.seconds) == 12
    assert set(waits.shown) == {"OpenAI is not answering; the run waits and goes on by itself."}
    for n, seconds in enumerate(waits.seconds):
        least = min(LONGEST_WAIT_S, 2.0**n)
        assert least <= seconds <= least * 1.25
    assert await statuses(world) == [RunStatus.DONE]
    assert world.told == []
    await world.close()


def test_the_spread_is_the_runs_own_and_the_same_at_a_replay() -> None:
    pauses = {back_off(f"run{n}/paint/1", 5) for n in range(20)}
    assert len(pauses) > 10
    assert back_off("run1/paint/1", 5) == back_off("run1/paint/1", 5)
