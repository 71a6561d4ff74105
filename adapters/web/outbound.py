"""Updates → the page: JSON by the house rules, and the sender that wakes the pages that watch.

The outbox itself is the truth: pages read it by sequence number (events.py). Sending only says
"look again", so a page that is away misses nothing.
"""

import asyncio
import dataclasses
from collections import OrderedDict
from collections.abc import AsyncGenerator, Generator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, assert_never, cast

from adapters.web.inbound import PLATFORM
from adapters.web.security import Links
from core.domain.records import Delivery, Receipt
from core.domain.reviews import Paused, ReviewRequested
from core.domain.updates import (
    Accepted,
    Asked,
    Critiqued,
    Described,
    Discarded,
    Failed,
    Finished,
    IterationFinished,
    Noticed,
    Progressed,
    Refused,
    Update,
)
from core.ports.sender import Send

HASH_FIELDS = frozenset(
    {"image", "reference", "contact_sheet", "animation", "animation_gif", "plot", "preview"}
)
ONE_DECIMAL = frozenset({"value", "change", "drift"})


def jsonable(value: object, name: str = "") -> Any:
    """A value as JSON can carry it: dollars as strings, scores with one decimal, times in UTC."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {f.name: jsonable(getattr(value, f.name), f.name) for f in fields}
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        return {str(key): jsonable(item, str(key)) for key, item in items}
    if isinstance(value, tuple | list):
        return [jsonable(item, name) for item in cast("tuple[object, ...]", value)]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, float):
        return round(value, 1 if name in ONE_DECIMAL else 4)
    return value


def image_links(data: object, links: Links) -> dict[str, str]:
    """The signed address of every image hash in encoded data."""
    return {hash: links.image(hash) for hash in _hashes(data)}


def _hashes(data: object) -> Iterator[str]:
    if isinstance(data, list):
        for item in cast("list[object]", data):
            yield from _hashes(item)
    elif isinstance(data, dict):
        for key, value in cast("dict[str, object]", data).items():
            if key in HASH_FIELDS and isinstance(value, str) and value:
                yield value
            else:
                yield from _hashes(value)


def event(delivery: Delivery, links: Links) -> dict[str, Any]:
    """A delivery as the thread shows it: its number, its subject, the update, image links."""
    update = jsonable(delivery.update)
    return {
        "seq": delivery.seq,
        "key": delivery.key,
        "subject": delivery.update.subject,
        "update": update,
        "links": image_links(update, links),
    }


def digest(update: Update, links: Links) -> dict[str, Any] | None:
    """What the channel's list shows of an update; None for those that change nothing there."""
    base = {"session": update.session, "run": update.run, "kind": update.kind}
    match update:
        case Accepted():
            keys = ("mode", "owner", "owner_name", "goal", "reference", "branch", "confirm")
            rest = {key: getattr(update, key) for key in keys} | {"rounds": update.quote.rounds}
        case Progressed():
            keys = ("phase", "line", "round", "rounds")
            rest = {key: getattr(update, key) for key in keys}
        case IterationFinished() if update.again:
            return None  # it was counted when it was new
        case IterationFinished():
            shown = update.candidates[update.best] if update.candidates else None
            rest = {"image": shown.image if shown else "", "won": update.won}
            rest |= {"score": shown.score if shown else None, "images": len(update.candidates)}
        case Finished():
            rest = {"reason": update.reason, "rounds": update.rounds}
            rest |= {"image": update.best.image if update.best else ""}
            rest |= {"score": update.best.score if update.best else None}
        case Failed():
            rest = {"line": update.sentence}
        case (
            Critiqued()
            | Described()
            | ReviewRequested()
            | Paused()
            | Refused()
            | Noticed()
            | Discarded()
            | Asked()
        ):
            return None
        case _:
            assert_never(update)
    data = jsonable({**base, **rest})
    return {**data, "links": image_links(data, links)}


class Watcher:
    """One open page: wakes when something it shows may have changed.

    `digests` waits for the channel list; when too many pile up they are dropped and `behind` is
    set: the page then loads the list anew.
    """

    LIMIT = 500

    def __init__(self, session: str) -> None:
        self.session = session
        self.digests: list[dict[str, Any]] = []
        self.behind = False
        self.changed = False
        self.closed = False
        self._wake = asyncio.Event()

    def notice(self, session: str, data: dict[str, Any] | None) -> None:
        self.changed = self.changed or session == self.session
        if data is not None:
            self.digests.append(data)
        if len(self.digests) > self.LIMIT:
            self.digests.clear()
            self.behind = True
        self._wake.set()

    def close(self) -> None:
        self.closed = True
        self._wake.set()

    async def wait(self, seconds: float) -> bool:
        """True if something happened within that time."""
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return False
        self._wake.clear()
        return True


class WebSender:
    """The playground's side of the outbox (`core.ports.Sender`): tells the open pages."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._watchers: set[Watcher] = set()
        self._refused: OrderedDict[str, Refused] = OrderedDict()

    @property
    def platform(self) -> str:
        return PLATFORM

    @asynccontextmanager
    async def prepare(self, delivery: Delivery) -> AsyncGenerator[Send]:
        """There is nothing to prepare: the row itself is what pages show."""
        yield lambda: self._show(delivery)

    async def _show(self, delivery: Delivery) -> Receipt:
        update = delivery.update
        if isinstance(update, Refused):
            self._remember(update)
        data = digest(update, self._links) if self._watchers else None
        for watcher in self._watchers:
            watcher.notice(update.session, data)
        return _receipt(delivery)

    async def find(self, delivery: Delivery) -> Receipt | None:
        """The outbox row is the message itself, so it is always there."""
        return _receipt(delivery)

    @contextmanager
    def watching(self, session: str = "") -> Generator[Watcher, None, None]:
        watcher = Watcher(session)
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    def refusal(self, key: str) -> Refused | None:
        """A refusal seen lately, by the command's dedup key."""
        return self._refused.get(key)

    def forget(self, key: str) -> None:
        """A pick may be made again after it was refused: its key is the same."""
        self._refused.pop(key, None)

    def close(self) -> None:
        """Ends every open stream; their pages connect again by themselves."""
        for watcher in self._watchers:
            watcher.close()

    def _remember(self, update: Refused) -> None:
        self._refused[update.dedup_key] = update
        while len(self._refused) > 1_000:
            self._refused.popitem(last=False)


def _receipt(delivery: Delivery) -> Receipt:
    return Receipt(
        message=delivery.key,
        channel=delivery.place.channel or "playground",
        thread=delivery.place.thread or delivery.session,
    )
