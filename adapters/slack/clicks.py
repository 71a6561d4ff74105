"""Buttons and selects. What a click means is in its action id, what it is about in its value."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from adapters.slack import admin, describing, modals, saving, stories
from adapters.slack.api import Json
from adapters.slack.dialogs import Dialogs
from adapters.slack.kit import PART
from adapters.slack.modals import Where
from adapters.slack.outbound import SlackSender
from adapters.slack.outcome import Result
from adapters.slack.part import open_part
from adapters.slack.people import PLATFORM, SlackPeople, asked_at, place
from adapters.slack.responder import Responder
from adapters.slack.talk import SlackTalk
from core.domain.commands import (
    Actor,
    Ask,
    Command,
    Confirm,
    Instead,
    Place,
    Question,
    Report,
    Repost,
    Reveal,
    Review,
    Revise,
    Say,
    Stop,
    Vote,
    pick_key,
)
from core.domain.records import Iteration
from core.domain.reviews import Paused, ReviewRequested
from core.domain.updates import Asked
from core.jobs.continue_ import Continue
from core.jobs.paint_again import PaintAgain
from core.jobs.pick import Pick
from core.jobs.put_back import PutBack
from core.ports.api import CoreApi

DOUBLE_CLICK_S = 2.0
ABOUT_ITERATION = frozenset(
    {
        "continue",
        "again",
        "choose",
        "change",
        "edit",
        "details",
        "more",
        "put_back",
        "reveal",
        "vote",
        PART,
        saving.SAVE,
    }
    | {stories.SAY}
)

ON_ITERATION: Mapping[str, Callable[..., Command]] = {
    "again": PaintAgain,
    "vote": Vote,
    "reveal": Reveal,
    "put_back": PutBack,
}


class Clicks:
    """Turns `block_actions` into commands, and opens the dialogs of Edit, Details and review."""

    def __init__(
        self,
        core: CoreApi,
        responder: Responder,
        sender: SlackSender,
        people: SlackPeople,
        talk: SlackTalk,
        dialogs: Dialogs,
    ) -> None:
        self._core, self._responder, self._sender, self._people = core, responder, sender, people
        self._talk, self._dialogs = talk, dialogs
        self._last: dict[tuple[str, str, str], float] = {}

    async def click(self, body: Json, team: str) -> Result:
        action: Json = body["actions"][0]
        name = str(action.get("action_id") or "").split(":")[0]
        value = _value(action)
        user: Json = body["user"]
        if not value or self._again_already(str(user["id"]), name, value):
            return None
        if name == "paint":
            return await self._talk.meant(value, self._actor(body, team)) or self._gone(body, team)
        if name == "help":
            return self._ask(body, team, "help")
        if name == admin.STOP:
            admin_ = self._actor(body, team)
            return lambda: self._dialogs.end(body, admin_, value)
        if name == "several":
            return await self._together(body, team, *_pair(value))
        where = _where(body)
        if name == "retry":
            asker = self._actor(body, team)
            change = await self._dialogs.again.opening(body, asker, value, where)
            return change or self._gone(body, team)
        if name in ABOUT_ITERATION:
            node = await self._core.iteration(value, self._actor(body, team))
            if node is None:
                return self._gone(body, team)
            asker = self._actor(body, team)
            if name == "more":
                where = replace(where, iteration=value)
                return lambda: self._dialogs.growing.open(body, asker, where)
            if name == stories.SAY:
                where = replace(where, iteration=value)
                return lambda: self._ask_what(body, where, asker)
            if name == PART:
                at = _place(team, where, asker.id)
                return lambda: open_part(self._core, self._responder, body, asker, at, value)
            if name == saving.SAVE:
                return lambda: self._responder.open(body, saving.dialog(node))
            if name in ("change", "edit", "details"):
                return lambda: self._show(body, name, node, where, asker)
        if name == describing.IMAGINE:
            return await self._imagine(body, team, value, where) or self._gone(body, team)
        if name == "revise":
            run, round_ = _pair(value)
            where, actor = replace(where, run=run, round=int(round_ or 0)), self._actor(body, team)
            return lambda: self._revise(body, where, actor)
        return self._command(body, team, name, value, where)

    async def _together(self, body: Json, team: str, job: str, key: str) -> Result:
        """Of several pictures that were sent at once: the dialog of the job that was chosen."""
        actor = self._actor(body, team)
        found = await self._core.question(key, actor)
        if found is None or not isinstance(found.update, Asked) or found.update.what != "several":
            return self._gone(body, team)
        return self._dialogs.together(body, actor, job, found.place, found.update.about)

    def _gone(self, body: Json, team: str) -> Ask:
        return self._ask(body, team, "hint", "gone")

    def _ask(self, body: Json, team: str, what: Question, about: str = "") -> Ask:
        actor = self._actor(body, team)
        key = f"{PLATFORM}:{team}:asked:{body.get('trigger_id')}"
        at = asked_at(body, team)
        return Ask(dedup_key=key, actor=actor, place=at, what=what, about=about)

    def _again_already(self, user: str, name: str, value: str) -> bool:
        """Two clicks in a breath are one wish; a pick has its own key, this is for the others."""
        now = time.monotonic()
        self._last = {key: at for key, at in self._last.items() if now - at < DOUBLE_CLICK_S}
        key = (user, name, value)
        if key in self._last:
            return True
        self._last[key] = now
        return False

    def _actor(self, body: Json, team: str) -> Actor:
        user: Json = body["user"]
        return self._people.actor(team, str(user["id"]), _name(user))

    def _command(
        self, body: Json, team: str, name: str, value: str, where: Where
    ) -> Command | None:
        actor = self._actor(body, team)
        at = _place(team, where, actor.id)
        stamp = body["actions"][0].get("action_ts") or body.get("trigger_id")
        key = f"{PLATFORM}:{team}:action:{actor.id}:{name}:{value}:{stamp}"
        first, second = _pair(value)
        match name:
            case "continue" | "choose":
                pick = pick_key(PLATFORM, team, value, actor.id)
                return Pick(dedup_key=pick, actor=actor, place=at, iteration=value)
            case "again" | "vote" | "reveal" | "put_back":
                kind = ON_ITERATION[name]
                return kind(dedup_key=key, actor=actor, place=at, iteration=value)
            case "last":
                return Say(dedup_key=key, actor=actor, place=at, instead=value)
            case "home_continue":
                return Continue(dedup_key=key, actor=actor, place=at, session=value)
            case "stop":
                return Stop(dedup_key=key, actor=actor, place=at, session=first, run=second)
            case "review_on" | "review_off":
                on = name == "review_on"
                return Review(dedup_key=key, actor=actor, place=at, run=value, on=on)
            case "confirm" | "cancel":
                yes = name == "confirm"
                return Confirm(dedup_key=key, actor=actor, place=at, run=value, yes=yes)
            case "go_on":
                return Revise(
                    dedup_key=key, actor=actor, place=at, run=first, round=int(second or 0)
                )
            case stories.TURN | stories.SCENE:
                return stories.command_of(key, actor, at, name, value)
            case "instead":
                number = int(second or 0)
                return Instead(dedup_key=key, actor=actor, place=at, run=first, number=number)
            case "report":
                return Report(dedup_key=key, actor=actor, place=at, iteration=value)
            case "repost":
                return Repost(dedup_key=key, actor=actor, place=at, delivery=value)
            case _:
                return None

    async def _imagine(self, body: Json, team: str, value: str, where: Where) -> Command | None:
        actor = self._actor(body, team)
        at = _place(team, where, actor.id)
        key = f"{PLATFORM}:{team}:action:{actor.id}:imagine:{value}:{body.get('trigger_id')}"
        found = await self._sender.delivery_of(where.channel, where.message, actor)
        return describing.imagined(found, _pair(value)[1], key, actor, at)

    async def _show(
        self, body: Json, name: str, node: Iteration, where: Where, actor: Actor
    ) -> None:
        at = _place(actor.tenant, where, actor.id)
        if name == "details":
            await self._responder.details(body, node)
        elif name == "change":
            if await self._responder.may(body, actor, "pick", at, iteration=node.id):
                await self._responder.open(body, modals.changing(node, where))
        elif await self._responder.may(body, actor, "edit_prompt", at, iteration=node.id):
            await self._responder.open(body, modals.editing(node, where))

    async def _ask_what(self, body: Json, where: Where, actor: Actor) -> None:
        at = _place(actor.tenant, where, actor.id)
        if await self._responder.may(body, actor, "journey", at, iteration=where.iteration):
            await self._responder.open(body, stories.asking(where))

    async def _revise(self, body: Json, where: Where, actor: Actor) -> None:
        at = _place(actor.tenant, where, actor.id)
        if not await self._responder.may(body, actor, "revise", at, run=where.run):
            return
        found = await self._sender.delivery_of(where.channel, where.message, actor)
        update = found.update if found is not None else None
        critique = update.critique if isinstance(update, ReviewRequested | Paused) else ""
        await self._responder.open(body, modals.revising(where, critique))


def _value(action: Json) -> str:
    chosen: Json = action.get("selected_option") or {}
    return str(action.get("value") or chosen.get("value") or "")


def _pair(value: str) -> tuple[str, str]:
    first, _, second = value.partition(" ")
    return first, second


def _name(user: Json) -> str:
    return str(user.get("name") or user.get("username") or "")


def _where(body: Json) -> Where:
    """Where the click happened; on the Home tab nowhere."""
    box: Json = body.get("container") or {}
    channel: Json = body.get("channel") or {}
    message: Json = body.get("message") or {}
    return Where(
        channel=str(channel.get("id") or box.get("channel_id") or ""),
        thread=str(message.get("thread_ts") or box.get("thread_ts") or ""),
        message=str(message.get("ts") or box.get("message_ts") or ""),
    )


def _place(team: str, where: Where, user: str) -> Place:
    """The Home tab has no channel: what must be said goes by direct message."""
    if where.channel:
        return place(team, where.channel, where.thread, where.message)
    return replace(place(team, user), is_dm=True)
