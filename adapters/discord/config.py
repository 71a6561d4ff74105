"""What the Discord adapter needs to know, parsed once by the program."""

from dataclasses import dataclass

# View, Send, Send in Threads, Create Public Threads, Embed, Attach, Read History, Add Reactions.
PERMISSIONS = 309237763136
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


def invite_url(application_id: int) -> str:
    """The link that adds the bot to a server with exactly the permissions it needs."""
    return (
        "https://discord.com/oauth2/authorize?scope=bot+applications.commands"
        f"&client_id={application_id}&permissions={PERMISSIONS}"
    )
