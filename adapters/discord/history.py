"""What was posted before: an edit on Discord shows a message anew, so it needs the whole story."""

from collections import OrderedDict
from dataclasses import replace
from typing import assert_never

from adapters.discord.messages import Past
from adapters.texts.catalogue import t
from core.domain.access import PROGRAM
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
    Update,
)
from core.ports.api import CoreApi

KEPT_RUNS = 512


class History:
    """Finds the earlier updates of a run through the door; remembers what was accepted."""

    def __init__(self, core: CoreApi, emoji: str) -> None:
        self._core = core
        self._emoji = emoji
        self._accepted: OrderedDict[str, Accepted] = OrderedDict()

    async def past_of(self, update: Update) -> Past:
        past = Past(emoji=self._emoji, embedded=await self._embedded(update))
        match update:
            case Accepted():
                self._remember(update)
                return replace(past, base=await self._base(update))
            case Progressed():
                accepted = await self.accepted(update.session, update.run)
                return replace(past, accepted=accepted, base=await self._base(accepted))
            case IterationFinished() | Critiqued():
                finished, critiqued = await self._round(update)
                return replace(past, finished=finished, critiqued=critiqued)
            case Finished():
                address = self._core.link(update.session)
                links = ((t("button.page"), address),) if address else ()
                return replace(past, links=links)
            case (
                Described()
                | ReviewRequested()
                | Paused()
                | Refused()
                | Failed()
                | Noticed()
                | Discarded()
                | Asked()
            ):
                return past
            case _:
                assert_never(update)

    async def _embedded(self, update: Update) -> bool:
        """Whether the update's run is painted by formula: a server may choose that for itself."""
        if self._core.models.embedded or not update.session or not update.run:
            return self._core.models.embedded
        if isinstance(update, Accepted):
            return update.quote.embedded
        accepted = await self.accepted(update.session, update.run)
        return accepted is not None and accepted.quote.embedded

    async def accepted(self, session: str, run: str) -> Accepted | None:
        """The run's first update, None if it was refused."""
        if run not in self._accepted:
            for delivery in await self._core.deliveries(session, PROGRAM):
                if isinstance(delivery.update, Accepted) and delivery.update.run == run:
                    self._remember(delivery.update)
        return self._accepted.get(run)

    async def _base(self, accepted: Accepted | None) -> str:
        if accepted is None or not accepted.base:
            return ""
        node = await self._core.iteration(accepted.base, PROGRAM)
        return node.image if node and not node.discarded else ""

    async def _round(
        self, update: IterationFinished | Critiqued
    ) -> tuple[IterationFinished | None, Critiqued | None]:
        if isinstance(update, IterationFinished):
            return update, None
        rows = await self._core.deliveries(update.session, PROGRAM)
        rounds = [row.update for row in rows if _same_round(row, update)]
        found = next((row for row in rounds if isinstance(row, IterationFinished)), None)
        return found, update

    def _remember(self, accepted: Accepted) -> None:
        self._accepted[accepted.run] = accepted
        while len(self._accepted) > KEPT_RUNS:
            self._accepted.popitem(last=False)


def _same_round(row: Delivery, update: Critiqued) -> bool:
    return row.update.subject == update.subject
