"""What the embedded critic says to a painter that reads words alone: no dabs, nothing about how the
embedded engine works, and no style that nobody asked for."""

import re
from dataclasses import replace

from adapters.models.offline import engine
from core.domain.answers import Critique, Description
from core.models.critic import Compare, Describe, Transform

_STYLE = re.compile(r"^Style: .*(?:\n|$)", re.M)
_LEAP = re.compile(r"^Leap: .*(?:\n|$)", re.M)


def description(made: Description, ask: Describe) -> Description:
    words = _plain(made.words, keep_style=engine.asks_for_style(ask.goal))
    return replace(made, prompt=words, words=words, alt=words[:300])


def roomy(ask: Compare) -> Compare:
    """What a painter hardly reads is room for what the next round has to know: revisions are counted
    at the end of the words."""
    return replace(ask, limit=ask.painter.prompt_limit) if ask.painter else ask


def critique(made: Critique, ask: Compare) -> Critique:
    """A style stays where the wish names it, or the round before was painted in it."""
    before = bool(_STYLE.search(ask.champion_prompt))
    words = _plain(made.words, keep_style=before or engine.asks_for_style(ask.wish))
    return replace(made, prompt=words, words=words)


def transformation(made: Critique, ask: Transform) -> Critique:
    """The style as it was asked for: the other painter knows more than the engine does."""
    words = f"{_plain(made.words, keep_style=False)}\nIn the style of {ask.style}."
    return replace(made, prompt=words, words=words)


def _plain(words: str, *, keep_style: bool) -> str:
    words = _LEAP.sub("", words)
    return (words if keep_style else _STYLE.sub("", words)).strip()
