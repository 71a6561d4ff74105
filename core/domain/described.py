"""What was said of a picture."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What is in a picture: `alt` for those who can't see it, `prompts` that would paint it. With
    `question` `alt` is its answer, `note` what can't be told. `iteration` is "" for an upload.
    `shows`: the job that drew it, of a picture that is a result itself (a tree, a comic page)."""

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
    cost: Decimal | None = None
    embedded: bool = False
    label: str = ""

    @property
    def subject(self) -> str:
        return f"described:{self.run}"
