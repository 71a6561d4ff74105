"""Figures: how fast deliveries are acknowledged while 200 runs are going, and how posts are paced."""

import asyncio
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.models.scripted import ScriptedPainter, flat
from adapters.pixels import PixelPool
from adapters.slack import modals
from core.ledger import Limits
from tests.integration.slack.program import Program
from tests.standins.slack_people import Person
from tests.standins.slack_server import Ack, SlackServer

RUNS, CHANNELS = 200, 20
LIMITS = Limits(
    images_per_user_per_day=10_000,
    usd_per_user_per_day=Decimal(1000),
    usd_per_run=Decimal(5),
    usd_total_per_day=Decimal(10_000),
    concurrent_runs_per_user=1000,
    confirm_usd_above=Decimal(9),
)


@pytest.mark.bench
async def test_acknowledgements_while_two_hundred_runs_are_going(tmp_path: Path) -> None:
    async with SlackServer(check=False) as server:
        channels = [f"C{n:04d}" for n in range(CHANNELS)]
        server.members = set(channels)
        pool = PixelPool(1)
        config = {"post_interval_s": 1.0}
        painter = ScriptedPainter(moves=[flat(s) for s in (60, 110, 160, 190)], seconds=3.0)
        program = Program(
            server, tmp_path, limits=LIMITS, config=config, pixels=pool, painter=painter
        )
        await program.start()
        acks = await asyncio.gather(*(_refine(program, n, channels) for n in range(RUNS)))
        await asyncio.sleep(15)
        seconds = sorted(ack.seconds for pair in acks for ack in pair)
        gaps, posts = _gaps(server), len(server.posts)
        await program.stop()
        await pool.close()
    p50, p99 = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.99)]
    print(
        f"\nSlack: {len(seconds)} acknowledgements, {RUNS} runs: p50 {p50 * 1000:.0f} ms, "
        f"p99 {p99 * 1000:.0f} ms, max {seconds[-1] * 1000:.0f} ms; "
        f"{posts} posts, least gap between two in a channel {min(gaps, default=0.0):.2f} s"
    )
    assert all(ack.status == 200 for pair in acks for ack in pair)
    assert min(gaps, default=1.0) >= 0.95
    assert p99 < 3.0  # what Slack allows; the goal of 150 ms is printed, not asserted


async def _refine(program: Program, n: int, channels: list[str]) -> tuple[Ack, Ack]:
    """One person in one second's rush: the command, then the dialog."""
    await asyncio.sleep(n * 0.02)
    person = Person(program.server, f"U{n:04d}", f"user{n}")
    opened = await person.slash("/refine", f"a tree {n}", channels[n % len(channels)])
    where = modals.Where(channel=channels[n % len(channels)])
    view = modals.starting("refine", where, (), goal=f"a tree {n}") | {"id": f"V{n}"}
    return opened, await person.submit(view, iterations=4)


def _gaps(server: SlackServer) -> list[float]:
    times: dict[str, list[float]] = defaultdict(list)
    for post in server.posts.values():
        times[post.channel].append(post.args["at"])
    return [
        b - a
        for each in times.values()
        for a, b in zip(sorted(each), sorted(each)[1:], strict=False)
    ]
