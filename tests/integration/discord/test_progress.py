"""Progress lines on their way: the newest wins, and one that can't be shown ends none that follow."""

import asyncio
from datetime import UTC, datetime

from adapters.discord.progress import Progress
from core.domain.commands import Place
from core.domain.errors import StoreUnavailable, Transient
from core.domain.records import Delivery, DeliveryState
from core.domain.updates import Progressed


def delivery(line: str) -> Delivery:
    return Delivery(
        id=1,
        key=line,
        platform="discord",
        session="s",
        run="r",
        seq=1,
        update=Progressed(session="s", run="r", phase="running", line=line),
        place=Place("discord", "1", "2"),
        state=DeliveryState.PENDING,
        due=datetime(2026, 1, 1, tzinfo=UTC),
    )


async def test_one_that_can_not_be_shown_is_followed_by_the_next() -> None:
    shown: list[str] = []
    troubles = [ZeroDivisionError(), StoreUnavailable("Busy."), Transient("Not now.")]

    async def show(each: Delivery) -> None:
        shown.append(each.key)
        if troubles:
            raise troubles.pop()

    progress = Progress(show, 0.0)
    for line in ("a", "b", "c", "d"):
        progress.later("m", delivery(line))
        async with asyncio.timeout(10):
            while line not in shown:
                await asyncio.sleep(0)
    assert shown == ["a", "b", "c", "d"]
    await progress.close()
