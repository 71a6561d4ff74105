"""What 0.1.0 wrote is read by this version, in both databases; what a newer one wrote ends nothing."""

import json
import logging
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text, update
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.storage import tables as t
from adapters.storage.sql import driver_url, open_store
from adapters.storage.upgrading import MIGRATIONS
from core.domain.access import own_tenant
from core.domain.commands import Actor
from core.domain.records import CallState, DeliveryState
from core.domain.reviews import ReviewRequested
from core.domain.updates import Noticed
from core.ports.store import Store
from tests.contract.postgres import cluster, copied
from tests.harness import ANN

__all__ = ["cluster"]
ROWS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "rows_0_1_0.json").read_text()
)
COMMANDS = {json.loads(row["payload"])["kind"] for row in ROWS["inbox"]}
UPDATES = {json.loads(row["update"])["kind"] for row in ROWS["outbox"]}
NOW = datetime(2027, 1, 1, tzinfo=UTC)


def _write(connection: Connection) -> None:
    """The tables as 0.1.0 had them, with what it left there."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "0002")
    for name, rows in ROWS.items():
        for row in rows:
            columns = ", ".join(f'"{column}"' for column in row)
            values = ", ".join(f":{column}" for column in row)
            connection.execute(text(f'insert into "{name}" ({columns}) values ({values})'), row)
    for table in ("sessions", "runs"):  # in direct messages on Discord
        connection.execute(
            text(f"update {table} set platform = 'discord', tenant = 'dm' where id = :id"),
            {"id": ROWS[table][0]["id"]},
        )
    if connection.dialect.name != "sqlite":
        past = "select setval(pg_get_serial_sequence('outbox', 'id'), max(id)) from outbox"
        connection.execute(text(past))


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        url = str(tmp_path / "old.sqlite")
        await _old(url)
        return url
    return await copied(request.getfixturevalue("cluster"), _old)


async def _old(url: str) -> None:
    engine = create_async_engine(driver_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(_write)
    await engine.dispose()


@pytest.fixture
async def store(url: str) -> AsyncGenerator[Store]:
    opened = await open_store(url)
    yield opened
    await opened.close()


async def test_all_rows_of_0_1_0_are_read(store: Store) -> None:
    assert {"refine", "evolve", "pick", "revise", "ask", "discard", "repost"} <= COMMANDS
    assert {"accepted", "review_requested", "asked", "noticed", "failed", "discarded"} <= UPDATES
    async with store.read() as uow:
        read = [await uow.inbox.get(row["key"]) for row in ROWS["inbox"]]
        kinds = {{"ask": "question"}.get(kind, kind) for kind in COMMANDS}
        assert {row.command.kind for row in read if row} == kinds
        assert (await uow.inbox.new()).unreadable == {}
        sent = [await uow.outbox.get(row["key"]) for row in ROWS["outbox"]]
        assert {row.update.kind for row in sent if row} == UPDATES
        assert {row.receipt.files for row in sent if row and row.receipt} == {()}
        for row in ROWS["sessions"]:
            assert await uow.sessions.get(row["id"]) is not None
        for row in ROWS["runs"]:
            calls = await uow.calls.of_run(row["id"])
            assert len(calls) == sum(each["run"] == row["id"] for each in ROWS["calls"])
            assert {call.state for call in calls} <= {CallState.DONE}
            assert await uow.runs.get(row["id"]) is not None


async def test_direct_messages_of_0_1_0_are_their_persons_own(store: Store) -> None:
    row = ROWS["sessions"][0]
    async with store.read() as uow:
        for tenant, found in ((own_tenant(row["owner"]), [row["id"]]), ("dm", [])):
            who = Actor("discord", tenant, row["owner"])
            assert [each.id for each in await uow.sessions.of_actor(who)] == found


@pytest.mark.slow
async def test_waiting_rows_of_0_1_0_leave_in_their_order(store: Store) -> None:
    seen: list[int] = []
    async with store.write() as uow:
        for found in await uow.outbox.sending("web"):
            await uow.outbox.save(found.id, DeliveryState.PENDING)
        while rows := await uow.outbox.due("web", NOW, 1):
            seen.append(rows[0].id)
            await uow.outbox.save(rows[0].id, DeliveryState.SENT)
    waiting = [row for row in ROWS["outbox"] if row["state"] in ("pending", "sending")]
    assert sorted(seen) == sorted(row["id"] for row in waiting)
    for session in {row["session"] for row in waiting if row["session"]}:
        mine = {row["id"]: row["seq"] for row in waiting if row["session"] == session}
        order = [mine[id] for id in seen if id in mine]
        assert order == sorted(order)


async def test_old_offers_keep_their_button_and_old_mail_is_known(store: Store) -> None:
    notices = [json.loads(row["update"]) for row in ROWS["outbox"]]
    old = next(each for each in notices if each.get("about", "").startswith("repost:"))
    asked = next(each for each in notices if each["kind"] == "asked")
    async with store.read() as uow:
        found = await uow.outbox.said(old["session"], old["run"], old["about"])
        assert found is not None and isinstance(found.update, Noticed)
        assert found.update.offers == old["about"].removeprefix("repost:")
        (copy,) = await uow.outbox.copies(asked["about"])
        assert copy.update.kind == "asked"
        rows = await uow.outbox.of_session(old["session"])
    reviews = [row.update for row in rows if isinstance(row.update, ReviewRequested)]
    assert len(reviews) == 2


async def test_answers_of_before_are_pruned_but_not_what_was_sent_as_a_picture(
    store: Store,
) -> None:
    async with store.write() as uow:
        for row in ROWS["outbox"]:
            if not row["session"]:
                await uow.outbox.save(row["id"], DeliveryState.SENT)
        assert await uow.outbox.has_old_answers(NOW, NOW)
        assert await uow.outbox.prune(NOW, NOW) >= 1
        assert not await uow.outbox.has_old_answers(NOW, NOW)
        left = [row for row in await uow.outbox.of_session("")]
    assert {row.update.kind for row in left} == {"asked"}


async def _newer(url: str) -> None:
    """What a newer version left: kinds that are not known here."""
    engine = create_async_engine(driver_url(url))
    async with engine.begin() as connection:
        for table, column, id, old, new in (
            (t.inbox, "payload", "key", '"kind":"stop"', '"kind":"levitate"'),
            (t.outbox, "update", "id", '"kind":"failed"', '"kind":"grid_painted"'),
            (t.calls, "payload", "key", '"kind":"painting"', '"kind":"hologram"'),
        ):
            for row in list(await connection.execute(table.select())):
                changed = getattr(row, column).replace(old, new)
                which = table.c[id] == getattr(row, id)
                await connection.execute(update(table).where(which).values({column: changed}))
    await engine.dispose()


async def test_rows_of_a_newer_version_are_quarantined_and_come_back(
    store: Store, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    await _newer(url)
    async with store.write() as uow:
        found = await uow.inbox.new()
        assert len(found.unreadable) == 1 and len(found) == 4
        await uow.inbox.set_aside(list(found.unreadable))
        assert (await uow.inbox.new()).unreadable == {}
        assert await uow.inbox.reconsider() == 1
        assert len((await uow.inbox.new()).unreadable) == 1
    async with store.write() as uow:
        for row in await uow.outbox.sending("web"):
            await uow.outbox.save(row.id, DeliveryState.SENT)
        while rows := await uow.outbox.due("web", NOW, 1):
            await uow.outbox.save(rows[0].id, DeliveryState.SENT)
        assert len(rows.unreadable) == 1  # the head of its lane
        await uow.outbox.set_aside(list(rows.unreadable))
        assert not (await uow.outbox.due("web", NOW)).unreadable
        assert await uow.outbox.reconsider("web") == 1
    with caplog.at_level(logging.WARNING):
        async with store.read() as uow:
            calls = [call for run in ROWS["runs"] for call in await uow.calls.of_run(run["id"])]
    painted = [call for call in calls if call.kind == "paint"]
    assert painted and {call.state for call in painted} == {CallState.UNKNOWN}
    assert "hologram" not in caplog.text and "quarantined" in caplog.text
    assert "fog" not in caplog.text


@pytest.mark.slow
async def test_whoever_waited_longest_goes_first_and_the_read_is_bounded(store: Store) -> None:
    async with store.write() as uow:
        old = (await uow.sessions.of_actor(ANN, 1))[0]
        for row in await uow.outbox.of_session(old.id):
            await uow.outbox.save(row.id, DeliveryState.SENT)
        for number in range(60):
            notice = Noticed(session=f"s{number}", about="x", sentence="hello")
            for _ in range(3):
                await uow.outbox.post(notice, None, old)
        late = Noticed(session=old.id, about="late", sentence="hello")
        await uow.outbox.post(late, None, old)
        due = await uow.outbox.due("web", NOW, 1000)
        mine = [row.session for row in due if row.session == old.id or row.session[:1] == "s"]
        assert len(mine) == 61 and mine.index(old.id) == 60  # its counter is high: its turn is not
        few = await uow.outbox.due("web", NOW, 5, {due[0].lane})
        assert [row.id for row in few] == [row.id for row in due[1:6]]
        # whoever fails goes to the end of the line
        later = NOW + timedelta(seconds=1)
        await uow.outbox.save(due[0].id, DeliveryState.PENDING, due=NOW, since=NOW)
        again = await uow.outbox.due("web", later, 1000)
        assert again[-1].id == due[0].id
