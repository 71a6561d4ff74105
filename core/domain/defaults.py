"""The [loop] section: defaults and limits of a request."""

from dataclasses import dataclass
from typing import Literal

from core.domain.story import Rating

Rule = Literal["edit", "duel", "champion"]
"""What the loop does beyond painting again: mend inside a mask, let a judge fight both orders, keep
the best. A trial switches them off to see what each is worth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopDefaults:
    """Numbers a request falls back to, and the largest it may ask for."""

    iterations: int = 4
    max_refine: int = 10
    max_evolve: int = 20
    continue_iterations: int = 3
    candidates: int = 1
    target_score: float = 0.0
    patience: int = 2
    checks_score: float = (
        60.0  # of 16 photographs: mosaics 13-59, blurs 0-31; zoom 90, crop 88 and more
    )
    review_timeout_s: float = 120.0
    off: tuple[Rule, ...] = ()  # for trials; not a setting
    scenes: int = 8
    max_scenes: int = 24
    scene_words: int = 120
    story_rating: Rating = "everyone"
    vote_s: float = 60.0
    turn_s: float = 0.0


MAX_CANDIDATES = 4
MAX_GOAL = 2000  # characters
