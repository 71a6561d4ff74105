"""Stars given while the bot was down: Slack does not deliver them later, so a start looks for them."""

import asyncio
import logging
from collections.abc import Sequence
from typing import cast

from adapters.slack.api import Json, LacksScope, SlackApi, SlackRefusal, part
from adapters.slack.config import SlackConfig
from adapters.slack.inbound import Inbound, iteration_in
from adapters.slack.outbound import EDIT_INTERVAL
from adapters.slack.pace import PostPace
from adapters.slack.people import PLATFORM
from core.domain.access import PROGRAM
from core.domain.errors import Transient
from core.domain.records import Delivery, DeliveryState
from core.domain.updates import Finished
from core.ports.api import CoreApi

log = logging.getLogger(__name__)
LOOKED_AT = 100
TRIES, LONGEST_S = 5, 30.0


class DownTime:
    """One look at the newest rounds' reactions, about 50 a minute as Slack allows."""

    def __init__(self, api: SlackApi, core: CoreApi, inbound: Inbound, config: SlackConfig) -> None:
        self._api, self._core, self._inbound, self._config = api, core, inbound, config
        self._pace = PostPace(config.post_interval_s * EDIT_INTERVAL)

    async def catch_up(self) -> None:
        """Takes every star that was never taken as a pick; the bot's own is none."""
        shown = await self._core.shown(PLATFORM, LOOKED_AT)
        for delivery in [*shown, *await self._closings(shown)]:
            iteration = iteration_in(delivery)
            if delivery.receipt is not None and iteration:
                await self._look(delivery, iteration)

    async def _closings(self, shown: Sequence[Delivery]) -> list[Delivery]:
        """The closing posts of the same sessions: they can be starred, too."""
        sessions = dict.fromkeys(each.session for each in shown)
        return [
            row
            for session in sessions
            for row in await self._core.deliveries(session, PROGRAM)
            if isinstance(row.update, Finished) and row.state is DeliveryState.SENT
        ]

    async def _look(self, delivery: Delivery, iteration: str) -> None:
        assert delivery.receipt is not None
        channel, ts = delivery.receipt.channel, delivery.receipt.message
        for user in await self._stars(channel, ts):
            if user == self._inbound.bot_user:
                continue
            actor = self._inbound.people.actor(delivery.place.tenant, user)
            pick = self._inbound.star(actor, channel, ts, iteration)
            if not await self._core.picked_before(pick.dedup_key):
                await self._core.receive(pick)

    async def _stars(self, channel: str, ts: str) -> list[str]:
        answer = await self._asked(channel, ts)
        given = cast(list[Json], part(answer, "message").get("reactions") or [])
        return [
            str(user)
            for each in given
            if each.get("name") == self._config.favourite_emoji
            for user in cast(list[object], each.get("users") or [])
        ]

    async def _asked(self, channel: str, ts: str) -> Json:
        """Slack's answer, nothing where it refuses; one that is away is asked some times more."""
        for left in range(TRIES, 0, -1):
            try:
                async with self._pace.turn("reactions.get"):
                    return await self._api.call(
                        self._api.web.reactions_get, channel=channel, timestamp=ts, full=True
                    )
            except (SlackRefusal, LacksScope):
                break
            except Transient as exc:
                log.warning("the stars of one message could not be looked up now: %s", exc)
                if left > 1:
                    await asyncio.sleep(min(exc.retry_after, LONGEST_S))
        return {}
