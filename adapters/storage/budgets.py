"""Limits, grants and blocks; and what counts against them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import NANO, from_nano, grant_codec, stamp
from adapters.storage.dialect import insert_once, one_of, upsert
from core.domain.budgets import Grant, Limit, Usage
from core.domain.commands import Actor
from core.ports.money import Counted, SpendBy, Spent

KEY = ("platform", "tenant", "scope", "scope_id", "unit", "span")


class BudgetRows:
    """Implements `core.ports.money.Budgets`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def limits(self, platform: str, tenant: str) -> Sequence[Limit]:
        here = (t.limits.c.platform == platform) & (t.limits.c.tenant == tenant)
        query = select(t.limits).where(or_(here, t.limits.c.platform == ""))
        return [
            Limit(
                scope=row.scope,
                unit=row.unit,
                window=row.span,
                id=row.scope_id,
                name=row.name,
                amount=Decimal(row.amount_nano) / NANO,
                platform=row.platform,
                tenant=row.tenant,
            )
            for row in await self._c.execute(query.order_by(*(t.limits.c[name] for name in KEY)))
        ]

    async def set_limit(self, limit: Limit, by: str, at: datetime) -> None:
        values = _key(limit) | {
            "name": limit.name,
            "amount_nano": int(limit.amount * NANO),
            "set_by": by,
            "at": stamp(at),
        }
        await upsert(self._c, t.limits, values, KEY)

    async def drop_limit(self, limit: Limit) -> bool:
        where = [t.limits.c[name] == value for name, value in _key(limit).items()]
        return (await self._c.execute(delete(t.limits).where(*where))).rowcount > 0

    async def used(self, counted: Counted) -> Usage:
        held = t.holdings.c
        sums = func.coalesce(func.sum(held.images), 0), func.coalesce(func.sum(held.usd_nano), 0)
        images, nano = (await self._c.execute(select(*sums).where(*_where(counted)))).one()
        return Usage(int(images), from_nano(int(nano)) or Decimal(0))

    async def runs(self, counted: Counted) -> Sequence[tuple[datetime, Usage]]:
        held = t.holdings.c
        query = select(held.at, held.images, held.usd_nano).where(*_where(counted))
        return [
            (datetime.fromisoformat(row.at), Usage(row.images, Decimal(row.usd_nano) / NANO))
            for row in await self._c.execute(query.order_by(held.at))
        ]

    async def give(self, grant: Grant) -> bool:
        values = {
            "id": grant.id,
            "platform": grant.platform,
            "tenant": grant.tenant,
            "actor": grant.actor,
            "expires": stamp(grant.expires) if grant.expires else "",
            "payload": grant_codec.dump(grant),
        }
        return await insert_once(self._c, t.grants, values, ["id"])

    async def grants(self, platform: str, tenant: str, actor: str = "") -> Sequence[Grant]:
        """Those that a person bought hold in every server of the platform."""
        rows = t.grants.c
        query = select(rows.payload).where(rows.platform == platform)
        query = query.where(rows.tenant.in_([tenant, ""]))
        if actor:
            query = query.where(rows.actor == actor)
        never_last = func.coalesce(func.nullif(rows.expires, ""), "9999")
        texts = (await self._c.execute(query.order_by(never_last, rows.id))).scalars()
        return [grant_codec.load(text) for text in texts]

    async def draw(self, run: str, grant: str) -> None:
        drawn = update(t.holdings).where(t.holdings.c.run == run)
        await self._c.execute(drawn.values(grant_id=grant))

    async def drawn(self, run: str) -> str:
        query = select(t.holdings.c.grant_id).where(t.holdings.c.run == run)
        return (await self._c.execute(query)).scalar() or ""

    async def block(self, person: Actor, by: str, at: datetime) -> None:
        values = {
            "platform": person.platform,
            "tenant": person.tenant,
            "actor": person.id,
            "name": person.name,
            "set_by": by,
            "at": stamp(at),
        }
        await upsert(self._c, t.blocks, values, ["platform", "tenant", "actor"])

    async def unblock(self, person: Actor) -> bool:
        gone = delete(t.blocks).where(
            t.blocks.c.platform == person.platform,
            t.blocks.c.tenant == person.tenant,
            t.blocks.c.actor == person.id,
        )
        return (await self._c.execute(gone)).rowcount > 0

    async def blocked(self, platform: str, tenant: str) -> Mapping[str, str]:
        rows = t.blocks.c
        query = select(rows.actor, rows.name).where(
            rows.platform == platform, rows.tenant == tenant
        )
        return {row.actor: row.name for row in await self._c.execute(query)}

    async def spent(self, by: SpendBy, counted: Counted) -> Sequence[Spent]:
        if by == "model":
            return await self._by_model(counted)
        held = t.holdings.c
        name: ColumnElement[str] = {
            "day": held.day,
            "person": held.platform + ":" + held.actor,
            "server": held.platform + ":" + held.tenant,
        }[by]
        nano = func.sum(held.usd_nano)
        query = select(
            name.label("name"),
            func.sum(held.images).label("images"),
            nano.label("nano"),
            func.count().label("runs"),
        ).where(*_where(counted))
        query = query.group_by(name).order_by(name if by == "day" else nano.desc(), name)
        return [
            Spent(row.name, int(row.images), from_nano(int(row.nano)) or Decimal(0), row.runs)
            for row in await self._c.execute(query)
        ]

    async def _by_model(self, counted: Counted) -> Sequence[Spent]:
        """Of what was booked: a call that has its settlement is not counted as unknown as well."""
        held, calls = t.holdings, t.calls.c
        settled = t.ledger.alias()
        one = select(settled.c.id).where(
            settled.c.call == t.ledger.c.call, settled.c.kind == "settle"
        )
        booked = or_(t.ledger.c.kind == "settle", (t.ledger.c.kind == "unknown") & ~one.exists())
        nano = func.sum(func.coalesce(t.ledger.c.usd_nano, 0))
        query = (
            select(calls.model, func.sum(t.ledger.c.images).label("images"), nano.label("nano"))
            .join(t.ledger, t.ledger.c.call == calls.key)
            .join(held, held.c.run == calls.run)
            .where(booked, *_where(counted))
            .group_by(calls.model)
            .order_by(nano.desc(), calls.model)
        )
        return [
            Spent(row.model, int(row.images), from_nano(int(row.nano)) or Decimal(0))
            for row in await self._c.execute(query)
        ]


def _key(limit: Limit) -> dict[str, str]:
    return {
        "platform": limit.platform,
        "tenant": limit.tenant,
        "scope": limit.scope,
        "scope_id": limit.id,
        "unit": limit.unit,
        "span": limit.window,
    }


def _where(counted: Counted) -> list[Any]:
    held = t.holdings.c
    where: list[Any] = [held.at >= stamp(counted.since)]
    for column, value in (
        (held.platform, counted.platform),
        (held.tenant, counted.tenant),
        (held.channel, counted.channel),
        (held.grant_id, counted.grant),
    ):
        if value:
            where.append(column == value)
    if counted.people:
        where.append(one_of(held.platform, held.actor, counted.people))
    if counted.role:
        where.append(held.roles.contains(f"|{counted.role}|", autoescape=True))
    if counted.own:
        where.append(held.grant_id == "")
    return where
