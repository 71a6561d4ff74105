"""What leaves: each session in its own lane, with growing pauses, never given up in silence."""

import asyncio
import itertools
import json
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from core.domain.commands import Repost
from core.domain.errors import Paced, StoreUnavailable, Transient, Uncertain, Undeliverable
from core.domain.records import Delivery, DeliveryState
from core.domain.updates import IterationFinished, Noticed
from core.service import fates, outbox
from core.service.outbox import OutboxDrain
from tests.harness import ANN, BOB, PAGE, World, refine
from tests.senders import Told, draining, until

TRIES = 20  # until the pauses are as long as they get
LOCKED = OperationalError("update", {}, sqlite3.OperationalError("database is locked"))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "IDLE_S", 0.02)
    monkeypatch.setattr(outbox, "RECORD_AGAIN_S", (0.001, 0.001))
    monkeypatch.setattr(outbox, "GRACE_S", 0.05)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncGenerator[World]:
    world = await World(tmp_path).open()
    yield world
    await world.close()


async def sessions_of(world: World, count: int) -> list[str]:
    """This many sessions of one round, the oldest first."""
    for number in range(count):
        await world.send(refine(key=f"web::{number}", iterations=1))
    found = await world.service.sessions(ANN, 100)
    return [each.session.id for each in reversed(found)]


async def rows(world: World, session: str) -> list[Delivery]:
    return [row for row in await world.updates(session)]


async def settled(world: World, session: str) -> list[str]:
    """States of a session's rows, once none is waiting."""
    async with asyncio.timeout(20):
        while True:
            states = [row.state for row in await rows(world, session)]
            if not {DeliveryState.PENDING, DeliveryState.SENDING} & set(states):
                return states
            await asyncio.sleep(0.01)


def drain(world: World, sender: Told) -> object:
    return draining(world.store, sender, lambda: world.now(), world._tell)


async def test_one_slow_post_holds_no_other_session(world: World) -> None:
    slow, *others = await sessions_of(world, 6)
    sender, go_on = Told(), asyncio.Event()

    async def wait(delivery: Delivery) -> None:
        if delivery.session == slow:
            await go_on.wait()

    sender.request = wait
    async with drain(world, sender):
        for session in others:
            assert set(await settled(world, session)) == {DeliveryState.SENT}
        assert slow not in {delivery.session for delivery in sender.posted}
        go_on.set()
        assert set(await settled(world, slow)) == {DeliveryState.SENT}


async def test_an_error_of_the_database_costs_no_receipt(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    (session,) = await sessions_of(world, 1)
    sender, write, left = Told(), world.store.write, [2]

    def locked(*, urgent: bool = False) -> object:
        if sender.posted and left[0]:
            left[0] -= 1
            raise LOCKED
        return write(urgent=urgent)

    monkeypatch.setattr(world.store, "write", locked)
    async with drain(world, sender) as task:
        await settled(world, session)
        assert not task.done()
    assert len({delivery.key for delivery in sender.posted}) == len(sender.posted)
    assert all(row.receipt is not None for row in await rows(world, session))


async def test_a_database_that_stays_away_ends_the_run_for_its_supervisor(world: World) -> None:
    await sessions_of(world, 1)
    sender = Told()

    class Away:
        """Reads work, writes do not."""

        read = staticmethod(world.store.read)

        def write(self, *, urgent: bool = False) -> object:
            if urgent:
                raise LOCKED
            return world.store.write()

    outbox = OutboxDrain(Away(), sender, world.now)  # type: ignore[arg-type]
    with pytest.raises(OperationalError):
        async with asyncio.timeout(20):
            await outbox.run()
    assert sender.posted == []


async def test_a_post_that_could_not_be_written_down_for_a_moment_is_not_given_up(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    (session,) = await sessions_of(world, 1)
    sender, full = Told(), [True]

    class Full:
        read = staticmethod(world.store.read)

        def write(self, *, urgent: bool = False) -> object:
            if urgent and full:
                full.clear()
                raise StoreUnavailable("The disk is full.")
            return world.store.write(urgent=urgent)

    begun = OutboxDrain(Full(), sender, world.now)  # type: ignore[arg-type]
    with pytest.raises(StoreUnavailable):  # its supervisor begins it again
        async with asyncio.timeout(20):
            await begun.run()
    assert DeliveryState.PARKED not in {row.state for row in await rows(world, session)}
    async with drain(world, sender):
        assert set(await settled(world, session)) == {DeliveryState.SENT}
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("says", "state"),
    [
        (Undeliverable("The person takes no direct messages."), DeliveryState.PARKED),
        (Uncertain("Nobody knows."), DeliveryState.UNKNOWN),
        (RuntimeError("a bug"), DeliveryState.PARKED),
        (True, DeliveryState.SENT),
    ],
)
async def test_whatever_is_said_of_a_post_found_sending_the_others_leave(
    world: World, says: Exception | bool, state: DeliveryState
) -> None:
    session, other = await sessions_of(world, 2)
    row = (await rows(world, session))[0]
    async with world.store.write() as uow:
        await uow.outbox.save(row.id, DeliveryState.SENDING)
    sender = Told()
    sender.asked = says
    async with drain(world, sender) as task:
        await settled(world, session)
        await settled(world, other)
        assert not task.done()
    assert (await rows(world, session))[0].state is state


async def test_a_post_that_never_left_is_simply_posted_after_a_restart(world: World) -> None:
    (session,) = await sessions_of(world, 1)
    sender, reached = Told(), asyncio.Event()

    async def upload(delivery: Delivery) -> None:
        reached.set()
        await asyncio.Event().wait()

    sender.before = upload
    async with drain(world, sender):
        await reached.wait()
    assert DeliveryState.SENDING not in {row.state for row in await rows(world, session)}
    again = Told()
    again.asked = Uncertain("Nobody knows.")
    async with drain(world, again):
        assert set(await settled(world, session)) == {DeliveryState.SENT}
    assert "A post may be missing" not in repr([d.update for d in again.posted])


async def test_a_row_that_is_said_anew_while_it_is_prepared_is_posted_once(world: World) -> None:
    (session,) = await sessions_of(world, 1)
    sender, reached, go_on = Told(), asyncio.Event(), asyncio.Event()

    async def wait(delivery: Delivery) -> None:
        if isinstance(delivery.update, Noticed) and not reached.is_set():
            reached.set()
            await go_on.wait()

    sender.before = wait
    run = (await world.runs(session))[0]
    tree = await world.service.tree(session, ANN)
    assert tree is not None

    async def notice(sentence: str) -> None:
        async with world.store.write() as uow:
            said = Noticed(session=session, run=run.id, about="x", sentence=sentence)
            await uow.outbox.post(said, run, tree.session)

    await notice("old")
    async with drain(world, sender):
        await reached.wait()
        await notice("new")
        go_on.set()
        await settled(world, session)
    said = [d.update.sentence for d in sender.posted if isinstance(d.update, Noticed)]
    assert said == ["new"]


async def test_a_platform_that_is_away_loses_nothing_for_a_day(world: World) -> None:
    (session,) = await sessions_of(world, 1)
    start, sender, tries = world.now(), Told(), list[float]()
    world.now = lambda: clock[0]
    clock = [start]

    async def away(delivery: Delivery) -> None:
        tries.append((clock[0] - start).total_seconds())
        raise Transient("503", retry_after=0.0)

    sender.before = away
    box = OutboxDrain(world.store, sender, world.now, world._tell)
    for _ in range(TRIES):
        await box.drain()
        head = (await rows(world, session))[0]
        assert head.due is not None and head.state is DeliveryState.PENDING
        clock[0] = head.due
    pauses = [b - a for a, b in itertools.pairwise(tries) if b > a]
    assert pauses[0] <= 2 and max(pauses) <= fates.LONGEST_S
    assert pauses[0] < pauses[3] < max(pauses)
    clock[0] = start + timedelta(hours=23, minutes=59)  # in between it goes on as it did last
    await box.drain()
    assert (await rows(world, session))[0].state is DeliveryState.PENDING
    clock[0] = start + timedelta(hours=24, minutes=10)
    await box.drain()
    assert (await rows(world, session))[0].state is DeliveryState.PARKED


async def test_what_failed_for_a_day_is_told_offered_and_taken_up_when_the_platform_is_back(
    world: World,
) -> None:
    (session,) = await sessions_of(world, 1)
    clock, sender = [world.now()], Told()
    world.now = lambda: clock[0]

    async def away(delivery: Delivery) -> None:
        if isinstance(delivery.update, IterationFinished):
            raise Transient("Discord is not answering.")

    async def a_round() -> Delivery:
        found = await rows(world, session)
        return next(row for row in found if isinstance(row.update, IterationFinished))

    sender.before = away
    box = OutboxDrain(world.store, sender, world.now, world._tell)
    while (await a_round()).since is None:
        await box.drain()
    clock[0] += timedelta(days=1, seconds=1)
    await box.drain()
    lost = await a_round()
    assert lost.state is DeliveryState.PARKED and lost.error == "Discord is not answering."
    assert [about for about, _ in world.told] == ["parked/web"]
    notices = [r.update for r in await rows(world, session) if isinstance(r.update, Noticed)]
    assert [notice.offers for notice in notices] == [lost.key]
    sender.before = Told().before
    async with drain(world, sender):  # the next post goes through
        await until(lambda: "iteration_finished" in sender.kinds)
        await settled(world, session)
    assert (await a_round()).state is DeliveryState.SENT
    notices = [r.update for r in await rows(world, session) if isinstance(r.update, Noticed)]
    assert [notice.offers for notice in notices] == [""]


async def test_a_turn_that_has_to_come_is_no_failure(world: World) -> None:
    (session,) = await sessions_of(world, 1)
    sender, waits = Told(), [3]

    async def wait(delivery: Delivery) -> None:
        if waits[0]:
            waits[0] -= 1
            raise Paced("Others come first.", retry_after=0.0)

    sender.before = wait
    async with drain(world, sender):
        assert set(await settled(world, session)) == {DeliveryState.SENT}
    assert all(row.since is None for row in await rows(world, session))


async def lost_round(world: World) -> tuple[Told, Delivery]:
    """A round whose answer was lost, by a platform that can't be asked."""
    (session,) = await sessions_of(world, 1)
    sender = Told()
    sender.asked = Uncertain("Nobody knows.")

    async def lose(delivery: Delivery) -> None:
        if isinstance(delivery.update, IterationFinished) and not delivery.attempts:
            raise Uncertain("The connection broke.")

    sender.request = lose
    async with drain(world, sender):
        states = await settled(world, session)
    assert states.count(DeliveryState.UNKNOWN) == 1
    all_rows = await rows(world, session)
    return sender, next(row for row in all_rows if row.state is DeliveryState.UNKNOWN)


async def repost(world: World, delivery: Delivery, actor: object = ANN, key: str = "r") -> None:
    command = Repost(dedup_key=f"web::{key}", actor=actor, place=PAGE, delivery=delivery.key)  # type: ignore[arg-type]
    await world.send(command)


async def test_a_repost_is_made_once_and_its_button_goes(world: World) -> None:
    sender, lost = await lost_round(world)
    notice = [d.update for d in sender.posted if isinstance(d.update, Noticed)]
    assert [each.offers for each in notice] == [lost.key]
    await repost(world, lost)
    async with drain(world, sender):
        await settled(world, lost.session)
        await repost(world, lost, key="again")
        await settled(world, lost.session)
    assert sender.kinds.count("iteration_finished") == 1
    last = [d for d in sender.posted if isinstance(d.update, Noticed)][-1]
    assert isinstance(last.update, Noticed) and last.update.offers == ""
    assert last.edits is not None and "Ann" in last.update.sentence


async def test_who_pays_for_a_branch_may_repost_and_others_may_not(world: World) -> None:
    _, lost = await lost_round(world)
    await repost(world, lost, BOB, "bob")
    assert (await world.service.refusal("web::bob", BOB)) is not None
    run = (await world.runs(lost.session))[0]
    with closing(sqlite3.connect(world.folder / "darkroom.sqlite")) as base, base:
        ((payload,),) = base.execute("select payload from runs where id = ?", (run.id,))
        paid = json.loads(payload)
        paid["actor"]["id"] = "bob"
        base.execute("update runs set payload = ? where id = ?", (json.dumps(paid), run.id))
    await repost(world, lost, BOB, "payer")
    assert await world.service.refusal("web::payer", BOB) is None


async def test_a_thread_whose_first_post_was_lost_begins_with_the_next(world: World) -> None:
    (session,) = await sessions_of(world, 1)
    sender = Told()
    sender.asked = Uncertain("Nobody knows.")

    async def lose(delivery: Delivery) -> None:
        if delivery.update.kind == "accepted":
            raise Uncertain("The connection broke.")

    sender.request = lose
    async with drain(world, sender):
        await settled(world, session)
    first, *rest = sender.posted
    assert first.first and first.place.thread == ""
    assert rest and {(d.place.thread, d.first) for d in rest} == {("t1", False)}
    accepted = (await rows(world, session))[0]
    await repost(world, accepted)  # by an offer that an older version made
    async with drain(world, sender):
        await settled(world, session)
    assert sender.kinds.count("accepted") == 0, "the status stands already"
