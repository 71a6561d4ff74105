"""Names of a run's steps and keys of its paid calls. They are in the database and in the engine's
journal: what is written here must read what any version wrote, to the byte.

A step is `act/round/more…`; a try of the same step appends `/again1`, `/again2`…, `/by1`… by another
painter, or `/repeated`. A call is
`run/step#part`, a part being one of several calls of a step.
"""

import re
from dataclasses import dataclass

TRY = re.compile(r"/(again\d+|by\d+|repeated)(?=/|$)")
REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class StepName:
    """A step's name, unique in its run; `str()` is what is stored."""

    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def act(self) -> str:
        """What is done: the name's first word."""
        return self.text.partition("/")[0]

    @property
    def round(self) -> int:
        """The round it is planned in; 0 for what comes before the first."""
        number = self.text.partition("/")[2].partition("/")[0]
        return int(number) if number.isdecimal() else 0

    @property
    def base(self) -> "StepName":
        """The step that this is a try of; itself where it is the first."""
        return StepName(TRY.sub("", self.text))

    def again(self, tries: int) -> "StepName":
        """Its name after so many tries."""
        return self if tries == 0 else StepName(f"{self.text}/again{tries}")

    def by(self, number: int) -> "StepName":
        """Its name where another painter does it, the one with this number."""
        return StepName(f"{self.text}/by{number}")

    def repeated(self) -> "StepName":
        """Its name where a call whose fate nobody knows is made once more."""
        return StepName(f"{self.text}/{REPEATED}")


@dataclass(frozen=True, slots=True)
class CallKey:
    """The key of a paid call of a run; `str()` is what is stored."""

    run: str
    step: StepName
    part: int = 0

    def __str__(self) -> str:
        return f"{self.run}/{self.step}#{self.part}"

    @classmethod
    def parse(cls, key: str) -> "CallKey":
        """Raises ValueError for a text that is no key of a call."""
        name, hash_, part = key.rpartition("#")
        run, slash, step = name.partition("/")
        if not (hash_ and slash and run and step and part.isdecimal()):
            raise ValueError(f"{key!r} is no key of a call")
        return cls(run, StepName(step), int(part))

    @property
    def base(self) -> "CallKey":
        """The key of the first try of the same call."""
        return CallKey(self.run, self.step.base, self.part)
