"""Words beside a picture: which job by rounds they name, how many rounds, and what is wanted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.commands import Actor, Command, ImageHandle, Place
from core.domain.options import build
from core.ports.offers import Offer

_FIRST = re.compile(r"(\w+)\b[ :]*(?:(\d{1,2})\b)?[ :,]*")


@dataclass(frozen=True, slots=True)
class Named:
    """`rounds` None: nobody said how many; `goal`: what is left of the words."""

    offer: Offer
    rounds: int | None
    goal: str

    def begun(
        self, key: str, actor: Actor, place: Place, image: ImageHandle | None, **known: Any
    ) -> Command:
        """The job's command; `known` are fields that nobody types. Raises BadRequest."""
        said = {"image": image, "goal": self.goal, "iterations": self.rounds}
        return build(self.offer.command, said, dedup_key=key, actor=actor, place=place, **known)


def named(offers: Sequence[Offer], words: str) -> Named:
    """By its first word; the first job by rounds that there is where it names none."""
    jobs = {offer.name: offer for offer in offers if offer.by_rounds}
    usual = next(iter(jobs.values()))
    found = _FIRST.match(words)
    offer = jobs.get(found[1].lower()) if found else None
    if found is None or offer is None:
        return Named(usual, None, words)
    rest = words[found.end() :].strip()
    if not found[2]:
        return Named(offer, None, rest)
    if offer is usual and rest:  # "refine 5 foxes in the snow" counts foxes, not rounds
        return Named(offer, None, f"{found[2]} {rest}")
    return Named(offer, int(found[2]), rest)
