"""Durable runs: DBOS Transact behind our own port. The journal is a cache of the bot's database.

Documentation: https://docs.dbos.dev/python/. The rules that keep replay right: steps have fixed
names in a fixed order, and between two of them nothing is asked of the outside.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO, TypeVar

import sqlalchemy as sa
from dbos import DBOS, SetEnqueueOptions, SetWorkflowID, WorkflowStatus
from sqlalchemy.exc import SQLAlchemyError

from adapters.engine.journal import (
    FILE,
    lock_folder,
    set_aside,
    settings,
    sound,
    sqlite_engine,
    unusable,
)
from adapters.sqlite import Fault, check_version, fault_of
from core.ports.engine import RunState, Workflow
from core.runtime.patience import patiently

T = TypeVar("T")
log = logging.getLogger(__name__)
QUEUE = "runs"
TOPIC = "wake"
LEAVING_S = 5.0  # for runs that are ended where they stand
STATES = {
    "ENQUEUED": RunState.WAITING,
    "DELAYED": RunState.WAITING,
    "PENDING": RunState.RUNNING,
    "SUCCESS": RunState.DONE,
    "ERROR": RunState.FAILED,
    "CANCELLED": RunState.FAILED,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": RunState.FAILED,
}


class DurableRun:
    """Implements `core.ports.engine.Run` inside a DBOS workflow."""

    def __init__(self, run_id: str, engine: "DurableEngine") -> None:
        self._id, self._engine = run_id, engine
        self._names: set[str] = set()

    @property
    def run_id(self) -> str:
        return self._id

    async def step(self, name: str, call: Callable[[], Awaitable[T]]) -> T:
        if name in self._names:
            raise ValueError(f"step {name!r} was made before in run {self._id}")
        self._names.add(name)

        async def body() -> T:
            return await patiently(f"step {name} of run {self._id}", call)

        async with self._engine.in_flight():
            return await DBOS.run_step_async({"name": name}, body)

    async def signal(self, timeout: float) -> bool:
        await self._engine.opened()
        return await DBOS.recv_async(TOPIC, timeout_seconds=max(0.0, timeout)) is not None

    async def now(self) -> datetime:
        async def read() -> str:
            return datetime.now(UTC).isoformat()

        async with self._engine.in_flight():
            return datetime.fromisoformat(await DBOS.run_step_async({"name": "now"}, read))


class DurableEngine:
    """Implements `core.ports.engine.Engine` on `folder`/journal.sqlite. One per process: DBOS is global."""

    _current: "DurableEngine | None" = None

    def __init__(
        self,
        folder: Path,
        *,
        per_user: int = 4,
        workers: int = 50,
        polling_s: float = 0.25,
        left_after_s: float = 10.0,
    ) -> None:
        self._left_after_s = left_after_s
        self._folder = folder
        self._starting = asyncio.Lock()
        self._per_user, self._workers, self._polling_s = per_user, workers, polling_s
        self._lock: TextIO | None = None
        self._sqlite: sa.Engine | None = None
        self._workflow: Workflow | None = None
        self._runs: dict[asyncio.Task[Any], str] = {}
        self._missed: dict[str, float] = {}  # runs that nobody works on, and since when
        self._flying = 0
        self._open = asyncio.Event()
        self._open.set()
        self._still = asyncio.Event()
        self._still.set()

    async def launch(self, workflow: Workflow) -> None:
        """A damaged journal is set aside. Raises Misconfigured if another process holds this folder
        or the journal can't be written."""
        self._workflow = workflow
        check_version()
        self._lock = lock_folder(self._folder)
        DurableEngine._current = self
        path = self._folder / FILE
        try:
            if not await asyncio.to_thread(sound, path):
                set_aside(path)
            await self._launch_on(path)
        except BaseException:
            await self.close()
            raise

    async def _launch_on(self, path: Path) -> None:
        """A sound database that is no journal of ours is set aside as well."""
        try:
            await self._launch_dbos(path)
        except SQLAlchemyError as exc:
            if fault_of(exc) is not Fault.DAMAGED:
                raise unusable(path, exc) from exc
            await self._destroy_dbos()
            set_aside(path)
            await self._launch_dbos(path)

    async def _launch_dbos(self, path: Path) -> None:
        self._sqlite = sqlite_engine(path)
        DBOS(config=settings(self._sqlite, self._polling_s))
        with _unheard("dbos"):  # what it says of a launch that fails is raised as well
            DBOS.launch()
        await DBOS.register_queue_async(
            QUEUE,
            worker_concurrency=self._workers,
            partition_concurrency=self._per_user,
            polling_interval_sec=self._polling_s,
        )
        await self._recover()

    async def _recover(self) -> None:
        """The lock says that every other executor of this journal is dead."""
        mine = DBOS.executor_id
        pending = await DBOS.list_workflows_async(
            status="PENDING", load_input=False, load_output=False
        )
        dead = {w.executor_id for w in pending if w.executor_id and w.executor_id != mine}
        if dead:
            recover = DBOS._recover_pending_workflows  # pyright: ignore[reportPrivateUsage]
            await asyncio.to_thread(recover, sorted(dead))

    async def start(self, run_id: str, user: str) -> bool:
        async with self._starting:
            status = await DBOS.get_workflow_status_async(run_id)
            if status is not None and not self._left(status):
                return False
            queue = await DBOS.retrieve_queue_async(QUEUE)
            if queue is None:
                raise RuntimeError("launch the engine before starting runs")
            if status is not None:
                log.warning("run %s was left in the middle; it goes on", run_id)
                self._missed.pop(run_id)
                await DBOS.resume_workflow_async(run_id)
                return True
            with SetWorkflowID(run_id), SetEnqueueOptions(queue_partition_key=user):
                await queue.enqueue_async(carry, run_id)
            return True

    async def wake(self, run_id: str) -> None:
        if await self.state(run_id) in (RunState.WAITING, RunState.RUNNING):
            await DBOS.send_async(run_id, "wake", TOPIC)

    async def state(self, run_id: str) -> RunState:
        """A run is alive only if this process works on it: one that broke where its journal could
        not be written any more is unknown, and `start` goes on with it."""
        status = await DBOS.get_workflow_status_async(run_id)
        if status is None or self._left(status):
            return RunState.UNKNOWN
        return STATES[status.status]

    def _left(self, status: WorkflowStatus) -> bool:
        """Going on here by the journal, and not in fact; seen so twice, some time apart: between
        the two the journal may be about to be written, or the run about to begin."""
        run_id = status.workflow_id
        here = status.status == "PENDING" and status.executor_id == DBOS.executor_id
        if not here or run_id in self._runs.values():
            self._missed.pop(run_id, None)
            return False
        now = asyncio.get_running_loop().time()
        return now - self._missed.setdefault(run_id, now) >= self._left_after_s

    async def opened(self) -> None:
        """The gate before everything that DBOS is asked in a run: closed while draining, so that a
        parked run stays PENDING and asks nothing of an engine that is gone."""
        await self._open.wait()

    @contextlib.asynccontextmanager
    async def in_flight(self) -> AsyncGenerator[None]:
        """Through the gate, and counted until its result is written down."""
        await self.opened()
        self._flying += 1
        self._still.clear()
        try:
            yield
        finally:
            self._flying -= 1
            if self._flying == 0:
                self._still.set()

    async def carry(self, run_id: str) -> None:
        if self._workflow is None:
            raise RuntimeError("launch the engine before starting runs")
        if (task := asyncio.current_task()) is not None:
            self._runs[task] = run_id
            task.add_done_callback(lambda done: self._runs.pop(done, None))
        await self.opened()
        try:
            await self._workflow(DurableRun(run_id, self))
        except Exception:
            log.exception("run %s broke", run_id)
            raise

    async def drain(self, grace: float) -> None:
        self._open.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._still.wait()

    async def close(self) -> None:
        if DurableEngine._current is not self:
            return
        self._open.clear()
        await self._leave_runs()
        await self._destroy_dbos()
        await self._leave_runs()  # what was begun meanwhile stands at the gate
        DurableEngine._current = None
        if self._lock is not None:
            self._lock.close()

    async def _leave_runs(self) -> None:
        """Ends their tasks where they stand. To DBOS a cancelled task is no outcome: in the journal
        the run goes on, to be recovered."""
        while runs := [task for task in self._runs if not task.done()]:
            for task in runs:
                task.cancel()
            if (await asyncio.wait(runs, timeout=LEAVING_S))[1]:
                log.warning("some runs did not end in time")
                return

    async def _destroy_dbos(self) -> None:
        await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=0)
        # DBOS made its own pool the loop's default one, and has just ended it
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(8))
        if self._sqlite is not None:
            self._sqlite.dispose()

    @classmethod
    def current(cls) -> "DurableEngine":
        if cls._current is None:
            raise RuntimeError("no engine is launched")
        return cls._current


@contextlib.contextmanager
def _unheard(name: str) -> Generator[None]:
    logger = logging.getLogger(name)
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = False


@DBOS.workflow(name="darkroom", max_recovery_attempts=1_000)
async def carry(run_id: str) -> None:
    """The one registered workflow: hands over to the engine that is launched now."""
    await DurableEngine.current().carry(run_id)
