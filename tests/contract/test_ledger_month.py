"""The ledger against what it stands for: random bookings counted as the rules say, and a month of many
servers whose books equal what the models billed, to the cent."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from core.domain.budgets import Limit, Usage
from core.domain.commands import Actor, Place
from core.domain.errors import PolicyRefusal, Unavailable
from core.domain.ledger import Limits, booked, entry, reserved
from core.domain.records import Plan, RunRecord, RunStatus, Session
from core.domain.views import Quote
from core.ports.money import Counted
from core.runtime.standing import EVER
from tests.harness import ANN, PAGE, World, refine
from tests.quick import quick_store

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
QUOTE = Quote(rounds=1, images=1, at_most=None, likely=None, minutes=None)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
async def test_what_a_run_counts_is_what_the_rules_say(tmp_path: Path, seed: int) -> None:
    """Any order of reservations, settlements, unknowns, repeats and one release."""
    chance = random.Random(seed)
    store = await quick_store(tmp_path / "x.sqlite")
    async with store.write() as uow:
        home = Session(id="s", mode="refine", owner=ANN, place=PAGE, created=NOW)
        await uow.sessions.add(home)
        total = Usage()
        for number in range(8):
            id = f"r{number}"
            run = RunRecord(
                id=id, session="s", actor=ANN, place=PAGE, command_key=id, quote=QUOTE, created=NOW,
                plan=Plan(mode="refine", rounds=1), status=RunStatus.RUNNING,
            )  # fmt: skip
            await uow.runs.add(run)
            for _ in range(chance.randrange(1, 9)):
                kind = chance.choice(("settle", "settle", "unknown", "reserve"))
                call = id if kind == "reserve" else f"{id}/c{chance.randrange(4)}"
                usd = chance.choice((None, Decimal(chance.randrange(10**9)) / 10**9))
                row = entry(
                    ANN, id, NOW, call=call, kind="reserve", images=chance.randrange(3), usd=usd, at=NOW
                )  # fmt: skip
                await uow.ledger.book(replace(row, kind=kind))
            is_over = chance.random() < 0.5
            if is_over:
                row = entry(
                    ANN, id, NOW, call=id, kind="release", images=0, usd=Decimal(0), at=NOW
                )  # fmt: skip
                await uow.ledger.book(row)
            rows = await uow.ledger.of_run(id)
            spent, held = booked(rows), reserved(rows)
            images = spent.images if is_over else max(spent.images, held.images)
            total = Usage(
                total.images + images,
                total.usd + (spent.usd if is_over else max(spent.usd, held.usd)),
            )
            assert await uow.ledger.usage(NOW.date(), ANN) == total
            assert await uow.budgets.used(Counted(since=EVER, platform="web")) == total
    await store.close()


class Billing(ScriptedPainter):
    """Refuses or is away now and then; `billed` is what it would send a bill for."""

    def script(self, seed: int) -> "Billing":
        chance, pictures = random.Random(seed), [flat(n) for n in range(20, 220)]
        faults = (PolicyRefusal("no"), Unavailable("away", retry_after=0.0))
        self.moves = [
            chance.choice(faults) if chance.random() < 0.08 else chance.choice(pictures)
            for _ in range(5000)
        ]
        return self

    @property
    def billed(self) -> Decimal:
        assert self.usd is not None
        made = [move for move in self.moves[: len(self.requests)] if isinstance(move, bytes)]
        return self.usd * len(made)


@pytest.mark.parametrize(
    ("servers", "days"),
    [
        pytest.param(2, 3, marks=pytest.mark.slow),
        pytest.param(50, 30, marks=[pytest.mark.bench, pytest.mark.timeout(3600)]),
    ],
)
async def test_a_months_books_equal_the_bills(tmp_path: Path, servers: int, days: int) -> None:
    await month(tmp_path, servers, days)


async def month(folder: Path, servers: int, days: int) -> None:
    limits = Limits(
        confirm_usd_above=Decimal(9),
        usd_per_run=Decimal(5),
        usd_total_per_day=Decimal(999),
        layers=(Limit(scope="server", unit="usd", amount=Decimal("0.40"), window="month"),),
    )
    painter = Billing(usd=Decimal("0.0137")).script(servers)
    critic = ScriptedCritic(usd=Decimal("0.0021"))
    world = await World(folder, painter=painter, critic=critic, limits=limits).open()
    world.uploads["slack"] = world.files
    refused = 0
    for day in range(days):
        at = NOW + timedelta(days=day)
        world.now = lambda at=at: at  # type: ignore[misc]
        for server in range(servers):
            who = Actor("slack", f"T{server}", f"u{day % 3}")
            wish = refine(key=f"k{day}-{server}", actor=who, iterations=2, stop="never")
            await world.send(replace(wish, place=Place("slack", who.tenant, "C")))
            refused += await world.service.refusal(f"k{day}-{server}", who) is not None
    billed = painter.billed + Decimal("0.0021") * len(critic.asked)
    async with world.store.read() as uow:
        everywhere = Counted(since=EVER)
        assert (await uow.budgets.used(everywhere)).usd == billed
        for by in ("day", "person", "model", "server"):
            rows = await uow.budgets.spent(by, everywhere)  # type: ignore[arg-type]
            assert sum((row.usd for row in rows), Decimal(0)) == billed, by
        assert max(row.usd for row in await uow.budgets.spent("server", everywhere)) <= Decimal(
            "0.40"
        )
    assert billed > 0
    if days > 20:
        assert refused > 0
    await world.close()
