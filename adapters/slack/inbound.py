"""Deliveries in: each becomes a command that is written down before it is acknowledged, or an
answer of the adapter's own that runs after the acknowledgement."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import cast

from adapters.slack import texts
from adapters.slack.api import Json
from adapters.slack.clicks import Clicks
from adapters.slack.desk import Desk
from adapters.slack.dialogs import Dialogs
from adapters.slack.forms import asked, image_in, spoken, started
from adapters.slack.outbound import SlackSender
from adapters.slack.people import PLATFORM, People, place, team_of
from core.commands import (
    Actor,
    Command,
    Continue,
    Discard,
    Pick,
    Unpick,
    pick_key,
)
from core.door import Door
from core.session import Delivery
from core.updates import Critiqued, Finished, IterationFinished

log = logging.getLogger(__name__)
After = Callable[[], Awaitable[None]]
MESSAGE_SUBTYPES = frozenset({"", "file_share", "thread_broadcast"})
ENVELOPES = frozenset({"envelope", "email", "e-mail", "incoming_envelope", "envelope_with_arrow"})
CROSS = "x"
GOODBYES = frozenset({"tokens_revoked", "app_uninstalled"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a delivery comes to: commands to write down, the acknowledgement's body, work after it."""

    commands: tuple[Command, ...] = ()
    reply: Json = field(default_factory=dict[str, object])
    after: After | None = None


class Inbound:
    """Maps every kind of delivery. `bot_user` and `own_team` are known once connected."""

    def __init__(self, door: Door, desk: Desk, sender: SlackSender, star: str) -> None:
        self._door, self._desk, self._sender, self._star = door, desk, sender, star
        self.people = People()
        self.bot_user = ""
        self.own_team = ""
        self.on_goodbye: Callable[[str], None] = lambda word: None
        self._dialogs = Dialogs(door, desk, self.people)
        self._clicks = Clicks(door, desk, sender, self.people)

    async def outcome(self, body: Json) -> Outcome:
        """Reads the database at most; calls nothing on Slack before the acknowledgement."""
        team = team_of(body, self.own_team)
        kind = str(body.get("type") or "")
        if kind == "event_callback":
            return await self._event(body, team)
        if kind == "block_actions":
            return _result(await self._clicks.click(body, team))
        if kind == "view_submission":
            return _result(await self._dialogs.submitted(body, team))
        if kind in ("shortcut", "message_action"):
            return _result(self._dialogs.shortcut(body, team))
        if body.get("command"):
            return _result(self._dialogs.slash(body, team))
        return Outcome()

    async def _event(self, body: Json, team: str) -> Outcome:
        event: Json = body.get("event") or {}
        kind = str(event.get("type") or "")
        if kind in ("app_mention", "message"):
            return await self._said(event, team)
        if kind in ("reaction_added", "reaction_removed"):
            return await self._reaction(body, event, team)
        if kind == "app_home_opened" and event.get("tab") == "home":
            actor = self.people.actor(team, str(event["user"]))
            return Outcome(after=lambda: self._desk.home(actor))
        if kind in GOODBYES:
            self.on_goodbye(kind)
        return Outcome()

    async def _said(self, event: Json, team: str) -> Outcome:
        """A mention, or a direct message. Both events of one gesture have the same key."""
        text, channel = str(event.get("text") or ""), str(event.get("channel") or "")
        if not self._for_me(event, text):
            return Outcome()
        ts = str(event["ts"])
        actor = self.people.actor(team, str(event["user"]))
        where = place(team, channel, str(event.get("thread_ts") or ts), ts)
        key = f"{PLATFORM}:{team}:message:{channel}:{ts}"
        image, words = image_in(event, team), spoken(text)
        if image is None and event.get("thread_ts") and words:
            session = await self._door.session_in(PLATFORM, channel, where.thread)
            if session is not None:
                command = Continue(
                    dedup_key=key, actor=actor, place=where, session=session.id, instruction=words
                )
                return Outcome((command,))
        wish = asked(words)
        if image is None and (not wish.goal or wish.goal.lower() == "help"):
            said = self._desk.help_text() if words.lower() == "help" else texts.NEITHER
            thread = str(event.get("thread_ts") or "")
            return Outcome(after=lambda: self._desk.whisper_in(channel, actor.id, said, thread))
        return Outcome((started(key, actor, where, image, wish),))

    def _for_me(self, event: Json, text: str) -> bool:
        if event.get("bot_id") or not event.get("user") or event["user"] == self.bot_user:
            return False
        if str(event.get("subtype") or "") not in MESSAGE_SUBTYPES:
            return False
        if event.get("type") == "app_mention" or event.get("channel_type") == "im":
            return True
        return bool(self.bot_user) and f"<@{self.bot_user}>" in text

    async def _reaction(self, body: Json, event: Json, team: str) -> Outcome:
        item: Json = event.get("item") or {}
        name = str(event.get("reaction") or "").split("::")[0]
        added = event.get("type") == "reaction_added"
        user, channel = str(event.get("user") or ""), str(item.get("channel") or "")
        if user == self.bot_user or item.get("type") != "message" or not self._means(name, added):
            return Outcome()
        ts = str(item.get("ts") or "")
        iteration = await self._shown(channel, ts)
        if not iteration:
            return Outcome()
        if name in ENVELOPES:
            return Outcome(after=lambda: self._mail(user, iteration))
        actor, where = self.people.actor(team, user), place(team, channel, message=ts)
        key = f"{PLATFORM}:{team}:{body.get('event_id') or event.get('event_ts')}"
        if name == CROSS:
            return Outcome((Discard(dedup_key=key, actor=actor, place=where, iteration=iteration),))
        if added:
            return Outcome((self.star(actor, channel, ts, iteration),))
        return Outcome((Unpick(dedup_key=key, actor=actor, place=where, iteration=iteration),))

    def _means(self, name: str, added: bool) -> bool:
        return name == self._star or (added and (name == CROSS or name in ENVELOPES))

    def star(self, actor: Actor, channel: str, ts: str, iteration: str) -> Pick:
        """A star is the same command as the button."""
        return Pick(
            dedup_key=pick_key(PLATFORM, actor.tenant, iteration, actor.id),
            actor=actor,
            place=place(actor.tenant, channel, message=ts),
            iteration=iteration,
            signal="reaction",
        )

    async def _shown(self, channel: str, ts: str) -> str:
        found = await self._sender.delivery_of(channel, ts)
        return iteration_in(found) if found is not None else ""

    async def _mail(self, user: str, iteration: str) -> None:
        node = await self._door.iteration(iteration)
        if node is not None:
            await self._desk.send_full(user, node)


def iteration_in(delivery: Delivery) -> str:
    """The iteration a message is about: of several candidates the round's best."""
    match delivery.update:
        case IterationFinished() as update:
            return update.candidates[update.best].iteration
        case Critiqued() as update:
            return update.iteration
        case Finished(best=best):
            return best.iteration if best else ""
        case _:
            return ""


def _result(result: Command | Json | After | None) -> Outcome:
    """A handler returns a command, the acknowledgement's body, or what to do after it."""
    if result is None:
        return Outcome()
    if isinstance(result, dict):
        return Outcome(reply=cast(Json, result))
    if callable(result):
        return Outcome(after=result)
    return Outcome((result,))
