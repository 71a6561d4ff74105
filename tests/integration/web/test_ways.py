"""On the page: what is done most as one press, and votes on a blind comparison."""

from dataclasses import replace
from typing import Any

import pytest

from core.domain.commands import Reveal, Vote

from .conftest import Stage
from .test_growing import entered, grid, stage

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
__all__ = ["stage"]


def last(stage: Stage) -> Any:
    return stage.core.received[-1]


async def test_ways_are_one_press(stage: Stage, browser: Any) -> None:
    page = await entered(browser, stage)
    update = await grid(page, stage)
    for label, kind in (("Make square: extend", "outpaint"), ("Make square: crop", "crop")):
        await page.get_by_role("button", name="More… with 1 ink").click()
        await page.get_by_role("button", name=label).click()
        while last(stage).kind != kind:
            await page.wait_for_timeout(20)
        assert last(stage).iteration == update.candidates[0].iteration


async def test_a_blind_comparison_is_voted_on(stage: Stage, browser: Any) -> None:
    page = await entered(browser, stage)
    update = await grid(page, stage)
    await stage.core.post(replace(update, blind=True, labels=("A", "B"), votes=(0, 1)))
    await page.get_by_role("button", name="Vote (1)").click()
    while not isinstance(last(stage), Vote):
        await page.wait_for_timeout(20)
    assert last(stage).iteration == update.candidates[1].iteration
    await page.get_by_role("button", name="Show the labels").click()
    while not isinstance(last(stage), Reveal):
        await page.wait_for_timeout(20)
