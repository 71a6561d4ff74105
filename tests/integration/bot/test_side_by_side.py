"""Several programs on one database: one serves it, a terminal beside it carries its own runs, and what
a killed one left is ended. Real processes, on both databases."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from adapters.storage.claim import claimed, nobody_else
from adapters.storage.sql import open_store
from core.domain.errors import Misconfigured
from core.domain.ledger import booked, reserved
from core.domain.records import OPEN, CallState, RunRecord, RunStatus
from core.ports.store import Store
from tests.contract.postgres import cluster, copied, migrated

__all__ = ["cluster"]
ROOT = Path(__file__).parents[3]
BUSY = """
import sys
from core.service import service
service.SWEEP_S = 0.1  # a sweep every minute, in a tenth of a second
from bot.__main__ import main
if __name__ == "__main__":
    main()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/one.sqlite"
    return await copied(request.getfixturevalue("cluster"), migrated)


@pytest.mark.slow
async def test_a_claim_is_held_by_one(url: str) -> None:
    async with claimed(url):
        with pytest.raises(Misconfigured, match="another Darkroom serves this database"):
            async with claimed(url):
                pass
        async with claimed(url, "cli"), claimed(url, "mcp"):
            async with nobody_else(url, "cli") as free:
                assert not free
            with pytest.raises(Misconfigured, match="another darkroom command is at work"):
                async with claimed(url, "cli", 0.15):
                    pass
        async with nobody_else(url, "cli") as free:
            assert free
            held = asyncio.create_task(_claim(url))
            await asyncio.sleep(0)
        await held  # waits for a sweep's moment


async def _claim(url: str) -> None:
    async with claimed(url, "cli", 20.0):
        pass


class Programs:
    """Processes on one database; each folder is one of their own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.photo = folder / "photo.png"
        Image.effect_mandelbrot((160, 120), (-2, -1.5, 1, 1.5), 20).convert("RGB").save(self.photo)

    @contextmanager
    def begun(self, place: str, *words: str) -> Generator[subprocess.Popen[str]]:
        environ = {k: v for k, v in os.environ.items() if not k.endswith(("_TOKEN", "_API_KEY"))}
        environ |= {"PYTHONPATH": str(ROOT), "DARKROOM_WEB__PORT": "0"}
        environ |= {"DARKROOM_BOT__LOG_FORMAT": "json", "DARKROOM_BOT__DATABASE_URL": self.url}
        home = self.folder / place
        home.mkdir(exist_ok=True)
        (home / "busy.py").write_text(BUSY)
        with (home / "log").open("a") as log:
            process = subprocess.Popen(
                (sys.executable, "busy.py", *words),
                cwd=home, env=environ, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
            try:
                yield process
            finally:
                process.kill()
                process.wait()
                if process.stdout is not None:
                    process.stdout.close()

    @contextmanager
    def serving(self, place: str) -> Generator[Path]:
        with self.begun(place, "run"):
            until(lambda: '"ready"' in self.log(place))
            yield self.folder / place

    def refining(self, rounds: int) -> Any:
        words = ("refine", str(self.photo), "-n", str(rounds), "--stop", "never", "--json")
        return self.begun("terminal", *words)

    def log(self, place: str) -> str:
        return (self.folder / place / "log").read_text()


def until(true: Callable[[], object], seconds: float = 200.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def first_round(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """What a terminal says up to its first round."""
    assert process.stdout is not None
    said: list[dict[str, Any]] = []
    while not said or said[-1]["event"] != "round":
        said.append(json.loads(process.stdout.readline()))
    return said


async def runs(store: Store) -> list[RunRecord]:
    async with store.read() as uow:
        return list(await uow.runs.with_status(list(RunStatus)))


async def is_whole(store: Store, run: RunRecord, rounds: int) -> None:
    """Every round once, by one process; what is not used is given back."""
    async with store.read() as uow:
        nodes = await uow.iterations.of_session(run.session)
        calls = await uow.calls.of_run(run.id)
        rows = await uow.ledger.of_run(run.id)
    assert [node.round for node in nodes] == list(range(1, rounds + 1))
    assert len({call.by.partition(":")[0] for call in calls}) == 1
    assert {call.state for call in calls} == {CallState.DONE}
    assert max(Counter(row.call for row in rows if row.kind == "settle").values()) == 1


@pytest.mark.slow
@pytest.mark.timeout(500)
async def test_a_terminal_beside_a_server_keeps_its_run(tmp_path: Path, url: str) -> None:
    programs = Programs(tmp_path, url)
    with programs.serving("server"):
        with programs.begun("second", "run") as second:
            assert await asyncio.to_thread(second.wait, 200) == 2
        assert "another Darkroom serves this database" in programs.log("second")
        with programs.refining(5) as process:
            said = await asyncio.to_thread(first_round, process)
            with programs.begun("other", "refine", "--goal", "a fox") as other:
                assert await asyncio.to_thread(other.wait, 200) == 2
            assert "another darkroom command is at work" in programs.log("other")
            rest, _ = await asyncio.to_thread(process.communicate)
            said += [json.loads(line) for line in rest.splitlines()]
        assert process.returncode == 0, programs.log("terminal")
        assert [each["event"] for each in said].count("round") == 5
        assert said[-1]["event"] == "finished"
    store = await open_store(url)
    (run,) = await runs(store)
    assert (run.status, run.attempt) == (RunStatus.DONE, 1)
    await is_whole(store, run, 5)
    await store.close()
    assert "broke" not in programs.log("server")


@pytest.mark.slow
@pytest.mark.timeout(500)
async def test_what_a_killed_terminal_left_is_ended_by_the_server_or_the_next(
    tmp_path: Path, url: str
) -> None:
    programs = Programs(tmp_path, url)
    with programs.refining(9) as process:
        await asyncio.to_thread(first_round, process)
    store = await open_store(url)
    assert [run.status for run in await runs(store)] == [RunStatus.RUNNING]
    with programs.refining(1) as process:
        await asyncio.to_thread(process.wait, 200)
    statuses = sorted(run.status for run in await runs(store))
    assert statuses == [RunStatus.DONE, RunStatus.FAILED]
    with programs.refining(9) as process:
        await asyncio.to_thread(first_round, process)
    with programs.serving("server"):
        await asyncio.to_thread(
            until, lambda: "had nobody who carries it" in programs.log("server")
        )
    found = await runs(store)
    assert not [run for run in found if run.status in OPEN]
    for run in found:
        async with store.read() as uow:
            rows = await uow.ledger.of_run(run.id)
        assert booked(rows).usd == reserved(rows).usd - sum(
            row.usd or 0 for row in rows if row.kind == "release"
        )
        assert any(row.kind == "release" for row in rows)
    await store.close()
