"""What every painter that works on jobs is held to: a kill while its job is waited for."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.models import jobs, polling
from adapters.models.rates import Limiter
from adapters.models.throttled import PacedPainter, Throttle
from core.domain.errors import ProviderError
from core.domain.records import CallRow, CallState, RunStatus
from core.models.painter import Painter, PaintRequest
from tests.harness import World, refine
from tests.unit.core.test_crash_points import Died


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses between looks."""
    monkeypatch.setattr(polling, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(polling, "LONGEST_PAUSE_S", 0.01)
    monkeypatch.setattr(jobs, "PATIENCE_S", (0.001,) * 3)


@asynccontextmanager
async def started(server: Any) -> AsyncIterator[Any]:
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
    assert server.violations == []


async def failed(painter: Painter, request: PaintRequest) -> ProviderError:
    """What the call raised, with a sentence for people."""
    with pytest.raises(ProviderError) as caught:
        await painter.paint(request)
    await painter.close()
    assert caught.value.sentence.endswith(".")
    return caught.value


async def killed_while_waiting(
    painter: Any,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: Callable[[], None] = lambda: None,
) -> CallRow:
    """The call of a run whose program dies between `begun` and the picture, `meanwhile` something
    happens, and another one takes it up: one picture, one settled booking."""
    world = await World(
        folder, painter=PacedPainter(painter, Throttle("It", Limiter(rpm=0, concurrency=2)))
    ).open()  # type: ignore[arg-type]
    waited = jobs.finished

    async def dying(*_: object) -> object:
        monkeypatch.setattr(jobs, "finished", waited)
        raise Died

    monkeypatch.setattr(jobs, "finished", dying)
    await world.send(refine(iterations=1))
    meanwhile()
    await world.restart()
    session = await world.only_session()
    (run,) = await world.runs(session)
    assert run.status is RunStatus.DONE
    assert len(await world.nodes(session)) == 1
    async with world.store.read() as uow:
        (row,) = [each for each in await uow.calls.of_run(run.id) if each.kind == "paint"]
        booked = [each for each in await uow.ledger.of_run(run.id) if each.call == row.key]
    assert row.state is CallState.DONE
    assert [(each.usd, each.images) for each in booked] == [(row.usd, 1)]
    await world.close()
    await painter.close()
    return row
