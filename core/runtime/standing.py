"""Where a person stands against every limit, read in the transaction that reserves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

from core.domain.budgets import Claim, Grant, Layer, Limit, Usage, span_of
from core.domain.commands import Actor, Place
from core.domain.errors import OverQuota
from core.domain.ledger import UNLIMITED, Limits, ServerDay, check, daily
from core.ports.money import Counted
from core.ports.store import UnitOfWork

N = TypeVar("N", int, Decimal)
EVER = datetime(1970, 1, 1, tzinfo=UTC)
OF_ONE_PLACE = frozenset({"role", "channel", "server"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that a claim is held against. `grants` with what was taken from each."""

    limits: Limits
    user: Usage
    total: Usage
    open_runs: int
    server: ServerDay
    layers: tuple[Layer, ...]
    grants: tuple[tuple[Grant, Usage], ...]
    now: datetime

    def check(self, claim: Claim) -> str:
        """The id of the grant that the run is taken from, "" where its person's own limits have
        room. Raises OverQuota."""
        try:
            self._check(claim, granted=False)
        except OverQuota:
            grant = next((g for g, used in self.grants if g.covers(claim, used, self.now)), None)
            if grant is None:
                raise
            self._check(claim, granted=True)
            return grant.id
        return ""

    def _check(self, claim: Claim, *, granted: bool) -> None:
        check(
            claim,
            self.limits,
            user=self.user,
            total=self.total,
            open_runs=self.open_runs,
            now=self.now,
            server=self.server,
            layers=self.layers,
            granted=granted,
        )

    def images_left(self, grant: str) -> int:
        """How many more all limits leave, or the grant that a run is taken from."""
        counted = [each for each in self.all if each.limit.unit == "images"]
        counted = [each for each in counted if each.limit.scope != "run"]
        if not grant:
            return min(int(layer.left) for layer in counted)
        others = [int(layer.left) for layer in counted if layer.limit.scope != "person"]
        return min([*others, *(_left(g, used) for g, used in self.grants if g.id == grant)])

    def passed(self, claim: Claim, *, granted: bool) -> tuple[Layer, ...]:
        """The limits of which four fifths are used with this claim, and were not before."""
        mine = [each for each in self.all if not (granted and each.limit.scope == "person")]
        return tuple(layer for layer in mine if layer.warns(claim))

    @property
    def all(self) -> tuple[Layer, ...]:
        """Every limit, those of the configuration first."""
        return (*daily(self.limits, self.user, self.total, self.server, self.now), *self.layers)


async def standing(
    uow: UnitOfWork, limits: Limits, actor: Actor, home: Place, now: datetime
) -> Standing:
    """Of `actor`, for a run that lives at `home`."""
    return Standing(
        limits=limits,
        user=await uow.ledger.usage(now.date(), actor),
        total=await uow.ledger.usage(now.date()),
        open_runs=await uow.runs.open_count(actor),
        server=await server_day(uow, limits, home, now.date()),
        layers=await layers_of(uow, limits, actor, home, now),
        grants=await _grants(uow, actor, home),
        now=now,
    )


async def server_day(uow: UnitOfWork, limits: Limits, home: Place, day: date) -> ServerDay:
    """A server's day against its limits: the stricter of the operator's and its admins' own."""
    own = await uow.servers.settings(home.platform, home.tenant)
    images = _stricter(own.images_per_day or 0, limits.images_per_server_per_day)
    usd = _stricter(own.usd_per_day or Decimal(0), limits.usd_per_server_per_day)
    if not images and not usd:
        return UNLIMITED
    return ServerDay(await uow.ledger.usage(day, home=home), images, usd)


def _stricter(a: N, b: N) -> N:
    """0 is no limit."""
    return min(a, b) if a and b else a or b


async def layers_of(
    uow: UnitOfWork, limits: Limits, actor: Actor, home: Place, now: datetime
) -> tuple[Layer, ...]:
    """The limits that hold for this person there, as they stand."""
    zone = (await uow.servers.settings(home.platform, home.tenant)).timezone
    known = [*limits.layers, *await uow.budgets.limits(home.platform, home.tenant)]
    mine = [each for limit in known for each in _meant(limit, actor, home)]
    return tuple([await _layer(uow, limit, actor, home, now, zone) for limit in mine])


def _left(grant: Grant, used: Usage) -> int:
    """Images; what dollars buy is bounded by the run's own."""
    return max(0, int(grant.amount) - used.images) if grant.unit == "images" else 0


def _meant(limit: Limit, actor: Actor, home: Place) -> Iterator[Limit]:
    """The limit, where it holds for this person and place."""
    known = {
        "person": tuple(id for _, id in actor.known),
        "role": actor.roles,
        "channel": (home.channel,),
        "server": (home.tenant,),
        "run": ("",),
        "bot": ("",),
    }[limit.scope]
    if limit.id in known or (not limit.id and limit.scope != "role"):
        yield limit


async def _layer(
    uow: UnitOfWork, limit: Limit, actor: Actor, home: Place, now: datetime, zone: str
) -> Layer:
    local = not limit.is_operators or limit.scope in OF_ONE_PLACE
    span = span_of(limit.window, now, zone if local else "")
    if limit.scope == "run":
        return Layer(limit=limit, used=Usage(), span=span)
    counted = _counted(limit, actor, home, span.since)
    runs: Sequence[tuple[datetime, Usage]] = ()
    if limit.window == "rolling":
        runs = await uow.budgets.runs(counted)
    return Layer(limit=limit, used=await uow.budgets.used(counted), span=span, spent=tuple(runs))


def _counted(limit: Limit, actor: Actor, home: Place, since: datetime) -> Counted:
    """Personal limits of the operator follow the person over all servers of their platform, and
    through all doors they linked."""
    everywhere = limit.is_operators and limit.scope in ("person", "bot")
    is_person = limit.scope == "person"
    return Counted(
        since=since,
        platform="" if is_person or everywhere or home.tenant else home.platform,
        tenant="" if everywhere else home.tenant,
        people=actor.known if is_person else (),
        role=limit.id if limit.scope == "role" else "",
        channel=home.channel if limit.scope == "channel" else "",
        own=is_person,
    )


async def _grants(uow: UnitOfWork, actor: Actor, home: Place) -> tuple[tuple[Grant, Usage], ...]:
    given = await uow.budgets.grants(home.platform, home.tenant, actor.id)
    return tuple(
        [(grant, await uow.budgets.used(Counted(since=EVER, grant=grant.id))) for grant in given]
    )
