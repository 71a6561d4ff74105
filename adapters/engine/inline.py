"""The engine in memory: for unit tests of the core, and for a command line run that its terminal owns."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from core.ports.engine import RunState, Workflow

T = TypeVar("T")
log = logging.getLogger(__name__)
PER_USER = 4


class InlineRun:
    """Implements `core.ports.engine.Run`; its journal is this object."""

    def __init__(self, run_id: str, gate: asyncio.Event) -> None:
        self._id, self._gate = run_id, gate
        self._names: set[str] = set()
        self.wakes: asyncio.Queue[None] = asyncio.Queue()
        self.in_step = False

    @property
    def run_id(self) -> str:
        return self._id

    async def step(self, name: str, call: Callable[[], Awaitable[T]]) -> T:
        if name in self._names:
            raise ValueError(f"step {name!r} was made before in run {self._id}")
        self._names.add(name)
        await self._gate.wait()
        self.in_step = True
        try:
            return await call()
        finally:
            self.in_step = False

    async def signal(self, timeout: float) -> bool:
        try:
            async with asyncio.timeout(max(0.0, timeout)):
                await self.wakes.get()
        except TimeoutError:
            return False
        return True

    async def now(self) -> datetime:
        return datetime.now(UTC)


class InlineEngine:
    """Implements `core.ports.engine.Engine`: one task per run, a few at once per user."""

    def __init__(self, per_user: int = PER_USER) -> None:
        self._workflow: Workflow | None = None
        self._runs: dict[str, InlineRun] = {}
        self._states: dict[str, RunState] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(per_user)
        )
        self._gate = asyncio.Event()
        self._gate.set()

    async def launch(self, workflow: Workflow) -> None:
        self._workflow = workflow

    async def start(self, run_id: str, user: str) -> bool:
        if run_id in self._states:
            return False
        self._states[run_id] = RunState.WAITING
        self._runs[run_id] = InlineRun(run_id, self._gate)
        task = asyncio.create_task(self._carry(run_id, user), name=f"run {run_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _carry(self, run_id: str, user: str) -> None:
        if self._workflow is None:
            raise RuntimeError("launch the engine before starting runs")
        async with self._slots[user]:
            self._states[run_id] = RunState.RUNNING
            try:
                await self._workflow(self._runs[run_id])
            except Exception:
                log.exception("run %s broke", run_id)
                self._states[run_id] = RunState.FAILED
            else:
                self._states[run_id] = RunState.DONE

    async def wake(self, run_id: str) -> None:
        if run := self._runs.get(run_id):
            run.wakes.put_nowait(None)

    async def state(self, run_id: str) -> RunState:
        return self._states.get(run_id, RunState.UNKNOWN)

    async def join(self) -> None:
        """Waits until no run is going."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def drain(self, grace: float) -> None:
        self._gate.clear()
        end = asyncio.get_running_loop().time() + grace
        while any(run.in_step for run in self._runs.values()):
            if asyncio.get_running_loop().time() >= end:
                return
            await asyncio.sleep(0.01)

    def resume(self) -> None:
        """Undoes a drain: steps begin again."""
        self._gate.set()

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
