"""Kills, stops and a journal of noise: the program as a process, with calls in flight."""

import asyncio
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from adapters.models.scripted import flat
from adapters.storage.sql import open_store
from core.domain.records import DeliveryState
from core.domain.updates import IterationFinished
from core.ports.store import Store
from tests.faults.count import Cost, cost
from tests.kill.worker import ROUNDS

ROOT = Path(__file__).parent.parent.parent
EARLIEST_S, LATEST_S = 3.0, 8.0
LONGEST_S = 240.0


def _begin(folder: Path, image: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.kill.worker", str(folder), str(image)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet)


def _strike(folder: Path, image: Path, word: signal.Signals, after: float) -> bool:
    """Whether the program was still at work when it was struck."""
    process = _begin(folder, image)
    try:
        process.wait(after)
        return False
    except subprocess.TimeoutExpired:
        process.send_signal(word)
        process.wait(LONGEST_S)
        return True


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


def _story(word: signal.Signals, times: int, noise: bool) -> list[Path]:
    """Folders of programs that were struck `times` times in all, each finished in the end."""
    moments, struck, folders = random.Random(20261129), 0, []
    while struck < times or not folders:
        folder = Path(tempfile.mkdtemp(prefix="darkroom-faults-"))
        image = folder / "image.png"
        image.write_bytes(flat(90, (320, 240)))
        data = folder / "data"
        while struck < times:
            if not _strike(data, image, word, moments.uniform(EARLIEST_S, LATEST_S)):
                break
            struck += 1
            if noise:
                for journal in data.glob("journal.sqlite*"):
                    journal.write_bytes(moments.randbytes(40_000))
        _finish(data, image)
        folders.append(data)
    return folders


async def _row(name: str, word: signal.Signals, times: int, noise: bool = False) -> Cost:
    total = Cost(name, 0, 0, 0, 0, 0, 0)
    for data in await asyncio.to_thread(_story, word, times, noise):
        store = await open_store(str(data / "darkroom.sqlite"))
        one = await cost(store, name, ROUNDS, await _shown(store))
        await store.close()
        total = Cost(
            name,
            total.rounds + one.rounds,
            total.lost + one.lost,
            total.doubled + one.doubled,
            total.charged_twice + one.charged_twice,
            total.stuck + one.stuck,
            total.ended_early + one.ended_early,
        )
    return total


ROWS = [
    ("kill -9, 20 times, calls in flight", signal.SIGKILL, 20, False),
    ("SIGTERM, 10 times at random", signal.SIGTERM, 10, False),
    ("journal overwritten with noise, 3 times", signal.SIGKILL, 3, True),
]


async def all_rows(tell: Callable[[str], None], only: str = "") -> list[Cost]:
    rows: list[Cost] = []
    for name, word, times, noise in ROWS:
        if only in name:
            rows.append(await _row(name, word, times, noise))
            tell(rows[-1].line)
    return rows
