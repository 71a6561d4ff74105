"""Discord's errors, translated once. Which of them mean that a place can't be used any more."""

import asyncio

import aiohttp
import discord

from core.domain.errors import PlaceClosed, PlatformError, Transient, Undeliverable

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK = 10003, 10008, 10015
MISSING_ACCESS, NO_DM, MISSING_PERMISSIONS, NO_WEBHOOK = 50001, 50007, 50013, 50027
ARCHIVED, THREAD_EXISTS, LOCKED, TOO_LARGE = 50083, 160004, 160005, 40005


class Closed(PlaceClosed):
    """This channel, thread or message can't be used: another place may."""


class TooLarge(Undeliverable):
    """The files are larger than Discord takes here."""


class AskedToWait(Transient):
    """Discord said how long; asking again before that would be held against the bot."""


SENTENCES = {
    UNKNOWN_CHANNEL: "The channel is gone.",
    UNKNOWN_MESSAGE: "The message was deleted.",
    UNKNOWN_WEBHOOK: "The reply has expired.",
    NO_WEBHOOK: "The reply has expired.",
    MISSING_ACCESS: "The bot can't see the channel any more.",
    NO_DM: "The person takes no direct messages.",
    MISSING_PERMISSIONS: "The bot may not write in the channel.",
    LOCKED: "The thread is locked.",
    ARCHIVED: "The thread is archived.",
}
CALL_FAILED = (discord.DiscordException, aiohttp.ClientError, OSError, asyncio.TimeoutError)


def translate(error: BaseException) -> PlatformError:
    """The error of the table for one of CALL_FAILED."""
    if isinstance(error, discord.RateLimited):
        return AskedToWait("Discord asks to wait.", retry_after=error.retry_after)
    if isinstance(error, discord.HTTPException):
        return _by_status(error)
    if isinstance(error, discord.DiscordException):
        return Undeliverable(f"Discord's client refused: {type(error).__name__}.")
    return Transient("The connection to Discord broke.")


def _by_status(error: discord.HTTPException) -> PlatformError:
    if error.code in SENTENCES:
        return Closed(SENTENCES[error.code])
    if error.code == TOO_LARGE or error.status == 413:
        return TooLarge("The files are too large for this place.")
    if error.status == 429:
        return AskedToWait("Discord asks to wait.", retry_after=_retry_after(error))
    if error.status == 401:
        return AskedToWait("Discord does not take the token any more.", retry_after=60.0)
    if error.status >= 500:
        return Transient("Discord is not answering.")
    if error.status in (403, 404):
        return Closed(f"Discord refuses ({error.status}, {error.code}).")
    return Undeliverable(f"Discord does not take this message ({error.status}, {error.code}).")


def _retry_after(error: discord.HTTPException) -> float:
    try:
        return float(error.response.headers.get("Retry-After", "5"))
    except ValueError:
        return 5.0
