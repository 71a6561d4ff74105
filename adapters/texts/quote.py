"""A quote in one line, for doors that are plain text."""

from core.domain.updates import Quote


def said(quote: Quote) -> str:
    """Such as "at most 4 rounds, at most $0.0852, likely $0.0639, about 40 s"."""
    cost = "free" if quote.at_most == 0 else "price unknown"
    if quote.at_most:
        cost = f"at most ${quote.at_most:.4f}, likely ${quote.likely or 0:.4f}"
    minutes = f", about {max(1, round((quote.minutes or 0) * 60))} s" if quote.minutes else ""
    engine = "  [embedded engine: no neural network]" if quote.embedded else ""
    return f"at most {quote.rounds} rounds, {cost}{minutes}{engine}"
