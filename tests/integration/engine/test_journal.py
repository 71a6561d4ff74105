"""Where the journal lies, what is done about one that is damaged, and an ordered stop in a run."""

import asyncio
import logging
import os
import sqlite3
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters import sqlite
from adapters.engine import journal
from adapters.engine.durable import DurableEngine
from core.domain.errors import Misconfigured, StoreUnavailable
from core.ports.engine import Run, RunState, Workflow
from core.runtime import patience

from .dying import noting
from .test_durable import over, steps_in


@asynccontextmanager
async def launched(folder: Path, workflow: Workflow) -> AsyncGenerator[DurableEngine]:
    engine = DurableEngine(folder, polling_s=0.02)
    await engine.launch(workflow)
    try:
        yield engine
    finally:
        await engine.close()


async def a_run_is_done_in(folder: Path, run_id: str = "run") -> None:
    async with launched(folder, noting(folder)) as engine:
        assert await engine.start(run_id, "ann")
        assert await over(engine, run_id) is RunState.DONE


async def test_a_folder_s_name_is_not_read_as_a_url(tmp_path: Path) -> None:
    name = "50% a%20b?c=d#e ä'\""
    folder = tmp_path / name
    folder.mkdir()
    await a_run_is_done_in(folder)
    assert (folder / "journal.sqlite").stat().st_size > 0
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_the_journal_s_connections_know_the_time_to_the_millisecond(tmp_path: Path) -> None:
    """Null before SQLite 3.42; with Python 3.12 the engine's tables have it as a default."""
    engine = journal.sqlite_engine(tmp_path / "journal.sqlite")
    with engine.connect() as connection:
        connection.execute(
            text("create table t (at integer not null default (unixepoch('subsec') * 1000), x)")
        )
        connection.execute(text("insert into t (x) values (1)"))
        at = connection.execute(text("select at from t")).scalar_one()
    engine.dispose()
    assert abs(at / 1000 - time.time()) < 60


def noise(path: Path) -> None:
    path.write_bytes(os.urandom(50_000))


def rotten(path: Path) -> None:
    """Still a database by its first page, and by nothing else."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table workflow_status (x)")
        database.executemany("insert into workflow_status values (?)", [("y" * 900,)] * 200)
        database.commit()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(40_000))


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table workflow_status (x)")


@pytest.mark.slow
@pytest.mark.parametrize("damage", [noise, rotten, foreign])
async def test_a_damaged_journal_is_set_aside_and_runs_go_on(
    tmp_path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    damage(tmp_path / "journal.sqlite")
    await a_run_is_done_in(tmp_path)
    (kept,) = tmp_path.glob("journal.damaged-*.sqlite")
    assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == [
        f"the journal is damaged and was set aside as {kept.name}; runs go on without it"
    ]
    await a_run_is_done_in(tmp_path, "another")
    assert len(list(tmp_path.glob("journal.damaged-*"))) == 1


@pytest.mark.parametrize("name", ["journal.sqlite", "journal.lock"])
async def test_one_that_can_t_be_opened_is_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(Misconfigured, match=f"^bot.data_dir: .*{name} can't be "):
        await DurableEngine(tmp_path).launch(noting(tmp_path))


async def test_a_sqlite_that_is_too_old_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.34.1")
    with pytest.raises(Misconfigured, match=r"SQLite 3\.34\.1; Darkroom needs 3\.35\.0 or newer"):
        await DurableEngine(tmp_path).launch(noting(tmp_path))
    assert sqlite.OLDEST == (3, 35, 0)


def counting(folder: Path, steps: int, seen: Callable[[int], Awaitable[None]]) -> Workflow:
    """Quick steps, each noted in a file; then a wait for a signal, as for a reviewed critique."""

    async def workflow(run: Run) -> None:
        for number in range(steps):

            async def note(number: int = number) -> int:
                with (folder / "steps").open("a") as file:
                    file.write(f"{number}\n")
                await seen(number)
                return number

            await run.step(f"step{number}", note)
            await run.now()
        await run.signal(0.5)

    return workflow


@pytest.mark.slow
@pytest.mark.parametrize("stop_at", [0, 3, 7, 11])
async def test_an_ordered_stop_in_a_run_says_nothing_and_loses_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, stop_at: int
) -> None:
    reached = asyncio.Event()

    async def seen(number: int) -> None:
        if number == stop_at:
            reached.set()

    (tmp_path / "steps").touch()
    async with launched(tmp_path, counting(tmp_path, 12, seen)) as engine:
        await engine.start("run", "ann")
        await engine.start("waiting", "ann")
        await reached.wait()
        await engine.drain(10)
        before = steps_in(tmp_path)
    assert steps_in(tmp_path) == before
    assert caplog.messages == []
    async with launched(tmp_path, counting(tmp_path, 12, seen)) as engine:
        assert await engine.state("run") in (RunState.WAITING, RunState.RUNNING)
        for run_id in ("run", "waiting"):
            assert await over(engine, run_id) is RunState.DONE
    assert sorted(steps_in(tmp_path)) == sorted([str(n) for n in range(12)] * 2)


@pytest.mark.slow
async def test_what_does_not_end_in_time_is_left_where_it_stands(tmp_path: Path) -> None:
    begun = asyncio.Event()
    held = True

    async def seen(number: int) -> None:
        begun.set()
        if held and number == 1:
            await asyncio.Event().wait()

    async with launched(tmp_path, counting(tmp_path, 3, seen)) as engine:
        await engine.start("run", "ann")
        await begun.wait()
        await engine.drain(0.2)
    held = False
    async with launched(tmp_path, counting(tmp_path, 3, seen)) as engine:
        assert await over(engine, "run") is RunState.DONE
    assert steps_in(tmp_path)[:2] == ["0", "1"] and steps_in(tmp_path)[-2:] == ["1", "2"]


async def test_a_run_that_nobody_works_on_is_not_running_and_goes_on(tmp_path: Path) -> None:
    """As where the journal can't be written: its task is gone, and its row says PENDING."""
    begun = asyncio.Event()
    held = True

    async def seen(number: int) -> None:
        if held and number == 1:
            begun.set()
            await asyncio.Event().wait()

    engine = DurableEngine(tmp_path, polling_s=0.02, left_after_s=0.1)
    await engine.launch(counting(tmp_path, 3, seen))
    try:
        await engine.start("run", "ann")
        await begun.wait()
        assert await engine.state("run") is RunState.RUNNING
        assert not await engine.start("run", "ann")
        for task in list(engine._runs):
            task.cancel()
        held = False
        async with asyncio.timeout(20):
            while await engine.state("run") is not RunState.UNKNOWN:
                await asyncio.sleep(0.02)
        assert await engine.start("run", "ann")
        assert not await engine.start("run", "ann")
        assert await over(engine, "run") is RunState.DONE
    finally:
        await engine.close()
    assert steps_in(tmp_path) == ["0", "1", "1", "2"]


async def test_a_step_waits_for_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An error in a step would be journaled, and the run be over."""
    monkeypatch.setattr(patience, "FIRST_S", 0.01)
    full = 3

    async def seen(number: int) -> None:
        nonlocal full
        if number == 1 and full:
            full -= 1
            raise StoreUnavailable("The disk is full.")

    async with launched(tmp_path, counting(tmp_path, 3, seen)) as engine:
        await engine.start("run", "ann")
        assert await over(engine, "run") is RunState.DONE
    assert caplog.messages == ["step step1 of run run waits: The disk is full."]
