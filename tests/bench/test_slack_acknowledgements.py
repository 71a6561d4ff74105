"""200 runs at once on Slack, in the real program as a process of its own: how long until each
delivery is acknowledged, arriving one after the other and all in the same instant, and how the
posts are paced."""

import asyncio
import json
import os
from collections import defaultdict
from collections.abc import Awaitable, Iterable, Sequence
from pathlib import Path

import pytest

from adapters.slack import modals
from adapters.slack.job_dialog import dialog
from tests.kill.slack_process import SlackProcess
from tests.offers import offer_of
from tests.standins.slack_people import Person
from tests.standins.slack_server import Ack, SlackServer

RUNS, CHANNELS = 200, 20
EVERY_S, PAINTING_S = 0.05, 10.0
POSTS = 120
LEAST_GAP_S = 0.95
GOAL_MS = 150.0
SLACK_WAITS_S = 3.0


@pytest.mark.bench
@pytest.mark.parametrize("pace", [EVERY_S, 0.0], ids=["20-a-second", "same-instant"])
async def test_acknowledgements_of_200_runs(tmp_path: Path, pace: float) -> None:
    channels = [f"C{n:04d}" for n in range(CHANNELS)]
    async with SlackServer(check=False) as server:
        server.members = set(channels)
        process = SlackProcess(server, tmp_path, ("tests.bench.slack_program", str(PAINTING_S)))
        await process.prepare()
        await process.start()
        try:
            people = [Person(server, f"U{n:04d}", f"user{n}") for n in range(RUNS)]
            opened = await _all(pace, (_open(each, channels) for each in people))
            await server.until(lambda: len(server.views) + len(server.replies) >= RUNS, 60)
            sent = await _all(pace, (_submit(each, channels) for each in people))
            await server.until(lambda: len(server.posts) >= POSTS, 60)
        finally:
            await process.kill()
    figures = {"commands": _figures(opened), "dialogs": _figures(sent)}
    gaps = _gaps(server)
    more: dict[str, float] = {"dialogs_in_time": len(server.views)}
    more |= {"least_gap_s": round(min(gaps), 2), "load_of_machine": round(os.getloadavg()[0], 1)}
    print("slack acknowledgements", pace, json.dumps(figures | more))
    assert all(ack.status == 200 for ack in [*opened, *sent])
    assert min(gaps) >= LEAST_GAP_S
    assert max(each["max_ms"] for each in figures.values()) < 1000 * SLACK_WAITS_S


async def _all(pace: float, deliveries: Iterable[Awaitable[Ack]]) -> list[Ack]:
    async def one(wait: float, delivery: Awaitable[Ack]) -> Ack:
        await asyncio.sleep(wait)
        return await delivery

    return await asyncio.gather(*(one(n * pace, each) for n, each in enumerate(deliveries)))


def _place(person: Person, channels: Sequence[str]) -> str:
    return channels[int(person.id[1:]) % len(channels)]


async def _open(person: Person, channels: Sequence[str]) -> Ack:
    return await person.slash("/refine", "a tree", _place(person, channels))


async def _submit(person: Person, channels: Sequence[str]) -> Ack:
    where = modals.Where(channel=_place(person, channels))
    view = dialog(offer_of("refine"), where, (), prefill={"goal": "a tree"}) | {
        "id": f"V{person.id}"
    }
    return await person.submit(view, iterations=4)


def _figures(acks: list[Ack]) -> dict[str, float]:
    waits = sorted(ack.seconds for ack in acks)
    at = {"p50_ms": len(waits) // 2, "p99_ms": len(waits) * 99 // 100, "max_ms": len(waits) - 1}
    return {name: round(1000 * waits[index], 1) for name, index in at.items()} | {
        "goal_p99_ms": GOAL_MS
    }


def _gaps(server: SlackServer) -> list[float]:
    """Seconds between each two posts that follow each other in a channel."""
    times: dict[str, list[float]] = defaultdict(list)
    for post in server.posts.values():
        times[post.channel].append(post.args["at"])
    return [
        b - a
        for each in times.values()
        for a, b in zip(sorted(each), sorted(each)[1:], strict=False)
    ]
