"""Twenty people in twenty browser windows, each with a run: `python -m tests.bench.playground`.

The program runs in a process of its own, with the scripted painter; it reports when each round was
written down and how late its event loop was. The windows report when the round reached them.
Twenty browsers on the program's own processors are heavier than it is: twenty bare event streams
come first, and show the program by itself.
"""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import aiohttp

from adapters.models.scripted import ScriptedPainter
from adapters.storage.outbox import OutboxRows
from bot.app import serving, settle_memory
from bot.config import Settings
from core.domain.records import RunRecord
from core.domain.updates import IterationFinished, Update
from core.ports.outbox import Addressed
from tests.bench.spine import spread, watching_the_loop

Begin = Callable[[], None]
Watch = Callable[[str, Begin], Awaitable[dict[str, float]]]
PEOPLE, ROUNDS, LONGEST_S = 20, 5, 180
PHONE: Any = {"width": 360, "height": 640}
NOTE_ARRIVALS = """
window.seen = {};
window.EventSource = class extends EventSource {
  constructor(...rest) {
    super(...rest);
    this.addEventListener("update", (event) => {
      const { update } = JSON.parse(event.data);
      if (update.kind === "iteration_finished") {
        window.seen[`${update.run} ${update.round}`] ??= Date.now() / 1000;
      }
    });
  }
};
"""


async def serve(folder: Path) -> None:
    """Prints the address; on SIGTERM, what it noted."""
    written: dict[str, float] = {}
    post = OutboxRows.post

    async def noting(
        self: OutboxRows, update: Update, run: RunRecord | None, place_of: Addressed
    ) -> None:
        if isinstance(update, IterationFinished):
            written.setdefault(f"{update.run} {update.round}", time.time())
        await post(self, update, run, place_of)

    lags: list[float] = []
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, lags.clear)
    models = {"painter": "scripted:moves", "critic": "scripted:critic"}
    quotas = {"usd_total_per_day": 1000, "confirm_usd_above": 1000}
    settings = Settings.model_validate(
        {
            "bot": {"data_dir": folder},
            "web": {"port": 0},
            "models": models,
            "quotas": quotas,
        }
    )
    unhurried = partial(ScriptedPainter, seconds=2.0)
    with (
        patch.object(OutboxRows, "post", noting),
        patch("adapters.models.registry.ScriptedPainter", unhurried),
    ):
        async with serving(settings) as app, watching_the_loop(lags):
            async with app.program.store.write() as uow:
                await uow.servers.set_flag("paid_confirmed", "yes")
            settle_memory()
            print(json.dumps({"address": app.address}), flush=True)
            await over.wait()
            print(json.dumps({"written": written, "lags": lags}), flush=True)


async def measure(folder: Path, people: Watch, who: str) -> dict[str, object]:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.playground", str(folder)),
        stdout=asyncio.subprocess.PIPE,
        limit=2**26,
    )
    assert program.stdout is not None
    said = iter_json(program.stdout)
    address = (await anext(said))["address"]
    try:
        async with asyncio.timeout(LONGEST_S):
            seen = await people(address, lambda: program.send_signal(signal.SIGUSR1))
            program.terminate()
            noted = await anext(said)
            await program.wait()
    finally:
        with contextlib.suppress(ProcessLookupError):
            program.kill()
    waits = [seen[key] - at for key, at in noted["written"].items() if key in seen]
    return {
        who: PEOPLE,
        "rounds": f"{len(waits)} of {PEOPLE * ROUNDS}",
        "written_to_seen_ms": spread(waits),
        "goal_ms": 1000,
        "loop_lag_ms": spread(noted["lags"]),
        "goal_lag_ms": 100,
        "load": round(os.getloadavg()[0], 1),
    }


async def iter_json(stream: asyncio.StreamReader) -> Any:
    async for line in stream:
        if line.startswith(b"{"):
            yield json.loads(line)


async def readers(address: str, begin: Begin) -> dict[str, float]:
    """Twenty event streams without a browser: what is left is the program's own time."""
    seen: dict[str, float] = {}

    async def person(number: int) -> None:
        headers = {"X-Darkroom-Name": f"P{number}"}
        async with aiohttp.ClientSession(address, headers=headers) as client:
            command = {"kind": "refine", "goal": "a red fox", "key": str(uuid.uuid4())}
            options = {"iterations": ROUNDS, "stop": "never"}
            async with client.post("/api/commands", json=command | options) as response:
                session = (await response.json())["session"]
            query = {"session": session, "after": "0", "name": f"P{number}"}
            forever = aiohttp.ClientTimeout(total=None)
            async with client.get("/api/events", params=query, timeout=forever) as events:
                async for line in events.content:
                    if line.startswith(b"data:") and b'"update"' in line:
                        update = json.loads(line[5:])["update"]
                        if update["kind"] == "iteration_finished":
                            seen[f"{update['run']} {update['round']}"] = time.time()
                        if update["kind"] in ("finished", "failed"):
                            return

    begin()
    await asyncio.gather(*(person(number) for number in range(PEOPLE)))
    return seen


async def windows(address: str, begin: Begin) -> dict[str, float]:
    """Opens the windows, starts a run in each, and waits until all are over."""
    from playwright.async_api import async_playwright

    seen: dict[str, float] = {}
    os.nice(15)  # people's browsers are not on the program's machine
    async with async_playwright() as driver:
        chromium = await driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        pages: list[Any] = []
        for number in range(PEOPLE):
            page = await (
                await chromium.new_context(reduced_motion="reduce", viewport=PHONE)
            ).new_page()
            await page.add_init_script(NOTE_ARRIVALS)
            await page.goto(address)
            await page.get_by_role("textbox", name="Name").fill(f"Person {number}")
            await page.keyboard.press("Enter")
            pages.append(page)
        begin()
        for page in pages:
            line = page.get_by_label("Message or command")
            await line.fill(f"/refine goal:a red fox iterations:{ROUNDS} stop:never")
            await line.press("Escape")
            await line.press("Enter")
        for page in pages:
            # not wait_for_function: the page's Content-Security-Policy forbids eval
            while len(found := await page.evaluate("window.seen")) < ROUNDS:
                await asyncio.sleep(0.5)
            seen.update(found)
        await chromium.close()
    return seen


def main() -> None:
    if len(sys.argv) > 1:
        asyncio.run(serve(Path(sys.argv[1])))
        return
    for people, who in ((readers, "streams"), (windows, "windows")):
        with tempfile.TemporaryDirectory() as name:
            print(json.dumps(asyncio.run(measure(Path(name), people, who))), flush=True)


if __name__ == "__main__":
    main()
