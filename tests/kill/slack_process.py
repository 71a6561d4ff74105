"""The real program as a process, pointed at the stand-in Slack: started, killed, started again."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from adapters.storage.sql import open_store
from tests.standins.slack_server import APP_TOKEN, BOT_TOKEN, SlackServer

ROOT = Path(__file__).parent.parent.parent
READY_S, STOP_S = 60.0, 60.0
PLENTY = {
    "IMAGES_PER_USER_PER_DAY": "10000",
    "USD_PER_USER_PER_DAY": "1000",
    "USD_PER_RUN": "5",
    "USD_TOTAL_PER_DAY": "10000",
    "CONCURRENT_RUNS_PER_USER": "1000",
    "CONFIRM_USD_ABOVE": "9",
}


class SlackProcess:
    """`python -m` of a command, `darkroom run` by default, with scripted models; its log and data are
    in `folder`."""

    def __init__(
        self, server: SlackServer, folder: Path, command: Sequence[str] = ("bot", "run")
    ) -> None:
        self.server, self.folder, self._command = server, folder, command
        self._process: asyncio.subprocess.Process | None = None
        self.starts = 0

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> str:
        return (self.folder / f"log-{self.starts}").read_text()

    async def prepare(self) -> None:
        """Says yes to the question of the first run that costs money."""
        self.data.mkdir(exist_ok=True)
        store = await open_store(str(self.data / "darkroom.sqlite"))
        async with store.write() as uow:
            await uow.servers.set_flag("paid_confirmed", "yes")
        await store.close()

    async def start(self, *, wait: bool = True) -> None:
        """Returns once the program has said that it is ready; without `wait` at once."""
        self.starts += 1
        with (self.folder / f"log-{self.starts}").open("w") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", *self._command,
                cwd=self.folder, env=self._environment(), stdout=log, stderr=log,
            )  # fmt: skip
        if not wait:
            return
        try:
            await self._ready()
        except BaseException:
            await self.kill()
            raise

    async def _ready(self) -> None:
        assert self._process is not None
        async with asyncio.timeout(READY_S):
            while '"event": "ready"' not in self.log:
                assert self._process.returncode is None, self.log[-2000:]
                await asyncio.sleep(0.02)

    def _environment(self) -> dict[str, str]:
        sections: dict[str, dict[str, Any]] = {
            "BOT": {"DATA_DIR": str(self.data), "LOG_FORMAT": "json"},
            "WEB": {"PORT": "0"},
            "SLACK": {
                "API_BASE": f"{self.server.origin}/api/",
                "FILE_HOSTS": json.dumps([self.server.origin]),
            },
            "MODELS": {"PAINTER": "scripted:painter", "CRITIC": "scripted:critic"},
            "QUOTAS": PLENTY,
        }
        named = {
            f"DARKROOM_{section}__{key}": value
            for section, keys in sections.items()
            for key, value in keys.items()
        }
        kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}
        tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
        return kept | {"PYTHONPATH": str(ROOT)} | named | tokens

    async def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self.server.until(lambda: not self.server.sockets, 10)

    async def stop(self) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
            raise
