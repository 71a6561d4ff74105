"""What an update looks like on Slack, with all that it needs to know of the posts before it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import assert_never

from adapters.slack import blocks, closing, describing
from adapters.slack.kit import Message
from adapters.slack.native import CHART, Native, charted
from core.domain.access import PROGRAM
from core.domain.errors import Undeliverable
from core.domain.records import Delivery
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
)
from core.jobs.registry import is_picture
from core.ports.api import CoreApi

Lookup = Callable[[str, str], Awaitable[Delivery | None]]


class Composer:
    """`delivery_of` tells what a message in a channel shows."""

    def __init__(self, core: CoreApi, delivery_of: Lookup, native: Native) -> None:
        self._core, self._delivery_of, self._native = core, delivery_of, native

    async def hashes(self, delivery: Delivery) -> Sequence[str]:
        """The pictures that an update shows."""
        match delivery.update:
            case Accepted() as update:
                return [update.reference]
            case Progressed() as update:
                accepted = await self.opening(delivery)
                return [accepted.reference, update.preview] if accepted else []
            case IterationFinished() as update:
                return [view.image for view in update.candidates]
            case Critiqued():
                shown = await self._round(delivery)
                return [view.image for view in shown.candidates]
            case Described() as update:
                return [update.image]
            case Noticed() as update:
                return [update.picture]
            case Finished() as update if is_picture(update.mode):
                return [update.contact_sheet]
            case Finished() as update:
                best = update.best.image if update.best else ""
                plot = "" if await self._scores(delivery) else update.plot
                return [best, update.contact_sheet, plot, update.animation_gif]
            case ReviewRequested() | Paused() | Refused() | Failed() | Discarded() | Asked():
                return []
            case _:
                assert_never(delivery.update)

    async def message(self, delivery: Delivery, files: blocks.Files) -> Message:
        """Raises Undeliverable where what it belongs to is not known."""
        match delivery.update:
            case Accepted() as update:
                newest = await self._newest(delivery)
                return blocks.status(update, newest, files, self._native.kinds)
            case Progressed() as update:
                return await self._progress(delivery, update, files)
            case IterationFinished() as update:
                return self._pictures(update, files)
            case Critiqued() as update:
                return self._pictures(await self._round(delivery), files, update)
            case Described() as update:
                return describing.described(update, files)
            case ReviewRequested() | Paused() as update:
                return blocks.review(update)
            case Finished() as update:
                link = self._core.link(update.session)
                scores = () if update.plot in files else await self._scores(delivery)
                return closing.final(update, files, link, self._core.masks, scores)
            case Failed() as update:
                return blocks.failed(update)
            case Noticed() as update:
                return blocks.noticed(update, files)
            case Refused() | Discarded() | Asked():
                raise Undeliverable("This update has its own way.")
            case _:
                assert_never(delivery.update)

    async def opening(self, delivery: Delivery) -> Accepted | None:
        """The request a status message opened with; a run's later edits keep it on top."""
        edits = delivery.edits
        first = await self._delivery_of(edits.channel, edits.message) if edits else None
        if first is not None and isinstance(first.update, Accepted):
            return first.update
        for each in await self._core.deliveries(delivery.session, PROGRAM):
            if each.run == delivery.run and isinstance(each.update, Accepted):
                return each.update
        return None

    async def _newest(self, delivery: Delivery) -> Progressed | None:
        """A status message that comes late (a repost) shows where the run stands by now."""
        if delivery.attempts == 0:
            return None
        for each in await self._core.deliveries(delivery.session, PROGRAM):
            if each.run == delivery.run and isinstance(each.update, Progressed):
                return each.update
        return None

    async def _progress(
        self, delivery: Delivery, update: Progressed, files: blocks.Files
    ) -> Message:
        accepted = await self.opening(delivery)
        if accepted is None:
            raise Undeliverable("The status message this progress belongs to is not known.")
        return blocks.status(accepted, update, files, self._native.kinds)

    def _pictures(
        self, update: IterationFinished, files: blocks.Files, critique: Critiqued | None = None
    ) -> Message:
        return blocks.round_(update, files, critique, self._core.masks, self._native.kinds)

    async def _scores(self, delivery: Delivery) -> Sequence[tuple[int, float]]:
        """The score of each round of a run, for a chart in the place of its plot; none where the
        workspace has no charts, or where a round has no score."""
        plotted = isinstance(delivery.update, Finished) and delivery.update.plot
        if CHART not in self._native.kinds or not plotted:
            return ()
        found: dict[int, float] = {}
        for each in await self._core.deliveries(delivery.session, PROGRAM):
            shown = each.update
            if each.run != delivery.run or not isinstance(shown, IterationFinished):
                continue
            if shown.again or not shown.candidates:  # of a round that is told already, or gone
                continue
            score = shown.candidates[shown.best].score
            if score is None:
                return ()
            found[shown.round] = score.value
        return tuple(sorted(found.items())) if charted(found) else ()

    async def _round(self, delivery: Delivery) -> IterationFinished:
        edits = delivery.edits
        shown = await self._delivery_of(edits.channel, edits.message) if edits else None
        if shown is not None and isinstance(shown.update, IterationFinished):
            return _standing(shown.update)
        for each in await self._core.deliveries(delivery.session, PROGRAM):
            update = each.update
            if isinstance(update, IterationFinished) and update.subject == delivery.update.subject:
                return _standing(update)
        raise Undeliverable("The round this critique belongs to is not known.")


def _standing(update: IterationFinished) -> IterationFinished:
    """Raises Undeliverable where the round was taken down."""
    if not update.candidates:
        raise Undeliverable("The round was taken down.")
    return update
