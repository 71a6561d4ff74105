"""Models that are shut down or about to be, as announced by 2026-11, and what to write instead.

Sources: platform.openai.com/docs/deprecations, ai.google.dev/gemini-api/docs/deprecations.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from adapters.models.prices import family

PAINTER = "gpt-image-2.5-flare-2026-09-08"
EDITOR = "gpt-image-2.5-sunburst-2026-09-08"
CRITIC = "gpt-6.1-terra"
JUDGE = "gpt-6-luna"
BEST_CRITIC = "gpt-6.1-sol"
SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Retirement:
    """The day a model is shut down (None: long ago) and the model that takes its place."""

    day: date | None
    instead: str

    def gone(self, today: date) -> bool:
        return self.day is None or self.day <= today


_MAY, _AUGUST, _OCTOBER = date(2026, 5, 12), date(2026, 8, 17), date(2026, 10, 23)
_DECEMBER, _GPT_5, _JANUARY = date(2026, 12, 1), date(2026, 12, 11), date(2027, 1, 14)

RETIRED: Mapping[str, Retirement] = {
    "dall-e-2": Retirement(_MAY, PAINTER),
    "dall-e-3": Retirement(_MAY, PAINTER),
    "gpt-image-1": Retirement(_OCTOBER, PAINTER),
    "gpt-image-1-mini": Retirement(_DECEMBER, PAINTER),
    "gpt-image-1.5": Retirement(_DECEMBER, PAINTER),
    "chatgpt-image-latest": Retirement(_DECEMBER, PAINTER),
    "gpt-4-vision-preview": Retirement(None, CRITIC),
    "gpt-4-turbo": Retirement(None, CRITIC),
    "gpt-5": Retirement(_GPT_5, CRITIC),
    "gpt-5-mini": Retirement(_GPT_5, JUDGE),
    "gpt-5-nano": Retirement(_GPT_5, JUDGE),
    "o3": Retirement(_GPT_5, BEST_CRITIC),
    "gpt-4o": Retirement(_JANUARY, CRITIC),
    "gpt-4o-mini": Retirement(_JANUARY, JUDGE),
    "gpt-4.1": Retirement(_JANUARY, CRITIC),
    "gpt-4.1-mini": Retirement(_JANUARY, JUDGE),
    "imagen-4": Retirement(_AUGUST, "gemini-nano-banana-2.1"),
}


def retirement(model: str) -> Retirement | None:
    """What is announced of a model; a dated snapshot goes with its family, `models/` is ignored."""
    name = model.removeprefix("models/")
    if name.startswith("imagen-4"):
        return RETIRED["imagen-4"]
    return RETIRED.get(name) or RETIRED.get(family(name))


def gone_sentence(provider: str, model: str, today: date) -> str:
    """Why a model can't be used any more and what to write instead; "" if it can."""
    found = retirement(model)
    if found is None or not found.gone(today):
        return ""
    when = f"on {found.day.isoformat()}" if found.day else "long ago"
    return f'{model} was shut down {when}; write "{provider}:{found.instead}" instead.'


def leaving_sentence(
    provider: str,
    model: str,
    today: date,
    announced: date | None = None,
    *,
    known: bool = True,
    instead: str = "",
) -> str:
    """A warning where a model leaves within 60 days. `announced` is the provider's own date and
    `instead` what to write where the list names nothing; `known` False: a server of one's own,
    whose models are only called like those in the list."""
    found = retirement(model) if known else None
    day = announced or (found.day if found else None)
    if day is None or not today < day <= today + SOON:
        return ""
    instead = found.instead if found else instead
    hint = f'; write "{provider}:{instead}" instead' if instead and instead != model else ""
    return f"{model} is shut down on {day.isoformat()}, in {(day - today).days} days{hint}."
