"""A program that dies in the middle of a run: `python -m tests.integration.engine.dying FOLDER`."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from adapters.engine.durable import DurableEngine
from core.ports.engine import Run, Workflow

STEPS = ("describe", "paint", "compare")
Upgrade = tuple[str, ...]


def noting(folder: Path, dies_in: str = "", steps: Upgrade = STEPS) -> Workflow:
    """A run that writes each step's name into a file; the process dies inside one of them."""

    def step(name: str) -> Callable[[], Awaitable[str]]:
        async def body() -> str:
            if name == dies_in:
                os._exit(9)
            with (folder / "steps").open("a") as file:
                file.write(name + "\n")
            return name

        return body

    async def workflow(run: Run) -> None:
        for name in steps:
            await run.step(name, step(name))

    return workflow


async def die(folder: Path) -> None:
    engine = DurableEngine(folder, polling_s=0.02)
    await engine.launch(noting(folder, dies_in="paint"))
    await engine.start("run", "ann")
    await asyncio.sleep(30)


if __name__ == "__main__":
    asyncio.run(die(Path(sys.argv[1])))
