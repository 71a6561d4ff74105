"""The whole program on a small disk of its own: full, and free again."""

import asyncio
import os
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.engine.durable import DurableEngine
from bot import app as program
from bot.app import App, serving
from bot.config import Settings
from core.runtime import patience
from core.service import service
from core.service.supervisor import RestartPauses

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
SIZE_MB = 12


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(folder))
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(("umount", "-l", str(folder)), check=True)


def fill(disk: Path) -> Path:
    path = disk / "filler"
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(os.urandom(4096))
        except OSError:
            return path


class Person:
    def __init__(self, app: App, page: aiohttp.ClientSession) -> None:
        self._url, self._page = app.address, page

    async def asks(self, rounds: int) -> tuple[int, Any]:
        body = {"kind": "refine", "goal": "a red fox", "iterations": rounds, "size": "256x256"}
        body |= {"stop": "never", "key": str(uuid.uuid4())}
        async with self._page.post(self._url + "api/commands", json=body) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str) -> tuple[int, Any]:
        async with self._page.get(self._url + path) as answer:
            return answer.status, await answer.json()

    async def until_ready(self, status: int) -> None:
        while (await self.get("readyz"))[0] != status:
            await asyncio.sleep(0.2)

    async def until_over(self, session: str) -> Any:
        while True:
            _, tree = await self.get(f"api/sessions/{session}")
            if {run["status"] for run in tree["runs"]} <= {"done", "failed"}:
                return tree
            await asyncio.sleep(0.2)


async def test_a_full_disk_is_said_and_runs_go_on_when_there_is_room(
    disk: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(program, "PACE", RestartPauses(first_s=0.2, longest_s=0.5, steady_s=0.5))
    monkeypatch.setattr(patience, "LONGEST_S", 0.5)
    monkeypatch.setattr(service, "SWEEP_S", 0.5)
    make = DurableEngine.__init__

    def quick(self: DurableEngine, folder: Path) -> None:
        make(self, folder, left_after_s=1.0)

    monkeypatch.setattr(DurableEngine, "__init__", quick)
    settings = Settings.model_validate({"bot": {"data_dir": disk / "data"}, "web": {"port": 0}})
    async with (
        serving(settings) as app,
        aiohttp.ClientSession(
            headers={"X-Darkroom-Name": "Ann", "Origin": app.address.rstrip("/")}
        ) as page,
    ):
        ann = Person(app, page)
        await ann.until_ready(200)
        _, begun = await ann.asks(6)
        while not (await ann.get(f"api/sessions/{begun['session']}"))[1]["iterations"]:
            await asyncio.sleep(0.05)
        filler = fill(disk)
        await ann.until_ready(503)
        assert (await ann.get("readyz"))[1]["storage"] is False
        began = asyncio.get_running_loop().time()
        status, said = await ann.asks(1)
        assert asyncio.get_running_loop().time() - began < 10
        assert status == 503 and "disk is full" in said["error"]
        await asyncio.sleep(3)
        filler.unlink()
        await ann.until_ready(200)
        tree = await ann.until_over(begun["session"])
        assert [run["status"] for run in tree["runs"]] == ["done"]
        assert len(tree["iterations"]) == 6
        status, after = await ann.asks(1)
        assert status == 202
        assert (await ann.until_over(after["session"]))["runs"][0]["status"] == "done"
    assert "Traceback" not in caplog.text
