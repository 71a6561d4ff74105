"""`darkroom doctor`: what is configured, what is missing, what to do next."""

import os
from dataclasses import dataclass

from adapters.discord.config import application_of, invite_url
from adapters.models.registry import build_models
from adapters.pixels import PixelPool
from adapters.storage.sql import open_store
from bot.bootstrap import data_folder, database_url, model_names, provider_configs
from bot.config import Settings, unused_key
from core.errors import DarkroomError
from core.quote import paint_request
from core.session import Plan


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the report; `ok` None is a remark."""

    name: str
    ok: bool | None
    text: str


async def examine(settings: Settings) -> list[Finding]:
    """Looks at everything that can be looked at without spending money."""
    found = [Finding("config", True, settings.source)]
    found.append(_folder(settings))
    found.append(await _database(settings))
    found += _models(settings)
    found += [
        Finding("key", None, unused_key(name))
        for name, part in settings.providers.items()
        if part.api_key.get_secret_value()
    ]
    found += _platforms(settings)
    found.append(_web(settings))
    return found


def _folder(settings: Settings) -> Finding:
    folder = data_folder(settings)
    return Finding("data folder", os.access(folder, os.W_OK), str(folder.resolve()))


async def _database(settings: Settings) -> Finding:
    try:
        store = await open_store(database_url(settings))
    except DarkroomError as exc:
        return Finding("database", False, exc.sentence)
    await store.close()
    kind = "PostgreSQL" if settings.bot.database_url.startswith("postgres") else "SQLite"
    return Finding("database", True, f"{kind}, up to date")


def _models(settings: Settings) -> list[Finding]:
    try:
        models = build_models(
            model_names(settings), provider_configs(settings), settings.prices.models, PixelPool()
        )
    except DarkroomError as exc:
        return [Finding("models", False, exc.sentence)]
    price = models.painter.price(paint_request(Plan(mode="refine", rounds=1)))
    cost = (
        "price unknown" if price is None else "free" if price == 0 else f"at most ${price} an image"
    )
    painter = f"{models.painter.profile.name} ({cost})"
    if models.painter.profile.embedded:
        painter += f": {models.painter.profile.note}"
    return [
        Finding("painter", True, painter),
        Finding("critic", True, models.critic.profile.name),
        Finding("judge", True, models.judge.profile.name),
    ]


def _platforms(settings: Settings) -> list[Finding]:
    token = settings.discord.token.get_secret_value()
    discord = bool(token)
    slack = bool(settings.slack.bot_token.get_secret_value())
    return [
        Finding("discord", discord or None, "token set" if discord else "off: no DISCORD_TOKEN"),
        Finding("discord invite", None, invite_url(application_of(token))),
        Finding("slack", slack or None, "token set" if slack else "off: no SLACK_BOT_TOKEN"),
    ]


def _web(settings: Settings) -> Finding:
    if not settings.web.enabled:
        return Finding("page", None, "off: web.enabled is false")
    return Finding("page", True, f"http://{settings.web.host}:{settings.web.port}/")
