"""Descriptions for Discord's own localisation, from the catalogue."""

from discord import Locale
from discord.app_commands import TranslationContextTypes, Translator, locale_str

from adapters.texts.catalogue import ENGLISH, known, language_of, t


def described(key: str) -> locale_str:
    """A command's or option's description, or a menu's name."""
    return locale_str(t(key, ENGLISH), key=key)


class Catalogue(Translator):
    """Gives Discord every description in every language there is."""

    async def translate(
        self, string: locale_str, locale: Locale, context: TranslationContextTypes
    ) -> str | None:
        language = language_of(locale.value)
        if language == ENGLISH or "key" not in string.extras:
            return None
        key: str = string.extras["key"]
        return t(key, language) if known(key, language) else None
