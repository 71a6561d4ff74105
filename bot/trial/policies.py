"""What is compared: ways to spend money on one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.domain.commands import Hold
from core.domain.defaults import MAX_CANDIDATES, Rule
from core.domain.errors import BadRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPolicy:
    """`rounds` 0 = as many as the trial says; `tries` is how many single rounds are bought and the
    best one kept, 0 = as many as the loop's dollars pay for. `off`: rules of the loop
    that are left out. `hold` "picture": the painter gets the best picture beside the words; such a
    policy runs where it is named, as not every painter takes pictures."""

    name: str
    about: str
    rounds: int = 0
    tries: int = 1
    off: tuple[Rule, ...] = ()
    hold: Hold = "words"


POLICIES: Mapping[str, TrialPolicy] = MappingProxyType(
    {
        each.name: each
        for each in (
            TrialPolicy(name="one-shot", about="one picture, as it comes", rounds=1),
            TrialPolicy(
                name="best-of-k",
                about="as many pictures as the loop's dollars pay for, the one with most checks",
                rounds=1,
                tries=0,
            ),
            TrialPolicy(name="loop", about="the product's loop with all its rules"),
            TrialPolicy(
                name="no-edit", about="the loop without mending inside masks", off=("edit",)
            ),
            TrialPolicy(
                name="no-duel", about="the loop judged by its checklist alone", off=("duel",)
            ),
            TrialPolicy(
                name="no-champion",
                about="the loop in which every picture follows from the last one",
                off=("champion",),
            ),
            TrialPolicy(
                name="picture",
                about="the loop in which the painter gets the best picture beside the words",
                hold="picture",
            ),
        )
    }
)


def policies(names: str) -> tuple[TrialPolicy, ...]:
    """Those named, by commas; for "" all that any painter can do. Raises BadRequest. The loop comes first: it says what the
    others may spend."""
    asked = [name.strip() for name in names.split(",") if name.strip()]
    asked = asked or [each.name for each in POLICIES.values() if each.hold == "words"]
    if wrong := [name for name in asked if name not in POLICIES]:
        raise BadRequest(f"There is no policy {wrong[0]}; there are {', '.join(POLICIES)}.")
    needed = ["loop", *asked] if "best-of-k" in asked else asked
    return tuple(
        sorted({POLICIES[n] for n in needed}, key=lambda each: (each.name != "loop", each.name))
    )


def candidates(left: int) -> int:
    """How many pictures one run of a single round paints, of so many that are to be bought."""
    return min(MAX_CANDIDATES, left)
