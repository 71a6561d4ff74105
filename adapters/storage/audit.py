"""The log of admins' acts. Rows are added in write transactions, which come one after the other."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import stamp
from core.domain.audit import FIRST, AuditRow, hash_of, sealed_of
from core.domain.commands import Actor


class AuditRows:
    """Implements `core.ports.money.Audit`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def add(
        self,
        act: str,
        by: Actor,
        at: datetime,
        what: Mapping[str, str],
        *,
        whom: str = "",
        platform: str | None = None,
        tenant: str | None = None,
    ) -> None:
        newest = select(t.audit.c.seq, t.audit.c.hash).order_by(t.audit.c.seq.desc()).limit(1)
        last = (await self._c.execute(newest)).one_or_none()
        nonce, who = secrets.token_hex(16), f"{by.platform}:{by.id}"
        row = AuditRow(
            seq=last.seq + 1 if last else 1,
            at=datetime.fromisoformat(stamp(at)),
            platform=by.platform if platform is None else platform,
            tenant=by.tenant if tenant is None else tenant,
            act=act,
            what=what,
            who=who,
            name=by.name,
            whom=whom,
            nonce=nonce,
            sealed=sealed_of(nonce, who, by.name, whom),
        )
        row = replace(row, hash=hash_of(row, last.hash if last else FIRST))
        values = {name: getattr(row, name) for name in row.__slots__}
        values |= {"at": stamp(row.at), "what": json.dumps(dict(what), ensure_ascii=False)}
        await self._c.execute(insert(t.audit).values(values))

    async def rows(self, platform: str, tenant: str, limit: int = 50) -> Sequence[AuditRow]:
        query = select(t.audit).order_by(t.audit.c.seq.desc()).limit(limit)
        if platform:
            query = query.where(t.audit.c.platform == platform, t.audit.c.tenant == tenant)
        return [_row(row) for row in await self._c.execute(query)]

    async def all(self) -> Sequence[AuditRow]:
        query = select(t.audit).order_by(t.audit.c.seq)
        return [_row(row) for row in await self._c.execute(query)]


def _row(row: Row[Any]) -> AuditRow:
    values: dict[str, Any] = dict(row._mapping)  # pyright: ignore[reportPrivateUsage]
    values |= {"at": datetime.fromisoformat(row.at), "what": json.loads(row.what)}
    return AuditRow(**values)
