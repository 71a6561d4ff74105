"""Kills, stops and a journal of noise: the program as a process, with calls in flight."""

import asyncio
import contextlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

from adapters.models.scripted import flat
from adapters.storage.codec import stamp
from adapters.storage.sql import open_store
from core.domain.records import OPEN, CallState, DeliveryState
from core.domain.updates import IterationFinished
from core.ports.store import Store
from tests.faults.count import Cost, Met, cost
from tests.kill.worker import AT_WORK, ROUNDS

ROOT = Path(__file__).parent.parent.parent
LATEST_S = 3.0
BUSY_S = 30.0
LONGEST_S = 240.0
MOST = 4  # strikes for each that has to meet the program at work


@dataclass(frozen=True)
class Row:
    """`in_flight`: only a strike into a call that was begun and has no answer counts."""

    name: str
    word: signal.Signals
    times: int
    in_flight: bool = False
    noise: bool = False


class Struck(NamedTuple):
    """Whether the program was there to be struck, its runs then open and its calls in flight."""

    alive: bool = False
    runs: int = 0
    calls: int = 0


def _begin(folder: Path, image: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.kill.worker", str(folder), str(image)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def _strike(folder: Path, image: Path, row: Row, after: float) -> Struck:
    """Begins the program and strikes it `after` seconds at work; with a call in flight, if the row
    asks for it. What it was in when it died is looked up afterwards."""
    began, process = datetime.now(UTC), _begin(folder, image)
    assert process.stdout is not None
    with process.stdout as said:
        for line in said:
            if line.decode().strip() == AT_WORK:
                break
        threading.Thread(target=_drain, args=(said,), daemon=True).start()
        _until(lambda: _at_work(folder, began).runs > 0, process)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(after)
        if row.in_flight:
            _until(lambda: _at_work(folder, began).calls > 0, process)
        alive = process.poll() is None
        if alive:
            process.send_signal(row.word)
        process.wait(LONGEST_S)
    return _at_work(folder, began) if alive else Struck()


def _drain(said: IO[bytes]) -> None:
    with contextlib.suppress(ValueError, OSError):
        while said.read(4096):
            pass


def _until(true: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + BUSY_S
    while time.monotonic() < end and process.poll() is None and not true():
        time.sleep(0.01)


def _at_work(folder: Path, since: datetime) -> Struck:
    """Of a program that began at `since`: its runs that are open, and the calls it is in."""
    path = folder / "darkroom.sqlite"
    if not path.exists():
        return Struck(True)
    marks = ", ".join("?" * len(OPEN))
    with contextlib.closing(sqlite3.connect(path, 30.0)) as rows, rows:
        try:
            found = rows.execute(f"SELECT count(*) FROM runs WHERE status IN ({marks})", [*OPEN])
            runs = found.fetchone()[0]
            query = "SELECT count(*) FROM calls WHERE state = ? AND begun >= ?"
            calls = rows.execute(query, [CallState.BEGUN, stamp(since)]).fetchone()[0]
        except sqlite3.OperationalError:  # not made yet
            return Struck(True)
    return Struck(True, runs, calls)


def _finish(folder: Path, image: Path) -> None:
    process = _begin(folder, image)
    try:
        process.wait(LONGEST_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


async def _shown(store: Store) -> list[tuple[str, int]]:
    """The page's posts: the rows that were sent."""
    found: list[tuple[str, int]] = []
    async with store.read() as uow:
        for session in await uow.sessions.in_channel("web", "playground", 100):
            for row in await uow.outbox.of_session(session.id):
                if isinstance(row.update, IterationFinished) and row.state is DeliveryState.SENT:
                    found.append((session.id, row.update.round))
    return found


def _story(row: Row, met: Met) -> list[Path]:
    """Folders of programs that were struck until the fault was met as often as it has to be, each
    finished in the end."""
    moments, strikes, folders = random.Random(20261129), 0, []
    while strikes < MOST * met.wanted and not met.enough:
        folder = Path(tempfile.mkdtemp(prefix="darkroom-faults-"))
        image = folder / "image.png"
        image.write_bytes(flat(90, (320, 240)))
        data = folder / "data"
        while strikes < MOST * met.wanted and not met.enough:
            struck = _strike(data, image, row, moments.uniform(0.0, LATEST_S))
            strikes += 1
            if row.noise:
                for journal in data.glob("journal.sqlite*"):
                    journal.write_bytes(moments.randbytes(40_000))
                    met.bite(journal.name == "journal.sqlite" and struck.runs > 0)
            else:
                met.bite(struck.runs > 0 and (struck.calls > 0 or not row.in_flight))
            if not struck.alive:
                break
        _finish(data, image)
        if row.noise:  # met only where the program found it, and set it aside
            met.times = min(met.times, _set_aside([*folders, data]))
        folders.append(data)
    return folders


def _set_aside(folders: list[Path]) -> int:
    return sum(len(list(each.glob("journal.damaged-*.sqlite"))) for each in folders)


async def _row(row: Row) -> Cost:
    met = Met(wanted=row.times)
    total = Cost(row.name, 0, 0, 0, 0, 0, 0, met)
    for data in await asyncio.to_thread(_story, row, met):
        store = await open_store(str(data / "darkroom.sqlite"))
        total += await cost(store, row.name, ROUNDS, await _shown(store), met)
        await store.close()
    return total


ROWS = [
    Row("kill -9, 20 times, calls in flight", signal.SIGKILL, 20, in_flight=True),
    Row("SIGTERM, 10 times at random", signal.SIGTERM, 10),
    Row("journal overwritten with noise, 3 times", signal.SIGKILL, 3, noise=True),
]


async def all_rows(tell: Callable[[str], None], only: str = "") -> list[Cost]:
    rows: list[Cost] = []
    for row in ROWS:
        if only in row.name:
            rows.append(await _row(row))
            tell(rows[-1].line)
    return rows
