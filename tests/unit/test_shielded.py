"""Work on the database ends before a cancellation goes on."""

import asyncio

import pytest

from adapters.storage.shielded import unbroken


async def test_work_ends_and_is_undone_also_where_the_caller_is_cancelled_twice() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    undone: list[str] = []

    async def work() -> str:
        begun.set()
        await go_on.wait()
        return "a connection"

    async def undo(made: str) -> None:
        undone.append(made)

    caller = asyncio.create_task(unbroken(work(), undo))
    await begun.wait()
    for _ in range(2):
        caller.cancel()
        await asyncio.sleep(0)
    assert not caller.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert undone == ["a connection"]
