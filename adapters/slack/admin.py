"""`/darkroom …`: what a workspace's admins do, from the declared acts; answers are theirs alone."""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from adapters.slack.api import Json, SlackApi
from adapters.slack.kit import Message, actions, button, picture, section
from adapters.slack.people import PLATFORM, asked_at
from adapters.slack.responder import Responder
from adapters.slack.texts import sentence
from adapters.texts.catalogue import t
from core.domain.admin import ACTS, PERSONAL, Act, ActAnswer, End, PersonalAct, name_of
from core.domain.commands import Actor
from core.domain.errors import BadRequest, DarkroomError, Refusal
from core.domain.options import build, options
from core.ports.api import CoreApi

STOP = "adminstop"
BUTTONS = 20


class AdminDoor:
    """Looks up whether somebody is an admin, has core do what they say, and answers."""

    def __init__(self, api: SlackApi, core: CoreApi, responder: Responder) -> None:
        self._api, self._core, self._responder = api, core, responder

    async def typed(self, body: Json, actor: Actor, name: str, rest: str) -> None:
        """`rest` is what was typed behind the act's name."""
        known: dict[str, Any] = {**ACTS, **PERSONAL}
        try:
            values = read(known[name], rest)
        except BadRequest as refusal:
            return await self._responder.whisper(body, sentence(refusal.sentence))
        return await self.act(body, actor, known[name], values)

    async def stop(self, body: Json, actor: Actor, run: str) -> None:
        """The button beside a run that is going."""
        await self.act(body, actor, End, {"run": run})

    async def act(
        self,
        body: Json,
        actor: Actor,
        act: "type[Act] | type[PersonalAct]",
        values: dict[str, str],
        **known: str,
    ) -> None:
        """`known`: fields that nobody is asked for."""
        key = f"{PLATFORM}:{actor.tenant}:admin:{body.get('trigger_id')}"
        at = asked_at(body, actor.tenant)
        try:
            command = build(act, values, dedup_key=key, actor=actor, place=at, **known)
            if isinstance(command, PersonalAct):
                told = await self._core.about_me(command)
            else:
                who = await self._responder.moderators.who(actor)
                told = await self._core.administer(replace(command, actor=who))
        except Refusal as refusal:
            return await self._responder.whisper(body, sentence(refusal.sentence))
        if at.channel or not told.file:
            await self._responder.answer(at, actor.id, await self._message(told))
        if told.file:
            said = Message(told.lines[0], [section(sentence(told.lines[0]))])
            receipt = await self._responder.directly(actor.id, said)
            await self._api.upload(told.file[1], told.file[0], channel=receipt.channel)
        return None

    async def _message(self, told: ActAnswer) -> Message:
        blocks: list[Json] = [
            section(part) for part in _parts([sentence(line) for line in told.lines])
        ]
        if told.plot:
            try:
                file = await self._api.upload(told.plot, "spend.png")
                blocks.append(picture(file, t("admin.plot")))
            except DarkroomError:
                blocks.append(section(t("admin.no_plot")))
        for label, run in told.stops[:BUTTONS]:
            blocks.append(actions([button(t("admin.stop_run", run=label), STOP, run, "danger")]))
        return Message(sentence(told.lines[0]), blocks)


def _parts(lines: Sequence[str]) -> list[str]:
    """Several lines a block: a block has 3,000 characters, a message 50 blocks."""
    return ["\n".join(lines[start : start + 15]) for start in range(0, len(lines), 15)]


def read(act: "type[Act] | type[PersonalAct]", text: str) -> dict[str, str]:
    """`person $5 month @ann`, in the order of the options, or `scope=person amount=$5`. Raises
    BadRequest with the way it is written."""
    fields = [field.name for field in options(act)]
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    values: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if equals and name in fields:
            values[name] = value
            continue
        free = next((each for each in fields if each not in values), "")
        if not free:
            raise BadRequest(_usage(act, fields))
        values[free] = word
    if any(field.required and not values.get(field.name) for field in options(act)):
        raise BadRequest(_usage(act, fields))
    return values


def _usage(act: "type[Act] | type[PersonalAct]", fields: Sequence[str]) -> str:
    wanted = {field.name for field in options(act) if field.required}
    shown = [each if each in wanted else f"[{each}]" for each in fields]
    return t("admin.usage", command=" ".join(["/darkroom", name_of(act), *shown]))
