"""What a run costs, as a table: quoted from the price list by the rules that quote every run."""

from collections.abc import Iterator
from decimal import ROUND_UP, Decimal
from typing import Any

from adapters.models.registry import ModelNames, build_models
from adapters.models.table import CONFIGS
from bot.models import model_set
from bot.papers.markdown import code, table
from bot.person import me, place
from core.domain.commands import ImageHandle
from core.domain.defaults import LoopDefaults
from core.domain.records import Plan
from core.jobs.evolve import Evolve
from core.jobs.imagine import Imagine
from core.jobs.job import Basis, Job
from core.jobs.refine import Refine
from core.jobs.registry import JOBS, calls_of
from core.ports.pixels import Pixels
from core.runtime.models import ModelSet
from core.runtime.pricing import LIKELY_SHARE, worst_run

ROUNDS = 4
CENT = Decimal("0.01")
SETS = (
    ModelNames(painter="offline:gouache", critic="offline:gouache"),
    ModelNames(
        painter="openai:gpt-image-2.5-flare",
        critic="openai:gpt-6.1-terra",
        judge="openai:gpt-6-luna",
    ),
    ModelNames(
        painter="openai:gpt-image-2", critic="openai:gpt-6.1-terra", judge="openai:gpt-6-luna"
    ),
    ModelNames(
        painter="google:gemini-nano-banana-2.1",
        critic="google:gemini-3.5-flash-lite",
        judge="google:gemini-3.5-flash-lite",
    ),
    ModelNames(painter="stability:core", critic="openai:gpt-6.1-terra", judge="openai:gpt-6-luna"),
    ModelNames(painter="stability:core", critic="anthropic:claude-haiku-5-5"),
)
HEADS = ("painter", "critic", "judge", "quality")
RUNS = (f"`refine`, {ROUNDS} rounds", f"`evolve`, {ROUNDS} rounds", "`imagine`, one picture")


async def costs(pixels: Pixels) -> str:
    """A row for each set of models and quality, a column for each kind of run, at 1024x1024. Connects
    to nothing."""
    rows: list[tuple[str, ...]] = []
    for names in SETS:
        models = build_models(names, CONFIGS, {}, pixels)
        try:
            used = model_set(models)
            roles = (used.painter, used.critic, used.judge)
            who = tuple(code(each.profile.name) for each in roles)
            rows += [(*who, quality or "–", *_row(used, quality)) for quality in _qualities(used)]
        finally:
            await models.close()
    return table((*HEADS, *RUNS), rows)


def _qualities(used: ModelSet) -> tuple[str, ...]:
    known = used.painter.profile.qualities
    return tuple(each for each in ("low", "medium", "high") if each in known) or ("",)


def _row(used: ModelSet, quality: str) -> Iterator[str]:
    base: dict[str, Any] = {"dedup_key": "", "actor": me(), "place": place()}
    if quality:
        base["quality"] = quality
    handle = ImageHandle("", "", "")
    for command in (
        Refine(**base, image=handle, iterations=ROUNDS),
        Evolve(**base, image=handle, iterations=ROUNDS),
        Imagine(**base, prompt="a red fox in the snow", candidates=1),
    ):
        job = JOBS[command.kind]
        plan = job.plan(command, Basis(loop=LoopDefaults(), model_set=used, size=(1024, 1024)))
        yield _told(used, plan, job)


def _told(used: ModelSet, plan: Plan, job: Job) -> str:
    calls = calls_of(plan, used)
    if any(paid.price is None for paid in calls if not paid.spare):
        return "unknown"
    most = worst_run(calls, Decimal(0))
    if not most:
        return "free"
    return f"about {_usd(most * job.likely(plan) * LIKELY_SHARE)}, at most {_usd(most)}"


def _usd(usd: Decimal) -> str:
    """To the cent, up: a ceiling stays one."""
    return f"${usd.quantize(CENT, ROUND_UP)}"
