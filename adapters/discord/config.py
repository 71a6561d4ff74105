"""What the Discord adapter needs to know, parsed once by the program."""

import base64
import binascii
from dataclasses import dataclass

import discord

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    add_reactions=True,
)
CDN_HOSTS = ("cdn.discordapp.com", "media.discordapp.net")


@dataclass(frozen=True, slots=True)
class DiscordConfig:
    """`api_base` and `gateway_url` empty = Discord's own. `cdn_hosts`: a bare host means https on
    the default port, an origin is taken as written. `guild_ids` sync commands there at once."""

    token: str
    api_base: str = ""
    gateway_url: str = ""
    cdn_hosts: tuple[str, ...] = CDN_HOSTS
    guild_ids: tuple[int, ...] = ()
    favourite_emoji: str = "⭐"
    progress_every_s: float = 1.5
    guild_ready_timeout_s: float = 2.0


def application_of(token: str) -> str:
    """The application's id, which is the first part of a bot token; "" if it is none."""
    first = token.split(".")[0]
    try:
        id = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
    return id if id.isdecimal() else ""


def invite_url(application_id: str) -> str:
    """The link that adds the bot to a server with exactly the permissions it needs."""
    return (
        "https://discord.com/oauth2/authorize?scope=bot+applications.commands"
        f"&client_id={application_id or 'YOUR_APPLICATION_ID'}&permissions={PERMISSIONS.value}"
    )
