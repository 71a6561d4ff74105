"""What all steps share: reading a run's state, asking a critic, telling where things stand."""

from dataclasses import dataclass

from core.domain.errors import Gone
from core.domain.records import Iteration, Plan, RunRecord, Session
from core.domain.turns import WHOSE, turn_of
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext

GONE = "This session is not there any more."


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A run as the database has it now."""

    run: RunRecord
    session: Session
    iterations: tuple[Iteration, ...]

    @property
    def plan(self) -> Plan:
        return self.run.plan

    def node(self, id: str) -> Iteration | None:
        return next((node for node in self.iterations if node.id == id), None)


async def load(ctx: RunContext, run_id: str) -> Snapshot:
    """Raises Gone if the run or its session was deleted."""
    async with ctx.store.read() as uow:
        run = await uow.runs.get(run_id)
        session = await uow.sessions.get(run.session) if run else None
        if run is None or session is None:
            raise Gone(GONE)
        WHOSE.set(turn_of(run.actor, session.place))  # what follows is done for them
        return Snapshot(run, session, tuple(await uow.iterations.of_session(session.id)))


async def gone(uow: UnitOfWork, session: str) -> set[str]:
    """The iterations that were taken down: asked in the transaction that shows something of them."""
    return {node.id for node in await uow.iterations.of_session(session) if node.discarded}
