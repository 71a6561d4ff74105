"""One suite over both databases: what core relies on."""

import asyncio
import gc
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adapters.storage.purging import DELETED, KEPT, WITHOUT_NAMES
from adapters.storage.sql import open_store
from adapters.storage.tables import metadata
from core.domain.audit import broken_at
from core.domain.budgets import Grant, Limit
from core.domain.commands import Actor, Place
from core.domain.ledger import LedgerRow, entry
from core.domain.preferences import Preferences
from core.domain.records import (
    CallRow,
    CallState,
    DeliveryState,
    InboxState,
    Iteration,
    Plan,
    Receipt,
    RunRecord,
    RunStatus,
    Session,
    Signal,
)
from core.domain.settings import ServerSettings
from core.domain.updates import Accepted, Noticed, Progressed, Refused
from core.domain.views import Quote
from core.jobs.refine import Refine
from core.ports.repositories import InboxRow
from core.ports.store import Store
from tests.contract.postgres import cluster, copied, migrated
from tests.harness import ANN, BOB, PAGE, refine
from tests.quick import fresh_store

__all__ = ["cluster"]

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
QUOTE = Quote(rounds=1, images=1, at_most=None, likely=None, minutes=None)


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Store]:
    if request.param == "sqlite":
        opened = await fresh_store(tmp_path / "store.sqlite")
    else:
        opened = await open_store(await copied(request.getfixturevalue("cluster"), migrated))
    yield opened
    await opened.close()


def session(id: str = "s1") -> Session:
    return Session(id=id, mode="refine", owner=ANN, place=PAGE, created=NOW)


def run(id: str = "r1", owner: Session | None = None) -> RunRecord:
    return RunRecord(
        id=id,
        session=(owner or session()).id,
        actor=ANN,
        place=PAGE,
        command_key=f"web::{id}",
        plan=Plan(mode="refine", rounds=1, usd_limit=Decimal("0.0213")),
        quote=QUOTE,
        status=RunStatus.RUNNING,
        created=NOW,
    )


def accepted(run_id: str = "r1") -> Accepted:
    return Accepted(
        session="s1", run=run_id, mode="refine", owner="ann", owner_name="Ann", quote=QUOTE
    )


async def write_tree(store: Store) -> None:
    async with store.write() as uow:
        await uow.sessions.add(session())
        await uow.runs.add(run())


async def test_records_come_back_as_they_went_in(store: Store) -> None:
    await write_tree(store)
    async with store.read() as uow:
        assert await uow.sessions.get("s1") == session()
        assert await uow.runs.get("r1") == run()
        assert [s.id for s in await uow.sessions.of_actor(ANN)] == ["s1"]
        assert await uow.sessions.of_actor(BOB) == []


async def test_a_command_is_written_once_and_its_pick_key_can_be_freed(store: Store) -> None:
    command = refine("pick:web::i:ann")
    row = InboxRow(key=command.dedup_key, command=command, state=InboxState.NEW, at=NOW)
    async with store.write() as uow:
        assert await uow.inbox.add(row)
        assert not await uow.inbox.add(row)
        assert await uow.inbox.get(row.key) == row
        await uow.inbox.end(row.key, InboxState.TAKEN, run="r1")
        await uow.inbox.free_key(row.key, "r1")
        assert await uow.inbox.picked_before(row.key)
        assert not await uow.inbox.picked_before("pick:web::i:an")
        assert await uow.inbox.add(row)


async def test_commands_written_down_together_are_each_written_once(store: Store) -> None:
    def row(key: str) -> InboxRow:
        return InboxRow(key=key, command=refine(key), state=InboxState.NEW, at=NOW)

    async with store.write() as uow:
        assert list(await uow.inbox.add_all([row("a"), row("b"), row("a")])) == [True, True, False]
    async with store.write() as uow:
        assert list(await uow.inbox.add_all([row("b"), row("c")])) == [False, True]
    async with store.read() as uow:
        assert {found.key for found in await uow.inbox.new()} == {"a", "b", "c"}


async def test_an_exception_undoes_the_transaction(store: Store) -> None:
    with pytest.raises(RuntimeError):
        async with store.write() as uow:
            await uow.servers.set_flag("frozen", "yes")
            raise RuntimeError
    async with store.read() as uow:
        assert await uow.servers.flag("frozen") == ""


async def test_a_cancelled_transaction_leaves_no_lock(store: Store) -> None:
    begun = asyncio.Event()

    async def hanging() -> None:
        async with store.write() as uow:
            await uow.servers.set_flag("frozen", "yes")
            begun.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(hanging())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5), store.write() as uow:
        assert await uow.servers.flag("frozen") == ""


async def test_a_close_waits_for_what_is_under_way_and_a_latecomer_leaves_nothing_open(
    store: Store,
) -> None:
    await write_tree(store)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> Session | None:
        async with store.read() as uow:
            begun.set()
            await go_on.wait()
            return await uow.sessions.get("s1")

    reading = asyncio.create_task(slow())
    await begun.wait()
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    assert not closing.done()
    go_on.set()
    await closing
    assert await reading == session()
    async with store.read() as uow:
        assert await uow.sessions.get("s1") == session()
    del uow
    gc.collect()  # a connection that nobody closed would warn here, which fails a test


async def test_reserving_at_once_never_passes_a_limit(store: Store) -> None:
    await write_tree(store)

    async def reserve(number: int) -> bool:
        async with store.write() as uow:
            if (await uow.ledger.usage(NOW.date(), ANN)).images >= 50:
                return False
            await uow.runs.add(run(f"x{number}"))
            return await uow.ledger.book(
                entry(
                    ANN,
                    f"x{number}",
                    NOW,
                    call=f"x{number}",
                    kind="reserve",
                    images=1,
                    usd=Decimal("0.01"),
                    at=NOW,
                )
            )

    taken = await asyncio.gather(*(reserve(number) for number in range(80)))
    assert sum(taken) == 50


async def test_usage_counts_reservations_then_bookings_and_a_settled_unknown_once(
    store: Store,
) -> None:
    await write_tree(store)

    async def book(call: str, kind: str, images: int, usd: str) -> bool:
        async with store.write() as uow:
            row = entry(
                ANN, "r1", NOW, call=call, kind="reserve", images=images, usd=Decimal(usd), at=NOW
            )
            return await uow.ledger.book(replace(row, kind=kind))

    async def used() -> tuple[int, Decimal]:
        async with store.read() as uow:
            usage = await uow.ledger.usage(NOW.date(), ANN)
            assert (await uow.ledger.usage(NOW.date(), BOB)).images == 0
        return usage.images, usage.usd

    assert await book("r1", "reserve", 4, "0.40")
    assert not await book("r1", "reserve", 4, "0.40")
    await book("r1/paint#0", "settle", 1, "0.0000000001")
    assert await used() == (4, Decimal("0.40"))
    await book("r1/paint#1", "unknown", 1, "0.10")
    await book("r1/paint#1", "settle", 1, "0.05")
    await book("r1", "release", 2, "0.30")
    images, usd = await used()
    assert images == 2
    assert usd == Decimal("0.050000001"), "a cost is rounded up to the nano-dollar, never lost"


async def test_a_call_found_is_the_call_of_who_began_it(store: Store) -> None:
    await write_tree(store)
    mine = CallRow(
        key="r1/paint#0",
        run="r1",
        kind="paint",
        model="m",
        state=CallState.BEGUN,
        by="a",
        begun=NOW,
    )
    async with store.write() as uow:
        assert (await uow.calls.begin(mine)).by == "a"
        assert (await uow.calls.begin(replace(mine, by="b"))).by == "a"
        done = replace(mine, state=CallState.DONE, ended=NOW + timedelta(seconds=3))
        await uow.calls.save(done)
        assert await uow.calls.mean_seconds("m", "paint") == 3.0
        assert await uow.calls.mean_seconds("m", "compare") is None


async def test_the_outbox_keeps_order_overwrites_progress_and_doubles_nothing(store: Store) -> None:
    await write_tree(store)
    first = Progressed(session="s1", run="r1", phase="running", line="one")
    async with store.write() as uow:
        await uow.outbox.post(accepted(), run(), session())
        await uow.outbox.post(accepted(), run(), session())
        await uow.outbox.post(first, run(), session())
        await uow.outbox.post(replace(first, line="two"), run(), session())
        await uow.outbox.post(Noticed(session="s1", about="x", sentence="hello"), run(), session())
    async with store.write() as uow:
        rows = list(await uow.outbox.of_session("s1"))
        assert [row.update.kind for row in rows] == ["accepted", "progressed", "noticed"]
        assert [row.seq for row in rows] == sorted({row.seq for row in rows})
        (due,) = await uow.outbox.due("web", NOW)
        assert due.update == accepted()
        await uow.outbox.save(due.id, DeliveryState.SENDING, seq=due.seq)
        assert await uow.outbox.due("web", NOW) == []
        assert [row.id for row in await uow.outbox.sending("web")] == [due.id]
        receipt = Receipt(message="m1", channel="page", thread="t1", more=("m2",))
        await uow.outbox.save(due.id, DeliveryState.SENT, receipt=receipt, seq=due.seq)
        (edit,) = await uow.outbox.due("web", NOW)
        assert edit.edits == receipt
        assert edit.place == replace(Place("web", "", "page"), thread="t1")
        found = await uow.sessions.in_thread("web", "page", "t1")
        assert found is not None
        assert found.id == "s1"
        for message in ("m1", "m2"):
            shown = await uow.outbox.find_message("web", "page", message)
            assert shown is not None
            assert shown.id == due.id
        # what files a message shows is its last edit's, kept with the row that posted it
        for files in (("F1", "F_"), ("F_",)):
            edited = replace(receipt, files=files)
            await uow.outbox.save(edit.id, DeliveryState.SENT, receipt=edited)
            assert await uow.outbox.receipt("s1", edit.update.subject) == edited
        other = replace(receipt, message="m9")
        assert [await uow.outbox.shows("web", each, other) for each in ("F1", "F_", "FX")] == [
            False, True, False,
        ]  # fmt: skip
        assert not await uow.outbox.shows("web", "F_", receipt)
        assert not await uow.outbox.shows("slack", "F_", other)


async def test_a_row_overwritten_while_it_was_sent_is_sent_again(store: Store) -> None:
    await write_tree(store)
    first = Progressed(session="s1", run="r1", phase="running", line="one")
    async with store.write() as uow:
        await uow.outbox.post(first, run(), session())
        (due,) = await uow.outbox.due("web", NOW)
        await uow.outbox.save(due.id, DeliveryState.SENDING, seq=due.seq)
        await uow.outbox.post(replace(first, line="two"), run(), session())
        receipt = Receipt(message="m", channel="page")
        await uow.outbox.save(due.id, DeliveryState.SENT, receipt=receipt, seq=due.seq)
        (again,) = await uow.outbox.due("web", NOW)
        assert again.update == replace(first, line="two")
        assert again.edits == receipt


async def test_what_is_refused_twice_is_answered_twice(store: Store) -> None:
    await write_tree(store)
    no = Refused(command="pick", sentence="Not now.", actor="ann", dedup_key="pick:web::i1:ann")
    for _ in range(2):
        async with store.write() as uow:
            await uow.outbox.post(no, None, session())
            (due,) = await uow.outbox.due("web", NOW)
            assert due.update == no
            await uow.outbox.save(
                due.id, DeliveryState.SENT, receipt=Receipt(message="m", channel="p"), seq=due.seq
            )
        async with store.read() as uow:
            assert await uow.outbox.due("web", NOW) == []


async def test_a_row_waits_until_it_is_due_and_a_parked_one_blocks_nobody(store: Store) -> None:
    await write_tree(store)
    async with store.write() as uow:
        await uow.outbox.post(accepted(), run(), session())
        await uow.outbox.post(Noticed(session="s1", about="x", sentence="hello"), run(), session())
        (due,) = await uow.outbox.due("web", NOW)
        later = NOW + timedelta(seconds=5)
        await uow.outbox.save(due.id, DeliveryState.PENDING, due=later, seq=due.seq)
        assert await uow.outbox.due("web", NOW) == []
        (due,) = await uow.outbox.due("web", later)
        await uow.outbox.save(due.id, DeliveryState.PARKED, error="gone", seq=due.seq)
        (next_one,) = await uow.outbox.due("web", NOW)
        assert next_one.update.kind == "noticed"


async def test_settings_are_kept_per_server(store: Store) -> None:
    wanted = ServerSettings(channels=("c1",), iterations=2, review=True, nsfw="age_restricted")
    async with store.write() as uow:
        await uow.servers.save_settings("web", "a", ServerSettings(iterations=9))
        await uow.servers.save_settings("web", "a", wanted)
    async with store.read() as uow:
        assert await uow.servers.settings("web", "a") == wanted
        assert await uow.servers.settings("web", "b") == ServerSettings()


def intent(run_id: str) -> CallRow:
    return CallRow(
        key=f"{run_id}/paint#0",
        run=run_id,
        kind="paint",
        model="m",
        state=CallState.BEGUN,
        by="me",
        begun=NOW,
    )


def reserve(record: RunRecord) -> LedgerRow:
    return entry(
        record.actor, record.id, NOW, call=record.id, kind="reserve", images=1, usd=None, at=NOW
    )


async def test_a_status_changes_by_compare_and_set_alone(store: Store) -> None:
    await write_tree(store)
    open_, done = {RunStatus.RUNNING}, RunStatus.DONE

    async def end(reason: str) -> RunRecord | None:
        async with store.write() as uow:
            return await uow.runs.transition("r1", open_, done, reason=reason, at=NOW)

    ended = [each for each in await asyncio.gather(*map(end, "abcd")) if each is not None]
    assert len(ended) == 1
    async with store.write() as uow:  # by somebody who read it while it was running
        await uow.runs.save(replace(run(), review=True, reason="stale"))
        await uow.runs.save(run("never-written"))
    async with store.read() as uow:
        assert await uow.runs.get("r1") == replace(ended[0], review=True)
        assert not await uow.runs.with_status(open_)


SECRET, OTHER = "Zuckerhut", "Matterhorn"


async def write_everything(store: Store, tenant: str, word: str) -> None:
    """A row in every table, each with the word in all that a person may have written."""
    who = Actor("slack", tenant, f"U-{word}", word)
    at = Place("slack", tenant, f"C-{word}", thread=f"T-{word}")
    home = Session(
        id=f"s{tenant}", mode="refine", owner=who, place=at, thread=f"T-{word}", goal=word,
        reference=word[0].lower().encode().hex() * 32, created=NOW,
    )  # fmt: skip
    plan = replace(run().plan, first_prompt=word, wish=word, styles=(word,))
    record = replace(run(f"r{tenant}", home), actor=who, place=at, plan=plan, reason=word)
    command = Refine(dedup_key=f"slack:{tenant}:{word}", actor=who, place=at, goal=word)
    node = Iteration(
        id=f"i{tenant}", session=home.id, run=record.id, parent="", round=1, candidate=0,
        prompt=word, words=word, image=home.reference, width=1, height=1, model="m", created=NOW,
    )  # fmt: skip
    async with store.write() as uow:
        for key in (command.dedup_key, f"pick:slack:{tenant}:x:y", f"older-form-{tenant}"):
            row = InboxRow(key=key, command=command, state=InboxState.NEW, at=NOW)
            await uow.inbox.add(row)
        await uow.sessions.add(home)
        await uow.runs.add(record)
        await uow.runs.add_signal(Signal(run=record.id, kind="stop", actor=who, text=word, at=NOW))
        await uow.iterations.add(node)
        await uow.people.save_preferences(who, Preferences(style=word))
        await uow.people.vote(record.id, who, node.id)
        await uow.people.link(who, replace(who, platform="web", id=f"there-{tenant}"))
        await uow.people.offer(f"hash-{word}", who, NOW)
        await uow.stars.star(who, home.id, node.id, NOW)
        await uow.calls.begin(replace(intent(record.id), error=word))
        await uow.ledger.book(reserve(record))
        await uow.servers.save_settings("slack", tenant, ServerSettings(people=(f"U-{word}",)))
        limit = Limit(
            scope="role", unit="usd", amount=Decimal(1), id=word, name=word,
            platform="slack", tenant=tenant,
        )  # fmt: skip
        await uow.budgets.set_limit(limit, who.id, NOW)
        grant = Grant(
            id=tenant, platform="slack", tenant=tenant, actor=who.id, amount=Decimal(1), at=NOW
        )
        await uow.budgets.give(grant)
        await uow.budgets.block(who, who.id, NOW)
        await uow.audit.add("limit", who, NOW, {"scope": "role"}, whom=who.id)
        await uow.outbox.post(Noticed(session=home.id, about=word, sentence=word), record, home)
        answer = Refused(command="refine", sentence=word, actor=who.id, dedup_key=f"k{tenant}")
        await uow.outbox.post(answer, None, command)
    async with store.write() as uow:  # both were posted
        for number, row in enumerate(await uow.outbox.due("slack", NOW)):
            receipt = Receipt(message=f"{word}{number}", channel=f"C-{word}", thread="")
            await uow.outbox.save(row.id, DeliveryState.SENT, receipt=receipt)


async def all_cells(store: Store) -> dict[str, str]:
    """Every table of the schema as one text."""
    async with store.read() as uow:
        rows: Any = uow.runs
        connection: Any = rows._c
        return {
            table.name: repr([tuple(row) for row in await connection.execute(select(table))])
            for table in metadata.sorted_tables
        }


async def test_a_purge_leaves_no_word_of_a_server_in_any_table(store: Store) -> None:
    await write_everything(store, "T1", SECRET)
    await write_everything(store, "T2", OTHER)
    before = await all_cells(store)
    assert {name for name, text in before.items() if SECRET not in text} <= {"counters", "flags"}
    async with store.write() as uow:
        await uow.servers.purge("slack", "T1")
    after = await all_cells(store)
    assert {name for name, text in after.items() if SECRET in text} == set()
    kept = {name: text.count(OTHER) for name, text in before.items()}
    assert {name: text.count(OTHER) for name, text in after.items()} == kept
    async with store.read() as uow:
        assert (await uow.ledger.usage(NOW.date())).images == 2
        log = await uow.audit.all()
    assert broken_at(log) is None
    assert [bool(row.who) for row in log] == [False, True]
    for changed in (replace(log[0], what={"scope": "bot"}), replace(log[1], who="slack:other")):
        rows = [changed if row.seq == changed.seq else row for row in log]
        assert broken_at(rows) == changed.seq
    assert broken_at(log[1:]) == 1


async def test_one_session_goes_and_its_servers_rules_stay(store: Store) -> None:
    await write_everything(store, "T1", SECRET)
    before = await all_cells(store)
    async with store.write() as uow:
        (gone,) = await uow.sessions.of_person("slack", f"U-{SECRET}")
        await uow.servers.purge_session(gone)
    after = await all_cells(store)
    for name in ("limits", "grants", "blocks", "servers", "preferences", "audit"):
        assert after[name] == before[name], name
    assert SECRET not in after["iterations"] + after["sessions"] + after["holdings"]


def test_every_table_says_what_a_purge_does_with_it() -> None:
    declared = [*DELETED, *WITHOUT_NAMES, *KEPT]
    assert sorted(table.name for table in declared) == sorted(metadata.tables)
    order = list(DELETED)
    for table in order:  # nothing is deleted that is still pointed at
        for key in (each for other in metadata.tables.values() for each in other.foreign_keys):
            if key.column.table is table:
                assert order.index(key.parent.table) < order.index(table), key.parent


async def test_a_person_has_one_vote_that_may_change(store: Store) -> None:
    async with store.write() as uow:
        await uow.sessions.add(session("s1"))
        await uow.runs.add(run("r1", session("s1")))
        for who, which in ((ANN, "a"), (replace(ANN, id="bob"), "b"), (ANN, "b")):
            await uow.people.vote("r1", who, which)
        assert await uow.people.votes("r1") == {"b": 2}
        await uow.people.save_preferences(ANN, Preferences(size="wide"))
        await uow.people.save_preferences(replace(ANN, tenant="other"), Preferences(size="phone"))
        assert (await uow.people.preferences(ANN)).size == "phone"


async def test_a_purge_takes_one_server_and_leaves_its_bookings(store: Store) -> None:
    theirs = replace(ANN, tenant="gone")
    place = replace(PAGE, tenant="gone")
    leaving = replace(session("s9"), owner=theirs, place=place, reference="a" * 64, goal="wish")
    staying = replace(session("s1"), reference="b" * 64)
    async with store.write() as uow:
        for each, name in ((leaving, "r9"), (staying, "r1")):
            record = run(name, each)
            await uow.sessions.add(each)
            await uow.runs.add(record)
            await uow.calls.begin(intent(name))
            await uow.ledger.book(reserve(record))
            notice = Noticed(session=each.id, run=name, about="x", sentence="wish")
            await uow.outbox.post(notice, record, each)
    async with store.write() as uow:
        purged = await uow.servers.purge("web", "gone")
    assert purged.images == ("a" * 64,)
    async with store.read() as uow:
        assert await uow.servers.unused(["a" * 64, "b" * 64]) == ["a" * 64]
    assert purged.calls == ("r9/paint#0",)
    async with store.read() as uow:
        assert not await uow.sessions.of_actor(theirs)
        assert len(await uow.sessions.of_actor(ANN)) == 1
        assert not await uow.outbox.of_session("s9")
        assert len(await uow.outbox.of_session("s1")) == 1
        assert await uow.calls.get("r9/paint#0") is None
        assert [row.actor for row in await uow.ledger.of_run("r9")] == ["purged"]
        assert (await uow.ledger.usage(NOW.date())).images == 2
