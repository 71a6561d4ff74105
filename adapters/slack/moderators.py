"""Who is an admin of the workspace: Slack tells it of a person only when asked (users.info)."""

import asyncio
import logging
import time
from collections import OrderedDict
from dataclasses import replace

from adapters.slack.api import Json, SlackApi, SlackRefusal, part
from adapters.slack.people import PLATFORM
from core.domain.commands import Actor, Ask, Command
from core.domain.errors import NotAllowed, PlatformError
from core.domain.settings import ServerSettings, admit
from core.jobs.registry import who_may
from core.ports.api import CoreApi

log = logging.getLogger(__name__)
KEPT = 2000
FRESH_S = 300.0
UNANSWERED_S = 30.0
RULES_FRESH_S = 5.0
RULES_USABLE_S = 60.0
PATIENCE_S = 1.0


class Moderators:
    """Admins and owners of a workspace, asked for when it matters and kept for five minutes.

    `who` waits at most a second, so that an acknowledgement stays within Slack's three: whoever
    could not be looked up is nobody's moderator, and is asked for again soon.
    """

    def __init__(self, api: SlackApi, core: CoreApi) -> None:
        self._api, self._core = api, core
        self._settings: dict[str, tuple[ServerSettings, float]] = {}
        self._asking: dict[str, asyncio.Task[ServerSettings]] = {}
        self._known: OrderedDict[tuple[str, str], tuple[bool, float]] = OrderedDict()

    async def who(self, actor: Actor) -> Actor:
        """The actor as the workspace sees them now: an admin or owner moderates, too."""
        if not await self._is_admin(actor.tenant, actor.id):
            return actor
        return replace(actor, admin=True, moderator=True)

    async def on(self, command: Command) -> Command:
        """The same command; where it matters whether an admin gives it, with the answer."""
        if isinstance(command, Ask):
            return command
        if who_may(command) == "owner" or await self._kept_out(command):
            return replace(command, actor=await self.who(command.actor))
        return command

    async def _kept_out(self, command: Command) -> bool:
        """Whether the workspace's settings would turn this person away, were they no admin."""
        try:
            admit(await self._rules(command.actor.tenant), command.actor, command.place)
        except NotAllowed:
            return True
        return False

    def forget(self, team: str) -> None:
        """The workspace's settings have changed."""
        self._settings.pop(team, None)

    async def close(self) -> None:
        """Lets a look-up that is under way finish."""
        if self._asking:
            await asyncio.wait(self._asking.values(), timeout=PATIENCE_S)

    async def _rules(self, team: str) -> ServerSettings:
        """Asked for once by all who wait, and ahead of time, so that hardly anybody waits."""
        found, at = self._settings.get(team, (ServerSettings(), -RULES_USABLE_S))
        age = time.monotonic() - at
        if age <= RULES_FRESH_S:
            return found
        task = self._asking.get(team)
        if task is None:
            task = asyncio.create_task(self._ask(team), name=f"slack settings {team}")
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._asking[team] = task
        return found if age < RULES_USABLE_S else await asyncio.shield(task)

    async def _ask(self, team: str) -> ServerSettings:
        try:
            found = await self._core.settings(PLATFORM, team)
            self._settings[team] = (found, time.monotonic())
            return found
        finally:
            del self._asking[team]

    async def _is_admin(self, team: str, user: str) -> bool:
        now = time.monotonic()
        found, until = self._known.get((team, user), (False, 0.0))
        if until > now:
            return found
        try:
            async with asyncio.timeout(PATIENCE_S):
                answer = await self._api.call(self._api.web.users_info, user=user)
        except SlackRefusal as exc:
            return self._keep(team, user, self._unknown(exc), FRESH_S)
        except (PlatformError, TimeoutError) as exc:
            return self._keep(team, user, self._unknown(exc), UNANSWERED_S)
        return self._keep(team, user, _administers(part(answer, "user"), team), FRESH_S)

    def _unknown(self, exc: Exception) -> bool:
        log.info("nobody knows whether a person is an admin: %s", exc or type(exc).__name__)
        return False

    def _keep(self, team: str, user: str, admin: bool, seconds: float) -> bool:
        self._known[(team, user)] = (admin, time.monotonic() + seconds)
        self._known.move_to_end((team, user))
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return admin


def _administers(user: Json, team: str) -> bool:
    """An admin of another workspace (Slack Connect) is a guest here."""
    if user.get("deleted") or user.get("is_bot") or user.get("is_stranger"):
        return False
    if user.get("team_id") not in (None, "", team):
        return False
    return bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner"))
