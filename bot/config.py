"""The configuration: one file, the environment, .env - parsed once into frozen sections."""

import difflib
import io
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from dotenv import dotenv_values
from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator

from adapters.web.config import token_trouble
from bot.reading import cleaned, text_of
from bot.sections import (
    BotSection,
    DiscordSection,
    LoopSection,
    ModelPrice,
    ModelsSection,
    PricesSection,
    ProvenanceSection,
    ProviderSection,
    QuotasSection,
    Section,
    SlackSection,
    WebSection,
)
from core.domain.errors import Misconfigured

PREFIX = "DARKROOM_"
USUAL = {
    "DISCORD_TOKEN": ("discord", "token"),
    "SLACK_BOT_TOKEN": ("slack", "bot_token"),
    "SLACK_APP_TOKEN": ("slack", "app_token"),
    "SLACK_SIGNING_SECRET": ("slack", "signing_secret"),
    "OPENAI_API_KEY": ("providers", "openai", "api_key"),
    "OPENAI_BASE_URL": ("providers", "openai", "base_url"),
    "STABILITY_API_KEY": ("providers", "stability", "api_key"),
}


class Settings(Section):
    """The whole configuration. `source` says where it came from."""

    bot: BotSection = BotSection()
    web: WebSection = WebSection()
    discord: DiscordSection = DiscordSection()
    slack: SlackSection = SlackSection()
    models: ModelsSection = ModelsSection()
    provenance: ProvenanceSection = ProvenanceSection()
    providers: dict[str, ProviderSection] = Field(default_factory=dict[str, ProviderSection])
    prices: PricesSection = PricesSection()
    loop: LoopSection = LoopSection()
    quotas: QuotasSection = QuotasSection()
    source: str = Field(default="defaults", exclude=True)

    def secrets(self) -> list[str]:
        """Every secret that is set, to be kept out of the log."""
        parts: list[BaseModel] = [self.web, self.discord, self.slack, *self.providers.values()]
        found = [value for part in parts for _, value in part if isinstance(value, SecretStr)]
        return [secret.get_secret_value() for secret in found if secret.get_secret_value()]

    @field_validator("providers", mode="before")
    @classmethod
    def _stability(cls, value: object) -> object:
        """The provider of that name is Stability AI, whatever else is said of it."""
        tables = cast(dict[str, Any], value) if isinstance(value, dict) else {}
        named: object = tables.get("stability")
        if not isinstance(named, dict) or "kind" in named:
            return cast(object, value)
        return {**tables, "stability": {**cast(dict[str, Any], named), "kind": "stability"}}


def load(path: Path | None, environ: Mapping[str, str] | None = None) -> Settings:
    """Reads FILE (or ./config.toml where there is one), .env beside it, and the environment, which
    wins. Raises Misconfigured with one sentence that names the key."""
    environ = os.environ if environ is None else environ
    chosen = path or (Path("config.toml") if Path("config.toml").is_file() else None)
    data = _file(chosen) if chosen else {}
    folder = chosen.parent if chosen else Path()
    for names in (_dotenv(folder / ".env"), environ):
        _merge_environment(data, names)
    data["source"] = str(chosen) if chosen else "defaults and the environment"
    settings = _validated(data)
    _check(settings)
    return settings


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text_of(path))
    except FileNotFoundError as exc:
        raise Misconfigured(f"{path}: there is no such file; `darkroom init` writes one.") from exc
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        raise Misconfigured(f"{path}: {exc}.") from exc


def _dotenv(path: Path) -> dict[str, str]:
    try:
        values = dotenv_values(stream=io.StringIO(text_of(path)))
    except FileNotFoundError:
        return {}
    return {name: value for name, value in values.items() if value is not None}


def _merge_environment(data: dict[str, Any], names: Mapping[str, str]) -> None:
    for name, keys in USUAL.items():
        if value := cleaned(name, names.get(name, "")):
            _put(data, keys, value)
    for name, value in names.items():
        if name.startswith(PREFIX) and "__" in name:
            keys = tuple(part.lower() for part in name.removeprefix(PREFIX).split("__"))
            _put(data, keys, _value(name, cleaned(name, value)))


def _value(name: str, text: str) -> Any:
    """Lists and tables are JSON; everything else is left to the key's own type."""
    if not text.lstrip().startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as exc:
        raise Misconfigured(f"{name}: lists and tables are written as JSON ({exc}).") from exc


def _put(data: dict[str, Any], keys: tuple[str, ...], value: Any) -> None:
    if len(keys) == 1:
        data[keys[0]] = value
        return
    inner: Any = data.setdefault(keys[0], {})
    if not isinstance(inner, dict):
        raise Misconfigured(f"{keys[0]}: it is a section, not a value.")
    _put(cast(dict[str, Any], inner), keys[1:], value)


def _validated(data: dict[str, Any]) -> Settings:
    try:
        return Settings.model_validate(data)
    except ValidationError as exc:
        raise Misconfigured(_sentence(exc)) from exc


def _sentence(exc: ValidationError) -> str:
    first = exc.errors(include_url=False, include_input=False)[0]
    where = [str(part) for part in first["loc"]]
    name = ".".join(where)
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(where[-1], _keys(where[:-1]), 1)
        hint = f"; did you mean {'.'.join([*where[:-1], near[0]])}?" if near else "."
        return f"{name}: there is no such key{hint}"
    if first["type"] == "model_type":
        return f"{name}: it is a section, not a value."
    return f"{name}: {first['msg'].removeprefix('Value error, ').removesuffix('.')}."


def _keys(section: list[str]) -> list[str]:
    if not section:
        return list(Settings.model_fields)
    if section[0] == "providers":
        return list(ProviderSection.model_fields)
    if section[0] == "prices" and len(section) > 1:
        return list(ModelPrice.model_fields)
    field = Settings.model_fields.get(section[0])
    kind = field.annotation if field else None
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def checked(settings: Settings) -> Settings:
    """The same. Raises Misconfigured where its values don't go together."""
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    web, loop = settings.web, settings.loop
    token = web.token.get_secret_value()
    trouble = token_trouble(web.host, token, playground=web.playground)
    if web.enabled and trouble:
        raise Misconfigured(trouble)
    if loop.iterations > min(loop.max_refine, loop.max_evolve):
        raise Misconfigured("loop.iterations: it is above loop.max_refine or loop.max_evolve.")
    slack = settings.slack
    if slack.bot_token.get_secret_value():
        if slack.mode == "socket" and not slack.app_token.get_secret_value():
            raise Misconfigured("slack.app_token: Socket Mode needs it (it begins with xapp-).")
        if slack.mode == "http" and not slack.signing_secret.get_secret_value():
            raise Misconfigured("slack.signing_secret: http mode needs it.")
