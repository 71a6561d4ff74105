"""What a step brings back besides its result: why it failed, what is painted next."""

from dataclasses import dataclass

from core.domain.answers import Box, Critique
from core.domain.commands import Leap
from core.domain.records import Fault


@dataclass(frozen=True, slots=True)
class StepFailure:
    """A step that could not be done now. `seconds` to wait before the next try; `booked`: it may
    have been billed and counts as spent."""

    fault: Fault
    sentence: str
    seconds: float = 0.0
    booked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPrompt:
    """What the next round paints, and why. `parent` is the iteration it follows from.

    With `box` the round edits the parent there instead of painting anew; `whole` is then the prompt
    of the whole picture as it shall be. `variants` are what the other candidates paint.
    """

    prompt: str
    whole: str = ""
    variants: tuple[str, ...] = ()
    words: str = ""
    because: str = ""
    parent: str = ""
    style: str = ""
    box: Box | None = None
    leap: Leap = "medium"

    @staticmethod
    def of(said: Critique, parent: str) -> "NextPrompt":
        """What a critique of this iteration proposes."""
        return NextPrompt(
            prompt=said.prompt,
            words=said.words,
            variants=said.variants,
            because=said.summary,
            parent=parent,
        )
