"""`darkroom trial`: runs the cells, keeps them, writes the report."""

import shutil
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

from adapters.models.simulated.world import World, WorldRates
from bot.config import Settings
from bot.trial.grading import Grade, by_critic, by_truth
from bot.trial.laboratory import Laboratory, opened
from bot.trial.policies import TrialPolicy, policies
from bot.trial.report import TrialReport, write
from bot.trial.runner import Runner, Trial, keep, read_results, spent
from bot.trial.sets import SHIPPED, read_set
from core.domain.errors import BadRequest
from core.domain.trial import TrialResult

WORK = "work"
SIMULATED = (
    "Simulated painter and critic with assumed error rates "
    "(adapters/models/simulated/world.py): what the loop's rules are worth there, not how good "
    "any real model is."
)
REAL = "The questions were answered by the configured judge, which has its own errors."
Told = Callable[[TrialResult, int, int], None]
"""Is told each result, how many cells are done, and of how many."""


def planned(
    prompts: Path | None,
    models: str,
    policies_: str,
    rounds: int,
    seeds: int,
    usd: str,
    out: Path,
) -> tuple[Trial, tuple[TrialPolicy, ...]]:
    """A trial as it was asked for. Raises BadRequest."""
    try:
        cap = Decimal(usd)
    except ArithmeticError as exc:
        raise BadRequest(f"--usd is a number of dollars such as 2 or 0.50, not {usd!r}.") from exc
    if not cap.is_finite() or cap <= 0:
        raise BadRequest("A trial needs a cap above zero: --usd 2.")
    painters = tuple(name.strip() for name in models.split(",") if name.strip()) or ("",)
    trial = Trial(
        prompts=read_set(prompts or SHIPPED),
        painters=painters,
        seeds=seeds,
        rounds=rounds,
        usd=cap,
        folder=out,
    )
    return trial, policies(policies_)


async def run_trial(
    settings: Settings,
    trial: Trial,
    ways: Sequence[TrialPolicy],
    told: Told,
    *,
    simulate: bool,
    rates: WorldRates | None = None,
) -> TrialReport:
    """Every cell that its folder does not have yet, until the cap is reached; `rates` of simulated
    models, where others than the stated ones. Raises BadRequest and Misconfigured."""
    _fits(trial, simulate=simulate)
    world = World(rates) if simulate else None
    trial.folder.mkdir(parents=True, exist_ok=True)
    done = read_results(trial.folder)
    total = len(ways) * len(trial.painters) * len(trial.prompts) * trial.seeds
    for way in ways:
        for painter in trial.painters:
            folder = trial.folder / WORK / _name(way.name, painter)
            async with opened(settings, folder, way, painter, world) as lab:
                runner = Runner(trial, way, painter, lab, _grade(world, lab), world)
                async for result in runner.cells(done, lambda: spent(done) >= trial.usd):
                    keep(trial.folder, result)
                    told(result, len(done), total)
            if simulate:  # pictures of cells
                shutil.rmtree(folder, ignore_errors=True)
    return TrialReport(
        prompts=trial.prompts,
        results=tuple(done),
        note=SIMULATED if simulate else REAL,
        whole=len(done) >= total,
    )


def _fits(trial: Trial, *, simulate: bool) -> None:
    if bare := [each.id for each in trial.prompts if not each.questions]:
        raise BadRequest(
            f"{len(bare)} prompts have no questions (the first is {bare[0]}): nothing could be "
            'measured. Give them "questions" as in the shipped set: darkroom trial --list.'
        )
    if simulate and trial.painters != ("",):
        raise BadRequest("A simulated trial has one painter: leave --models out.")


def _name(policy: str, painter: str) -> str:
    return "-".join(
        [policy, *(p for p in painter.replace(":", "-").replace("/", "-").split() if p)]
    )


def _grade(world: World | None, lab: Laboratory) -> Grade:
    return by_truth(world) if world else by_critic(lab.program.ctx.model_set.judge)


def write_report(report: TrialReport, trial: Trial) -> tuple[str, ...]:
    return tuple(str(path) for path in write(report, trial.folder))
