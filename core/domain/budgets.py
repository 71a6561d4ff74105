"""Limits in layers: of whom, over which time, in which unit; the tightest holds and is named."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from core.domain.errors import OverQuota

Scope = Literal["run", "person", "role", "channel", "server", "bot"]
Window = Literal["day", "week", "month", "rolling"]
Unit = Literal["images", "usd"]
SCOPES: tuple[Scope, ...] = ("run", "person", "role", "channel", "server", "bot")
ROLLING = timedelta(hours=24)
WARN_AT = Decimal("0.8")  # of a limit
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True, slots=True)
class Usage:
    """What counts against a limit: the reservations of open runs, the bookings of ended ones."""

    images: int = 0
    usd: Decimal = Decimal(0)

    def of(self, unit: Unit) -> Decimal:
        return Decimal(self.images) if unit == "images" else self.usd

    def plus(self, claim: "Claim") -> "Usage":
        return Usage(self.images + claim.images, self.usd + claim.usd)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a run wants to reserve. `priced`: every call's price is known, else `usd` holds the
    operator's worst case for it."""

    images: int
    usd: Decimal
    priced: bool = True

    def of(self, unit: Unit) -> Decimal:
        return Decimal(self.images) if unit == "images" else self.usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit. `amount` in images or dollars. `id` is whose it is, "" = each of that kind; `name`
    as people know it. A limit without a platform is the operator's and holds everywhere, any
    other holds and counts on that server alone. A `run` knows no window."""

    scope: Scope
    unit: Unit
    amount: Decimal
    window: Window = "day"
    id: str = ""
    name: str = ""
    platform: str = ""
    tenant: str = ""

    @property
    def is_operators(self) -> bool:
        return not self.platform


@dataclass(frozen=True, slots=True)
class Span:
    """When a window began, when it is free again (UTC; None: little by little), and the time zone
    in which that is said."""

    since: datetime
    until: datetime | None
    zone: str = "UTC"


def span_of(window: Window, now: datetime, zone: str = "") -> Span:
    """The window that `now` lies in; weeks begin on Monday. `zone` is an IANA name, "" = UTC."""
    if window == "rolling":
        return Span(now - ROLLING, None, zone or "UTC")
    tz = ZoneInfo(zone) if zone else UTC
    today = now.astimezone(tz).date()
    first, after = today, today + timedelta(days=1)
    if window == "week":
        first = today - timedelta(days=today.weekday())
        after = first + timedelta(days=7)
    if window == "month":
        first = today.replace(day=1)
        after = (first + timedelta(days=32)).replace(day=1)
    since, until = (datetime.combine(day, time(), tz).astimezone(UTC) for day in (first, after))
    return Span(since, until, zone or "UTC")


def when(at: datetime, now: datetime, zone: str) -> str:
    """ "Monday 00:00 Europe/Berlin", with the date where a week does not tell it."""
    local = at.astimezone(ZoneInfo(zone))
    day = DAYS[local.weekday()]
    if at - now > timedelta(days=7):
        day = f"{local.day} {MONTHS[local.month - 1]}"
    return f"{day} {local:%H:%M} {zone}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A limit as it stands now. `spent`: what each run of a rolling window counts, oldest first;
    `name` whose it is, where the limit is of each."""

    limit: Limit
    used: Usage
    span: Span
    name: str = ""
    spent: tuple[tuple[datetime, Usage], ...] = ()

    @property
    def left(self) -> Decimal:
        return max(Decimal(0), self.limit.amount - self.used.of(self.limit.unit))

    def holds(self, claim: Claim) -> bool:
        return claim.of(self.limit.unit) <= self.left or not claim.of(self.limit.unit)

    @property
    def rank(self) -> tuple[bool, Decimal]:
        """The tightest is the smallest."""
        return self.limit.unit == "usd", self.left

    @property
    def whose(self) -> str:
        return "your" if self.limit.scope == "person" else f"{self.subject}'s"

    @property
    def subject(self) -> str:
        name = self.limit.name or self.name
        return {
            "person": "you",
            "role": f"the role {name}",
            "channel": f"the channel {name}" if name else "this channel",
            "server": "this server",
            "bot": "everybody together",
            "run": "one run",
        }[self.limit.scope]

    def warns(self, claim: Claim) -> bool:
        """Whether this claim is the one that passes four fifths of the limit."""
        if self.limit.scope == "run":
            return False
        before, mark = self.used.of(self.limit.unit), self.limit.amount * WARN_AT
        return before < mark <= before + claim.of(self.limit.unit)

    def warning(self, claim: Claim, now: datetime) -> str:
        """What is said when four fifths are passed."""
        unit = self.limit.unit
        after = replace(self, used=self.used.plus(claim))
        text = after.standing(now)
        return f"{text[0].upper()}{text[1:]}, of {said(self.limit.amount, unit)}."

    def standing(self, now: datetime) -> str:
        """ "the role Artists has $3.10 left until Monday 00:00 Europe/Berlin"."""
        has = "have" if self.limit.scope == "person" else "has"
        amount = said(self.left, self.limit.unit) if self.left else "nothing"
        if self.limit.scope == "run":
            return f"one run may take {said(self.limit.amount, self.limit.unit)}"
        until = self.span.until
        time = f"until {when(until, now, self.span.zone)}" if until else "of any 24 hours"
        return f"{self.subject} {has} {amount} left {time}"

    def refusal(self, claim: Claim, now: datetime) -> OverQuota:
        if self.limit.scope == "run":
            asked = said(claim.of(self.limit.unit), self.limit.unit)
            return OverQuota(f"This could take {asked} and {self.standing(now)}.")
        needs = "needs" if self.limit.unit == "images" else "could cost"
        asked = said(claim.of(self.limit.unit), self.limit.unit)
        free, more = self.span.until, ""
        if free is None and (free := self.frees_at(claim)):
            more = f"; there is room for it {when(free, now, self.span.zone)}"
        return OverQuota(f"This {needs} {asked} and {self.standing(now)}{more}.", free, self.whose)

    def frees_at(self, claim: Claim) -> datetime | None:
        """When a rolling window has room for the claim: what was spent in it leaves it after 24
        hours. None where it never has."""
        unit, left = self.limit.unit, self.limit.amount - self.used.of(self.limit.unit)
        if claim.of(unit) > self.limit.amount:
            return None
        for at, usage in self.spent:
            left += usage.of(unit)
            if claim.of(unit) <= left:
                return at + ROLLING
        return None


class DailyLayer(Layer):
    """A limit of the configuration or of a server's settings, a UTC day each: in shorter words."""

    def refusal(self, claim: Claim, now: datetime) -> OverQuota:
        unit, free = self.limit.unit, self.span.until
        if self.limit.scope == "bot":
            return OverQuota("Everybody's budget for today is used up.", free)
        needs = "This needs" if unit == "images" else "This could cost"
        amount = int(self.limit.amount) if unit == "images" else said(self.limit.amount, unit)
        left = int(self.left) if unit == "images" else said(self.left, unit)
        of, whose = f"of your {amount} a day are left", "your"
        if self.limit.scope == "server":
            of, whose = f"of the {amount} a day are left for everybody here", "everybody's"
        return OverQuota(f"{needs} {said(claim.of(unit), unit)} and {left} {of}.", free, whose)


def said(amount: Decimal, unit: Unit) -> str:
    if unit == "usd":
        return f"${amount:.2f}"
    return "1 image" if amount == 1 else f"{int(amount)} images"


def tightest(layers: Sequence[Layer], claim: Claim) -> Layer | None:
    """Of those that the claim does not fit into the one with the least left."""
    full = [layer for layer in layers if not layer.holds(claim)]
    return min(full, key=lambda layer: layer.rank, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a person was given beside their limits: a run that fits into none of these any more is
    taken from it as a whole. `source` is who gave it: an admin, or an entitlement that was bought."""

    id: str
    platform: str
    tenant: str
    actor: str
    name: str = ""
    unit: Unit = "images"
    amount: Decimal
    expires: datetime | None = None
    at: datetime
    by: str = ""
    source: str = "admin"

    def covers(self, claim: Claim, used: Usage, now: datetime) -> bool:
        """A grant of images covers what they cost; one of dollars the images they buy."""
        if self.expires is not None and now >= self.expires:
            return False
        return claim.of(self.unit) + used.of(self.unit) <= self.amount
