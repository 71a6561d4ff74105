"""`darkroom trial --simulate`: the product's own loop, on models with known error rates."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.eyes.ocr import installed
from adapters.models.simulated.world import World, WorldRates
from bot.config import load
from bot.trial.command import planned, run_trial, write_report
from bot.trial.laboratory import opened
from bot.trial.policies import policies
from bot.trial.runner import read_results, spent
from core.domain.errors import BadRequest
from core.domain.trial import TrialResult

PROMPTS = [
    {
        "id": f"p{n}",
        "prompt": f"a fox {n}",
        "questions": [
            {"text": f"Does the picture show {what}?", "kind": "count"} for what in "abc"
        ],
    }
    for n in range(2)
]


def untold(result: TrialResult, done: int, of: int) -> None:
    return None


@pytest.mark.slow
async def test_a_trial_stops_at_its_cap_and_goes_on_where_it_was(tmp_path: Path) -> None:
    prompts = tmp_path / "set.jsonl"
    prompts.write_text("\n".join(json.dumps(each) for each in PROMPTS))
    settings = load(None)

    async def run(usd: str) -> tuple[bool, int]:
        trial, ways = planned(prompts, "", "loop,one-shot", 3, 1, usd, tmp_path / "out")
        report = await run_trial(settings, trial, ways, untold, simulate=True)
        write_report(report, trial)
        return report.whole, len(report.results)

    assert await run("0.01") == (False, 1)  # the cell at work is ended, none is begun
    first = read_results(tmp_path / "out")
    assert await run("5") == (True, 4)
    results = read_results(tmp_path / "out")
    assert results[:1] == first
    assert all(each.passed and not each.error for each in results)
    shots = [each for each in results if each.policy == "one-shot"]
    # one description, one picture, one look at it
    assert {each.usd for each in shots} == {Decimal("0.044")}
    assert spent(results) <= 5 and (tmp_path / "out" / "report.html").exists()


async def test_a_set_without_questions_measures_nothing_and_is_refused(tmp_path: Path) -> None:
    prompts = tmp_path / "set.txt"
    prompts.write_text("a fox")
    trial, ways = planned(prompts, "", "", 4, 1, "1", tmp_path / "out")
    with pytest.raises(BadRequest, match="nothing could be measured"):
        await run_trial(load(None), trial, ways, untold, simulate=True)
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
async def test_the_painter_gets_the_best_picture_where_that_is_the_way(tmp_path: Path) -> None:
    """One that keeps all of it paints what it got: no round is better than the first."""
    prompts = tmp_path / "set.jsonl"
    prompts.write_text(json.dumps(PROMPTS[0]))
    trial, ways = planned(prompts, "", "picture", 3, 2, "5", tmp_path / "out")
    rates = WorldRates(follow=2.0, mend=-9, spill=0)  # half of it is still all
    report = await run_trial(load(None), trial, ways, untold, simulate=True, rates=rates)
    assert len(report.results) == 2
    assert all(not each.error for each in report.results)
    assert all(len(set(each.rounds)) == 1 for each in report.results)


async def test_nobody_looks_for_letters_on_a_simulated_picture(tmp_path: Path) -> None:
    """It holds its answers in cells: read by measurement, all its lettering would be missing."""
    (way,) = policies("one-shot")
    async with opened(load(None), tmp_path / "a", way, "", World()) as lab:
        assert lab.program.ctx.reader is None
    async with opened(load(None), tmp_path / "b", way, "", None) as lab:
        assert (lab.program.ctx.reader is not None) == installed()
