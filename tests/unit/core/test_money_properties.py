"""Properties of ledger and budgets, whatever the numbers, the time and the place."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.admin import amount_of
from core.domain.budgets import Claim, Layer, Limit, Span, Usage, Window, said, span_of, tightest
from core.domain.commands import Actor
from core.domain.errors import BadRequest
from core.domain.ledger import Kind, LedgerRow, booked, entry, reserved

ANN = Actor("web", "", "ann")
AT = datetime(2026, 11, 30, tzinfo=UTC)
CENTS = st.decimals(0, 1000, places=4, allow_nan=False, allow_infinity=False)
COUNTS = st.integers(0, 1000)
ZONES = st.sampled_from(["", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns"])
WINDOWS: st.SearchStrategy[Window] = st.sampled_from(["day", "week", "month", "rolling"])
MOMENTS = st.integers(1_577_836_800, 2_051_222_400).map(lambda s: datetime.fromtimestamp(s, UTC))
quick = settings(max_examples=60, deadline=None, database=None)


def row(call: str, kind: Kind, images: int, usd: Decimal) -> LedgerRow:
    return entry(ANN, "r", AT, call=call, kind=kind, images=images, usd=usd, at=AT)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[list[LedgerRow], Decimal, int]:
    """The rows of a run, in any order, with what its calls cost in truth."""
    rows: list[LedgerRow] = [row("r", "reserve", 9, draw(CENTS))]
    usd, images = Decimal(0), 0
    for number in range(draw(st.integers(0, 6))):
        call, cost, painted = f"r/paint/{number}#0", draw(CENTS), draw(st.integers(0, 2))
        state = draw(st.sampled_from(["settle", "unknown", "both"]))
        if state in ("unknown", "both"):
            worst = cost + draw(CENTS)
            rows.append(row(call, "unknown", painted, worst))
            usd += worst if state == "unknown" else Decimal(0)
        if state in ("settle", "both"):
            rows.append(row(call, "settle", painted, cost))
            usd += cost
        images += painted
    return draw(st.permutations(rows)), usd, images


@quick
@given(ledgers())
def test_what_is_booked_is_each_call_once_in_any_order(
    made: tuple[Sequence[LedgerRow], Decimal, int],
) -> None:
    rows, usd, images = made
    assert booked(rows) == Usage(images, usd)
    assert reserved(rows).images == 9


@quick
@given(CENTS, st.lists(CENTS, max_size=8))
def test_claims_that_a_limit_lets_in_one_by_one_never_pass_it(
    amount: Decimal, claims: list[Decimal]
) -> None:
    used = Usage()
    for usd in claims:
        limit = Limit(scope="server", unit="usd", amount=amount)
        claim = Claim(images=0, usd=usd)
        if Layer(limit=limit, used=used, span=Span(AT, None)).holds(claim):
            used = used.plus(claim)
    assert used.usd <= amount


@quick
@given(st.lists(st.tuples(CENTS, CENTS), max_size=6), CENTS)
def test_the_tightest_is_one_that_does_not_hold_with_the_least_left(
    known: list[tuple[Decimal, Decimal]], usd: Decimal
) -> None:
    layers = [
        Layer(
            limit=Limit(scope="channel", unit="usd", amount=amount),
            used=Usage(0, used),
            span=Span(AT, None),
        )
        for amount, used in known
    ]
    claim = Claim(images=0, usd=usd)
    found = tightest(layers, claim)
    full = [layer for layer in layers if not layer.holds(claim)]
    assert (found is None) == (not full)
    assert found is None or found.left == min(layer.left for layer in full)


@quick
@given(MOMENTS, WINDOWS, ZONES)
def test_a_window_has_the_moment_in_it_and_begins_at_midnight_there(
    now: datetime, window: Window, zone: str
) -> None:
    span = span_of(window, now, zone)
    assert span.since <= now
    if span.until is None:
        assert span.since == now - timedelta(hours=24)
        return
    assert now < span.until
    for edge in (span.since, span.until):
        local = edge.astimezone(ZoneInfo(zone or "UTC"))
        assert local.hour in (0, 1)  # 1 where clocks jump over midnight
    assert span_of(window, span.until, zone).since == span.until


@quick
@given(CENTS, COUNTS)
def test_amounts_are_read_as_they_are_said(usd: Decimal, images: int) -> None:
    dollars = usd.quantize(Decimal("0.01"))
    assert amount_of(said(dollars, "usd")) == ("usd", dollars)
    assert amount_of(said(Decimal(images), "images")) == ("images", Decimal(images))


@quick
@given(st.text(max_size=20))
def test_no_words_break_an_amount(text: str) -> None:
    try:
        found = amount_of(text)
    except BadRequest:
        return
    assert found is None or found[1] >= 0
