"""The records of the session tree. Append-only: continuing from an iteration is a new pointer."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from core.domain.answers import Critique, Description, Inspection, Reply, Rewritten, Verdict
from core.domain.call_key import CallKey
from core.domain.commands import Actor, Hold, Leap, Mode, Place, StopRule
from core.domain.defaults import Rule
from core.domain.faults import Fault as Fault
from core.domain.story import Chapter, Scene, Telling
from core.domain.updates import Update
from core.domain.views import Check, Quote, Score
from core.domain.work import Work


class RunStatus(StrEnum):
    CONFIRMING = "confirming"  # a quote waits for a yes
    QUEUED = "queued"  # written, the engine may not know it yet
    RUNNING = "running"
    PAUSED = "paused"  # over; waits for a person's answer, which starts a new run
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


DEPARTING = "evolve"  # the job whose rounds depart
OPEN = frozenset({RunStatus.CONFIRMING, RunStatus.QUEUED, RunStatus.RUNNING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One request and all that grows from it. `reference` is an image hash; `thread` where it lives.
    `back`: the iteration that an undo went back to, `since` the newest then; `name` by its owner."""

    id: str
    mode: Mode
    owner: Actor
    place: Place
    thread: str = ""
    reference: str = ""
    goal: str = ""
    checklist: tuple[str, ...] = ()
    depends: tuple[int, ...] = ()
    back: str = ""
    since: str = ""
    name: str = ""
    blanked: int = 0  # its runs when its words were thrown away
    created: datetime

    @property
    def known_as(self) -> str:
        """Its name, else its goal in one line; "" where it has neither."""
        return self.name or " ".join(self.goal.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All a run needs to know, frozen at intake. `hold`: whether the painter gets reference and champion
    beside the words. `painter` "" = the configured one; `relaxed`: the provider's milder moderation;
    `rationed`: its images count; `work`: what a picture job paints; `telling`: a story's run; `off`: rules
    left out; `quiet`: only the end is posted; `vote_s`: of a crowd, 0 = none; `instead`: who takes over,
    if somebody agrees where `asks`; `labelled`: said to be an AI's."""

    mode: Mode
    rounds: int
    candidates: int = 1
    quality: str = "medium"
    width: int = 1024
    height: int = 1024
    review: bool = False
    stop: StopRule = "auto"
    styles: tuple[str, ...] = ()
    leap: Leap = "medium"
    lock: bool = False
    target: float = 0.0
    patience: int = 2
    checks_score: float = 60.0
    hold: Hold = "words"
    review_timeout_s: float = 120.0
    usd_limit: Decimal | None = None
    base: str = ""
    first_prompt: str = ""
    wish: str = ""
    painter: str = ""
    relaxed: bool = False
    rationed: bool = True
    work: Work | None = None
    quiet: bool = False
    off: tuple[Rule, ...] = ()
    telling: Telling | None = None
    instead: tuple[str, ...] = ()
    asks: bool = False
    vote_s: float = 0.0
    labelled: bool = False

    @property
    def departs(self) -> bool:
        """Every round follows the one before and is kept: there is no champion to defend."""
        return self.mode == DEPARTING


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run of the loop on a session's tree, charged to `actor`.
    `attempt` counts engine runs: the engine's id is `id` for the first, then `id/2`, ...
    `command_key` is the inbox row it came from. `branch`: the letter of a session's later runs."""

    id: str
    session: str
    actor: Actor
    place: Place
    command_key: str
    plan: Plan
    quote: Quote
    status: RunStatus
    created: datetime
    started: datetime | None = None
    ended: datetime | None = None
    reason: str = ""
    attempt: int = 1
    review: bool = False
    branch: str = ""

    @property
    def label(self) -> str:
        """The branch and whose it is, "" for a session's first run."""
        return " · ".join(filter(None, (self.branch, self.actor.name))) if self.branch else ""

    @property
    def engine_id(self) -> str:
        return self.id if self.attempt == 1 else f"{self.id}/{self.attempt}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Iteration:
    """One node of the tree: an image and all it was made from. `critique` is what was said of this image,
    `because` the sentence that led to it. `score` is against the reference (a departing run: the
    previous image), `drift` against the original. `chapter`: the scene of a story that it shows."""

    id: str
    session: str
    run: str
    parent: str
    round: int
    candidate: int
    prompt: str
    words: str
    image: str
    width: int
    height: int
    model: str
    created: datetime
    seconds: float = 0.0
    cost: Decimal | None = None
    seed: int | None = None
    revised_prompt: str = ""
    style: str = ""
    alt: str = ""
    because: str = ""
    score: Score | None = None
    checks: tuple[Check, ...] = ()
    drift: float | None = None
    won: bool = False
    best: bool = False
    critique: Critique | None = None
    discarded: bool = False
    chapter: Chapter | None = None


class CallState(StrEnum):
    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"  # the provider's safety system said no
    FAILED = "failed"  # surely not billed
    UNKNOWN = "unknown"  # may have been billed: booked at the worst case


@dataclass(frozen=True, slots=True, kw_only=True)
class PaintResult:
    """A painter's answer as the calls table keeps it: the image is in the image store."""

    kind: Literal["painting"] = "painting"
    image: str
    width: int
    height: int
    revised_prompt: str = ""
    seed: int | None = None


CallValue = PaintResult | Description | Critique | Verdict | Inspection | Rewritten | Scene | Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """One paid call. `key` = run/step#n (`name` reads it); `by` names the process that began it; `images` it paints."""

    key: str
    run: str
    kind: str
    model: str
    state: CallState
    by: str
    begun: datetime
    images: int = 0
    worst_usd: Decimal | None = None
    ended: datetime | None = None
    value: CallValue | None = None
    usd: Decimal | None = None
    request_id: str = ""
    fault: Fault = ""
    retry_after: float = 0.0
    error: str = ""

    @property
    def name(self) -> CallKey:
        return CallKey.parse(self.key)


class InboxState(StrEnum):
    NEW = "new"
    TAKEN = "taken"
    REFUSED = "refused"
    QUARANTINED = "quarantined"  # this version can't read it: another may


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"  # may have been posted; a person decides
    PARKED = "parked"  # can't be posted; with `since`: not for a day, and taken up again
    QUARANTINED = "quarantined"  # this version can't read it: another may


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a platform says of a post. `more` are further messages of the same delivery, `files` the
    platform's ids of uploads that the message shows, where they outlive it."""

    message: str
    channel: str
    thread: str = ""
    more: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One row of the outbox. `key` is the same at every retry; `seq` counts within a session.
    `edits` is the receipt of the message this update edits, where its subject was posted before.
    `place.thread` is the session's thread as known when the row is handed out; `first`: it opens the
    thread, nothing of the session stands yet. `since`: it has failed since then."""

    id: int
    key: str
    platform: str
    session: str
    run: str
    seq: int
    update: Update
    place: Place
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    due: datetime | None = None
    since: datetime | None = None
    edits: Receipt | None = None
    first: bool = False
    receipt: Receipt | None = None
    error: str = ""

    @property
    def lane(self) -> str:
        """What leaves one after the other: a session's rows, or an answer alone."""
        return self.session or f"alone:{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A person's word to a running run; of a turn `round` is the way chosen, 0 = `text`, their own; of
    `instead` the number of a painter."""

    run: str
    kind: Literal["stop", "revise", "turn", "instead"]
    actor: Actor
    text: str = ""
    round: int = 0
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A session with everything on it, as pages and exports read it."""

    session: Session
    runs: tuple[RunRecord, ...] = ()
    iterations: tuple[Iteration, ...] = field(default_factory=tuple)
