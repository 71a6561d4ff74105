"""A platform's connection goes on, whatever becomes of its client."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from bot.connections import Connection
from core.domain.commands import ImageHandle
from core.domain.errors import PlatformError, Transient
from core.domain.records import Delivery, Receipt
from core.ports.sender import Send

DELIVERY = cast(Delivery, None)


class Fake:
    """A client; `trouble` is raised at its start, `end` ends it."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble, self.closed, self.connected = trouble, False, False
        self.end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.slow: asyncio.Event | None = None
        self.sender: Any = self
        self.uploads: Any = self

    async def start(self) -> None:
        if self.trouble:
            raise self.trouble
        self.connected = True

    async def ended(self) -> None:
        await self.end

    async def close(self) -> None:
        self.closed, self.connected = True, False

    @asynccontextmanager
    async def prepare(self, delivery: Delivery) -> AsyncGenerator[Send]:
        yield self._send

    async def _send(self) -> Receipt:
        if self.slow:
            await self.slow.wait()
        assert not self.closed
        return Receipt(message="m", channel="c")

    async def find(self, delivery: Delivery) -> Receipt | None:
        return None

    async def fetch(self, handle: ImageHandle) -> bytes:
        return b"bytes"


async def sent(connection: Connection[Fake]) -> Receipt:
    async with connection.prepare(DELIVERY) as send:
        return await send()


class Makes:
    def __init__(self, *troubles: Exception | None) -> None:
        self.troubles, self.made = list(troubles), list[Fake]()

    def __call__(self) -> Fake:
        self.made.append(Fake(self.troubles.pop(0) if self.troubles else None))
        return self.made[-1]


async def held(connection: Connection[Fake]) -> asyncio.Task[None]:
    holding = asyncio.create_task(connection.hold())
    await connection.up.wait()
    return holding


async def let_go(holding: asyncio.Task[None]) -> None:
    holding.cancel()
    await asyncio.wait({holding})


async def test_one_that_is_not_there_is_held_later_with_a_new_client() -> None:
    makes = Makes(Transient("away"), Transient("away"))
    connection = Connection("discord", makes)
    await connection.first()
    assert not connection.connected
    with pytest.raises(Transient, match="not connected"):
        await sent(connection)
    with pytest.raises(Transient, match="away"):
        await connection.hold()
    holding = await held(connection)
    assert connection.connected and len(makes.made) == 3
    assert [client.closed for client in makes.made] == [True, True, False]
    assert (await sent(connection)).message == "m"
    await let_go(holding)


async def test_one_that_refuses_is_an_error_at_the_start() -> None:
    connection = Connection("discord", Makes(PlatformError("discord.token: no")))
    with pytest.raises(PlatformError, match=r"discord\.token"):
        await connection.first()


async def test_one_that_ended_is_made_anew_after_what_is_under_way() -> None:
    makes = Makes()
    connection = Connection("discord", makes)
    await connection.first()
    holding = await held(connection)
    old = makes.made[0]
    old.slow = asyncio.Event()
    sending = asyncio.create_task(sent(connection))
    await asyncio.sleep(0)
    old.end.set_exception(OSError("closed with 4004"))
    with pytest.raises(OSError, match="4004"):
        await holding
    with pytest.raises(Transient):
        await sent(connection)
    again = asyncio.create_task(connection.hold())
    await asyncio.sleep(0)
    assert not old.closed and len(makes.made) == 1
    old.slow.set()
    assert (await sending).message == "m"
    await connection.up.wait()
    assert old.closed and connection.client is makes.made[1]
    assert await connection.fetch(ImageHandle("discord", "x")) == b"bytes"
    await let_go(again)


async def test_an_end_without_an_error_is_one_as_well() -> None:
    connection = Connection("slack", Makes())
    await connection.first()
    holding = await held(connection)
    connection.client.end.set_result(None)
    with pytest.raises(Transient, match="slack ended"):
        await holding
    assert not connection.connected
