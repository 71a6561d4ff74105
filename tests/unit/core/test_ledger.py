"""Which limit is hit, what the refusal says, and when there is room again."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.domain.budgets import Claim, Usage
from core.domain.errors import OverQuota
from core.domain.ledger import Limits, ServerDay, check, midnight_after

NOW = datetime(2026, 11, 20, 22, 15, tzinfo=UTC)
NOTHING = Usage()


def refuse(claim: Claim, user: Usage = NOTHING, total: Usage = NOTHING, runs: int = 0) -> OverQuota:
    with pytest.raises(OverQuota) as caught:
        check(claim, Limits(), user=user, total=total, open_runs=runs, now=NOW)
    return caught.value


def test_exactly_the_limit_fits() -> None:
    claim = Claim(images=10, usd=Decimal("0.50"))
    user = Usage(20, Decimal("0.50"))
    check(claim, Limits(), user=user, total=Usage(99, Decimal("9.50")), open_runs=1, now=NOW)


def test_images_of_the_day() -> None:
    error = refuse(Claim(images=4, usd=Decimal(0)), user=Usage(27))
    assert "4 images" in error.sentence
    assert "3 of your 30" in error.sentence
    assert error.free_at == datetime(2026, 11, 21, tzinfo=UTC)


def test_dollars_of_the_day_of_everybody_and_of_a_run() -> None:
    assert (
        "$0.05 of your"
        in refuse(Claim(images=1, usd=Decimal("0.06")), user=Usage(1, Decimal("0.95"))).sentence
    )
    assert (
        "Everybody"
        in refuse(Claim(images=1, usd=Decimal("0.06")), total=Usage(1, Decimal("9.95"))).sentence
    )
    assert "one run" in refuse(Claim(images=1, usd=Decimal("0.51"))).sentence


def test_a_price_that_nobody_knows_is_not_named_as_one() -> None:
    error = refuse(Claim(images=1, usd=Decimal("1.00"), priced=False))
    assert "$1.00" not in error.sentence
    assert "[prices]" in error.sentence


def test_a_servers_day_is_named_and_bounds_everybody() -> None:
    day = ServerDay(Usage(8, Decimal("0.90")), images=10, usd=Decimal("1.00"))
    for claim, said in (
        (
            Claim(images=3, usd=Decimal(0)),
            "2 of the 10 a day are left for everybody here",
        ),
        (Claim(images=1, usd=Decimal("0.11")), "$0.10 of the $1.00 a day"),
    ):
        with pytest.raises(OverQuota, match=re.escape(said)) as caught:
            check(claim, Limits(), user=NOTHING, total=NOTHING, open_runs=0, now=NOW, server=day)
        assert caught.value.free_at == datetime(2026, 11, 21, tzinfo=UTC)
        check(claim, Limits(), user=NOTHING, total=NOTHING, open_runs=0, now=NOW)
    exactly = Claim(images=2, usd=Decimal("0.10"))
    check(exactly, Limits(), user=NOTHING, total=NOTHING, open_runs=0, now=NOW, server=day)


def test_runs_at_once() -> None:
    error = refuse(Claim(images=1, usd=Decimal(0)), runs=2)
    assert "2 runs going" in error.sentence
    assert error.free_at is None


def test_midnight_is_utc() -> None:
    assert midnight_after(datetime.fromisoformat("2026-11-20T23:30:00-05:00")) == datetime(
        2026, 11, 22, tzinfo=UTC
    )
