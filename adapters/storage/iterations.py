"""Iterations: append-only but for what judging and people add to a node."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import iteration_codec
from adapters.storage.dialect import changed, insert_once
from core.domain.records import Iteration


class IterationRows:
    """Implements `core.ports.repositories.Iterations`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def add(self, iteration: Iteration) -> bool:
        return await insert_once(self._c, t.iterations, _iteration(iteration), ["id"])

    async def get(self, id: str) -> Iteration | None:
        query = select(t.iterations.c.payload).where(t.iterations.c.id == id)
        text = (await self._c.execute(query)).scalar()
        return iteration_codec.load(text) if text else None

    async def save(self, iteration: Iteration) -> None:
        stands = await self.get(iteration.id)
        if stands is not None and stands.discarded:  # by somebody, while its run worked on it
            iteration = replace(iteration, discarded=True)
        row = update(t.iterations).where(t.iterations.c.id == iteration.id)
        await self._c.execute(row.values(changed(_iteration(iteration))))

    async def uses(self, image: str) -> bool:
        query = select(t.iterations.c.payload).where(t.iterations.c.payload.contains(image))
        nodes = iteration_codec.load_all((await self._c.execute(query)).scalars())
        if any(node.image == image and not node.discarded for node in nodes):
            return True
        for column in (t.sessions.c.payload, t.outbox.c.update):
            shown = select(column).where(column.contains(image)).limit(1)
            if (await self._c.execute(shown)).first() is not None:
                return True
        return False

    async def of_session(self, session: str) -> Sequence[Iteration]:
        query = select(t.iterations.c.payload).where(t.iterations.c.session == session)
        rows = (await self._c.execute(query.order_by(t.iterations.c.ord))).scalars()
        return iteration_codec.load_all(rows)


def _iteration(iteration: Iteration) -> dict[str, object]:
    return {
        "id": iteration.id,
        "session": iteration.session,
        "run": iteration.run,
        "payload": iteration_codec.dump(iteration),
    }
