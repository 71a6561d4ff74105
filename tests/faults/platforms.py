"""Faults of the platforms, the provider, the disk, the database and the clock, each over the real
program with the real clients on stand-in servers. A minute of the fault takes a second here."""

import asyncio
import contextlib
import functools
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.engine.inline import InlineRun
from core.domain.records import OPEN, RunRecord
from tests.contract.chats import Chat, chatting
from tests.faults.breaks import (
    CLOCK,
    SCALE,
    Breaks,
    away,
    clock_back,
    disk_full,
    down,
    locked,
    lying,
    provider,
    slow,
    vanishing,
)
from tests.faults.count import Cost, Met, cost
from tests.harness import scripted_context
from tests.integration.discord import program as on_discord
from tests.integration.slack import program as on_slack
from tests.standins import discord_world, slack_server

FIVE_MINUTES_S = 300 / SCALE
SESSIONS, ROUNDS = 3, 3
WAIT_S = 120.0
MET_WITHIN_S = 20.0
MOST_STORIES = 8
OFTEN = {"database locked": 20}  # how often a fault has to be met, where once is luck


FAULTS: list[tuple[str, str, Breaks]] = [
    ("Discord down for 5 minutes", "discord", down),
    ("Discord slow", "discord", slow),
    ("Discord lying: the post is made, the answer lost", "discord", lying),
    ("Slack down for 5 minutes", "slack", down),
    ("Slack slow", "slack", slow),
    ("Slack lying: the post is made, the answer lost", "slack", lying),
    ("provider down for 5 minutes", "discord", provider(away)),
    ("provider slow", "discord", provider(lambda n: None, 2.0)),
    ("provider lying: may have painted, nothing arrives", "discord", provider(vanishing)),
    ("disk full for 5 minutes, then free", "discord", disk_full),
    ("database locked", "discord", locked),
    ("clock set back an hour", "discord", clock_back),
]


async def suffered(name: str, platform: str, breaks: Breaks) -> Cost:
    """As many stories as it takes until the fault was met as often as it has to be."""
    met = Met(wanted=OFTEN.get(name, 1))
    found = await _story(name, platform, breaks, met)
    for _ in range(MOST_STORIES - 1):
        if met.enough:
            break
        found += await _story(name, platform, breaks, met)
    return found


async def _story(name: str, platform: str, breaks: Breaks, met: Met) -> Cost:
    """Sessions are begun, the fault comes in their midst and goes again, all come to their end."""
    CLOCK.back = timedelta()
    with tempfile.TemporaryDirectory() as folder, _fast():
        async with chatting(platform, Path(folder)) as chat:
            chat.program.painter.seconds = 1.5  # so that every session is in its midst
            threads = [
                await chat.refine(f"story {n}", rounds=ROUNDS, stop="never")
                for n in range(SESSIONS)
            ]
            met.biting = bool(await _open(chat))
            async with breaks(chat, met):
                await _sweeping(chat, FIVE_MINUTES_S)
                await _until_met(chat, met)
            await _ended(chat)
            shown = await _shown(chat, threads)
            found = await cost(chat.program.store, name, ROUNDS, shown, met)
            chat.server.violations.clear()
            return found


@contextlib.contextmanager
def _fast() -> Iterator[None]:
    """Time passes faster for the program: its clock, and a run's waits."""
    signal = InlineRun.signal

    async def soon(self: InlineRun, timeout: float) -> bool:
        return await signal(self, timeout / SCALE)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(InlineRun, "signal", soon)
        for module in (on_discord, on_slack):
            patch.setattr(module, "utc_now", CLOCK)
            made = functools.partial(scripted_context, clock=CLOCK)
            patch.setattr(module, "scripted_context", made)
        yield


async def _sweeping(chat: Chat, seconds: float) -> None:
    """The sweep comes every minute, which is a second here."""
    end = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end:
        await asyncio.sleep(1.0)
        with contextlib.suppress(Exception, asyncio.TimeoutError):
            async with asyncio.timeout(1.0):
                await chat.program.service.sweep()


async def _until_met(chat: Chat, met: Met) -> None:
    """On a busy machine what the fault hits may come late."""
    end = asyncio.get_running_loop().time() + MET_WITHIN_S
    while not met.enough and asyncio.get_running_loop().time() < end:
        await _sweeping(chat, 1.0)
        if met.wanted > 1 and not await _open(chat):
            return


async def _ended(chat: Chat) -> None:
    """Until no run is open and no post waits or is on its way (which holds its lane's others); what
    is still going after two minutes is stuck."""
    end = asyncio.get_running_loop().time() + WAIT_S
    while asyncio.get_running_loop().time() < end:
        await _sweeping(chat, 1.0)
        going = await _open(chat)
        async with chat.program.store.read() as uow:
            waiting = [*await uow.outbox.due(chat.name, CLOCK() + timedelta(days=2))]
            waiting += await uow.outbox.sending(chat.name)
        if not going and not waiting:
            return


async def _open(chat: Chat) -> Sequence[RunRecord]:
    async with chat.program.store.read() as uow:
        return await uow.runs.with_status(sorted(OPEN))


async def _shown(chat: Chat, threads: list[str]) -> list[tuple[str, int]]:
    """Rounds as they stand in each thread, by its session."""
    found: list[tuple[str, int]] = []
    for thread in threads:
        async with chat.program.store.read() as uow:
            channel = _channel(chat)
            session = await uow.sessions.in_thread(chat.name, channel, thread)
        for post in chat.seen(thread):
            if match := re.search(r"Round (\d+) of", post.text):
                found.append((session.id if session else thread, int(match[1])))
    return found


def _channel(chat: Chat) -> str:
    return discord_world.CHANNEL if chat.name == "discord" else slack_server.CHANNEL


async def all_rows(tell: Callable[[str], None], only: str = "") -> list[Cost]:
    rows: list[Cost] = []
    for name, platform, breaks in FAULTS:
        if only in name:
            rows.append(await suffered(name, platform, breaks))
            tell(rows[-1].line)
    return rows
