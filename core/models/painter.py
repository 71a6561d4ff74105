"""What crosses the border to an image model."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol

from core.domain.work import Operation

__all__ = ["Operation"]  # part of this border
Manner = Literal["sentences", "keywords"]
LETTERS_A_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call cost. `usd` is None where the provider doesn't tell and no price is known."""

    usd: Decimal | None
    tokens_in: int = 0
    tokens_out: int = 0


FREE = Cost(Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """How many pixels an outpaint adds on each side."""

    left: int = 0
    right: int = 0
    up: int = 0
    down: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PaintRequest:
    """One call to a painter. Images are encoded bytes; `mask` is an 8-bit PNG, white = edit; `markup`
    a transparent PNG of the first source's size that says what is meant, never beside a mask.

    `width` x `height` is the size wanted; the adapter brings it to what the model takes.
    `user` is a salted hash for the provider's safety system, `key` the call's own. `strength`:
    how far from the source, 0-1. `report` is told how far the work is, 0-1, where that is known,
    `preview` the picture as it is by then (encoded bytes), where the provider shows it.
    Providers that take jobs tell `begun` the job before they wait for it; with `job` they wait for
    that one, and begin none.
    """

    operation: Operation = "generate"
    prompt: str
    width: int = 1024
    height: int = 1024
    quality: str = "medium"
    n: int = 1
    seed: int | None = None
    sources: tuple[bytes, ...] = ()
    mask: bytes | None = None
    markup: bytes | None = None
    margins: Margins = field(default_factory=Margins)
    strength: float = 0.5
    style: str = ""
    negative: str = ""
    transparent: bool = False
    moderation: Literal["auto", "low"] = "auto"
    user: str = ""
    key: str = ""
    search: str = ""
    report: Callable[[float], None] | None = field(default=None, compare=False, repr=False)
    preview: Callable[[bytes], None] | None = field(default=None, compare=False, repr=False)
    job: str = ""
    begun: Callable[[str], Awaitable[None]] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Painting:
    """One painted image: encoded bytes, and what the provider said of it."""

    data: bytes
    model: str
    revised_prompt: str = ""
    seed: int | None = None
    request_id: str = ""
    cost: Cost | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PainterProfile:
    """What a painter can do. `sizes` empty = any size within its rule.

    `reads_tokens`: how much of a prompt it reads, in tokens of four letters (0 = all of it), `manner`
    the form it was taught on. `negative`: it heeds what shall not be there by a field of its own.
    `markup`: it takes marks as a layer of their own. `erases`: an edit without a prompt takes away what is under the mask. `only_masked`: it edits inside a mask and nowhere else. `repeatable`: the same request gives the same image for nothing, so a call in doubt is simply
    made again. `english`: wants its prompt in English.
    """

    provider: str
    model: str
    operations: frozenset[Operation] = frozenset({"generate"})
    mask: bool = False
    markup: bool = False
    image_to_image: bool = False
    max_sources: int = 0
    max_n: int = 1
    qualities: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    seed: bool = False
    transparent: bool = False
    negative: bool = False
    only_masked: bool = False
    erases: bool = False
    prompt_limit: int = 4000
    reads_tokens: int = 0
    manner: Manner = "sentences"
    formats: tuple[str, ...] = ("png",)
    repeatable: bool = False
    embedded: bool = False
    english: bool = False
    timeout_s: float = 180.0
    note: str = ""

    @property
    def name(self) -> str:
        return f"{self.provider}:{self.model}"

    @property
    def takes_pictures(self) -> bool:
        """Whether a round may begin from pictures; the embedded engine's text is all it paints."""
        return "vary" in self.operations and self.max_sources > 0 and not self.embedded

    @property
    def follows_pictures(self) -> bool:
        """Whether it keeps what several pictures show and changes what the words say."""
        return self.takes_pictures and self.max_sources > 1

    @property
    def written_limit(self) -> int:
        """The most characters a critic's prompt for it has: what is read of them."""
        read = self.reads_tokens * LETTERS_A_TOKEN
        return min(self.prompt_limit, read) if read else self.prompt_limit


class Painter(Protocol):
    """An image model. `paint` returns `request.n` paintings, fewer where calls made at once delivered
    only some (the first one's cost is then that of all), or raises a `core.domain.errors.ProviderError`."""

    @property
    def profile(self) -> PainterProfile: ...

    def price(self, request: PaintRequest) -> Decimal | None:
        """The most this call can cost in dollars, None if unknown. No I/O."""
        ...

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]: ...

    async def close(self) -> None: ...
