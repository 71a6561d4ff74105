"""What was posted before: an edit on Discord shows a message anew, so it needs the whole story."""

from collections import OrderedDict

from adapters.discord.messages import Past
from core.door import Door
from core.session import Delivery
from core.updates import Accepted, Critiqued, IterationFinished, Progressed, Update

KEPT_RUNS = 512


class History:
    """Finds the earlier updates of a run through the door; remembers what was accepted."""

    def __init__(self, door: Door, emoji: str) -> None:
        self._door = door
        self._emoji = emoji
        self._accepted: OrderedDict[str, Accepted] = OrderedDict()

    async def past_of(self, update: Update) -> Past:
        embedded = self._door.models.embedded
        match update:
            case Accepted():
                self._remember(update)
                base = await self._base(update)
                return Past(base=base, emoji=self._emoji, embedded=embedded)
            case Progressed():
                accepted = await self.accepted(update.session, update.run)
                base = await self._base(accepted)
                return Past(accepted=accepted, base=base, emoji=self._emoji, embedded=embedded)
            case IterationFinished() | Critiqued():
                finished, critiqued = await self._round(update)
                return Past(
                    finished=finished,
                    critiqued=critiqued,
                    emoji=self._emoji,
                    embedded=embedded,
                )
            case _:
                return Past(emoji=self._emoji, embedded=embedded)

    async def accepted(self, session: str, run: str) -> Accepted | None:
        """The run's first update, None if it was refused."""
        if run not in self._accepted:
            for delivery in await self._door.deliveries(session):
                if isinstance(delivery.update, Accepted) and delivery.update.run == run:
                    self._remember(delivery.update)
        return self._accepted.get(run)

    async def _base(self, accepted: Accepted | None) -> str:
        node = await self._door.iteration(accepted.base) if accepted and accepted.base else None
        return node.image if node else ""

    async def _round(
        self, update: IterationFinished | Critiqued
    ) -> tuple[IterationFinished | None, Critiqued | None]:
        if isinstance(update, IterationFinished):
            return update, None
        rows = await self._door.deliveries(update.session)
        rounds = [row.update for row in rows if _same_round(row, update)]
        found = next((row for row in rounds if isinstance(row, IterationFinished)), None)
        return found, update

    def _remember(self, accepted: Accepted) -> None:
        self._accepted[accepted.run] = accepted
        while len(self._accepted) > KEPT_RUNS:
            self._accepted.popitem(last=False)


def _same_round(row: Delivery, update: Critiqued) -> bool:
    return row.update.subject == update.subject
