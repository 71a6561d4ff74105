"""A long-lived task that breaks is logged, begun again with growing pauses, and told."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from core.service.supervisor import RestartPauses, Supervisor

QUICK = RestartPauses(first_s=0.001, longest_s=0.004, steady_s=3600)


@asynccontextmanager
async def carried(
    work: Callable[[], Coroutine[Any, Any, None]],
    *,
    tell: Callable[[str, str], Awaitable[None]] | None = None,
    pace: RestartPauses = QUICK,
) -> AsyncGenerator[Supervisor]:
    supervisor = Supervisor(tell, pace)
    supervisor.carry("outbox", work)
    try:
        yield supervisor
    finally:
        await supervisor.end_all()


class Breaks:
    """Breaks as often as it is told, then goes on for ever; `running` is set from then on."""

    def __init__(self, *troubles: BaseException | None) -> None:
        self.troubles, self.begun = list(troubles), 0
        self.running = asyncio.Event()

    async def __call__(self) -> None:
        self.begun += 1
        if not self.troubles:
            self.running.set()
            await asyncio.Event().wait()
        trouble = self.troubles.pop(0)
        if trouble is not None:
            raise trouble


async def test_one_that_breaks_or_ends_is_logged_and_begun_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    # the cancellation is not the owner's: something inside was cancelled
    work = Breaks(OSError("disk full"), None, asyncio.CancelledError())
    async with carried(work) as supervisor:
        await work.running.wait()
        assert work.begun == 4
        assert supervisor.broken == ["outbox"]  # it did not prove sound yet
        assert supervisor.restarts == {"outbox": 3}
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert said == ["outbox broke", "outbox ended by itself", "outbox broke"]
    assert supervisor.broken == []


async def test_one_that_runs_long_enough_is_sound_again() -> None:
    work = Breaks(OSError("away"))
    async with carried(work, pace=RestartPauses(0.001, 0.001, steady_s=0.01)) as supervisor:
        await work.running.wait()
        while supervisor.broken:
            await asyncio.sleep(0.005)
        assert work.begun == 2


async def test_the_operator_is_told_of_what_goes_on_breaking_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[tuple[str, str]] = []

    async def tell(about: str, sentence: str) -> None:
        told.append((about, sentence))
        raise OSError("the database is away as well")

    work = Breaks(*[OSError("disk full")] * 5)
    async with carried(work, tell=tell):
        await work.running.wait()
    (about, sentence) = told[0]
    assert len(told) == 1 and about == "broken/outbox"
    assert sentence == "outbox broke 3 times in a row and is tried again: OSError: disk full"
    assert "the operator could not be told of outbox" in caplog.text


def test_pauses_grow_to_a_bound() -> None:
    supervisor = Supervisor(None, RestartPauses(first_s=1, longest_s=60))
    pauses = [supervisor._pause(breaks) for breaks in (1, 2, 3, 7, 10_000)]
    for pause, full in zip(pauses, (1, 2, 4, 60, 60), strict=True):
        assert full / 2 <= pause <= full


async def test_an_end_is_an_end_and_a_name_is_carried_once() -> None:
    work = Breaks()
    supervisor = Supervisor(None, QUICK)
    supervisor.carry("outbox", work)
    with pytest.raises(ValueError, match="carried already"):
        supervisor.carry("outbox", work)
    await work.running.wait()
    await supervisor.end("outbox")
    await supervisor.end("outbox")
    assert work.begun == 1
    supervisor.carry("outbox", work)
    await supervisor.end_all()
