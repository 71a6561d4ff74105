"""What people ask for. Frozen, serialisable, imperative; the doors make them, the dispatcher obeys.

What begins a run is declared with its job (core/jobs); what is said to a run that goes is here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

Mode = str
"""How a tree is made: the name of a job, such as "refine"."""
Leap = Literal["subtle", "medium", "drastic"]
Quality = Literal["low", "medium", "high", "xhigh", "max"]
StopRule = Literal["auto", "never"]
Hold = Literal["words", "picture"]

LEAPS: tuple[Leap, ...] = ("subtle", "medium", "drastic")
QUALITIES: tuple[Quality, ...] = ("low", "medium", "high", "xhigh", "max")


class Passing:
    """Known while a request is served, and never written down: a record keeps an empty list of it.
    Read by whatever makes JSON of records (pydantic's protocol)."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Callable[[Any], Any]) -> Any:
        nothing = {"type": "function-plain", "function": cls.nothing}
        return {**handler(source), "serialization": nothing}

    @staticmethod
    def nothing(_: object) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Actor:
    """A person on a platform. Ids are strings; `moderator` and `admin` as the platform says now.
    `also`: who they are at other doors, as "platform:id", once they linked them."""

    platform: str
    tenant: str
    id: str
    name: str = ""
    locale: str = ""
    roles: tuple[str, ...] = ()
    moderator: bool = False
    admin: bool = False
    also: Annotated[tuple[str, ...], Passing] = ()

    @property
    def known(self) -> tuple[tuple[str, str], ...]:
        """Everybody they are, as (platform, id), themselves first."""
        others = (each.partition(":") for each in self.also)
        return ((self.platform, self.id), *((platform, id) for platform, _, id in others))

    def ids_on(self, platform: str) -> frozenset[str]:
        """Who they are on a platform."""
        return frozenset(id for each, id in self.known if each == platform)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command came from and where its answers go: ids only, never a link or a token.

    `message` is the source message of a shortcut, `hint` a platform's short-lived reply handle:
    useful while it lasts, never needed.
    """

    platform: str
    tenant: str
    channel: str
    thread: str = ""
    message: str = ""
    is_dm: bool = False
    can_thread: bool = True
    nsfw: bool = False
    upload_limit: int = 0
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ImageHandle:
    """An upload that intake fetches through its platform; `ref` is the platform's own (ids as JSON)."""

    platform: str
    ref: str
    name: str = ""
    claimed_type: str = ""
    claimed_size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What every command carries. `kind` is its name, `dedup_key` the delivery's id, prefixed by
    platform and tenant; `unused` what came along and can't be used: "a picture",
    "a PDF"."""

    kind: str = ""
    dedup_key: str
    actor: Actor
    place: Place
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpick(Command):
    """A star taken back: ends the branch if it has not painted yet."""

    kind: Literal["unpick"] = "unpick"
    iteration: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Command):
    """End a run between two steps. An empty `run` means every open run of the session."""

    kind: Literal["stop"] = "stop"
    session: str
    run: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revise(Command):
    """The answer to a review: the critique in the person's words; empty = go on as it is."""

    kind: Literal["revise"] = "revise"
    run: str
    round: int
    critique: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Command):
    """Turn review of each round on or off while the run is going."""

    kind: Literal["review"] = "review"
    run: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(Command):
    """The answer to a quote that asks before it spends."""

    kind: Literal["confirm"] = "confirm"
    run: str
    yes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead(Command):
    """Let the next painter go on with a run whose own fails: the one with this number in its plan."""

    kind: Literal["instead"] = "instead"
    run: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Discard(Command):
    """Take an iteration's post down; the node and its costs stay in the tree."""

    kind: Literal["discard"] = "discard"
    iteration: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Command):
    """Show a picture to the server's moderators, because something is wrong with it."""

    kind: Literal["report"] = "report"
    iteration: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repost(Command):
    """Post again a delivery whose outcome is unknown, because a person says it is missing."""

    kind: Literal["repost"] = "repost"
    delivery: str


Question = Literal["help", "quota", "sessions", "hint", "image", "unclear", "several"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Command):
    """A question the platform answers by itself, written down so that it is answered once.

    `what` is the question, `about` an iteration's id (image: the full size and its prompt, for
    the actor alone) or, of words that may be no wish (unclear), the words; of several pictures that
    were sent at once, what the platform needs to find them again.
    """

    kind: Literal["question"] = "question"
    what: Question
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Command):
    """Words to a picture, which core makes another command of: about `iteration`, else `session`,
    else the session whose thread it is said in; in direct messages about the newest, or a new wish.
    `instead`: a run that the words began by mistake: it is stopped, and they are said of the session
    before its own."""

    kind: Literal["say"] = "say"
    words: str = ""
    session: str = ""
    iteration: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Command):
    """Back to what an iteration (the session's champion where none is named) was made from: it is
    shown again, and is what one carries on from. Nothing is painted."""

    kind: Literal["undo"] = "undo"
    session: str = ""
    iteration: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote(Command):
    """For one picture of a blind comparison; a person's last vote counts."""

    kind: Literal["vote"] = "vote"
    iteration: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal(Command):
    """The labels of the blind comparison that this picture is of; the vote is over."""

    kind: Literal["reveal"] = "reveal"
    iteration: str


Control = (
    Unpick
    | Stop
    | Revise
    | Review
    | Confirm
    | Instead
    | Discard
    | Report
    | Repost
    | Ask
    | Say
    | Undo
    | Vote
    | Reveal
)
"""What is said to a run that goes, or about one that is over."""


def pick_key(platform: str, tenant: str, iteration: str, actor: str) -> str:
    """The dedup key of a pick: one open branch per person and iteration, by whichever door."""
    return f"pick:{platform}:{tenant}:{iteration}:{actor}"
