"""kill -9 of the real program on Discord, at random moments of a story: `make kill`."""

import asyncio
import json
import os
import random
import sys
from collections import Counter
from pathlib import Path

import pytest

from adapters.models.scripted import flat
from adapters.storage.sql import open_store
from core.domain.records import CallState, DeliveryState, RunStatus
from tests.integration.discord.story import Message, messages, saying, thread_of
from tests.standins.discord_server import CHANNEL, TOKEN, DiscordServer
from tests.standins.discord_world import BEN, BOT, MODERATOR, texts

ROOT = Path(__file__).parent.parent.parent
ROUNDS = 5
KILLS_A_PART = 4
STORY_S = 240.0
START_S = 120.0


class Bot:
    """`python -m bot run`, to be killed and started again on the same data."""

    def __init__(self, server: DiscordServer, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.kills = 0
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        before = self.server.identified
        environment = os.environ | {
            "DARKROOM_BOT__DATA_DIR": str(self.folder / "data"),
            "DARKROOM_WEB__PORT": "0",
            "DISCORD_TOKEN": TOKEN,
            "DARKROOM_DISCORD__API_BASE": self.server.api,
            "DARKROOM_DISCORD__CDN_HOSTS": json.dumps([self.server.origin]),
            "DARKROOM_LOOP__CONTINUE_ITERATIONS": "1",
        }
        with (self.folder / f"log-{self.kills}").open("wb") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )
        try:
            await self.server.until(lambda: self.server.identified > before, START_S)
        except TimeoutError:
            log_text = (self.folder / f"log-{self.kills}").read_text()[-3000:]
            pytest.fail(f"start {self.kills} did not connect in {START_S} s: {log_text}")

    async def kill(self) -> None:
        assert self.process is not None
        assert self.process.returncode is None, f"it ended by itself, see log-{self.kills}"
        self.process.kill()
        await self.process.wait()
        self.kills += 1


@pytest.mark.kill
@pytest.mark.timeout(900)
async def test_a_story_told_through_many_kills(tmp_path: Path) -> None:
    moments = random.Random()
    photo = ROOT.parent / "shared" / "images" / "kodim23.png"
    image = photo.read_bytes() if photo.exists() else flat(90, (320, 240))
    async with DiscordServer() as server:
        bot = Bot(server, tmp_path)
        try:
            await bot.start()
            options = {"goal": "two parrots", "iterations": ROUNDS, "stop": "never"}
            await server.slash("refine", options, image=image)
            thread = await through_kills(bot, moments, lambda: whole(server, 1))
            first, second = saying(server, "### Round", thread)[:2]

            await bot.kill()
            await server.react(second, "⭐", user=BEN, tell=False)
            await bot.start()
            await through_kills(bot, moments, lambda: whole(server, 2))

            await bot.kill()
            server.world.nonces.clear()
            await bot.start()
            await server.click(first, "Continue from this", user=MODERATOR)
            await through_kills(bot, moments, lambda: whole(server, 3))
            await asyncio.sleep(2.5)  # whatever would be posted twice has its time
        finally:
            if bot.process is not None and bot.process.returncode is None:
                await bot.kill()
        print(f"{bot.kills} kills")
        assert bot.kills >= 6
        assert server.violations == []
        await check_posts(server, thread)
        await check_books(tmp_path / "data", server)


def whole(server: DiscordServer, times: int) -> str:
    """The thread's id once this many runs are closed there, "" before."""
    threads = [id for id, c in server.world.channels.items() if c.get("parent_id") == CHANNEL]
    closed = [id for id in threads if len(saying(server, "### Done", id)) >= times]
    return closed[0] if closed else ""


async def through_kills(bot: Bot, moments: random.Random, done) -> str:  # type: ignore[no-untyped-def]
    """Kills and starts the program again and again, then lets it come to the end."""
    for _ in range(KILLS_A_PART):
        try:
            return await bot.server.until(done, moments.uniform(0.05, 4.0))
        except TimeoutError:
            await bot.kill()
            await bot.start()
    return await bot.server.until(done, STORY_S)


async def check_posts(server: DiscordServer, thread: str) -> None:
    assert await thread_of(server) == thread
    (status,) = messages(server, CHANNEL)
    assert "### Refine" in texts(status)
    heads = Counter(texts(m).strip().split("\n")[0] for m in messages(server, thread))
    for n in range(1, ROUNDS + 1):
        assert heads[f"### Round {n} of {ROUNDS}"] == 1, heads
    assert sum(n for head, n in heads.items() if head.startswith("### Round 1 of 1")) == 2, heads
    assert heads[f"### Done after {ROUNDS} rounds"] == 1, heads
    assert len(saying(server, "### Done", thread)) == 3
    assert len(saying(server, "### Refine", thread)) == 2
    assert len(saying(server, "for Ben", thread)) == len(saying(server, "for Mona", thread)) == 1
    for round_ in saying(server, "### Round", thread):
        assert round_["attachments"], texts(round_)
        assert BOT in server.world.reactions[(thread, round_["id"])]["⭐"]


async def check_books(folder: Path, server: DiscordServer) -> None:
    """Every row is sent, its message is there, and no message is there without a row."""
    store = await open_store(str(folder / "darkroom.sqlite"))
    async with store.read() as uow:
        runs = await uow.runs.with_status(list(RunStatus))
        assert Counter(run.status for run in runs) == {RunStatus.DONE: 3}
        calls = [call for run in runs for call in await uow.calls.of_run(run.id)]
        assert {call.state for call in calls} == {CallState.DONE}
        rows = [
            row for row in await uow.outbox.of_session(runs[0].session) if row.receipt is not None
        ]
        assert {row.state for row in rows} == {DeliveryState.SENT}
        nodes = await uow.iterations.of_session(runs[0].session)
        assert len(nodes) == ROUNDS + 2
    await store.close()
    shown = {row.receipt.message for row in rows if row.receipt is not None}
    there: list[Message] = [m for place in server.world.messages.values() for m in place.values()]
    assert shown == {m["id"] for m in there if m["author"]["id"] == BOT}
