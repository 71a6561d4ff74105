"""What people ask for. Frozen, serialisable, imperative; the adapters make them, intake obeys them."""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["refine", "evolve"]
Leap = Literal["subtle", "medium", "drastic"]
Quality = Literal["low", "medium", "high", "xhigh", "max"]
StopRule = Literal["auto", "never"]

LEAPS: tuple[Leap, ...] = ("subtle", "medium", "drastic")
QUALITIES: tuple[Quality, ...] = ("low", "medium", "high", "xhigh", "max")


@dataclass(frozen=True, slots=True)
class Actor:
    """A person on a platform. Ids are strings; `moderator` and `admin` as the platform says now."""

    platform: str
    tenant: str
    id: str
    name: str = ""
    locale: str = ""
    roles: tuple[str, ...] = ()
    moderator: bool = False
    admin: bool = False


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
class Request:
    """What every command carries. `dedup_key` is the delivery's id, prefixed by platform and tenant;
    `unused` what came along and can't be used: "a picture", "a PDF"."""

    dedup_key: str
    actor: Actor
    place: Place
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refine(Request):
    """Come closer to a picture, to a sentence, or to both, round by round. None = the default;
    `painter` is one that the server allows (`CoreApi.painters`), "" = its default."""

    kind: Literal["refine"] = "refine"
    image: ImageHandle | None = None
    goal: str = ""
    iterations: int | None = None
    candidates: int | None = None
    quality: str | None = None
    size: str | None = None
    review: bool = False
    stop: StopRule = "auto"
    painter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evolve(Request):
    """Depart from a picture: a new style every round. Empty `styles` = the deck; `painter` as in
    Refine."""

    kind: Literal["evolve"] = "evolve"
    image: ImageHandle | None = None
    goal: str = ""
    iterations: int | None = None
    styles: tuple[str, ...] = ()
    leap: Leap = "medium"
    lock: bool = False
    quality: str | None = None
    size: str | None = None
    painter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick(Request):
    """Continue from this iteration: a new branch, charged to the actor.

    `dedup_key` is `pick_key(...)`, so that a button and a star are one command.
    """

    kind: Literal["pick"] = "pick"
    iteration: str
    signal: Literal["button", "reaction"] = "button"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpick(Request):
    """A star taken back: ends the branch if it has not painted yet."""

    kind: Literal["unpick"] = "unpick"
    iteration: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaintAgain(Request):
    """The same prompt once more: one sibling of this iteration."""

    kind: Literal["paint_again"] = "paint_again"
    iteration: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPrompt(Request):
    """A branch whose first round paints this prompt."""

    kind: Literal["edit_prompt"] = "edit_prompt"
    iteration: str
    prompt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Continue(Request):
    """More rounds from a session's champion; `instruction` says what shall change, if anything."""

    kind: Literal["continue"] = "continue"
    session: str
    instruction: str = ""
    iterations: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Request):
    """End a run between two steps. An empty `run` means every open run of the session."""

    kind: Literal["stop"] = "stop"
    session: str
    run: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revise(Request):
    """The answer to a review: the critique in the person's words; empty = go on as it is."""

    kind: Literal["revise"] = "revise"
    run: str
    round: int
    critique: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Request):
    """Turn review of each round on or off while the run is going."""

    kind: Literal["review"] = "review"
    run: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(Request):
    """The answer to a quote that asks before it spends."""

    kind: Literal["confirm"] = "confirm"
    run: str
    yes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Discard(Request):
    """Take an iteration's post down; the node and its costs stay in the tree."""

    kind: Literal["discard"] = "discard"
    iteration: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repost(Request):
    """Post again a delivery whose outcome is unknown, because a person says it is missing."""

    kind: Literal["repost"] = "repost"
    delivery: str


Question = Literal["help", "quota", "sessions", "hint", "image"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Request):
    """A question the platform answers by itself, written down so that it is answered once.

    `what` is the question, `about` an iteration's id (image: the full size and its prompt, for
    the actor alone).
    """

    kind: Literal["ask"] = "ask"
    what: Question
    about: str = ""


Command = (
    Refine
    | Evolve
    | Pick
    | Unpick
    | PaintAgain
    | EditPrompt
    | Continue
    | Stop
    | Revise
    | Review
    | Confirm
    | Discard
    | Repost
    | Ask
)


def pick_key(platform: str, tenant: str, iteration: str, actor: str) -> str:
    """The dedup key of a pick: one open branch per person and iteration, by whichever door."""
    return f"pick:{platform}:{tenant}:{iteration}:{actor}"
