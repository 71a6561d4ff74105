"""The program ends at the worst moment and starts again: the thread is complete, nothing doubled."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import pytest

from core.domain.commands import Command
from core.domain.records import Delivery, Receipt
from core.ports.sender import Send
from tests.integration.discord.conftest import Start
from tests.integration.discord.program import REFERENCE, Program
from tests.integration.discord.story import finished, messages, saying, thread_of
from tests.standins.discord_server import CHANNEL, DiscordServer
from tests.standins.discord_world import BEN, texts


class PowerCut(BaseException):
    """Ends the outbox as a kill would: no handler of the program sees it."""


def cut(program: Program, when: Callable[[Delivery], bool], *, after: bool) -> asyncio.Event:
    """Kills the outbox at the first delivery of this kind, before or after it was sent."""
    prepare = program.adapter.sender.prepare
    dead = asyncio.Event()

    @asynccontextmanager
    async def deadly(delivery: Delivery) -> AsyncGenerator[Send]:
        async with prepare(delivery) as send:

            async def dying() -> Receipt:
                if after:
                    await send()
                dead.set()
                await asyncio.Event().wait()
                raise AssertionError("unreachable")

            yield dying if when(delivery) else send

    program.adapter.sender.prepare = deadly  # type: ignore[method-assign]
    return dead


@pytest.mark.slow
@pytest.mark.parametrize("after", [True, False], ids=["sent", "not-sent"])
@pytest.mark.parametrize("kind", ["accepted", "iteration_finished", "finished", "noticed"])
async def test_a_row_found_sending_shows_once(
    server: DiscordServer, start: Start, kind: str, after: bool
) -> None:
    first = await start()
    dead = cut(first, lambda d: d.update.kind == kind and d.edits is None, after=after)
    await server.slash("refine", {"iterations": 2, "goal": "a fox"}, image=REFERENCE)
    if kind == "noticed":
        thread = await thread_of(server)
        await finished(server, thread)
        (round_, *_) = saying(server, "### Round", thread)
        await server.click(round_, "Continue from this", user=BEN)
    await asyncio.wait_for(dead.wait(), 8)
    await first.stop()
    server.world.nonces.clear()
    await start()
    thread = await thread_of(server)
    await finished(server, thread, times=2 if kind == "noticed" else 1)
    posts = [texts(m).strip().split("\n")[0] for m in messages(server, thread)]
    rounds = [line for line in posts if line.startswith("### Round")]
    assert len(messages(server, CHANNEL)) == 1
    assert len(posts) == len({m["id"] for m in messages(server, thread)})
    if kind != "noticed":
        assert rounds == ["### Round 1 of 2", "### Round 2 of 2"]
        assert posts.count("### Done after 2 rounds") == 1
    else:
        assert len([line for line in posts if "Ben" in line and "###" not in line]) == 1


@pytest.mark.slow
async def test_written_down_but_not_taken_in_is_taken_in_at_the_next_start(
    server: DiscordServer, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await start()
    monkeypatch.setattr(first.service, "_take_soon", lambda row: None)
    asked = await server.slash("refine", {"iterations": 1}, image=REFERENCE)
    assert asked.acked.is_set()
    await first.stop()
    await start()
    thread = await thread_of(server)
    await finished(server, thread)


@pytest.mark.slow
async def test_a_painted_image_is_posted_after_the_restart(
    server: DiscordServer, start: Start
) -> None:
    first = await start(drain=False)
    await server.slash("refine", {"iterations": 2, "stop": "never"}, image=REFERENCE)
    await first.service.settle_down()
    await first.engine.join()
    assert len(first.painter.requests) == 2
    assert messages(server) == []
    await first.stop()
    second = await start()
    thread = await thread_of(server)
    await finished(server, thread)
    assert len(saying(server, "### Round", thread)) == 2
    assert second.painter.requests == []


@pytest.mark.slow
async def test_what_is_painted_while_the_program_stops_is_posted_at_the_next_start(
    server: DiscordServer, start: Start
) -> None:
    first = await start()
    first.painter.seconds = 0.15
    await server.slash("refine", {"iterations": 3, "stop": "never"}, image=REFERENCE)
    thread = await thread_of(server)
    await server.until(lambda: saying(server, "### Round 1", thread))
    await first.adapter.close()
    await first.engine.join()
    assert len(first.painter.requests) == 3
    assert not saying(server, "### Done", thread)
    await first.stop()
    await start()
    await finished(server, thread)
    assert len(saying(server, "### Round", thread)) == 3
    assert len(saying(server, "### Done", thread)) == 1


@pytest.mark.slow
async def test_a_stop_answers_first_who_is_waiting(
    server: DiscordServer, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = await start()
    write = program.service.receive

    async def slowly(command: Command) -> bool:
        asked_for.set()
        await go_on.wait()
        return await write(command)

    asked_for, go_on = asyncio.Event(), asyncio.Event()
    monkeypatch.setattr(program.service, "receive", slowly)
    asked = await server.slash("refine", {"goal": "a fox", "iterations": 1}, wait=False)
    await asked_for.wait()
    stopping = asyncio.create_task(program.adapter.close())
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    assert asked.acked.is_set()
    await program.stop()
    await start()
    await finished(server, await thread_of(server))
