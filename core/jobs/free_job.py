"""What jobs have in common that paint nothing: they ask about a picture, or make one here."""

from collections.abc import Awaitable, Callable
from functools import partial

from core.domain.records import Plan
from core.jobs.job import Basis, Job
from core.models.painter import Operation
from core.runtime.context import RunContext
from core.runtime.outcome import StepFailure
from core.steps.derive import derive
from core.steps.describe import Opening
from core.steps.loop import Loop

Step = Callable[[RunContext, str], Awaitable[str]]
Question = Callable[[RunContext, str, str], Awaitable[str | StepFailure]]
Recipe = Callable[[Loop, Opening], Awaitable[str]]

unpainted = partial(Job, needs=frozenset[Operation](), shown="picture")
"""Declares such a job."""


def plan_of(
    mode: str,
    basis: Basis,
    *,
    candidates: int = 1,
    size: tuple[int, int] = (1024, 1024),
    wish: str = "",
) -> Plan:
    """Counts against nobody's images."""
    return Plan(
        mode=mode,
        rounds=1,
        candidates=candidates,
        width=size[0],
        height=size[1],
        base=basis.node.id if basis.node else "",
        wish=wish,
        rationed=False,
    )


def asking(name: str, question: Question) -> Recipe:
    """A recipe that has one question answered, whose step posts the answer."""

    async def recipe(loop: Loop, opening: Opening) -> str:
        await loop.may_go_on(1)
        outcome = await loop.insist(1, name, question)
        return f"failed:{outcome.sentence}" if isinstance(outcome, StepFailure) else "done"

    return recipe


def drawing(name: str, step: Step) -> Recipe:
    """A recipe whose one step draws something and posts it."""

    async def recipe(loop: Loop, opening: Opening) -> str:
        await loop.may_go_on(1)
        await loop.step(name, step)
        return "done"

    return recipe


async def derived(loop: Loop, make: Callable[[bytes], bytes], words: str) -> str:
    """Makes the run's picture out of the one it begins with, and posts it: `derive` says of what."""
    loop.champion = await loop.step("derive/1", derive, make, words)
    return "done"
