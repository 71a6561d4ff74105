"""What a chat adapter may ask of core. `core.service.Service` implements it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from core.domain.access import Reader
from core.domain.admin import Act, ActAnswer, PersonalAct
from core.domain.commands import Actor, Command, Place
from core.domain.preferences import Preferences
from core.domain.records import (
    Delivery,
    InboxState,
    Iteration,
    Receipt,
    RunRecord,
    Session,
    Tree,
)
from core.domain.settings import ServerSettings
from core.domain.updates import Refused
from core.domain.views import Quote
from core.ports.images import Images
from core.ports.looking import LookingApi
from core.ports.offers import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaView:
    """A person's day: what is used (reservations of open runs included), the limits, when it is free;
    and the day of the server they ask from, whose limits are 0 where there are none."""

    images: int
    images_limit: int
    usd: Decimal
    usd_limit: Decimal
    usd_per_run: Decimal
    open_runs: int
    open_runs_limit: int
    total_usd: Decimal
    total_usd_limit: Decimal
    free_at: datetime
    frozen: bool = False
    server_images: int = 0
    server_images_limit: int = 0
    server_usd: Decimal = Decimal(0)
    server_usd_limit: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """How many runs were asked to stop, and the dollars they hold, which come back but for what is
    being made at this moment."""

    runs: int
    usd: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSummary:
    """A line in a list of sessions: its newest run and its best image's hash ("" before the first)."""

    session: Session
    run: RunRecord | None
    best: Iteration | None
    iterations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsView:
    """What runs are made with, for help texts and posts: 'provider:model' names. `painters` are
    all there are: a server's admins may choose from them, its people from `CoreApi.painters`."""

    painter: str
    editor: str
    critic: str
    judge: str
    embedded: bool
    styles: tuple[str, ...]
    painters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskLink:
    """For whom the mask painter is opened, on which image; what comes of it is theirs, in `place`.
    `marks`: to draw on the picture, not to mask it."""

    actor: Actor
    place: Place
    iteration: str
    marks: bool = False


class CoreApi(LookingApi, Protocol):
    """Reads say who asks: what belongs to another server, or to another person's direct messages,
    is not there. `access.PROGRAM` asks for the program itself, never for somebody."""

    @property
    def images(self) -> Images: ...

    @property
    def models(self) -> ModelsView: ...

    @property
    def masks(self) -> bool:
        """Whether pictures can be painted on by hand: `mask_link` has an address to give, and a job
        that can be done here takes a mask."""
        ...

    @property
    def offers(self) -> Sequence[Offer]:
        """Every job there is, in the order in which they are shown."""
        ...

    async def receive(self, command: Command) -> bool:
        """Writes the command down (one row, fast: call it before acknowledging) and has it taken in
        in the background. False if this dedup key was received before. Never raises a Refusal:
        refusals arrive as an update."""
        ...

    async def quote(self, command: Command) -> Quote:
        """What it would cost at most, if it began now: nothing is written, no picture is fetched.
        Raises a Refusal."""
        ...

    async def delete(self, actor: Actor, session: str) -> None:
        """Deletes a session with all that grew from it. Raises a Refusal."""
        ...

    async def rename(self, actor: Actor, session: str, name: str) -> str:
        """Gives a session a name, "" takes it back; the name as it is kept. Raises a Refusal."""
        ...

    async def picked_before(self, key: str) -> bool:
        """Whether a pick of this key was ever taken: stars found at a start are not replayed."""
        ...

    async def may(
        self, actor: Actor, act: str, place: Place, *, iteration: str = "", run: str = ""
    ) -> str:
        """Why this person may not do `act` (a command's kind) now, as a sentence, "" where they may:
        asked before a form is shown. `iteration` or `run` is what it is about, without them a
        session would begin at `place`. What is given is asked again when it is taken in."""
        ...

    async def quota(self, actor: Actor) -> QuotaView: ...

    async def sessions(self, actor: Actor, limit: int = 25) -> Sequence[SessionSummary]: ...

    async def sessions_in(
        self, reader: Reader, platform: str, channel: str, limit: int = 25
    ) -> Sequence[SessionSummary]:
        """A channel's newest sessions, whoever began them, newest first."""
        ...

    async def tree(self, session: str, reader: Reader) -> Tree | None: ...

    async def iteration(self, id: str, reader: Reader) -> Iteration | None: ...

    async def delivery_of(
        self, platform: str, channel: str, message: str, reader: Reader
    ) -> Delivery | None:
        """The delivery that made a message; its update tells which iteration it shows."""
        ...

    async def shown(self, platform: str, limit: int = 100) -> Sequence[Delivery]:
        """The newest posts of rounds, newest first, for the program's own look at their reactions at
        a start."""
        ...

    async def session_in(
        self, reader: Reader, platform: str, channel: str, thread: str
    ) -> Session | None:
        """The session that lives in a thread."""
        ...

    async def deliveries(self, session: str, reader: Reader, after: int = 0) -> Sequence[Delivery]:
        """A session's updates with a sequence number above `after`, in order (server-sent events)."""
        ...

    async def taken_down(self, image: str) -> bool:
        """Whether this image hash was taken down, and is kept only until a run has ended."""
        ...

    async def owns(self, image: str, actor: Actor) -> bool:
        """Whether this image hash was shown in a session of this person's own, or brought along to
        one, and was not taken down."""
        ...

    async def refusal(self, dedup_key: str, reader: Reader) -> Refused | None:
        """What a command was refused with, by its dedup key; kept for an hour at least."""
        ...

    async def refused(self, dedup_key: str, actor: Actor) -> Command | None:
        """This person's command that was refused, by its dedup key: to be changed and said again."""
        ...

    async def question(self, dedup_key: str, reader: Reader) -> Delivery | None:
        """The answer to what this person asked, by the question's dedup key; it holds the words
        that were unclear."""
        ...

    async def settings(self, platform: str, tenant: str) -> ServerSettings:
        """A server's settings as its admins set them."""
        ...

    async def painters(self, platform: str, tenant: str) -> Sequence[str]:
        """The painters a server's people may choose from, its default first."""
        ...

    async def configure(
        self, actor: Actor, settings: ServerSettings, seen: ServerSettings | None = None
    ) -> ServerSettings:
        """Changes the settings of the actor's server to `settings`: of what the actor `seen` before,
        only what differs; None replaces all (`ServerSettings()` is the way back). Returns what
        holds now. Raises a Refusal with a sentence: not an admin, or a value that can't be."""
        ...

    async def preferences(self, actor: Actor) -> Preferences:
        """What this person prefers where they say nothing."""
        ...

    async def prefer(
        self, actor: Actor, wanted: Preferences, seen: Preferences | None = None
    ) -> Preferences:
        """Keeps what a person prefers: of what they `seen` before only what differs; None replaces
        all. Returns what holds now. Raises BadRequest with a sentence."""
        ...

    async def cancel_all(self, actor: Actor) -> Cancelled:
        """Stops every open run that this person pays for, on all servers of their platform."""
        ...

    async def administer(self, act: Act) -> ActAnswer:
        """What an admin does to limits, people and runs of their server. Raises a Refusal with a
        sentence: not an admin, or a value that can't be."""
        ...

    async def about_me(self, act: PersonalAct) -> ActAnswer:
        """What a person asks for themselves. Raises a Refusal with a sentence."""
        ...

    async def shows(self, platform: str, file: str, but: Receipt) -> bool:
        """Whether a message other than `but` shows an upload, by the platform's id of it."""
        ...

    async def tell_operator(self, about: str, sentence: str) -> None:
        """Once a day about the same thing: in the log, and by direct message where one is named."""
        ...

    async def leave(self, platform: str, tenant: str) -> None:
        """The program was removed from a server: written down at once; its runs are stopped and what
        its people made is deleted in the background, by the sweep if need be."""
        ...

    async def fate(self, dedup_key: str) -> InboxState | None:
        """What became of a command by its key: None = it was never received."""
        ...

    async def mask_link(self, link: MaskLink) -> str:
        """The signed address of the mask painter, "" where no public_url is set. It ends after two
        hours and works once: it is for that person alone."""
        ...

    def link(self, session: str) -> str:
        """The signed address of a session's page, "" where no public_url is set."""
        ...
