"""What the Discord adapter needs to know, parsed once by the program."""

from dataclasses import dataclass

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
