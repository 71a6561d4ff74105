"""What a month cost a server, with a plot: told in the channel that its reports go to, once a month."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.domain.budgets import said
from core.domain.commands import Place
from core.domain.settings import ServerSettings
from core.domain.updates import Noticed
from core.imaging import tasks
from core.ports.money import Counted, Spent
from core.ports.outbox import Address
from core.runtime.context import RunContext

FLAG = "monthly"  # by server, the month that was told last


@dataclass(frozen=True, slots=True)
class _Month:
    """UTC; `name` such as "2026-11"."""

    since: datetime
    name: str

    def days(self, rows: Sequence[Spent]) -> Sequence[Spent]:
        return [row for row in rows if row.name.startswith(self.name)]


def _last(now: datetime) -> _Month:
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    since = (first - timedelta(days=1)).replace(day=1)
    return _Month(since, f"{since:%Y-%m}")


class Monthly:
    """Part of the sweep. What was told is a flag, written in the transaction that posts it: a restart
    tells nothing twice. A server that spent nothing is told nothing."""

    def __init__(self, ctx: RunContext) -> None:
        self._ctx = ctx

    async def once(self) -> None:
        month = _last(self._ctx.clock())
        async with self._ctx.store.read() as uow:
            servers = await uow.servers.all_settings()
            told: dict[str, str] = json.loads(await uow.servers.flag(FLAG) or "{}")
        for platform, tenant, settings in servers:
            if told.get(f"{platform}:{tenant}") != month.name and settings.rules.reports:
                await self._tell(platform, tenant, settings, month)

    async def _tell(
        self, platform: str, tenant: str, settings: ServerSettings, month: _Month
    ) -> None:
        counted = Counted(since=month.since, platform=platform, tenant=tenant)
        async with self._ctx.store.read() as uow:
            days = month.days(await uow.budgets.spent("day", counted))
        plot = await self._plot(days, month) if days else ""
        name = f"{platform}:{tenant}"
        place = Place(platform, tenant, settings.rules.reports, can_thread=False)
        async with self._ctx.store.write() as uow:
            told: dict[str, str] = json.loads(await uow.servers.flag(FLAG) or "{}")
            if told.get(name) == month.name:
                return
            known = {f"{each[0]}:{each[1]}" for each in await uow.servers.all_settings()}
            kept = {each: when for each, when in told.items() if each in known}
            await uow.servers.set_flag(FLAG, json.dumps({**kept, name: month.name}))
            if days:
                notice = Noticed(
                    session="",
                    about=f"{FLAG}/{month.name}/{name}",
                    sentence=_sentence(days, month),
                    picture=plot,
                )
                await uow.outbox.post(notice, None, Address(place))
        self._ctx.nudge()

    async def _plot(self, days: Sequence[Spent], month: _Month) -> str:
        """Its hash; a bar of each day on which something was done."""
        values = [(row.name[-2:], float(row.usd)) for row in days]
        title = f"Dollars by day, {month.name} (UTC)"
        return await self._ctx.images.put(await self._ctx.pixels.run(tasks.bars, title, values))


def _sentence(days: Sequence[Spent], month: _Month) -> str:
    images = said(Decimal(sum(row.images for row in days)), "images")
    usd, runs = sum((row.usd for row in days), Decimal(0)), sum(row.runs for row in days)
    dearest = max(days, key=lambda row: row.usd)
    text = f"The month {month.name} here: ${usd:.2f}, {images}, runs: {runs}."
    most = f"The dearest day was {dearest.name} with ${dearest.usd:.2f}."
    return f"{text} {most}" if usd else text
