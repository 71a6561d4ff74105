"""Records to JSON and back, by pydantic: the unions of core carry their `kind`."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field, TypeAdapter

from core.domain.commands import Command, Place
from core.domain.records import CallRow, Iteration, Receipt, RunRecord, Session, Signal
from core.domain.settings import ServerSettings
from core.domain.updates import Update
from core.jobs.registry import commands

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


command_codec: Codec[Command] = Codec(Annotated[commands(), Field(discriminator="kind")])
update_codec: Codec[Update] = Codec(Annotated[Update, Field(discriminator="kind")])
place_codec: Codec[Place] = Codec(Place)
session_codec: Codec[Session] = Codec(Session)
run_codec: Codec[RunRecord] = Codec(RunRecord)
iteration_codec: Codec[Iteration] = Codec(Iteration)
call_codec: Codec[CallRow] = Codec(CallRow)
receipt_codec: Codec[Receipt] = Codec(Receipt)
signal_codec: Codec[Signal] = Codec(Signal)
settings_codec: Codec[ServerSettings] = Codec(ServerSettings)


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
