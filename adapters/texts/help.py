"""What /help says of jobs, at every door: each with its line, and what the missing ones need."""

from collections.abc import Callable, Sequence

from adapters.texts.catalogue import t
from core.ports.offers import Offer


def job_lines(
    offers: Sequence[Offer],
    language: str = "",
    hints: Callable[[str], str] = lambda job: "",
) -> tuple[str, ...]:
    """A line for each job that people type: its command in backticks, what it does and, where no
    configured model can do it, the keys that would enable it. `hints` tells what may be typed behind a job's command."""
    return tuple(
        f"`{' '.join(filter(None, (f'/{each.name}', hints(each.name))))}` – {t(each.name, language)}"
        + (f" ({need(each, language)})" if each.missing else "")
        for each in offers
        if each.slash
    )


def need(offer: Offer, language: str = "") -> str:
    """What a job needs that is not there, "" where it can be done."""
    if not offer.missing:
        return ""
    return t("needs", language, what=t(f"needs.{offer.missing}", language))


def missing_lines(offers: Sequence[Offer]) -> tuple[str, ...]:
    """A line for each of these jobs that can't be done here, with the keys that would enable it."""
    return tuple(f"`/{each.name}`: {need(each)}" for each in offers if each.missing)


def lacking(offers: Sequence[Offer], job: str) -> str:
    """A sentence about a job that can't be done here, with the key that would change that; else ""."""
    what = "".join(need(each) for each in offers if each.name == job)
    return f"{job} {what}.".replace("`", "") if what else ""
