"""Crash points on Slack: what was in flight shows once, or as one Repost offer."""

import asyncio
import contextlib

from core.domain.records import DeliveryState
from tests.integration.slack.conftest import Start
from tests.integration.slack.program import Program, Taken, is_final, is_round, is_status, says
from tests.standins.slack_server import ANNA, BEN, SlackServer


async def test_a_post_sent_but_not_recorded_is_one_offer_after_the_restart(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    receipts = _break_records(program, "iteration_finished")
    await _begin(program)
    await program.post(is_round(1))
    await asyncio.wait_for(receipts.wait(), 5)
    await program.stop()

    again = await start()
    offer = await again.post(says("A post may be missing here"))
    await again.post(is_final)
    assert sum(is_round(1)(post) for post in server.posts.values()) == 1
    assert sum(is_status(post) for post in server.posts.values()) == 1
    await again.person().click(offer, "repost")
    await server.until(lambda: sum(is_round(1)(p) for p in server.posts.values()) == 2)
    await again.person().click(offer, "repost")
    await again.service.settle_down()
    assert sum(is_round(1)(post) for post in server.posts.values()) == 2


async def test_an_edit_in_flight_is_made_again_without_an_offer(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    receipts = _break_records(program, "critiqued")
    await _begin(program, iterations=2)
    await asyncio.wait_for(receipts.wait(), 25)
    await program.stop()
    again = await start()
    await again.post(is_final)
    assert not any(says("may be missing")(post) for post in server.posts.values())


async def test_written_down_but_not_taken_in_runs_after_the_restart(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    program.service._take_soon = lambda row: None  # type: ignore[method-assign]
    await _begin(program)
    await program.stop()
    assert not any(is_status(post) for post in server.posts.values())
    again = await start()
    await again.post(is_final)
    assert sum(is_status(post) for post in server.posts.values()) == 1


async def test_buttons_and_stars_of_an_old_process_work(server: SlackServer, start: Start) -> None:
    program = await start()
    await program.story(iterations=1)
    first = await program.post(is_round(1))
    await program.stop()
    again = await start()
    await again.adapter.settle()
    taken = Taken(again)
    await again.person(BEN, "ben").click(first, "continue")
    await again.person(ANNA, "anna").react(first)
    assert [command.actor.id for command in taken.fresh] == [BEN, ANNA]


async def _begin(program: Program, iterations: int = 1) -> None:
    anna = program.person()
    await anna.slash("/refine")
    await anna.submit(await anna.opened(), goal="a tree", iterations=iterations)


def _break_records(program: Program, kind: str) -> asyncio.Event:
    """The process dies after the first send of a kind: nothing of it is recorded any more."""
    reached = asyncio.Event()
    record = program.outbox._record

    async def dying(delivery: object, state: DeliveryState, **more: object) -> bool:
        is_it = delivery.update.kind == kind  # type: ignore[attr-defined]
        if reached.is_set() or (is_it and state is not DeliveryState.SENDING):
            reached.set()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            raise asyncio.CancelledError
        return await record(delivery, state, **more)  # type: ignore[arg-type]

    program.outbox._record = dying  # type: ignore[method-assign,assignment]
    return reached
