"""What a job is: one image job, declared once, in one file of this folder."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from core.domain.access import Who
from core.domain.commands import Command
from core.domain.defaults import LoopDefaults
from core.domain.options import Shortcut
from core.domain.records import Iteration, Plan
from core.models.painter import Operation
from core.runtime.models import ModelSet
from core.runtime.pricing import Paid
from core.steps.describe import Opening
from core.steps.loop import Loop


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture: its hash, width and height in pixels."""

    hash: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a plan is made over. `size`: width and height in pixels of the picture that is worked on;
    `pictures`: the uploaded ones by the options' names (none while the words alone are checked);
    `old` and `node`: the plan and the iteration that a branch follows from; `by_rounds`: whether
    that plan's job goes by rounds; `path`: the scenes of the story that leads to `node`, oldest
    first."""

    loop: LoopDefaults
    model_set: ModelSet
    size: tuple[int, int] | None = None
    pictures: Mapping[str, Picture] = field(default_factory=dict[str, Picture])
    old: Plan | None = None
    node: Iteration | None = None
    by_rounds: bool = True
    path: tuple[Iteration, ...] = ()


def no_calls(plan: Plan, model_set: ModelSet) -> Sequence[Paid]:
    """Of a job that costs nothing."""
    return ()


def any_of_them(nodes: Sequence[Iteration]) -> Sequence[Iteration]:
    return nodes


def own_session(command: Any) -> str | None:
    known: str | None = getattr(command, "session", None)
    return known


def own_goal(command: Any) -> str:
    return str(getattr(command, "goal", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An image job.

    `command` carries its options, `who` may give it. `needs`: the operations that the painter or
    the editor must have. `plan` makes a run's plan (raises BadRequest); `calls` lists what such a
    run may pay, of which quote, reserve, budget stop and confirmation are the sum; `recipe` is the
    run, over the shared steps, and returns why it ended. A job without a recipe goes on with a tree
    in the way it was made; `said` is what the thread is told of it, with
    {who} has asked and the {round} it grows from. `goal`: what
    later rounds of a new tree come close to, in the person's words. `shown`: "rounds" end with
    contact sheet, animation and plot, a "picture" stands for itself. `likely`: the share of its
    rounds that a run uses on average. `slash`: people type it; else it is a button. `starts`: whether a command begins a tree,
    where a picture brought along is not what tells. `among`: of a session's images those that it may
    grow from. `session`: the one that a command names, by its id or a name ("" = the newest), None
    for the thread that it is said in. `examples`: as typed in a
    terminal. `ways`: answers that are offered on a picture as one press.
    """

    command: type[Command]
    who: Who = "everyone"
    needs: frozenset[Operation] = frozenset({"generate"})
    plan: Callable[[Any, Basis], Plan]
    calls: Callable[[Plan, ModelSet], Sequence[Paid]] = no_calls
    recipe: Callable[[Loop, Opening], Awaitable[str]] | None = None
    said: str = ""
    goal: Callable[[Any], str] = own_goal
    shown: Literal["rounds", "picture"] = "rounds"
    likely: Callable[[Plan], Decimal] = lambda plan: Decimal(1)
    slash: bool = True
    starts: Callable[[Any], bool] | None = None
    among: Callable[[Sequence[Iteration]], Sequence[Iteration]] = any_of_them
    session: Callable[[Any], str | None] = own_session
    examples: tuple[str, ...] = ()
    ways: tuple[Shortcut, ...] = ()

    @property
    def name(self) -> str:
        """The command's kind: what people type, and how its trees are made."""
        return str(self.command.__dataclass_fields__["kind"].default)

    def told(self, who: str, node: Iteration) -> str:
        """What the thread reads when it grows from this iteration."""
        return self.said.format(who=who, round=node.round)

    @property
    def begins_session(self) -> bool:
        """Whether a tree of its own may come of it; else it always grows from one that is there."""
        known = self.command.__dataclass_fields__
        return "image" in known or not ("iteration" in known or "session" in known)

    @property
    def grows(self) -> bool:
        """Whether it works on an iteration that is there."""
        return "iteration" in self.command.__dataclass_fields__

    @property
    def begins_by_words(self) -> bool:
        """Whether a tree of its own may come of words alone, without a picture."""
        known = self.command.__dataclass_fields__
        return self.begins_session and (self.starts is not None or "prompt" in known)

    def begins(self, command: Command) -> bool:
        """Whether a tree of its own comes of this command: what may do both begins one over a
        picture that is brought along or a prompt of its own, and grows from the thread it is said
        in."""
        if not (self.begins_session and self.grows):
            return self.begins_session
        if self.starts is not None:
            return self.starts(command)
        known: Any = command
        given = known.image is not None or bool(getattr(known, "prompt", ""))
        return given and not known.iteration

    def missing(self, model_set: ModelSet) -> str:
        """The first operation that no configured model has, "" where the job can be done."""
        has = set(model_set.painter.profile.operations)
        if model_set.editor is not None:
            has |= model_set.editor.profile.operations
        return next((need for need in sorted(self.needs) if need not in has), "")
