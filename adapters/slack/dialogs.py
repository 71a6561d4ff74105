"""Slash commands and shortcuts open dialogs; submitted dialogs become commands."""

import json
from collections.abc import Mapping
from dataclasses import replace

from adapters.slack import job_dialog, modals, stories
from adapters.slack.again import RefusedDialogs
from adapters.slack.api import Json
from adapters.slack.choosers import A_PICTURE, MORE
from adapters.slack.forms import (
    DialogInputs,
    command_of,
    images_in,
    pictures_of,
    spoken,
)
from adapters.slack.growing import Growing
from adapters.slack.modals import CHANGE_MODAL, EDIT_MODAL, REVISE_MODAL, Where
from adapters.slack.outcome import Result
from adapters.slack.people import PLATFORM, SlackPeople, asked_at, place
from adapters.slack.responder import Responder
from adapters.slack.settings import WorkspaceSettings
from adapters.slack.texts import safe
from adapters.slack.uploads import file_of
from adapters.texts.catalogue import t, title, tn
from adapters.texts.help import need
from core.domain.admin import ACTS, PERSONAL
from core.domain.commands import Actor, Ask, Command, Place, Question, Revise, Say
from core.domain.options import listed
from core.jobs.by_words import Named, named
from core.jobs.edit_prompt import EditPrompt
from core.jobs.registry import begins_session, job_of
from core.ports.api import CoreApi
from core.ports.offers import Offer, says_nothing

QUESTIONS: dict[str, Question] = {"": "help", "help": "help", "sessions": "sessions"}


class Dialogs:
    """Slash commands, shortcuts, and `view_submission`."""

    def __init__(
        self,
        core: CoreApi,
        responder: Responder,
        people: SlackPeople,
        settings: WorkspaceSettings,
        growing: Growing,
    ) -> None:
        self._core, self._responder, self._people, self._settings = (
            core,
            responder,
            people,
            settings,
        )
        self.growing, self.again = growing, RefusedDialogs(core, responder)

    def slash(self, body: Json, team: str) -> Result:
        name, text = str(body["command"]).lstrip("/"), str(body.get("text") or "").strip()
        actor = self._people.actor(team, str(body["user_id"]), str(body.get("user_name") or ""))
        offer = self._offer(name)
        if offer is not None and offer.missing:
            return lambda: self._responder.whisper(body, f"/{name} {need(offer)}.")
        if offer is not None:
            where = Where(channel=str(body.get("channel_id") or ""))
            return lambda: self.open(body, actor, offer, where, self._prefill(offer, text))
        if name == "darkroom" and text == "settings":
            return lambda: self.settings(body, actor)
        if name == "darkroom" and text == "cancel":
            at = asked_at(body, actor.tenant)
            return lambda: self._responder.cancel_all(at, actor)
        act, _, rest = text.partition(" ")
        if name == "darkroom" and act in (*ACTS, *PERSONAL):
            return lambda: self._settings.admin.typed(body, actor, act, rest)
        if name == "quota":
            return _ask(body, actor, "quota")
        if name == "darkroom" and text in QUESTIONS:
            return _ask(body, actor, QUESTIONS[text])
        return _ask(body, actor, "hint", "unknown")

    async def settings(self, body: Json, actor: Actor) -> None:
        """The settings of the workspace, for its admins."""
        dialog = await self._settings.dialog(actor)
        if dialog is None:
            await self._responder.whisper(body, t("workspace.admins_only"))
        else:
            await self._responder.open(body, dialog)

    async def end(self, body: Json, actor: Actor, run: str) -> None:
        """An admin's Stop beside a run."""
        await self._settings.admin.stop(body, actor, run)

    async def open(
        self,
        body: Json,
        actor: Actor,
        offer: Offer,
        where: Where,
        prefill: Mapping[str, str],
        note: str = "",
    ) -> None:
        team = actor.tenant
        at = place(team, where.channel) if where.channel else replace(place(team, ""), is_dm=True)
        if not await self._responder.may(body, actor, offer.name, at):
            return
        painters = await self._core.painters(PLATFORM, team)
        styles = self._core.models.styles
        dialog = job_dialog.dialog(offer, where, styles, painters, prefill, note)
        await self._responder.open(body, dialog)

    def _offer(self, name: str) -> Offer | None:
        """A job that people type; one that `grows` may have no session to begin."""
        return next(
            (
                each
                for each in self._core.offers
                if each.name == name and each.slash and (each.begins_session or each.grows)
            ),
            None,
        )

    def _prefill(self, offer: Offer, text: str) -> dict[str, str]:
        """What was typed behind the command, as the dialog's first answers."""
        words = spoken(text)
        wish = Named(offer, None, words)
        if offer.by_rounds:
            wish = named(self._core.offers, f"{offer.name} {words}")
        rounds = next((f.name for f in offer.fields if f.kind == "number"), "")
        prefill = {rounds: str(wish.rounds or "")}
        styles, wanted = self._core.models.styles, listed(wish.goal)
        taking = next((f.name for f in offer.fields if f.suggest == "styles"), "")
        if taking and wanted and all(each in styles for each in wanted):
            prefill[taking] = wish.goal
        else:
            prefill[next((f.name for f in offer.fields if f.long), "")] = wish.goal
        return prefill

    def shortcut(self, body: Json, team: str) -> Result:
        """A job's name from anywhere; with `_image` behind it on a message."""
        callback = str(body.get("callback_id") or "")
        offer = self._offer(callback.removesuffix("_image"))
        if offer is None and callback != MORE:
            return None
        user: Json = body["user"]
        name = str(user.get("name") or user.get("username") or "")
        actor = self._people.actor(team, str(user["id"]), name)
        if body["type"] == "shortcut":
            return self._opening(body, actor, offer, Where())
        message: Json = body.get("message") or {}
        images = images_in(message, team)
        files = [file_of(image.ref) for image in images]
        if not files:
            return _ask(body, actor, "hint", "no picture")
        where = Where(
            channel=str(body["channel"]["id"]),
            thread=str(message.get("thread_ts") or ""),
            message=str(message.get("ts") or ""),
            file=files[0],
            further=tuple(files[1:]),
        )
        return self._opening(body, actor, offer, where, _first_of(images[0].name, len(files) - 1))

    def together(self, body: Json, actor: Actor, job: str, at: Place, about: str) -> Result:
        """The dialog of a job over several pictures that a message brought along."""
        offer, sent = self._offer(job), json.loads(about)
        if offer is None or offer.missing:
            return _ask(body, actor, "hint", "gone")
        where = Where(
            channel=at.channel,
            thread=at.thread or at.message,
            message=at.message,
            file=sent["files"][0],
            further=tuple(sent["files"][1:]),
            unused=tuple(sent["unused"]),
        )
        long = next((field.name for field in offer.asks if field.long), "")
        return lambda: self.open(body, actor, offer, where, {long: sent["words"]})

    def _opening(
        self, body: Json, actor: Actor, offer: Offer | None, where: Where, first: str = ""
    ) -> Result:
        """`first` says which picture of several is taken by a job that takes one."""
        if offer is None:
            return lambda: self.growing.on_message(body, actor, where)
        if offer.missing:
            return lambda: self._responder.whisper(body, f"/{offer.name} {need(offer)}.")
        if len(offer.pictures) < 2:
            alone = replace(where, further=())
            return lambda: self.open(body, actor, offer, alone, {}, first)
        return lambda: self.open(body, actor, offer, where, {})

    async def submitted(self, body: Json, team: str) -> Command | Json | None:
        """The command of a dialog, or the errors to show in it. One dialog is one command."""
        view: Json = body["view"]
        callback = str(view.get("callback_id") or "")
        where, answers = Where.unpack(str(view.get("private_metadata") or "")), DialogInputs(view)
        user: Json = body["user"]
        name = str(user.get("name") or user.get("username") or "")
        actor = self._people.actor(team, str(user["id"]), name)
        key = f"{PLATFORM}:{team}:view:{view['id']}"
        if callback == MORE:
            return await self.growing.chosen(key, actor, where, answers.choice("job") or "")
        offer = self._offer(job_dialog.job_of(callback))
        if offer is not None and offer.missing:
            return _errors(**{offer.fields[0].name: f"/{offer.name} {need(offer)}."})
        if offer is not None and where.refused:
            return await self.again.submitted(offer, key, actor, where, answers)
        if offer is not None:
            channel = where.channel or answers.conversation()
            at = place(team, channel, where.thread, where.message)
            return _start(offer, key, actor, at, where, answers)
        at = _answer_place(team, where, actor)
        if callback == EDIT_MODAL:
            return await self._edited(key, actor, at, where, answers)
        if callback == stories.SAY_MODAL:
            words = answers.text(stories.SAY)
            return stories.said(key, actor, at, where.iteration, words)
        if callback == CHANGE_MODAL:
            return Say(
                dedup_key=key,
                actor=actor,
                place=at,
                words=answers.text("words"),
                iteration=where.iteration,
            )
        if callback == REVISE_MODAL:
            return Revise(
                dedup_key=key,
                actor=actor,
                place=at,
                run=where.run,
                round=where.round,
                critique=answers.text("critique"),
            )
        return None

    async def _edited(
        self, key: str, actor: Actor, at: Place, where: Where, answers: DialogInputs
    ) -> Command | Json:
        node = await self._core.iteration(where.iteration, actor)
        if node is None:
            return _errors(prompt=t("say.not_there"))
        prompt = modals.edited(node.prompt, node.words, answers.text("prompt"))
        return EditPrompt(dedup_key=key, actor=actor, place=at, iteration=node.id, prompt=prompt)


def _ask(body: Json, actor: Actor, what: Question, about: str = "") -> Ask:
    key = f"{PLATFORM}:{actor.tenant}:asked:{body['trigger_id']}"
    at = asked_at(body, actor.tenant)
    return Ask(dedup_key=key, actor=actor, place=at, what=what, about=about)


def _start(
    offer: Offer, key: str, actor: Actor, at: Place, where: Where, answers: DialogInputs
) -> Command | Json:
    """The command, or what is missing, beside the field: nothing typed is lost."""
    images = pictures_of(offer, answers, where, actor.tenant)
    over = offer.worked_on
    wanted = [f for f in offer.pictures if f.required and not (f == over and where.iteration)]
    if absent := {
        f.name: t("say.needs_picture", job=title(offer.name))
        for f in wanted
        if f.name not in images
    }:
        return _errors(**absent)
    if where.iteration:
        known = {"iteration": where.iteration}
        return command_of(offer.command, key, actor, at, images, answers, **known)
    words = {field.name: answers.text(field.name) for field in offer.fields if field.long}
    if says_nothing(offer, {**images, **words}):
        return _errors(**dict.fromkeys([*words][:1], t("say.example_dialog")))
    left = len(where.files) - len(offer.pictures)
    unused = ((A_PICTURE,) * left) + where.unused
    command = command_of(offer.command, key, actor, at, images, answers, unused=unused)
    if offer.grows and over and over.name not in images and not _stands_alone(command):
        return _errors(**{over.name: t("say.needs_picture", job=title(offer.name))})
    return command


def _stands_alone(command: Command) -> bool:
    """Whether words are enough: they begin something, or name what is gone on with."""
    job = job_of(command)
    return begins_session(command) or (job is not None and job.session(command) is not None)


def _first_of(name: str, others: int) -> str:
    """Which picture is taken, where a message has several."""
    name = safe(name, 100) or t("post.image", n=1)
    return tn("form.first_picture", others, name=name) if others else ""


def _answer_place(team: str, where: Where, actor: Actor) -> Place:
    if where.channel:
        return place(team, where.channel, where.thread, where.message)
    return replace(place(team, actor.id), is_dm=True)


def _errors(**sentences: str) -> Json:
    return {"response_action": "errors", "errors": sentences}
