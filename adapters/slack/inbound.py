"""Deliveries in: each becomes a command that is written down before it is acknowledged, or an
answer of the adapter's own that runs after the acknowledgement."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from adapters.slack import preferences, saving, settings
from adapters.slack.api import Json
from adapters.slack.clicks import Clicks
from adapters.slack.dialogs import Dialogs
from adapters.slack.growing import Growing
from adapters.slack.outbound import SlackSender
from adapters.slack.outcome import Outcome, outcome_of
from adapters.slack.people import PLATFORM, SlackPeople, place, team_of
from adapters.slack.preferences import PersonalPreferences
from adapters.slack.responder import Responder
from adapters.slack.settings import SETTINGS_MODAL, WorkspaceSettings
from adapters.slack.shown import iteration_in
from adapters.slack.talk import SlackTalk
from core.domain.commands import Actor, Ask, Discard, Unpick, pick_key
from core.domain.updates import IterationFinished
from core.jobs.pick import Pick
from core.ports.api import CoreApi

log = logging.getLogger(__name__)
MESSAGE_SUBTYPES = frozenset({"", "file_share", "thread_broadcast"})
ENVELOPES = frozenset({"envelope", "email", "e-mail", "incoming_envelope", "envelope_with_arrow"})
CROSS = "x"
NUMBERS = {
    name: number
    for number, name in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight"], 1
    )
}
REMEMBERED = 5000
GOODBYES = frozenset({"tokens_revoked", "app_uninstalled"})


class Inbound:
    """Maps every kind of delivery. `bot_user` and `own_team` are known once connected."""

    def __init__(
        self,
        core: CoreApi,
        responder: Responder,
        sender: SlackSender,
        people: SlackPeople,
        rules: WorkspaceSettings,
        star: str,
    ) -> None:
        self._core, self._responder, self._sender, self._star = core, responder, sender, star
        self.people, self._rules = people, rules
        self.bot_user = ""
        self.own_team = ""
        self.on_goodbye: Callable[[str], None] = lambda word: None
        growing = Growing(core, responder, sender)
        self._dialogs = Dialogs(core, responder, people, rules, growing)
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._talk = SlackTalk(core, responder, people)
        self._personal = PersonalPreferences(core, responder, sender.languages)
        self._clicks = Clicks(core, responder, sender, self.people, self._talk, self._dialogs)

    async def outcome(self, body: Json) -> Outcome:
        """What is to be written down; what only shows something (a dialog) is shown once."""
        outcome = await self._outcome(body)
        if outcome.after is not None and self._seen_before(body):
            return Outcome(outcome.commands, outcome.reply)
        return outcome

    def _seen_before(self, body: Json) -> bool:
        id = str(body.get("trigger_id") or body.get("event_id") or "")
        if not id or id in self._seen:
            return bool(id)
        self._seen[id] = None
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return False

    async def _outcome(self, body: Json) -> Outcome:
        team = team_of(body, self.own_team)
        kind = str(body.get("type") or "")
        if kind == "event_callback":
            return await self._event(body, team)
        if kind == "block_actions":
            return await self._click(body, team)
        if kind == "view_submission" and body["view"].get("callback_id") == SETTINGS_MODAL:
            return await self._rules.submitted(body, team)
        if kind == "view_submission" and body["view"].get("callback_id") == preferences.MODAL:
            actor = self.people.actor(team, str(body["user"]["id"]))
            return await self._personal.submitted(body["view"], actor)
        if kind == "view_submission" and body["view"].get("callback_id") == saving.MODAL:
            actor = self.people.actor(team, str(body["user"]["id"]))
            return Outcome(after=lambda: saving.submitted(self._rules.admin, body, actor))
        if kind == "view_submission":
            return outcome_of(await self._dialogs.submitted(body, team))
        if kind in ("shortcut", "message_action"):
            return outcome_of(self._dialogs.shortcut(body, team))
        if _asks_preferences(body):
            actor = self.people.actor(team, str(body["user_id"]), str(body.get("user_name") or ""))
            return Outcome(after=lambda: self._personal.open(body, actor))
        if body.get("command"):
            return outcome_of(self._dialogs.slash(body, team))
        return Outcome()

    async def _click(self, body: Json, team: str) -> Outcome:
        name = str(body["actions"][0].get("action_id") or "")
        if name == settings.RESET:
            return await self._rules.reset(body, team)
        if name == settings.OPEN:
            actor = self.people.actor(team, str(body["user"]["id"]))
            return Outcome(after=lambda: self._dialogs.settings(body, actor))
        if name == preferences.OPEN:
            actor = self.people.actor(team, str(body["user"]["id"]))
            return Outcome(after=lambda: self._personal.open(body, actor))
        return outcome_of(await self._clicks.click(body, team))

    async def _event(self, body: Json, team: str) -> Outcome:
        event: Json = body.get("event") or {}
        kind = str(event.get("type") or "")
        if kind in ("app_mention", "message"):
            mine = self._for_me(event, str(event.get("text") or ""))
            return await self._talk.heard(event, team) if mine else Outcome()
        if kind in ("reaction_added", "reaction_removed"):
            return await self._reaction(body, event, team)
        if kind == "app_home_opened" and event.get("tab") == "home":
            actor = self.people.actor(team, str(event["user"]))
            return Outcome(after=lambda: self._responder.home(actor))
        if kind == "app_home_opened" and event.get("tab") == "messages":
            channel = str(event.get("channel") or "")
            return Outcome(after=lambda: self._sender.niceties.suggest(channel))
        if kind in GOODBYES:
            await self._goodbye(kind, team)
        return Outcome()

    async def _goodbye(self, word: str, team: str) -> None:
        """An app that was uninstalled forgets the workspace; a revoked token may come back."""
        self.on_goodbye(word)
        if word == "app_uninstalled":
            await self._core.leave(PLATFORM, team)

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
        if user == self.bot_user or item.get("type") != "message":
            return Outcome()
        ts = str(item.get("ts") or "")
        if added and name in NUMBERS:
            return await self._numbered(self.people.actor(team, user), channel, ts, NUMBERS[name])
        if not self._means(name, added):
            return Outcome()
        iteration = await self._shown(channel, ts)
        if not iteration:
            return Outcome()
        actor, where = self.people.actor(team, user), place(team, channel, message=ts)
        key = f"{PLATFORM}:{team}:{body.get('event_id') or event.get('event_ts')}"
        if name in ENVELOPES:
            at = replace(where, channel=user, is_dm=True)
            return Outcome(
                (Ask(dedup_key=key, actor=actor, place=at, what="image", about=iteration),)
            )
        if name == CROSS:
            return Outcome((Discard(dedup_key=key, actor=actor, place=where, iteration=iteration),))
        if added:
            return Outcome((self.star(actor, channel, ts, iteration),))
        return Outcome((Unpick(dedup_key=key, actor=actor, place=where, iteration=iteration),))

    async def _numbered(self, actor: Actor, channel: str, ts: str, number: int) -> Outcome:
        """A number picks that picture of several."""
        found = await self._sender.delivery_of(channel, ts)
        update = found.update if found is not None else None
        iteration = update.picture(number) if isinstance(update, IterationFinished) else ""
        return Outcome((self.star(actor, channel, ts, iteration),)) if iteration else Outcome()

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


def _asks_preferences(body: Json) -> bool:
    return (body.get("command"), str(body.get("text") or "").strip()) == (
        "/darkroom",
        "preferences",
    )
