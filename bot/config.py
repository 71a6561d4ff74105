"""The configuration: one file, the environment, .env - parsed once into frozen sections."""

import difflib
import ipaddress
import json
import os
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, cast

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from core.errors import Misconfigured

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
NO_SECRET = SecretStr("")


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BotSection(Section):
    data_dir: Path = Path("data")
    database_url: str = ""
    admin: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"

    @field_validator("admin")
    @classmethod
    def _known_platform(cls, value: str) -> str:
        platform, _, id = value.partition(":")
        if value and (platform not in ("discord", "slack") or not id):
            raise ValueError('"discord:USER_ID", "slack:USER_ID" or ""')
        return value


class WebSection(Section):
    enabled: bool = True
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = ""
    playground: bool = True
    token: SecretStr = NO_SECRET


class DiscordSection(Section):
    token: SecretStr = NO_SECRET
    api_base: str = ""
    gateway_url: str = ""
    cdn_hosts: tuple[str, ...] = ("cdn.discordapp.com", "media.discordapp.net")
    guild_ids: tuple[int, ...] = ()
    favourite_emoji: str = "⭐"


class SlackSection(Section):
    bot_token: SecretStr = NO_SECRET
    app_token: SecretStr = NO_SECRET
    signing_secret: SecretStr = NO_SECRET
    mode: Literal["socket", "http"] = "socket"
    api_base: str = "https://slack.com/api/"
    file_hosts: tuple[str, ...] = ("files.slack.com",)
    favourite_emoji: str = "star"


class ModelsSection(Section):
    painter: str = ""
    editor: str = ""
    critic: str = ""
    judge: str = ""

    @field_validator("*")
    @classmethod
    def _named(cls, value: str) -> str:
        if value and ":" not in value:
            raise ValueError('"provider:model", for example "offline:gouache"')
        return value


class ProviderSection(Section):
    kind: Literal["openai", "sdwebui", "stability", "google", "offline", "scripted"] = "openai"
    base_url: str = ""
    api_key: SecretStr = NO_SECRET
    rpm: int = Field(default=60, ge=1)
    concurrency: int = Field(default=8, ge=1)
    mask_field: str = "mask"
    mask_polarity: Literal["transparent", "white", "black"] = "transparent"
    supports_n: bool = True
    supports_quality: bool = True
    supports_edits: bool = True
    sizes: tuple[str, ...] = ()
    image_hosts: tuple[str, ...] = ()


class LoopSection(Section):
    iterations: int = Field(default=4, ge=1)
    max_refine: int = Field(default=10, ge=1, le=50)
    max_evolve: int = Field(default=20, ge=1, le=50)
    continue_iterations: int = Field(default=3, ge=1)
    candidates: int = Field(default=1, ge=1, le=4)
    target_score: float = Field(default=0, ge=0, le=100)
    patience: int = Field(default=2, ge=0)
    review_timeout_s: float = Field(default=120, ge=0, le=3600)


class QuotasSection(Section):
    images_per_user_per_day: int = Field(default=30, ge=0)
    usd_per_user_per_day: Decimal = Field(default=Decimal("1.00"), ge=0)
    usd_per_run: Decimal = Field(default=Decimal("0.50"), ge=0)
    usd_total_per_day: Decimal = Field(default=Decimal("10.00"), ge=0)
    concurrent_runs_per_user: int = Field(default=2, ge=1)
    confirm_usd_above: Decimal = Field(default=Decimal("0.25"), ge=0)


class PricesSection(BaseModel):
    """`unknown_usd`, and a table per model: see the comments in config.example.toml."""

    model_config = ConfigDict(frozen=True, extra="allow")
    unknown_usd: Decimal = Field(default=Decimal("0.25"), ge=0)

    @property
    def models(self) -> dict[str, dict[str, Decimal]]:
        return dict(self.__pydantic_extra__ or {})


class Settings(Section):
    """The whole configuration. `source` says where it came from."""

    bot: BotSection = BotSection()
    web: WebSection = WebSection()
    discord: DiscordSection = DiscordSection()
    slack: SlackSection = SlackSection()
    models: ModelsSection = ModelsSection()
    providers: dict[str, ProviderSection] = {}
    prices: PricesSection = PricesSection()
    loop: LoopSection = LoopSection()
    quotas: QuotasSection = QuotasSection()
    source: str = Field(default="defaults", exclude=True)


def load(path: Path | None, environ: Mapping[str, str] | None = None) -> Settings:
    """Reads FILE (or ./config.toml where there is one), .env beside it, and the environment, which
    wins. Raises Misconfigured with one sentence that names the key."""
    environ = os.environ if environ is None else environ
    chosen = path or (Path("config.toml") if Path("config.toml").is_file() else None)
    data = _file(chosen) if chosen else {}
    folder = chosen.parent if chosen else Path()
    dotenv = {k: v for k, v in dotenv_values(folder / ".env").items() if v is not None}
    for names in (dotenv, environ):
        _merge_environment(data, names)
    data["source"] = str(chosen) if chosen else "defaults and the environment"
    settings = _validated(data)
    _check(settings)
    return settings


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except FileNotFoundError as exc:
        raise Misconfigured(f"{path}: there is no such file; `darkroom init` writes one.") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as exc:
        raise Misconfigured(f"{path}: {exc}") from exc


def _merge_environment(data: dict[str, Any], names: Mapping[str, str]) -> None:
    for name, keys in USUAL.items():
        if names.get(name):
            _put(data, keys, names[name])
    for name, value in names.items():
        if name.startswith(PREFIX) and "__" in name:
            keys = tuple(part.lower() for part in name.removeprefix(PREFIX).split("__"))
            _put(data, keys, _value(name, value))


def _value(name: str, text: str) -> Any:
    """Lists and tables are JSON; everything else is left to the key's own type."""
    if not text.lstrip().startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError as exc:
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
    return f"{name}: {first['msg'].removeprefix('Value error, ')}."


def _keys(section: list[str]) -> list[str]:
    if not section:
        return list(Settings.model_fields)
    if section[0] == "providers":
        return list(ProviderSection.model_fields)
    field = Settings.model_fields.get(section[0])
    kind = field.annotation if field else None
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _check(settings: Settings) -> None:
    web, loop = settings.web, settings.loop
    if web.enabled and not _loopback(web.host) and not web.token.get_secret_value():
        raise Misconfigured(
            f"web.token: {web.host} can be reached from elsewhere, so a token is needed."
        )
    if loop.iterations > min(loop.max_refine, loop.max_evolve):
        raise Misconfigured("loop.iterations: it is above loop.max_refine or loop.max_evolve.")
    slack = settings.slack
    if slack.bot_token.get_secret_value():
        if slack.mode == "socket" and not slack.app_token.get_secret_value():
            raise Misconfigured("slack.app_token: Socket Mode needs it (it begins with xapp-).")
        if slack.mode == "http" and not slack.signing_secret.get_secret_value():
            raise Misconfigured("slack.signing_secret: http mode needs it.")


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def unused_key(provider: str) -> str:
    """A key that is set and bills nothing is said, not hidden."""
    return f"a key for {provider} is set; this version has no such models and does not use it"
