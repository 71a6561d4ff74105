"""Money, scores and times as people read them, in the language spoken."""

from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

from babel.numbers import format_currency, format_decimal

from adapters.texts.catalogue import spoken, t, tn
from core.domain.updates import IterationFinished
from core.ports.api import Cancelled

CENT = Decimal("0.01")
MINUTES_FROM_S = 90


def money(usd: Decimal | None, *, up: bool = False) -> str:
    """Dollars in whole cents, `up` for a ceiling; unknown is not zero, and neither is little."""
    if usd is None:
        return t("figure.unknown")
    cents = usd.quantize(CENT, ROUND_UP if up else ROUND_HALF_UP)
    if usd and not cents:
        return t("figure.little", cent=_dollars(CENT))
    return _dollars(cents)


def exact(usd: Decimal | None) -> str:
    """Dollars to the last digit, for who wants to know; unknown is not zero."""
    if usd is None:
        return t("figure.unknown")
    if not usd:
        return "$0"
    return format_currency(usd.normalize(), "USD", locale=spoken(), decimal_quantization=False)


def _dollars(usd: Decimal) -> str:
    return format_currency(usd, "USD", locale=spoken()) if usd else "$0"


def number(value: float, sign: bool = False) -> str:
    """A score with one decimal, of a change with its sign."""
    return format_decimal(value, "+0.0;-0.0" if sign else "0.0", locale=spoken())


def span(seconds: float) -> str:
    """`40 s`, `3 min`."""
    if seconds < MINUTES_FROM_S:
        return t("figure.seconds", n=max(1, round(seconds)))
    return t("figure.minutes", n=round(seconds / 60))


def rounds(n: int) -> str:
    return tn("rounds", n)


def images(n: int) -> str:
    return tn("images", n)


def cancelled(stopped: Cancelled) -> str:
    """What came of cancelling everything: how many runs, and the dollars that come back."""
    if not stopped.runs:
        return t("cancel.none")
    return tn("cancel.done", stopped.runs, usd=money(stopped.usd))


def vote_label(update: IterationFinished, number: int) -> str:
    """A picture's letter and its votes, on the button that votes for it."""
    votes = update.votes[number] if number < len(update.votes) else 0
    return f"{update.labels[number]} · {tn('votes', votes)}"
