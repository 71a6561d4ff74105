"""What the Slack adapter is told by the operator."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class SlackConfig:
    """Secrets never show in a repr. `file_hosts` are bare hosts (https) or whole origins.

    `post_interval_s` is the least time between two posts in a channel (Slack: about 1 s),
    `ping_interval_s` how often a socket is asked whether it still hears.
    """

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    mode: Literal["socket", "http"] = "socket"
    api_base: str = "https://slack.com/api/"
    file_hosts: tuple[str, ...] = ("files.slack.com",)
    favourite_emoji: str = "star"
    post_interval_s: float = 1.0
    ping_interval_s: float = 10.0
    sockets: int = 2

    @property
    def base_url(self) -> str:
        return self.api_base.rstrip("/") + "/"
