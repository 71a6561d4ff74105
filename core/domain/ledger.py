"""Money and counts: reserve, call, settle. Append-only rows, Decimal dollars, unknown is not zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

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


@dataclass(frozen=True, slots=True)
class Usage:
    """What counts against a limit: the reservations of open runs, the bookings of ended ones."""

    images: int = 0
    usd: Decimal = Decimal(0)


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


@dataclass(frozen=True, slots=True)
class ServerDay:
    """What counts against a server's limits today, and these: 0 = none."""

    used: Usage = Usage()
    images: int = 0
    usd: Decimal = Decimal(0)

    @property
    def images_left(self) -> int | None:
        """None where nothing limits them."""
        return max(0, self.images - self.used.images) if self.images else None


UNLIMITED = ServerDay()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a run wants to reserve. `priced`: every call's price is known, else `usd` holds the
    operator's worst case for it."""

    images: int
    usd: Decimal
    priced: bool = True


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
) -> None:
    """Raises OverQuota, saying which limit and when it is free again; returns None if there is room."""
    free = midnight_after(now)
    if open_runs >= limits.concurrent_runs_per_user:
        raise OverQuota(
            f"You have {open_runs} {'run' if open_runs == 1 else 'runs'} going, the limit is {limits.concurrent_runs_per_user}: "
            "wait until one ends, or stop one."
        )
    if claim.usd > limits.usd_per_run:
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
    if user.images + claim.images > limits.images_per_user_per_day:
        left = max(0, limits.images_per_user_per_day - user.images)
        raise OverQuota(
            f"This needs {_counted(claim.images)} and {left} of your "
            f"{limits.images_per_user_per_day} a day are left.",
            free,
        )
    if user.usd + claim.usd > limits.usd_per_user_per_day:
        left_usd = max(Decimal(0), limits.usd_per_user_per_day - user.usd)
        raise OverQuota(
            f"This could cost ${claim.usd:.2f} and ${left_usd:.2f} of your "
            f"${limits.usd_per_user_per_day:.2f} a day are left.",
            free,
        )
    _check_server(claim, server, free)
    if total.usd + claim.usd > limits.usd_total_per_day:
        raise OverQuota("Everybody's budget for today is used up.", free)


def _check_server(claim: Claim, server: ServerDay, free: datetime) -> None:
    left = server.images_left
    if left is not None and claim.images > left:
        raise OverQuota(
            f"This needs {_counted(claim.images)} and {left} of the "
            f"{server.images} a day are left for everybody here.",
            free,
            whose="everybody's",
        )
    if server.usd and server.used.usd + claim.usd > server.usd:
        left_usd = max(Decimal(0), server.usd - server.used.usd)
        raise OverQuota(
            f"This could cost ${claim.usd:.2f} and ${left_usd:.2f} of the "
            f"${server.usd:.2f} a day are left for everybody here.",
            free,
            whose="everybody's",
        )


def _counted(images: int) -> str:
    return "1 image" if images == 1 else f"{images} images"


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
