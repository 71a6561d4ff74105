"""Reservations at once, in all layers, on both databases: nothing is overspent. Ten thousand of them
are a matter of minutes (`pytest -m bench tests/contract/test_budget_race.py`)."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.storage.sql import open_store
from core.domain.budgets import Claim, Limit
from core.domain.commands import Actor, Place
from core.domain.errors import OverQuota
from core.domain.ledger import Limits, entry
from core.domain.records import Plan, RunRecord, RunStatus, Session
from core.domain.views import Quote
from core.ports.money import Counted
from core.ports.store import Store
from core.runtime.standing import EVER, standing
from tests.contract.postgres import cluster, copied, migrated
from tests.quick import fresh_store

__all__ = ["cluster"]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOME = Place("slack", "T1", "C1")
STORES = 4
PRICE = Decimal("0.07")
LIMITS = Limits(
    usd_per_user_per_day=Decimal(99),
    usd_total_per_day=Decimal(99),
    images_per_user_per_day=99,
    concurrent_runs_per_user=10_000,
    layers=(
        Limit(scope="server", unit="usd", amount=Decimal("5.00"), window="month"),
        Limit(scope="role", id="r1", unit="images", amount=Decimal(40), window="rolling"),
        Limit(scope="person", unit="images", amount=Decimal(3), window="week"),
    ),
)


@pytest.fixture
async def stores(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[list[Store]]:
    """Programs on one database."""
    url = str(tmp_path / "race.sqlite")
    if request.param == "sqlite":
        await (await fresh_store(tmp_path / "race.sqlite")).close()
    else:
        url = await copied(request.getfixturevalue("cluster"), migrated)
    opened = [await open_store(url) for _ in range(STORES)]
    yield opened
    for store in opened:
        await store.close()


async def reserve(store: Store, number: int) -> bool:
    """What intake does in its transaction."""
    roles = ("r1",) if number % 2 else ()
    who = Actor("slack", "T1", f"u{number % 40}", roles=roles)
    async with store.write(within_s=1800) as uow:
        try:
            (await standing(uow, LIMITS, who, HOME, NOW)).check(Claim(images=1, usd=PRICE))
        except OverQuota:
            return False
        quote = Quote(rounds=1, images=1, at_most=None, likely=None, minutes=None)
        id = f"r{number}"
        run = RunRecord(
            id=id, session="s1", actor=who, place=HOME, command_key=id, quote=quote, created=NOW,
            plan=Plan(mode="refine", rounds=1), status=RunStatus.QUEUED,
        )  # fmt: skip
        await uow.runs.add(run)
        row = entry(who, id, NOW, call=id, kind="reserve", images=1, usd=PRICE, at=NOW)
        return await uow.ledger.book(row)


BENCH = [pytest.mark.bench, pytest.mark.timeout(1800)]


@pytest.mark.parametrize(
    ("stores", "many"),
    [
        pytest.param("sqlite", 200),
        pytest.param("postgresql", 200, marks=pytest.mark.slow),
        pytest.param("sqlite", 10_000, marks=BENCH),
        pytest.param("postgresql", 10_000, marks=BENCH),
    ],
    indirect=["stores"],
)
async def test_reservations_at_once_overspend_by_nothing(stores: list[Store], many: int) -> None:
    await race(stores, many)


async def race(stores: list[Store], many: int) -> None:
    home = Session(
        id="s1", mode="refine", owner=Actor("slack", "T1", "u0"), place=HOME, created=NOW
    )
    async with stores[0].write() as uow:
        await uow.sessions.add(home)
    taken = await asyncio.gather(*(reserve(stores[n % STORES], n) for n in range(many)))
    async with stores[0].read() as uow:
        everywhere = await uow.budgets.used(Counted(since=EVER, platform="slack", tenant="T1"))
        artists = await uow.budgets.used(Counted(since=EVER, platform="slack", role="r1"))
        each = [
            (
                await uow.budgets.used(
                    Counted(since=EVER, platform="slack", people=(("slack", f"u{n}"),))
                )
            ).images
            for n in range(40)
        ]
        assert everywhere == await uow.ledger.usage(NOW.date())
    assert everywhere.images == sum(taken) == 71  # 5.00 / 0.07: the tightest is used to its end
    assert everywhere.usd == 71 * PRICE <= Decimal("5.00")
    assert artists.images <= 40
    assert max(each) <= 3
