"""What core needs of a durable engine: a journal of steps, and a way to wake a run."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

T = TypeVar("T")


class RunState(StrEnum):
    UNKNOWN = "unknown"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Run(Protocol):
    """One run of a workflow, as the workflow sees it."""

    @property
    def run_id(self) -> str: ...

    async def step(self, name: str, call: Callable[[], Awaitable[T]]) -> T:
        """Makes the call once and journals its result: small values or frozen dataclasses of
        such, never images. A name used twice in a run raises ValueError."""
        ...

    async def signal(self, timeout: float) -> bool:
        """Waits until somebody woke this run or `timeout` seconds passed; True if woken. What was
        said is a row in the database."""
        ...

    async def now(self) -> datetime:
        """The journaled time, UTC."""
        ...


Workflow = Callable[[Run], Awaitable[None]]


class Engine(Protocol):
    """Runs workflows and resumes what a dead process left. The journal is a cache."""

    async def launch(self, workflow: Workflow) -> None: ...

    async def start(self, run_id: str, user: str) -> bool:
        """Queues a run, fairly between users. False if a run of this id is known already."""
        ...

    async def wake(self, run_id: str) -> None:
        """Signals a run; harmless for one that is over or unknown."""
        ...

    async def state(self, run_id: str) -> RunState: ...

    async def drain(self, grace: float) -> None:
        """No new step begins; steps in flight end, at most `grace` seconds are waited."""
        ...

    async def close(self) -> None: ...
