"""200 runs at once: how long until Discord has its acknowledgement. The program is a process of its
own, as it is in earnest; Discord, and the clock, are in this one.

`arriving`: 200 people one after the other, twenty a second, while all the runs before are going on.
`among-200`: 200 runs are going on, and 200 more come, ten a second. `same-instant`: all in one."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.discord.program import REFERENCE
from tests.standins.discord_people import Asked
from tests.standins.discord_server import DiscordServer

RUNS = 200
GOAL_MS = 150.0
DISCORD_WAITS_S = 3.0
ROOT = Path(__file__).resolve().parents[2]
PAINTING_S = 20.0


@dataclass
class Program:
    process: asyncio.subprocess.Process

    async def cpu(self) -> float:
        """Seconds of a processor that it has used."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"cpu\n")
        return float(json.loads(await self._line()))

    async def ready(self) -> None:
        while await self._line() != b"ready\n":
            pass

    async def _line(self) -> bytes:
        assert self.process.stdout is not None
        async with asyncio.timeout(60):
            line = await self.process.stdout.readline()
        assert line, "the program ended"
        return line


@asynccontextmanager
async def running(server: DiscordServer, folder: Path) -> AsyncIterator[Program]:
    arguments = (str(folder), server.api, server.origin, str(PAINTING_S))
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench.discord_program", *arguments),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
        try:
            program = Program(process)
            await program.ready()
            yield program
        finally:
            process.kill()
            await process.wait()


async def come(server: DiscordServer, first: int, every_s: float, runs: int = RUNS) -> list[Asked]:
    asked: list[Asked] = []
    loop = asyncio.get_running_loop()
    began = loop.time()
    for n in range(runs):
        person = str(810000000000000000 + first + n)
        asked.append(
            await server.slash(
                "refine", {"iterations": 1}, image=REFERENCE, user=person, wait=False
            )
        )
        await asyncio.sleep(began + (n + 1) * every_s - loop.time())
    async with asyncio.timeout(60):
        await asyncio.gather(*(one.acked.wait() for one in asked))
    return asked


@pytest.mark.bench
@pytest.mark.parametrize("how", ["arriving", "among-200", "same-instant"])
async def test_acknowledgements_of_200_runs(tmp_path: Path, how: str) -> None:
    every_s = {"arriving": 0.05, "among-200": 0.1, "same-instant": 0.0}[how]
    async with DiscordServer(spec=False) as server, running(server, tmp_path) as program:
        await come(server, 2 * RUNS, 0.0, 1)  # the first of all pays for what is made once
        if how == "among-200":
            await come(server, RUNS, 0.05)
        before = await program.cpu()
        asked = await come(server, 0, every_s)
        figures = _figures(asked) | {
            "cpu_ms_each": round(1000 * (await program.cpu() - before) / RUNS, 1),
            "load_of_machine": round(os.getloadavg()[0], 1),
        }
        print("discord acknowledgements", how, json.dumps(figures))
    assert figures["max_ms"] < 1000 * DISCORD_WAITS_S


def _figures(asked: Sequence[Asked]) -> dict[str, float]:
    waits = sorted(one.seconds for one in asked)
    at = {"p50_ms": RUNS // 2, "p99_ms": RUNS * 99 // 100, "max_ms": RUNS - 1}
    found = {name: round(1000 * waits[index], 1) for name, index in at.items()}
    return found | {"goal_p99_ms": GOAL_MS}
