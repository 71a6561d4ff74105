"""Takes commands in: written down first, acknowledged at once, whatever door they came by."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol, cast

import discord
from discord import ui

from adapters.discord.config import DiscordConfig
from adapters.discord.faults import CALL_FAILED
from adapters.discord.inbound import (
    ONLY_REPLY_ROUNDS,
    Interaction,
    actor_in,
    only_reply,
    place_in,
)
from adapters.discord.languages import Languages
from adapters.discord.page import Page, Press, layout
from adapters.discord.rights import missing_permission
from adapters.discord.unsent import Unsent
from adapters.texts.catalogue import t, tn
from adapters.texts.sentences import said
from core.domain.commands import Command
from core.domain.errors import DarkroomError, Refusal, StoreUnavailable
from core.domain.options import filled
from core.jobs.registry import begins_session
from core.ports.api import CoreApi

log = logging.getLogger(__name__)
ACKNOWLEDGE_WITHIN_S = 1.5
DRAIN_S = 5.0
LONGEST = 4000  # characters of an input


class HasResponder(Protocol):
    @property
    def responder(self) -> "Responder": ...


def responder_of(interaction: Interaction) -> "Responder":
    return cast(HasResponder, interaction.client).responder


class Responder:
    """Answers interactions. Everything shown here is private to the person who asked."""

    def __init__(self, core: CoreApi, config: DiscordConfig, languages: Languages) -> None:
        self.core = core
        self.languages = languages
        self.config = config
        self.unsent = Unsent()
        self._at_work: set[asyncio.Task[Any]] = set()

    def at_work(self) -> None:
        """Notes that this task answers somebody: the end of the program waits for it."""
        task = asyncio.current_task()
        if task is not None:
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)

    async def drain(self) -> None:
        """Lets what was begun be answered and written down, within a few seconds."""
        end = asyncio.get_running_loop().time() + DRAIN_S
        while self._at_work and (left := end - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(set(self._at_work), timeout=left)
        for task in self._at_work:
            task.cancel()
        await asyncio.gather(*self._at_work, return_exceptions=True)

    async def take(self, interaction: Interaction, command: Command, answer: str = "") -> None:
        """Writes the command down, then acknowledges; a slow database only delays the answer.

        Of a new session the outbox completes the reply, with a link; of anything else this does.
        """
        begins = begins_session(command)
        if begins:
            if await self._refused(interaction, command):
                return
            if only_reply(interaction):
                command = filled(command, [("iterations", ONLY_REPLY_ROUNDS)])
        writing = asyncio.create_task(
            self.core.receive(command), name=f"discord-receive-{interaction.id}"
        )
        await asyncio.wait({writing}, timeout=ACKNOWLEDGE_WITHIN_S)
        private = not only_reply(interaction)
        await interaction.response.defer(ephemeral=private, thinking=True)
        try:
            new = await writing
        except StoreUnavailable as trouble:
            log.warning("a command was not written down: %s", trouble.sentence)
            await self.complete(interaction, said(trouble.sentence), self.unsent.offer(interaction))
            return
        except Exception:
            log.exception("command not written down")
            await self.complete(interaction, t("say.trouble"))
            return
        if not new:
            known = "picked_before" if command.kind == "pick" else "known"
            await self.complete(interaction, t(f"say.{known}"))
        elif answer or not begins:
            await self.complete(interaction, answer or t("say.taken"))

    async def _refused(self, interaction: Interaction, command: Command) -> bool:
        permission = missing_permission(interaction)
        if permission:
            await self.tell(interaction, Page(t("say.missing", permission=permission)))
            return True
        if (
            only_reply(interaction)
            and (getattr(command, "iterations", None) or 0) > ONLY_REPLY_ROUNDS
        ):
            await self.tell(interaction, Page(tn("say.user_installed", ONLY_REPLY_ROUNDS)))
            return True
        return False

    async def may(
        self, asked: Interaction, act: str, *, iteration: str = "", run: str = ""
    ) -> bool:
        """Asked before a form is shown; who may not is told why, at once."""
        why = await self.core.may(
            actor_in(asked), act, place_in(asked), iteration=iteration, run=run
        )
        if why:
            await self.tell(asked, Page(said(why)))
        return not why

    async def complete(
        self, interaction: Interaction, sentence: str, buttons: tuple[Press, ...] = ()
    ) -> None:
        """Replaces the private "thinking"."""
        view = layout(Page(sentence, buttons=buttons), "", {})
        try:
            await interaction.edit_original_response(view=view)
        except CALL_FAILED as error:
            log.info("reply not completed: %s", error)

    async def tell(self, interaction: Interaction, page: Page) -> None:
        """Answers at once with a private message."""
        await interaction.response.send_message(view=layout(page, "", {}), ephemeral=True)

    async def ask(
        self,
        interaction: Interaction,
        title: str,
        custom_id: str,
        fields: Sequence["TextField"],
        note: str = "",
    ) -> None:
        """Opens a form with a `note` above it. Its answer is found by custom_id, so it may come after
        a restart."""
        modal = ui.Modal(title=title[:45], custom_id=custom_id, timeout=None)
        if note:
            modal.add_item(ui.TextDisplay(note))
        for field in fields:
            modal.add_item(field.label())
        modal.stop()
        await self.unsent.show(interaction, modal)

    async def guarded(self, interaction: Interaction, work: Coroutine[Any, Any, None]) -> None:
        """Runs a handler; a failure becomes a sentence and a log line, not a dead button."""
        self.at_work()
        await self.languages.speak_to(interaction)
        try:
            await work
        except CALL_FAILED as error:
            log.warning("interaction not answered: %s", error)
        except (StoreUnavailable, Refusal) as trouble:
            log.warning("interaction failed: %s", trouble.sentence)
            await self._excuse(interaction, said(trouble.sentence), self.unsent.offer(interaction))
        except Exception as error:
            log.exception("interaction failed")
            sentence = error.sentence if isinstance(error, DarkroomError) else t("say.trouble")
            await self._excuse(interaction, sentence)

    async def _excuse(
        self, interaction: Interaction, sentence: str, buttons: tuple[Press, ...] = ()
    ) -> None:
        try:
            if interaction.response.is_done():
                await self.complete(interaction, sentence, buttons)
            else:
                await self.tell(interaction, Page(sentence, buttons=buttons))
        except CALL_FAILED as error:
            log.info("excuse not delivered: %s", error)


class TextField:
    """A text input of a form, of `most` characters (0: Discord's own bound); a longer `value` is cut,
    as Discord demands."""

    def __init__(
        self,
        id: str,
        label: str,
        value: str = "",
        *,
        long: bool = False,
        required: bool = False,
        hint: str = "",
        most: int = 0,
    ) -> None:
        self._id, self._label, self._value = id, label, value
        self._long, self._required, self._hint = long, required, hint
        own = LONGEST if long else 400
        self._most = min(most, own) if most else own

    def label(self) -> "ui.Label[Any]":
        text: ui.TextInput[Any] = ui.TextInput(
            custom_id=self._id,
            style=discord.TextStyle.paragraph if self._long else discord.TextStyle.short,
            default=self._value[: self._most] or None,
            placeholder=self._hint or None,
            required=self._required,
            max_length=self._most,
        )
        return ui.Label(text=self._label[:45], component=text)
