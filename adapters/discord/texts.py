"""Descriptions for Discord's own localisation, from the catalogue."""

from discord import Locale
from discord.app_commands import TranslationContextTypes, Translator, locale_str

from adapters.texts.catalogue import ENGLISH, known, language_of, t
from adapters.texts.help import need
from core.domain.text import clip
from core.ports.offers import Offer

MOST = 100  # characters of a description


def described(key: str) -> locale_str:
    """A command's or option's description, or a menu's name."""
    return locale_str(t(key, ENGLISH), key=key)


def lacking(offer: Offer) -> locale_str:
    """A command's description where no configured model can do it: the key that would enable it."""
    return locale_str(_needs(offer, ENGLISH), offer=offer)


def _needs(offer: Offer, language: str) -> str:
    said = need(offer, language).replace("`", "")
    return clip(f"{said[:1].upper()}{said[1:]}", MOST)


class Catalogue(Translator):
    """Gives Discord every description in every language there is."""

    async def translate(
        self, string: locale_str, locale: Locale, context: TranslationContextTypes
    ) -> str | None:
        language = language_of(locale.value)
        if language != ENGLISH and "offer" in string.extras:
            return _needs(string.extras["offer"], language)
        if language == ENGLISH or "key" not in string.extras:
            return None
        key: str = string.extras["key"]
        return t(key, language) if known(key, language) else None
