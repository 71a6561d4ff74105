"""The bot's database: alone the truth."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from core.ports.figures import Figures
from core.ports.looking import Stars
from core.ports.money import Audit, Budgets
from core.ports.outbox import Outbox
from core.ports.people import People
from core.ports.repositories import (
    Calls,
    Inbox,
    Iterations,
    Ledger,
    Runs,
    Servers,
    Sessions,
)


class UnitOfWork(Protocol):
    """One transaction over all repositories. Leaving the block commits, an exception rolls back."""

    @property
    def inbox(self) -> Inbox: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def iterations(self) -> Iterations: ...
    @property
    def calls(self) -> Calls: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def servers(self) -> Servers: ...
    @property
    def budgets(self) -> Budgets: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def figures(self) -> Figures: ...
    @property
    def people(self) -> People: ...
    @property
    def stars(self) -> Stars: ...


PATIENT_S = 30.0


class Store(Protocol):
    """Raises StoreUnavailable, at any statement as well, where the database can't be used now."""

    def write(
        self, *, urgent: bool = False, within_s: float = PATIENT_S
    ) -> AbstractAsyncContextManager[UnitOfWork]:
        """A write transaction, serialised against all others (BEGIN IMMEDIATE on SQLite); an
        urgent one goes before those that wait. One that can't begin within `within_s` seconds,
        because somebody else writes, raises."""
        ...

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]: ...

    async def close(self) -> None: ...
