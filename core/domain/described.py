"""What was said of a picture."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What is in a picture: `alt` for those who can't see it, `prompts` that would paint it. With
    `question` `alt` is its answer, `note` what can't be told. `iteration` is "" for an upload.
    `shows`: the job that drew it, of a picture that is a result itself (a tree, a comic page), and
    `made_of` the iterations in it (0.1.0 does not say which)."""

    kind: Literal["described"] = "described"
    session: str
    run: str
    image: str
    iteration: str = ""
    alt: str
    prompts: tuple[str, ...]
    question: str = ""
    checklist: tuple[str, ...] = ()
    note: str = ""
    shows: str = ""
    made_of: tuple[str, ...] = ()
    cost: Decimal | None = None
    embedded: bool = False
    label: str = ""

    @property
    def subject(self) -> str:
        return f"described:{self.run}"

    def is_of(self, iterations: Collection[str]) -> bool:
        """Whether one of these is shown or told of."""
        if self.shows and self.image:
            return not self.made_of or any(each in iterations for each in self.made_of)
        return bool(self.image) and self.iteration in iterations
