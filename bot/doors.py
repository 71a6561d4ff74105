"""What each door is told of the configuration."""

from typing import TYPE_CHECKING

from adapters.slack.config import SlackConfig
from adapters.web.config import WebConfig
from bot.config import Settings
from bot.folder import data_folder, secret

if TYPE_CHECKING:  # the SDK of a platform that is off is not loaded
    from adapters.discord.config import DiscordConfig


def web_config(settings: Settings) -> WebConfig:
    part = settings.web
    return WebConfig(
        host=part.host,
        port=part.port,
        public_url=part.public_url,
        playground=part.playground,
        token=part.token.get_secret_value(),
        secret=secret(data_folder(settings)),
    )


def discord_config(settings: Settings) -> "DiscordConfig":
    from adapters.discord.config import DiscordConfig

    part = settings.discord
    return DiscordConfig(
        token=part.token.get_secret_value(),
        api_base=part.api_base,
        gateway_url=part.gateway_url,
        cdn_hosts=part.cdn_hosts,
        guild_ids=part.guild_ids,
        favourite_emoji=part.favourite_emoji,
    )


def slack_config(settings: Settings) -> SlackConfig:
    part = settings.slack
    return SlackConfig(
        bot_token=part.bot_token.get_secret_value(),
        app_token=part.app_token.get_secret_value(),
        signing_secret=part.signing_secret.get_secret_value(),
        mode=part.mode,
        api_base=part.api_base,
        file_hosts=part.file_hosts,
        favourite_emoji=part.favourite_emoji,
    )
