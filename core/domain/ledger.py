"""Money and counts: reserve, call, settle. Append-only rows, Decimal dollars, unknown is not zero."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from core.domain.budgets import (
    Claim,
    DailyLayer,
    Layer,
    Limit,
    Scope,
    Unit,
    Usage,
    span_of,
    tightest,
)
from core.domain.commands import Actor
from core.domain.errors import OverQuota

Kind = Literal["reserve", "settle", "release", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One entry; unique by (call, kind). `call` of reserve and release is the run's id.

    `day` is the UTC day of the run's reservation: a run over midnight is booked to one day.
    `usd` is None where unknown.
    """

    run: str
    call: str
    kind: Kind
    images: int
    usd: Decimal | None
    at: datetime
    day: date
    platform: str
    tenant: str
    actor: str


def reserved(rows: Sequence[LedgerRow]) -> Usage:
    """What a run holds back: its quote's worst case, and images it was given later."""
    return _total([row for row in rows if row.kind == "reserve"])


def booked(rows: Sequence[LedgerRow]) -> Usage:
    """What a run has spent; of one call with both `unknown` and a later `settle`, the settle."""
    settled = {row.call for row in rows if row.kind == "settle"}
    return _total(
        [
            row
            for row in rows
            if row.kind == "settle" or (row.kind == "unknown" and row.call not in settled)
        ]
    )


def _total(rows: Sequence[LedgerRow]) -> Usage:
    usd = sum((row.usd or Decimal(0) for row in rows), Decimal(0))
    return Usage(sum(row.images for row in rows), usd)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The [quotas] section; a dollar limit bounds what is booked, unknown prices included. Those of a
    server hold for everything that lives there, 0 = none.

    Pictures of the embedded engine count only with `ration_embedded`: they cost nobody anything.
    `layers` hold beside; `admins_grant`: whether a server's admins may give their people more.
    """

    images_per_user_per_day: int = 30
    usd_per_user_per_day: Decimal = Decimal("1.00")
    usd_per_run: Decimal = Decimal("0.50")
    usd_total_per_day: Decimal = Decimal("10.00")
    concurrent_runs_per_user: int = 2
    confirm_usd_above: Decimal = Decimal("0.25")
    ration_embedded: bool = False
    images_per_server_per_day: int = 0
    usd_per_server_per_day: Decimal = Decimal(0)
    layers: tuple[Limit, ...] = ()
    admins_grant: bool = True
    refusals_per_user_per_day: int = 10


@dataclass(frozen=True, slots=True)
class ServerDay:
    """What counts against a server's limits today, and these: 0 = none."""

    used: Usage = field(default_factory=Usage)
    images: int = 0
    usd: Decimal = Decimal(0)

    @property
    def images_left(self) -> int | None:
        """None where nothing limits them."""
        return max(0, self.images - self.used.images) if self.images else None


UNLIMITED = ServerDay()


def midnight_after(now: datetime) -> datetime:
    """The next UTC midnight, when daily limits are free again."""
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)


def check(
    claim: Claim,
    limits: Limits,
    *,
    user: Usage,
    total: Usage,
    open_runs: int,
    now: datetime,
    server: ServerDay = UNLIMITED,
    layers: Sequence[Layer] = (),
    granted: bool = False,
) -> None:
    """Raises OverQuota, saying which limit and when it is free again; returns None if there is room.
    Of several limits that are reached the tightest is named. `granted`: the run is taken from what
    its person was given, their own limits don't count."""
    _check_run(claim, limits, open_runs)
    standing = [*daily(limits, user, total, server, now), *layers]
    if granted:
        standing = [layer for layer in standing if layer.limit.scope != "person"]
    if full := tightest(standing, claim):
        raise full.refusal(claim, now)


def _check_run(claim: Claim, limits: Limits, open_runs: int) -> None:
    if open_runs >= limits.concurrent_runs_per_user:
        raise OverQuota(
            f"You have {open_runs} {'run' if open_runs == 1 else 'runs'} going, the limit is {limits.concurrent_runs_per_user}: "
            "wait until one ends, or stop one."
        )
    if claim.usd <= limits.usd_per_run:
        return
    if not claim.priced:
        raise OverQuota(
            "Nobody has told me what this model costs, so I count the most it may be, and that "
            f"is above the ${limits.usd_per_run:.2f} that one run may cost: the operator can set "
            "its price in [prices]; fewer rounds may fit as well."
        )
    raise OverQuota(
        f"This run could cost ${claim.usd:.2f}, the limit for one run is "
        f"${limits.usd_per_run:.2f}: ask for fewer rounds, fewer candidates or a lower quality."
    )


def daily(
    limits: Limits, user: Usage, total: Usage, server: ServerDay, now: datetime
) -> list[Layer]:
    """The limits of a UTC day, as they stand; a server's amount of 0 is none."""
    span = span_of("day", now)
    rows: list[tuple[Scope, Unit, Decimal, Usage]] = [
        ("person", "images", Decimal(limits.images_per_user_per_day), user),
        ("person", "usd", limits.usd_per_user_per_day, user),
        ("bot", "usd", limits.usd_total_per_day, total),
    ]
    if server.images:
        rows.append(("server", "images", Decimal(server.images), server.used))
    if server.usd:
        rows.append(("server", "usd", server.usd, server.used))
    return [
        DailyLayer(limit=Limit(scope=scope, unit=unit, amount=amount), used=used, span=span)
        for scope, unit, amount, used in rows
    ]


def entry(
    actor: Actor,
    run: str,
    created: datetime,
    *,
    call: str,
    kind: Kind,
    images: int,
    usd: Decimal | None,
    at: datetime,
) -> LedgerRow:
    """A row booked to a run's person, on the UTC day the run was created."""
    return LedgerRow(
        run=run,
        call=call,
        kind=kind,
        images=images,
        usd=usd,
        at=at,
        day=created.astimezone(UTC).date(),
        platform=actor.platform,
        tenant=actor.tenant,
        actor=actor.id,
    )
