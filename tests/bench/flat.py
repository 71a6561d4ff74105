"""Whether what the program does as it goes costs the same however much it holds: `python -m
tests.bench.flat`. The real service on a real database of 10 to 10,000 sessions of ten rounds, with
few and with 10,000 posts that wait. Milliseconds of processor time, the least of several tries."""

import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.ledger import Limits
from tests.bench.spine import PLENTY
from tests.harness import ANN, World, refine

SESSIONS = (10, 1_000, 10_000)
ROUNDS = 10
LEAST, BACKLOG = 32, 10_000
LIST = 10
TRIES = 9
WITHIN = 0.10
LIMITS: Limits = PLENTY
Row = tuple[Any, ...]
OF_SESSION = ("sessions", "runs", "iterations", "calls", "ledger", "holdings", "outbox", "inbox")


class Copies:
    """A session as it lies in the database, to be written again under other names."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with closing(sqlite3.connect(path)) as rows:
            self._names = [name for (name,) in rows.execute("SELECT id FROM sessions")]
            self._names += [name for (name,) in rows.execute("SELECT id FROM runs")]
            self._names += [name for (name,) in rows.execute("SELECT id FROM iterations")]
            self._columns = {table: _columns(rows, table) for table in OF_SESSION}
            self._rows = {
                table: rows.execute(
                    f"SELECT {_listed(self._columns[table])} FROM {table}"
                ).fetchall()
                for table in OF_SESSION
            }

    def write(self, first: int, last: int) -> None:
        with closing(sqlite3.connect(self._path)) as rows, rows:
            for table, columns in self._columns.items():
                marks = ", ".join("?" * len(columns))
                query = f"INSERT INTO {table} ({_listed(columns)}) VALUES ({marks})"
                whole = json.dumps(self._rows[table])
                many = (row for n in range(first, last) for row in self._copy(whole, table, n))
                rows.executemany(query, many)
            rows.execute(
                "INSERT OR IGNORE INTO posts SELECT platform, 'page', 'm' || id, id FROM outbox"
            )

    def _copy(self, whole: str, table: str, number: int) -> list[Row]:
        for name in self._names:
            whole = whole.replace(name, f"{name[:-6]}{number:06}" if number else name)
        columns = self._columns[table]
        keys = [columns.index(each) for each in ("key",) if each in columns and table != "calls"]
        found = [list(row) for row in json.loads(whole)]
        day = str(date(2026, 1, 1) - timedelta(days=number % 3_000))
        for row in found:
            for key in keys:
                row[key] = f"{row[key]}{number}"
            for column in ("day", "at", "begun") if table != "inbox" else ():
                if column in columns:
                    row[columns.index(column)] = day + row[columns.index(column)][10:]
        return [tuple(row) for row in found]


def _columns(rows: sqlite3.Connection, table: str) -> list[str]:
    """All but the numbers that the database gives."""
    given = {"outbox": "id", "ledger": "id", "iterations": "ord"}.get(table)
    found = [name for _, name, *_ in rows.execute(f"PRAGMA table_info({table})")]
    return [name for name in found if name != given]


def _listed(columns: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def pile_up(path: Path, first: int, last: int) -> None:
    """Posts that wait, each in a lane of its own; no others do."""
    with closing(sqlite3.connect(path)) as rows, rows:
        rows.execute("UPDATE outbox SET state = 'sent' WHERE lane NOT LIKE 'alone:wait%'")
        columns = _columns(rows, "outbox")
        query = f"SELECT {_listed(columns)} FROM outbox ORDER BY id LIMIT 1"
        row = dict(zip(columns, rows.execute(query).fetchone(), strict=True))
        marks = ", ".join("?" * len(columns))
        changed = {"state": "pending", "session": "", "receipt": None, "due": None}
        rows.executemany(
            f"INSERT INTO outbox ({_listed(columns)}) VALUES ({marks})",
            (
                tuple(
                    (
                        row | changed | {"key": f"wait{n}", "lane": f"alone:wait{n}", "ord": n}
                    ).values()
                )
                for n in range(first, last)
            ),
        )


async def least_ms(act: Callable[[], Awaitable[object]], tries: int = TRIES) -> float:
    took: list[float] = []
    for _ in range(tries):
        began = time.process_time()
        await act()
        took.append(time.process_time() - began)
    return 1000 * min(took)


async def measured(folder: Path) -> dict[str, float]:
    """Milliseconds of each thing the program does as it goes."""
    world = await World(folder, painter=_painter(), limits=LIMITS).open()
    path, count = "web", iter(range(10**6))

    async def due() -> None:
        async with world.store.read() as uow:
            assert len(await uow.outbox.due(path, world.now(), LEAST)) == LEAST

    async def shown() -> None:
        await world.service.shown(path, 100)

    async def listed() -> None:
        await world.service.sessions(ANN, LIST)

    async def run() -> None:
        key = f"web::new{time.time_ns()}{next(count)}"
        await world.send(refine(key=key, iterations=2, stop="never"))

    try:
        return {
            "due": await least_ms(due),
            "shown": await least_ms(shown),
            "the page's list": await least_ms(listed),
            "a run of two rounds": await least_ms(run, 7),
        }
    finally:
        await world.close()


def _painter() -> ScriptedPainter:
    return ScriptedPainter(moves=[flat(shade) for shade in range(60, 200, 10)])


async def begin(folder: Path) -> None:
    """One session of ten rounds, everything of it posted."""
    world = await World(folder, painter=_painter(), limits=LIMITS).open()
    await world.send(refine(iterations=ROUNDS, stop="never"))
    session = await world.only_session()
    assert len(await world.updates(session)) > ROUNDS
    assert len(await world.nodes(session)) == ROUNDS
    await world.close()
    with closing(sqlite3.connect(folder / "darkroom.sqlite")) as rows, rows:
        rows.execute("UPDATE outbox SET state = 'sent'")


async def main() -> int:
    print("| sessions | rounds | posts that wait | due | shown | the page's list | two rounds |")
    print("|---|---|---|---|---|---|---|")
    found: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as name:
        folder, written = Path(name), 1
        await begin(folder)
        copies = Copies(folder / "darkroom.sqlite")
        for sessions in SESSIONS:
            copies.write(written, sessions)
            pile_up(folder / "darkroom.sqlite", 0 if written == 1 else LEAST, LEAST)
            written = sessions
            found.append(await measured(folder))
            _tell(sessions, LEAST, found[-1])
        pile_up(folder / "darkroom.sqlite", LEAST, BACKLOG)
        found.append(await measured(folder))
        _tell(SESSIONS[-1], BACKLOG, found[-1])
    return int(any(_grows(found, each) for each in found[0]))


def _grows(found: list[dict[str, float]], what: str) -> bool:
    first, *later = (figures[what] for figures in found)
    return any(each > first * (1 + WITHIN) for each in later)


def _tell(sessions: int, backlog: int, figures: dict[str, float]) -> None:
    cells = " | ".join(f"{each:.2f} ms" for each in figures.values())
    print(f"| {sessions:,} | {sessions * ROUNDS:,} | {backlog:,} | {cells} |", flush=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
