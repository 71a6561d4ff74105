"""kill -9 of the real program on Slack at random moments, the journal deleted once: `make kill`.

A post that was in flight shows once, or is offered once for a repost; nothing is painted twice,
and what people did while the program was down counts.
"""

import asyncio
import json
import random
from collections import Counter
from pathlib import Path

import pytest

from adapters.slack import modals
from adapters.slack.job_dialog import dialog
from adapters.storage.sql import open_store
from core.domain.records import OPEN, CallState, Delivery, DeliveryState, RunStatus
from core.domain.updates import Accepted, Failed, Finished, IterationFinished
from core.ports.store import Store
from tests.integration.slack.program import is_final, is_round, is_status
from tests.kill.slack_process import SlackProcess
from tests.offers import offer_of
from tests.standins.slack_people import Person
from tests.standins.slack_server import BEN, Post, SlackServer

KILLS, ROUNDS, PEOPLE = 6, 4, 6
UP_S = (0.8, 4.0)  # the start takes about two seconds: some kills hit it
POST_LAG_S = 0.4  # so that some kills hit a post that Slack has taken and not yet answered
DONE_S = 180.0
CARL = "U0CARL"


@pytest.mark.kill
@pytest.mark.timeout(600)
async def test_kills_at_random_moments_lose_and_double_nothing(tmp_path: Path) -> None:
    moments = random.Random(20261121)
    async with SlackServer() as server:
        server.members = {f"C{n}" for n in range(PEOPLE)}
        server.post_lag_s = POST_LAG_S
        process = SlackProcess(server, tmp_path)
        await process.prepare()
        store = await open_store(str(process.data / "darkroom.sqlite"))
        try:
            await process.start()
            await asyncio.gather(*(_begin(server, n) for n in range(PEOPLE)))
            for n in range(KILLS):
                if n % 2:
                    await _a_post(server)
                    await asyncio.sleep(moments.uniform(0, POST_LAG_S))
                else:
                    await asyncio.sleep(moments.uniform(*UP_S))
                await process.kill()
                if n == KILLS // 2:
                    for journal in process.data.glob("journal.sqlite*"):
                        journal.unlink()
                await process.start(wait=False)
            await _over(store)
            doubtful = await _check(server, store)
            assert doubtful
            print(f"{KILLS} kills, {doubtful} posts in doubt, each one offer")
            await _what_happened_meanwhile(server, process, store)
        finally:
            await process.stop()
            await store.close()
        assert server.violations == []


async def _begin(server: SlackServer, n: int) -> None:
    """A dialog is sent; nobody waits for it to open, as it may be late on a busy machine."""
    where = modals.Where(channel=f"C{n}")
    view = dialog(offer_of("refine"), where, ()) | {"id": f"V{n}"}
    person = Person(server, f"U{n}", f"person{n}")
    ack = await person.submit(view, goal=f"a tree {n}", iterations=ROUNDS, stop="never")
    assert ack.status == 200


async def _a_post(server: SlackServer) -> None:
    """Waits until Slack has taken a post; its answer is still to come."""
    before = len(server.posts)
    await server.until(lambda: len(server.posts) > before, 60)


async def _over(store: Store) -> None:
    """Every run has ended and the outbox is empty."""
    async with asyncio.timeout(DONE_S):
        while True:
            async with store.read() as uow:
                if not await uow.runs.with_status(sorted(OPEN)):
                    rows = await _rows(store)
                    if not any(
                        row.state in (DeliveryState.PENDING, DeliveryState.SENDING) for row in rows
                    ):
                        return
            await asyncio.sleep(0.3)


async def _rows(store: Store) -> list[Delivery]:
    async with store.read() as uow:
        runs = await uow.runs.with_status(list(RunStatus))
        return [row for run in runs for row in await uow.outbox.of_session(run.session)]


async def _check(server: SlackServer, store: Store) -> int:
    """Paid once, posted once or offered once. Returns how many posts were in doubt."""
    async with store.read() as uow:
        runs = await uow.runs.with_status(list(RunStatus))
        assert len(runs) == PEOPLE
        for run in runs:
            nodes = list(await uow.iterations.of_session(run.session))
            calls = await uow.calls.of_run(run.id)
            lost = [call for call in calls if call.state is CallState.UNKNOWN]
            assert {call.state for call in calls} <= {CallState.DONE, CallState.UNKNOWN}
            assert len({node.round for node in nodes}) == len(nodes)
            assert run.status is RunStatus.DONE or lost, "only a call in doubt may end a run early"
            assert len(nodes) >= ROUNDS - len(lost) or run.status is RunStatus.FAILED
            kinds = Counter(type(row.update) for row in await uow.outbox.of_session(run.session))
            assert kinds[Accepted] == kinds[Finished] + kinds[Failed] == 1
            assert kinds[IterationFinished] == len(nodes)
    rows = [
        row
        for row in await _rows(store)
        if isinstance(row.update, Accepted | IterationFinished | Finished)
    ]
    offers = Counter(value for post in server.posts.values() for value in _offered(post))
    for row in rows:
        shown = _shown(server, row)
        if row.state is DeliveryState.SENT:
            assert (shown, offers[row.key]) == (1, 0), row
        else:
            assert row.state is DeliveryState.UNKNOWN, row
            assert shown <= 1
            assert offers[row.key] <= 1
    doubtful = [row for row in rows if row.state is DeliveryState.UNKNOWN]
    assert sum(offers.values()) >= len(doubtful) - 1, "an offer may itself have been in flight"
    return len(doubtful)


def _offered(post: Post) -> list[str]:
    return [b["value"] for name, b in post.buttons().items() if name == "repost"]


def _shown(server: SlackServer, row: Delivery) -> int:
    """How often a delivery stands in its channel."""
    kind = row.update
    posts = [post for post in server.posts.values() if post.channel == row.place.channel]
    if isinstance(kind, Accepted):
        return sum(is_status(post) for post in posts)
    if isinstance(kind, Finished):
        return sum(is_final(post) for post in posts)
    assert isinstance(kind, IterationFinished)
    return sum(is_round(kind.round)(post) for post in posts)


async def _what_happened_meanwhile(
    server: SlackServer, process: SlackProcess, store: Store
) -> None:
    """A star given while the program was down, and a button of a post that is many lives old."""
    receipts = [
        row.receipt
        for row in await _rows(store)
        if isinstance(row.update, IterationFinished) and row.receipt is not None
    ]
    shown = {each.channel: server.posts[(each.channel, each.message)] for each in receipts}
    starred, pressed = list(shown.values())[:2]
    await process.kill()
    starred.reactions.setdefault("star", set()).add(CARL)
    await process.start()
    await server.until(lambda: _branch_of(server, CARL, starred), 30)
    await Person(server, BEN, "ben").click(pressed, "continue")
    await server.until(lambda: _branch_of(server, BEN, pressed), 30)
    await _over(store)


def _branch_of(server: SlackServer, user: str, at: Post) -> bool:
    return any(
        is_status(post) and post.channel == at.channel and f"<@{user}>" in json.dumps(post.blocks)
        for post in server.posts.values()
    )
