"""What admins are told: limits and what is left of them, who spent what, what goes on, the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import assert_never

from core.domain import admin
from core.domain.admin import ActAnswer, mention
from core.domain.audit import AuditRow, broken_at
from core.domain.budgets import said
from core.domain.commands import Actor, Place
from core.domain.ledger import Limits
from core.domain.records import OPEN, RunRecord
from core.imaging import tasks
from core.ports.clock import Clock
from core.ports.money import Counted, Spent
from core.ports.pixels import Pixels
from core.ports.store import Store, UnitOfWork
from core.runtime.standing import EVER, standing

DAYS, LINES, RUNS = 30, 25, 20
NOBODY = Actor("", "", "")


@dataclass(frozen=True, slots=True)
class Realm:
    """Where an act holds: one server, or everywhere (the operator's, of the platform "")."""

    platform: str
    tenant: str
    operator: bool = False

    def has(self, run: RunRecord) -> bool:
        home = run.place
        return not self.platform or (home.platform, home.tenant) == (self.platform, self.tenant)


class Reports:
    def __init__(self, store: Store, clock: Clock, pixels: Pixels, limits: Limits) -> None:
        self._store, self._clock, self._pixels, self._limits = store, clock, pixels, limits

    async def tell(
        self, command: admin.ShowLimits | admin.Spend | admin.Going | admin.Log, realm: Realm
    ) -> ActAnswer:
        async with self._store.read() as uow:
            match command:
                case admin.ShowLimits():
                    return ActAnswer(lines=tuple(await self._limits_in(uow, realm, command)))
                case admin.Going():
                    return await self._going(uow, realm)
                case admin.Log():
                    return await _log(uow, realm, command.verify)
                case admin.Spend():
                    rows = await uow.budgets.spent(command.by, self._since(command, realm))
                case _:
                    assert_never(command)
        return await self._spend(command, rows)

    async def _limits_in(
        self, uow: UnitOfWork, realm: Realm, command: admin.ShowLimits
    ) -> list[str]:
        """Each limit as it is; what is left of those that the server shares."""
        now = self._clock()
        home = Place(realm.platform, realm.tenant, command.place.channel)
        stands = await standing(uow, self._limits, NOBODY, home, now)
        lines = [
            layer.standing(now) + f", of {said(layer.limit.amount, layer.limit.unit)}"
            for layer in stands.all
            if layer.limit.scope in ("server", "bot", "channel")
        ]
        own = [*self._limits.layers, *await uow.budgets.limits(realm.platform, realm.tenant)]
        for limit in own:
            if limit.scope in ("person", "role", "run"):
                whose = limit.name or limit.id or "each"
                amount = said(limit.amount, limit.unit)
                lines.append(f"{limit.scope} {whose}: {amount} ({limit.window})")
        limits = self._limits
        lines.append(
            f"each person: {limits.images_per_user_per_day} images and "
            f"${limits.usd_per_user_per_day:.2f} a day; one run: ${limits.usd_per_run:.2f}"
        )
        for grant in await uow.budgets.grants(realm.platform, realm.tenant):
            if grant.expires is None or grant.expires > now:
                used = await uow.budgets.used(Counted(since=EVER, grant=grant.id))
                left = said(grant.amount - used.of(grant.unit), grant.unit)
                end = f" until {grant.expires:%Y-%m-%d}" if grant.expires else ""
                who = mention(realm.platform, grant.actor)
                lines.append(
                    f"grant to {who}: {left} left of {said(grant.amount, grant.unit)}{end}"
                )
        blocked = await uow.budgets.blocked(realm.platform, realm.tenant)
        if blocked:
            people = ", ".join(mention(realm.platform, id) for id in blocked)
            lines.append(f"blocked: {people}")
        return lines

    def _since(self, command: admin.Spend, realm: Realm) -> Counted:
        since = self._clock() - timedelta(days=command.days or DAYS)
        return Counted(since=since, platform=realm.platform, tenant=realm.tenant)

    async def _spend(self, command: admin.Spend, rows: Sequence[Spent]) -> ActAnswer:
        days = command.days or DAYS
        total = sum((row.usd for row in rows), Decimal(0))
        images = sum(row.images for row in rows)
        head = f"Spent in {days} days: ${total:.2f}, {said(Decimal(images), 'images')}"
        shown = rows[-LINES:] if command.by == "day" else rows[:LINES]
        lines = [_line(row) for row in shown]
        if len(rows) > LINES:
            lines.append(f"… and {len(rows) - LINES} more")
        if not rows:
            return ActAnswer(lines=(f"{head}.",))
        values = [(_short(row.name), float(row.usd)) for row in shown]
        plot = await self._pixels.run(tasks.bars, f"Dollars by {command.by}, {days} days", values)
        return ActAnswer(lines=(f"{head}, by {command.by}:", *lines), plot=plot)

    async def _going(self, uow: UnitOfWork, realm: Realm) -> ActAnswer:
        runs = [run for run in await uow.runs.with_status(sorted(OPEN)) if realm.has(run)]
        if not runs:
            return ActAnswer(lines=("No run is going.",))
        now = self._clock()
        lines: list[str] = []
        for run in runs[:RUNS]:
            minutes = int((now - run.created).total_seconds() // 60)
            who = mention(run.actor.platform, run.actor.id)
            lines.append(f"{run.id} {run.plan.mode} of {who}: {run.status.value}, {minutes} min")
        more = [f"… and {len(runs) - RUNS} more"] if len(runs) > RUNS else []
        stops = tuple((f"{run.plan.mode} {run.id}", run.id) for run in runs[:RUNS])
        return ActAnswer(lines=(f"{len(runs)} going:", *lines, *more), stops=stops)


async def _log(uow: UnitOfWork, realm: Realm, verify: bool) -> ActAnswer:
    rows = await uow.audit.rows(realm.platform, realm.tenant, LINES)
    lines = [_entry(row) for row in rows] or ["The log is empty."]
    if not verify:
        return ActAnswer(lines=tuple(lines))
    chain = await uow.audit.all()
    at = broken_at(chain)
    if at is not None:
        said_ = f"The log is NOT what was written: it breaks at entry {at}."
        return ActAnswer(lines=(said_, *lines), ok=False)
    last = chain[-1].hash[:16] if chain else "-"
    counted = "1 entry" if len(chain) == 1 else f"{len(chain)} entries"
    whole = f"The log holds: {counted}, the last is sealed {last}; note it down to see what is missing later."
    return ActAnswer(lines=(whole, *lines))


def _entry(row: AuditRow) -> str:
    what = " ".join(f"{name}={value}" for name, value in row.what.items() if value)
    who = row.name or row.who or "somebody"
    about = f" about {row.whom}" if row.whom else ""
    return f"{row.seq}. {row.at:%Y-%m-%d %H:%M} {who}: {row.act} {what}{about}".rstrip()


def _line(row: Spent) -> str:
    runs = f", {row.runs} runs" if row.runs else ""
    platform, _, id = row.name.partition(":")
    name = mention(platform, id) if platform in admin.CHATS and id.isalnum() else row.name
    return f"{name}: ${row.usd:.2f}, {said(Decimal(row.images), 'images')}{runs}"


def _short(name: str) -> str:
    return name.removeprefix("20").partition(":")[2] or name[-5:]
