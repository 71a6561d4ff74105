"""Which language is spoken: to one person theirs, to a server the server's."""

from collections import OrderedDict
from typing import TYPE_CHECKING

import discord

from adapters.discord.ids import PLATFORM
from adapters.discord.inbound import Interaction, actor_in
from adapters.texts.catalogue import speak
from adapters.texts.public import PersonalLanguage, PublicLanguage
from core.domain.commands import Place
from core.domain.records import Delivery
from core.domain.updates import Asked, Refused
from core.ports.api import CoreApi

if TYPE_CHECKING:  # a history needs pages, pages need who answers presses
    from adapters.discord.history import History

KEPT = 4000


class Languages:
    """Messages name no locale, interactions do: a person's last one is remembered for their direct
    messages."""

    def __init__(self, core: CoreApi, client: discord.Client) -> None:
        self._client = client
        self._public = PublicLanguage(core, PLATFORM)
        self.personal = PersonalLanguage(core)
        self._locales: OrderedDict[str, str] = OrderedDict()

    async def speak_to(self, interaction: Interaction) -> None:
        """From here on this task speaks the language of who presses and types: what they prefer,
        else what Discord says."""
        actor = actor_in(interaction)
        user = actor.id
        locale = await self.personal.of(actor) or interaction.locale.value
        self._locales[user] = locale
        self._locales.move_to_end(user)
        while len(self._locales) > KEPT:
            self._locales.popitem(last=False)
        speak(locale)

    def of(self, user: str) -> str:
        """A person's locale, "" where they never pressed or typed anything."""
        return self._locales.get(user, "")

    async def speak_in(self, place: Place, user: str, locale: str = "") -> None:
        """From here on this task speaks what is read at a place: in direct messages by that user."""
        if place.is_dm:
            return speak(locale or self.of(user))
        guild = self._client.get_guild(int(place.tenant)) if place.tenant.isdecimal() else None
        await self._public.speak(place.tenant, guild.preferred_locale.value if guild else "")
        return None

    async def speak_for(self, delivery: Delivery, history: "History") -> None:
        """From here on this task speaks the language that a post is to be in."""
        update, place = delivery.update, delivery.place
        if isinstance(update, Refused):
            return await self._answer(place, update.actor, update.locale)
        if isinstance(update, Asked):
            return await self._answer(place, update.actor.id, update.actor.locale)
        opening = await history.accepted(update.session, update.run) if place.is_dm else None
        owner, locale = (opening.owner, opening.locale) if opening else ("", "")
        return await self.speak_in(place, owner, locale)

    async def _answer(self, place: Place, user: str, locale: str) -> None:
        if locale or self.of(user):
            return speak(self.of(user) or locale)
        return await self.speak_in(place, user)
