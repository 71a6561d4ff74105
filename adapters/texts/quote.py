"""A quote in one line, at every door alike."""

from adapters.texts.catalogue import t
from adapters.texts.figures import exact, images, money, rounds, span
from core.domain.updates import Finished
from core.domain.views import Quote


def quote_line(quote: Quote, *, to_the_cent: bool = True) -> str:
    """Such as "4 rounds, 4 images, at most $0.09, likely $0.07, about 40 s"; a ceiling is rounded up.
    `to_the_cent` for who reads in public; without it the exact amounts."""
    line = t(
        "quote",
        rounds=rounds(quote.rounds),
        images=images(quote.images),
        cost=_cost(quote, to_the_cent),
    )
    if quote.minutes is not None:
        line += f", {t('quote.time', time=span(60 * quote.minutes))}"
    return line


def _cost(quote: Quote, to_the_cent: bool) -> str:
    if quote.embedded or quote.at_most == 0:
        return t("figure.free")
    if quote.at_most is None:
        return t("figure.unknown")
    at_most = money(quote.at_most, up=True) if to_the_cent else exact(quote.at_most)
    if quote.likely is None:
        return t("quote.at_most", at_most=at_most)
    likely = money(quote.likely) if to_the_cent else exact(quote.likely)
    return t("quote.likely", at_most=at_most, likely=likely)


def bill(update: Finished) -> str:
    """What a run cost against its quote, and what was given back."""
    painted = images(update.spent_images)
    if update.embedded or (update.spent == 0 and update.quote.at_most == 0):
        return t("end.free", images=painted) + _so_far(update)
    at_most = money(update.quote.at_most, up=True)
    line = t("end.cost", images=painted, spent=money(update.spent), at_most=at_most)
    if update.released:
        line += f" · {t('end.released', released=money(update.released))}"
    return line + _so_far(update)


def _so_far(update: Finished) -> str:
    """What the whole session cost, where it had runs before."""
    return f" · {t('end.so_far', usd=money(update.so_far))}" if update.so_far else ""
