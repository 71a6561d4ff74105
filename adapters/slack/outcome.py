"""What a delivery comes to, before it is acknowledged."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import cast

from adapters.slack.api import Json
from core.domain.commands import Command

After = Callable[[], Awaitable[None]]
Result = Command | Json | After | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Commands to write down, the acknowledgement's body, work after it."""

    commands: tuple[Command, ...] = ()
    reply: Json = field(default_factory=dict[str, object])
    after: After | None = None


def outcome_of(result: Result) -> Outcome:
    """A handler returns a command, the acknowledgement's body, or what to do after it."""
    if result is None:
        return Outcome()
    if isinstance(result, dict):
        return Outcome(reply=cast(Json, result))
    if callable(result):
        return Outcome(after=result)
    return Outcome((result,))
