"""The contract of every job: what it may pay is declared, and its bill stays below its quote."""

from decimal import Decimal
from pathlib import Path

import pytest

from adapters.models.scripted import EVERYTHING, ScriptedCritic, ScriptedPainter
from core.domain.call_key import CallKey
from core.domain.commands import ImageHandle
from core.domain.options import build, options
from core.domain.records import RunRecord
from core.jobs.job import Job, no_calls
from core.jobs.registry import JOBS, made_by
from tests.harness import ANN, PAGE, World

LATER = {("journey", "choice"), ("journey", "say")}  # of a story that goes on


def filled_in(job: Job) -> dict[str, object]:
    """Every option that this job has, filled in."""
    given: dict[str, object] = {}
    for field in options(job.command):
        if (job.name, field.name) in LATER:
            continue
        match field.kind:
            case "image" if field.holds != "marks":  # a mask and marks exclude each other
                given[field.name] = ImageHandle("web", "mask" if field.holds == "mask" else "ref")
            case "number":
                given[field.name] = max(field.least, min(2, field.most))
            case "text" if not field.suggest and field.holds != "region":  # there is a mask
                given[field.name] = "a red fox"
            case "text" if field.suggest == "styles":
                given[field.name] = "oil"
            case _:
                pass
    return given


STARTS = [name for name, job in JOBS.items() if job.begins_session and job.calls is not no_calls]
BRANCHES = [
    name
    for name, job in JOBS.items()
    if not job.begins_session and (job.recipe is None or job.calls is not no_calls)
]
WORDS = frozenset({"describe", "ask"})  # nothing grows from what paints nothing
BEGUN = list({JOBS[name].recipe: name for name in STARTS if name not in WORDS}.values())
"""One job of each recipe."""


def declared(key: str, run: RunRecord, world: World) -> bool:
    """Whether a paid call's key belongs to a step that the run's job declares."""
    step = str(CallKey.parse(key).step)
    steps = [paid.step for paid in made_by(run.plan).calls(run.plan, world.ctx.model_set)]
    return any(step == each or step.startswith(f"{each}/") for each in steps)


async def check(world: World, run: RunRecord) -> None:
    async with world.store.read() as uow:
        rows = await uow.calls.of_run(run.id)
        booked = await uow.ledger.of_run(run.id)
    assert rows
    undeclared = [row.key for row in rows if not declared(row.key, run, world)]
    assert undeclared == []
    spent = sum(
        (b.usd or Decimal(0) for b in booked if b.kind in ("settle", "unknown")), Decimal(0)
    )
    assert run.quote.at_most is not None
    assert spent <= run.quote.at_most
    painted = sum(b.images for b in booked if b.kind in ("settle", "unknown"))
    assert painted <= run.quote.images


async def run_of(world: World, job: Job, **given: object) -> RunRecord:
    """The run that comes of this job with every option filled in."""
    values = filled_in(job) | given
    key = f"web::{job.name}"
    await world.send(build(job.command, values, dedup_key=key, actor=ANN, place=PAGE))
    async with world.store.read() as uow:
        row = await uow.inbox.get(key)
        assert row is not None
        assert row.error == ""
        run = await uow.runs.get(row.run)
    assert run is not None
    return run


def world_at_its_worst(folder: Path) -> World:
    """Every call costs what it may cost at most, the critic judges by duels, the painter mends."""
    painter = ScriptedPainter(
        usd=Decimal("0.04"),
        worst=Decimal("0.04"),
        mask=True,
        operations=EVERYTHING,
        qualities=("low", "medium", "high"),
    )
    critic = ScriptedCritic(usd=Decimal("0.01"), eyes=True, checklist=("a fox?",))
    return World(folder, painter=painter, critic=critic)


@pytest.mark.parametrize("name", STARTS)
async def test_what_a_job_pays_is_declared_and_never_more_than_its_quote(
    tmp_path: Path, name: str
) -> None:
    world = await world_at_its_worst(tmp_path).open()
    await check(world, await run_of(world, JOBS[name]))
    await world.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", BRANCHES)
@pytest.mark.parametrize("begun", BEGUN)
async def test_what_a_branch_pays_is_declared_too(tmp_path: Path, name: str, begun: str) -> None:
    world = await world_at_its_worst(tmp_path).open()
    first = await run_of(world, JOBS[begun])
    node = (await world.nodes(first.session))[-1]
    job = JOBS[name]
    known = job.command.__dataclass_fields__
    given = {"iteration": node.id, "session": first.session, "prompt": "a blue fox"}
    if name == "again":
        given["quality"] = "high"
    values = {key: value for key, value in given.items() if key in known}
    base = {f.attr for f in options(job.command)}
    command = build(
        job.command,
        {k: v for k, v in values.items() if k in base},
        dedup_key=f"web::{name}",
        actor=ANN,
        place=PAGE,
        **{k: v for k, v in values.items() if k not in base},
    )
    await world.send(command)
    async with world.store.read() as uow:
        row = await uow.inbox.get(f"web::{name}")
        assert row is not None
        assert row.error == ""
        run = await uow.runs.get(row.run)
    assert run is not None
    await check(world, run)
    await world.close()
