"""Records to JSON and back, by pydantic: the unions of core carry their `kind`."""

import json
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field, TypeAdapter, ValidationError
from sqlalchemy import Row

from core.domain.budgets import Grant
from core.domain.commands import Command, Place
from core.domain.preferences import Preferences
from core.domain.records import CallRow, Iteration, Receipt, RunRecord, Session, Signal
from core.domain.settings import ServerSettings
from core.domain.updates import Update
from core.jobs.registry import JOBS, commands
from core.ports.repositories import Found

log = logging.getLogger(__name__)
T = TypeVar("T")
NANO = Decimal(1_000_000_000)


class Codec(Generic[T]):
    """JSON text of one kind of record."""

    def __init__(self, kind: Any) -> None:
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)

    def dump(self, record: T) -> str:
        return self._adapter.dump_json(record).decode()

    def load(self, text: str) -> T:
        return self._adapter.validate_json(text)

    def load_all(self, texts: Iterable[str]) -> list[T]:
        """What this version can read; the rest is a newer one's, logged and left alone."""
        found: list[T] = []
        for text in texts:
            try:
                found.append(self.load(text))
            except ValueError as exc:
                log.warning("a stored record can't be read by this version: %s", why(exc))
        return found


update_codec: Codec[Update] = Codec(Annotated[Update, Field(discriminator="kind")])
place_codec: Codec[Place] = Codec(Place)
session_codec: Codec[Session] = Codec(Session)
run_codec: Codec[RunRecord] = Codec(RunRecord)
iteration_codec: Codec[Iteration] = Codec(Iteration)
call_codec: Codec[CallRow] = Codec(CallRow)
receipt_codec: Codec[Receipt] = Codec(Receipt)
signal_codec: Codec[Signal] = Codec(Signal)
settings_codec: Codec[ServerSettings] = Codec(ServerSettings)
preferences_codec: Codec[Preferences] = Codec(Preferences)
grant_codec: Codec[Grant] = Codec(Grant)


def why(exc: ValueError) -> str:
    """Where a record is not what this version knows, without what is in it."""
    if not isinstance(exc, ValidationError):
        return type(exc).__name__
    first = exc.errors(include_input=False, include_context=False, include_url=False)[0]
    return f"{first['type']} at {'.'.join(map(str, first['loc'])) or 'the record'}"


def readable(rows: Iterable[Row[Any]], make: Callable[[Row[Any]], T], id: str) -> Found[T]:
    """The records of rows; those that this version can't read by their column `id`."""
    found: Found[T] = Found()
    for row in rows:
        try:
            found.append(make(row))
        except ValueError as exc:
            found.unreadable[getattr(row, id)] = why(exc)
    return found


def stamp(at: datetime) -> str:
    """A time as text that sorts: UTC, always with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def to_nano(usd: Decimal | None) -> int | None:
    """Dollars as integer nano-dollars, rounded up: a cost is never lost to rounding."""
    if usd is None:
        return None
    return int((usd * NANO).to_integral_value(rounding="ROUND_CEILING"))


def from_nano(nano: int | None) -> Decimal | None:
    return None if nano is None else Decimal(nano) / NANO


def command_codec() -> Codec[Command]:
    """Of every command that the registry of jobs knows now."""
    return _command_codec(tuple(JOBS))


@cache
def _command_codec(jobs: tuple[str, ...]) -> Codec[Command]:
    return _Commands(Annotated[commands(), Field(discriminator="kind")])


class _Commands(Codec[Command]):
    """Rows of 0.1.0 call a question to the platform "ask", which is the job of that name now."""

    def load(self, text: str) -> Command:
        if '"ask"' in text:
            row = json.loads(text)
            if row.get("kind") == "ask" and "what" in row:
                text = json.dumps({**row, "kind": "question"})
        return super().load(text)
