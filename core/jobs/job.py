"""What a job is: one image job, declared once, in one file of this folder."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from core.domain.access import Who
from core.domain.commands import Command
from core.domain.defaults import LoopDefaults
from core.domain.records import Iteration, Plan
from core.models.painter import Operation
from core.runtime.models import ModelSet
from core.runtime.pricing import Paid
from core.steps.describe import Opening
from core.steps.loop import Loop


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a plan is made over. `size`: the uploaded picture's width and height in pixels; `old`
    and `node`: the plan and the iteration that a branch follows from."""

    loop: LoopDefaults
    model_set: ModelSet
    size: tuple[int, int] | None = None
    old: Plan | None = None
    node: Iteration | None = None


def no_calls(plan: Plan, model_set: ModelSet) -> Sequence[Paid]:
    """Of a job that costs nothing."""
    return ()


def no_words(who: str, node: Iteration) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An image job.

    `command` carries its options, `who` may give it. `needs`: the operations that the painter or
    the editor must have. `plan` makes a run's plan (raises BadRequest); `calls` lists what such a
    run may pay, of which quote, reserve, budget stop and confirmation are the sum; `recipe` is the
    run, over the shared steps, and returns why it ended. A job without a recipe goes on with a tree
    in the way it was made; `said` is what the thread is told of it. `shown`: "rounds" end with
    contact sheet, animation and plot, a "picture" stands for itself. `likely`: the share of its
    rounds that a run uses on average. `slash`: people type it; else it is a button. `examples`: as typed in a
    terminal.
    """

    command: type[Command]
    who: Who = "everyone"
    needs: frozenset[Operation] = frozenset({"generate"})
    plan: Callable[[Any, Basis], Plan]
    calls: Callable[[Plan, ModelSet], Sequence[Paid]] = no_calls
    recipe: Callable[[Loop, Opening], Awaitable[str]] | None = None
    said: Callable[[str, Iteration], str] = no_words
    shown: Literal["rounds", "picture"] = "rounds"
    likely: Callable[[Plan], Decimal] = lambda plan: Decimal(1)
    slash: bool = True
    examples: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The command's kind: what people type, and how its trees are made."""
        return str(self.command.__dataclass_fields__["kind"].default)

    @property
    def begins_session(self) -> bool:
        """Else it grows from an iteration or a session that is there."""
        known = self.command.__dataclass_fields__
        return "iteration" not in known and "session" not in known

    def missing(self, model_set: ModelSet) -> str:
        """The first operation that no configured model has, "" where the job can be done."""
        has = set(model_set.painter.profile.operations)
        if model_set.editor is not None:
            has |= model_set.editor.profile.operations
        return next((need for need in sorted(self.needs) if need not in has), "")
