"""What admins do, declared once: Discord's subcommands, Slack's `/darkroom …`, the terminal's
`darkroom admin …` come from it. A server's admins act on their server, the operator on all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal, get_args

from core.domain.budgets import Scope, Unit, Window
from core.domain.commands import Command
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.rules import RuleName
from core.domain.settings import dollars_of
from core.domain.story import Rating

MENTION = re.compile(r"<(?:@[!&]?|#)([\w-]+)(?:\|[^<>|]*)?>")
ID = re.compile(r"[\w.:-]{1,64}")
MOST = Decimal(1_000_000)
CHATS = ("discord", "slack")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowLimits(Command):
    """What limits there are, and what is left of them."""

    kind: Literal["limits"] = "limits"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLimit(Command):
    """`amount` "$5", "100" (images), "off". `name` as people know whom it is for."""

    kind: Literal["limit"] = "limit"
    scope: Annotated[Scope, Option("admin.scope", required=True)] = "person"
    amount: Annotated[str, Option("admin.amount", required=True, most=20)] = ""
    window: Annotated[Window, Option("admin.window")] = "day"
    whom: Annotated[str, Option("admin.whom", most=100)] = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfPerson(Command):
    """`name` as people know them."""

    person: Annotated[str, Option("admin.person", required=True, holds="person")] = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Give(_OfPerson):
    kind: Literal["grant"] = "grant"
    amount: Annotated[str, Option("admin.grant.amount", required=True, most=20)] = ""
    days: Annotated[int | None, Option("admin.days", most=366)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block(_OfPerson):
    kind: Literal["block"] = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unblock(_OfPerson):
    kind: Literal["unblock"] = "unblock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze(Command):
    kind: Literal["freeze"] = "freeze"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thaw(Command):
    kind: Literal["thaw"] = "thaw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend(Command):
    kind: Literal["spend"] = "spend"
    by: Annotated[Literal["day", "person", "model", "server"], Option("admin.by")] = "day"
    days: Annotated[int | None, Option("admin.spend.days", most=366)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Going(Command):
    """The runs that are going, each with a way to stop it."""

    kind: Literal["runs"] = "runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Command):
    """`run`: its id, "all"."""

    kind: Literal["stop"] = "stop"
    run: Annotated[str, Option("admin.run", required=True, most=64)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log(Command):
    kind: Literal["audit"] = "audit"
    verify: Annotated[bool, Option("admin.verify")] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeZone(Command):
    kind: Literal["timezone"] = "timezone"
    zone: Annotated[str, Option("admin.zone", required=True, most=64)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stories(Command):
    """Bounds of the stories told here; what is not said becomes the operator's."""

    kind: Literal["stories"] = "stories"
    rating: Annotated[Rating | None, Option("admin.stories.rating")] = None
    words: Annotated[int | None, Option("admin.stories.words", least=40, most=200)] = None
    scenes: Annotated[int | None, Option("admin.stories.scenes", least=2, most=60)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRule(Command):
    """One of the rules of what is painted and kept here: `value` sets it, without one it is shown."""

    kind: Literal["rule"] = "rule"
    rule: Annotated[RuleName, Option("admin.rule", required=True)] = "block"
    value: Annotated[str, Option("admin.rule.value", most=100)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery(Command):
    """A channel's starred images on a page, for whoever has its link: off until an admin wants it."""

    kind: Literal["gallery"] = "gallery"
    channel: Annotated[str, Option("admin.gallery.channel", required=True, most=64)] = ""
    shown: Annotated[Literal["on", "off"], Option("admin.gallery.shown")] = "on"


@dataclass(frozen=True, slots=True, kw_only=True)
class MyData(Command):
    """All that is kept of who asks."""

    kind: Literal["my-data"] = "my-data"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetMe(Command):
    """`sure`: "yes"; there is no way back."""

    kind: Literal["forget-me"] = "forget-me"
    sure: Annotated[str, Option("admin.sure", required=True, most=10)] = ""


FileKind = Literal["png", "jpeg", "webp"]
LARGEST_SAVED = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveAs(Command):
    """A picture as a file: `width` in pixels, its own where none is said; the height follows."""

    kind: Literal["save"] = "save"
    iteration: str
    format: Annotated[FileKind, Option("save.format")] = "png"
    width: Annotated[int | None, Option("save.width", least=16, most=LARGEST_SAVED)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Command):
    """One person at several doors: without a code they get one, with one it is redeemed."""

    kind: Literal["link"] = "link"
    code: Annotated[str, Option("admin.code", most=40)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlink(Command):
    kind: Literal["unlink"] = "unlink"


Act = (
    ShowLimits
    | SetLimit
    | Give
    | Block
    | Unblock
    | Freeze
    | Thaw
    | Spend
    | Going
    | End
    | Log
    | TimeZone
    | Stories
    | SetRule
    | Gallery
)


def name_of(act: "type[Act] | type[PersonalAct]") -> str:
    """What people type."""
    return str(next(field.default for field in fields(act) if field.name == "kind"))


ACTS: Mapping[str, type[Act]] = {name_of(act): act for act in get_args(Act)}
"""By the names people type behind `/darkroom` and `darkroom admin`."""
TypedAct = MyData | ForgetMe | Link | Unlink
PersonalAct = TypedAct | SaveAs
PERSONAL: Mapping[str, type[PersonalAct]] = {name_of(act): act for act in get_args(TypedAct)}
"""What everybody may ask for themselves; `SaveAs` is of a picture, and a button."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActAnswer:
    """The answer to an act, for the eyes of who acted. `stops`: runs that can be stopped, with what is
    said of each; `plot` is a PNG, empty for none; `file` a name and what is in it; `ok` False: something was found to be wrong."""

    lines: tuple[str, ...]
    stops: tuple[tuple[str, str], ...] = ()
    plot: bytes = b""
    ok: bool = True
    file: tuple[str, bytes] | None = None

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def id_of(text: str) -> str:
    """Of a person, role or channel, from a mention or as it is. Raises BadRequest."""
    text = text.strip()
    if found := MENTION.fullmatch(text):
        return found[1]
    if ID.fullmatch(text):
        return text
    raise BadRequest("Name them by a mention, such as @name or #channel, or by their id.")


def amount_of(text: str) -> tuple[Unit, Decimal] | None:
    """ "$2.50" and "2.50 usd" are dollars, "100" and "100 images" pictures; None: "off". Raises
    BadRequest."""
    text = " ".join(text.casefold().split())
    if text in ("off", "none", "-"):
        return None
    bare = text.removesuffix("usd").removesuffix("$").strip()
    if text.startswith("$") or bare != text:
        found = dollars_of("amount", bare)
        if found is None or not 0 <= found <= MOST:
            raise BadRequest(f"amount is from $0 to ${MOST}, or off.")
        return "usd", found
    count = text.removesuffix("images").removesuffix("image").strip()
    if not count.isdecimal() or int(count) > MOST:
        raise BadRequest(
            'amount is a number of images, such as "100", dollars, such as "$5", or off.'
        )
    return "images", Decimal(int(count))


def mention(platform: str, person: str) -> str:
    """How a person is named in an answer: both chats write it alike, and neither calls anybody by it
    in a private answer."""
    return f"<@{person}>" if platform in CHATS and person.isalnum() else f"{platform}:{person}"


def expiry(days: int | None, now: datetime) -> datetime | None:
    return None if days is None else now.astimezone(UTC) + timedelta(days=days)
