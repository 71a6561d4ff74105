"""Money, times and the ceiling of a run as Discord shows them."""

from datetime import datetime
from decimal import Decimal

from adapters.discord.texts import counted, say
from core.domain.views import Quote


def quote_line(quote: Quote) -> str:
    rounds, images = counted("rounds", quote.rounds), counted("images", quote.images)
    if quote.at_most == 0:
        line = say("quote.free", rounds=rounds, images=images)
    else:
        line = say("quote", rounds=rounds, images=images, at_most=dollars(quote.at_most))
        if quote.likely is not None:
            line += say("quote.likely", likely=dollars(quote.likely))
    if quote.minutes is not None:
        line += _duration(quote.minutes)
    if quote.models:
        line += f" · {say('quote.models', models=', '.join(quote.models))}"
    return line


def _duration(minutes: float) -> str:
    if minutes < 1:
        return say("quote.seconds", seconds=max(1, round(60 * minutes)))
    return say("quote.minutes", minutes=f"{minutes:.1f}")


def dollars(amount: Decimal | None) -> str:
    """`$0.0213`; unknown is not zero."""
    if amount is None:
        return say("price_unknown")
    return f"${amount.quantize(Decimal('0.0001')):f}" if amount else "$0"


def moment(at: datetime) -> str:
    """A time as Discord shows it in each reader's own zone."""
    return f"<t:{int(at.timestamp())}:R>"
