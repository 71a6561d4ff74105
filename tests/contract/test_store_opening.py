"""How a database is opened, and what holds between several programs on the same file."""

import asyncio
import sqlite3
import threading
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.storage.sql import open_store
from core.domain.errors import Misconfigured
from core.domain.ledger import entry
from core.domain.records import Plan, RunRecord, RunStatus, Session
from core.domain.views import Quote
from core.ports.store import Store
from tests.harness import ANN, PAGE

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


async def _reserve(store: Store, number: int) -> bool:
    async with store.write() as uow:
        if (await uow.ledger.usage(NOW.date(), ANN)).images >= 50:
            return False
        await asyncio.sleep(0)  # gives the others their turn between the look and the booking
        id = f"r{number}"
        quote = Quote(rounds=1, images=1, at_most=None, likely=None, minutes=None)
        run = RunRecord(
            id=id, session="s1", actor=ANN, place=PAGE, command_key=id,
            plan=Plan(mode="refine", rounds=1), quote=quote, status=RunStatus.QUEUED, created=NOW,
        )  # fmt: skip
        await uow.runs.add(run)
        row = entry(
            ANN, id, NOW, call=id, kind="reserve", images=1, usd=Decimal("0.01"), at=NOW
        )  # fmt: skip
        return await uow.ledger.book(row)


@pytest.mark.slow
async def test_several_programs_reserving_at_once_never_pass_a_limit(tmp_path: Path) -> None:
    stores = [await open_store(str(tmp_path / "shared.sqlite")) for _ in range(4)]
    async with stores[0].write() as uow:
        await uow.sessions.add(Session(id="s1", mode="refine", owner=ANN, place=PAGE, created=NOW))
    taken = await asyncio.gather(*(_reserve(stores[n % 4], n) for n in range(200)))
    assert sum(taken) == 50
    async with stores[1].read() as uow:
        assert (await uow.ledger.usage(NOW.date(), ANN)).images == 50
        assert await uow.runs.open_count(ANN) == 50
    for store in stores:
        await store.close()


async def test_a_reader_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    one, other = [await open_store(str(tmp_path / "shared.sqlite")) for _ in range(2)]
    async with one.write() as writing:
        await writing.servers.set_flag("frozen", "yes")
        async with asyncio.timeout(5), other.read() as reading:
            assert await reading.servers.flag("frozen") == ""
    async with other.read() as reading:
        assert await reading.servers.flag("frozen") == "yes"
    await one.close()
    await other.close()


async def test_a_path_is_taken_as_it_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "what? 100% #1"
    folder.mkdir()
    for url in (str(folder / "a.sqlite"), f"sqlite:///{folder / 'b.sqlite'}"):
        await (await open_store(url)).close()
    assert {"a.sqlite", "b.sqlite"} <= {path.name for path in folder.iterdir()}
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


async def test_what_was_stored_is_there_at_the_next_start(tmp_path: Path) -> None:
    path = str(tmp_path / "kept.sqlite")
    first = await open_store(path)
    async with first.write() as uow:
        await uow.servers.set_flag("frozen", "yes")
    await first.close()
    second = await open_store(path)
    async with second.read() as uow:
        assert await uow.servers.flag("frozen") == "yes"
    await second.close()


async def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "newer.sqlite"
    await (await open_store(str(path))).close()
    with sqlite3.connect(path) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    with pytest.raises(Misconfigured, match="newer version"):
        await open_store(str(path))


@pytest.mark.parametrize(
    "url",
    [
        "mysql://somewhere/else",
        "postgresql://me:hidden@127.0.0.1:notaport/x",
        "postgresql://me:hidden@127.0.0.1:1/x?sslmode=disable",
    ],
)
async def test_a_url_that_cannot_work_is_one_sentence_without_the_password(url: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        await open_store(url)
    assert caught.value.sentence.startswith("bot.database_url:")
    assert "\n" not in caught.value.sentence
    assert "hidden" not in caught.value.sentence


async def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader, " * 400)
    before = set(threading.enumerate())
    with pytest.raises(Misconfigured, match="not a database"):
        await open_store(str(path))
    for left in set(threading.enumerate()) - before:
        left.join(5)
        assert not left.is_alive(), "a thread that is left over keeps the program from ending"
    with pytest.raises(Misconfigured, match="can't be opened"):
        await open_store(str(tmp_path / "no" / "folder" / "x.sqlite"))
