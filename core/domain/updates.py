"""What happened, in the past tense. Core writes them into the outbox; the adapters show them.

Money is Decimal dollars or None where unknown; scores 0-100 or None; times UTC. `subject` names the
message an update belongs to: the first one of a subject is posted, the later ones edit that message.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from core.domain.commands import Actor, Mode, Question
from core.domain.described import Described
from core.domain.reviews import Paused, ReviewRequested
from core.domain.views import CandidateView, Quote, SceneView

REPOST = "repost:"
INSTEAD = "instead:"
RunPhase = Literal[
    "confirming", "queued", "running", "waiting", "paused", "done", "stopped", "refused", "failed"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Taken, its quota reserved. With `confirm` it waits for a yes. `label`, here and below: a branch's
    letter and whose it is ("B · Ann"), "" for a session's first run. `before`: the session that the
    same words may have been meant for, "" for none."""

    kind: Literal["accepted"] = "accepted"
    session: str
    run: str
    mode: Mode
    owner: str
    owner_name: str
    locale: str = ""
    quote: Quote
    goal: str = ""
    reference: str = ""
    base: str = ""
    confirm: bool = False
    reason: str = ""
    review: bool = False
    branch: bool = False
    label: str = ""
    before: str = ""

    @property
    def subject(self) -> str:
        return f"status:{self.run}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed:
    """Where a run stands; overwrites the one before. `preview`: a hash of what is painted so far."""

    kind: Literal["progressed"] = "progressed"
    session: str
    run: str
    phase: RunPhase
    line: str
    round: int = 0
    rounds: int = 0
    spent: Decimal | None = None
    review: bool = False
    candidates: tuple[CandidateView, ...] = ()
    champion: str = ""
    preview: str = ""

    @property
    def subject(self) -> str:
        return f"status:{self.run}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IterationFinished:
    """A round is painted and judged. `candidates[best]` is the round's own best image.

    `change`: gain over the champion before; `drift` (a departing run): score against the original;
    `critique`: the sentence that led to this image; `words`: the prompt for people. `shown`
    "picture": a job's result, no round; `labels` then tell the candidates apart. `rest`: the job
    `put_back` is offered, since what should have stayed changed too. `again`: the act that shows it
    once more. `scene`: one of a story. `quiet`, here and below: the thread gets the end alone.
    `blind`: its labels are letters until they are asked for, and people vote: `votes`, of each.
    `voting`: which of them the next round follows, for a while.
    """

    kind: Literal["iteration_finished"] = "iteration_finished"
    session: str
    run: str
    mode: Mode
    round: int
    rounds: int
    candidates: tuple[CandidateView, ...]
    best: int
    champion: str
    won: bool
    change: float | None
    cost: Decimal | None
    seconds: float
    prompt: str
    words: str
    critique: str = ""
    style: str = ""
    drift: float | None = None
    parent: str = ""
    model: str = ""
    embedded: bool = False
    note: str = ""
    label: str = ""
    shown: Literal["round", "picture"] = "round"
    labels: tuple[str, ...] = ()
    rest: bool = False
    scene: SceneView | None = None
    again: str = ""
    blind: bool = False
    votes: tuple[int, ...] = ()
    voting: bool = False
    quiet: bool = False

    @property
    def subject(self) -> str:
        shown = f"round:{self.run}/{self.round}"
        return f"{shown}/again/{self.again}" if self.again else shown

    def picture(self, number: int) -> str:
        """The iteration with this number in a post of several, from 1; "" where there is none."""
        several = len(self.candidates) > 1 and 0 < number <= len(self.candidates)
        return self.candidates[number - 1].iteration if several else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Critiqued:
    """What the critic says of a round."""

    kind: Literal["critiqued"] = "critiqued"
    session: str
    run: str
    round: int
    iteration: str
    summary: str
    differences: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    idea: str = ""
    quiet: bool = False

    @property
    def subject(self) -> str:
        return f"round:{self.run}/{self.round}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The run is over. Hashes of the closing pictures; `released`: given back; `so_far`: dollars of
    all runs of the session, None where that says nothing more."""

    kind: Literal["finished"] = "finished"
    session: str
    run: str
    mode: Mode
    reason: str
    best: CandidateView | None
    rounds: int
    spent: Decimal | None
    spent_images: int
    quote: Quote
    released: Decimal | None
    seconds: float
    contact_sheet: str = ""
    animation: str = ""
    animation_gif: str = ""
    plot: str = ""
    unknown_calls: int = 0
    so_far: Decimal | None = None
    embedded: bool = False
    label: str = ""

    @property
    def subject(self) -> str:
        return f"final:{self.run}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Intake said no; for the actor's eyes, whose `locale` it is. Nothing was charged."""

    kind: Literal["refused"] = "refused"
    session: str = ""
    run: str = ""
    command: str
    sentence: str
    actor: str
    locale: str = ""
    free_at: datetime | None = None
    dedup_key: str = ""

    @property
    def subject(self) -> str:
        return f"refused:{self.dedup_key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The run broke; what was painted is kept."""

    kind: Literal["failed"] = "failed"
    session: str
    run: str
    sentence: str
    spent: Decimal | None = None

    @property
    def subject(self) -> str:
        return f"final:{self.run}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """A sentence for the thread: who picked, what is being waited for, what was skipped. `about`
    makes it one message per topic: a later notice of the same topic edits it. About `repost:KEY` it
    offers to post that delivery again, about `instead:NUMBER` to let the run's painter of that number
    take over, until it is `closed`. `picture`: a plot's hash."""

    kind: Literal["noticed"] = "noticed"
    session: str
    run: str = ""
    about: str
    sentence: str
    closed: bool = False
    picture: str = ""

    @property
    def offers(self) -> str:
        """The key of the delivery that may be posted again, "" for none."""
        return "" if self.closed or not self.is_offer else self.about.removeprefix(REPOST)

    @property
    def fallback(self) -> str:
        """The number of the painter that may take over, "" for none."""
        offered = self.about.startswith(INSTEAD) and not self.closed
        return self.about.removeprefix(INSTEAD) if offered else ""

    @property
    def is_offer(self) -> bool:
        return self.about.startswith(REPOST)

    @property
    def subject(self) -> str:
        return f"notice:{self.run or self.session}/{self.about}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded:
    """An iteration's post is to be taken down; or a `copy` of it, by its subject."""

    kind: Literal["discarded"] = "discarded"
    session: str
    run: str
    round: int
    iteration: str
    copy: str | None = None

    @property
    def subject(self) -> str:
        return self.copy or f"round:{self.run}/{self.round}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Asked by somebody, and answered by their platform for their eyes alone."""

    kind: Literal["asked"] = "asked"
    session: str = ""
    run: str = ""
    what: Question
    actor: Actor
    about: str = ""
    dedup_key: str

    @property
    def subject(self) -> str:
        return f"asked:{self.dedup_key}"


Update = (
    Accepted
    | Progressed
    | IterationFinished
    | Critiqued
    | Described
    | ReviewRequested
    | Paused
    | Finished
    | Refused
    | Failed
    | Noticed
    | Discarded
    | Asked
)
