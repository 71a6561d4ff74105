"""Progress within a round: gathered, coalesced, never in the way of the painting."""

import asyncio

import pytest

from core.steps.paint_progress import Gauge, Wait


class Shown:
    """What was shown; `first` is set at the first time, `gate` lets each showing end."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.percents: list[int] = []
        self.changed = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.fault = fault

    async def __call__(self, percent: int, preview: bytes | None, wait: Wait | None = None) -> None:
        self.percents.append(percent)
        self.changed.set()
        if self.fault:
            raise self.fault
        await self.gate.wait()

    async def next(self) -> int:
        async with asyncio.timeout(5):
            await self.changed.wait()
        self.changed.clear()
        return self.percents[-1]


async def test_the_pictures_of_a_round_are_one_percentage() -> None:
    shown = Shown()
    gauge = Gauge(4, shown, every_s=0.001)
    async with gauge.watched("r"):
        gauge.part(0)(0.5)
        assert await shown.next() == 10  # 12.5, in steps of 5
        gauge.finish(1)
        gauge.part(0)(0.2)  # it never falls
        gauge.part(2)(0.9)
        assert await shown.next() == 60
        gauge.part(3)(7)
        assert await shown.next() == 85
    assert shown.percents == [10, 60, 85]


async def test_what_comes_between_two_showings_is_shown_once() -> None:
    shown = Shown()
    gauge = Gauge(1, shown, every_s=0.001)
    async with gauge.watched("r"):
        shown.gate.clear()
        gauge.part(0)(0.1)
        await shown.next()
        for percent in range(11, 90):
            gauge.part(0)(percent / 100)  # returns at once, though nothing can be shown
        shown.gate.set()
        assert await shown.next() == 85
    assert shown.percents == [10, 85]


async def test_what_looks_the_same_is_not_shown_again() -> None:
    shown = Shown()
    gauge = Gauge(1, shown, every_s=0)
    async with gauge.watched("r"):
        for fraction in (0.3, 0.31, 0.34, 0.1, 0.35):
            gauge.part(0)(fraction)
            for _ in range(20):  # the watcher's turns, were there anything to show
                await asyncio.sleep(0)
    assert shown.percents == [30, 35]


async def test_a_block_that_ends_waits_for_no_pause() -> None:
    shown = Shown()
    gauge = Gauge(1, shown, every_s=3600)
    async with asyncio.timeout(5):
        async with gauge.watched("r"):
            gauge.part(0)(0.3)
            await shown.next()
            gauge.part(0)(0.9)
    assert shown.percents == [30]
    assert not [t for t in asyncio.all_tasks() if t.get_name() == "progress of r"]


async def test_a_silent_painter_is_not_written_of() -> None:
    shown = Shown()
    async with Gauge(2, shown).watched("r"):
        await asyncio.sleep(0)
    assert shown.percents == []


async def test_progress_that_can_not_be_shown_harms_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shown = Shown(fault=OSError("disk full"))
    gauge = Gauge(1, shown, every_s=0.001)
    async with gauge.watched("r"):
        gauge.part(0)(0.3)
        await shown.next()
        gauge.part(0)(0.6)
    assert shown.percents == [30]
    assert "no longer shown" in caplog.text


async def test_what_goes_wrong_inside_comes_out() -> None:
    with pytest.raises(ValueError, match="no"):
        async with Gauge(1, Shown()).watched("r"):
            raise ValueError("no")
