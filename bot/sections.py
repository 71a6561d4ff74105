"""The sections of the configuration: every key, its type, its default."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from adapters.models.retired import gone_sentence
from bot.provider_section import NO_SECRET, Section
from bot.provider_section import ProviderSection as ProviderSection
from core.domain.budgets import Scope, Unit, Window


class BotSection(Section):
    data_dir: Path = Path("data")
    database_url: str = ""
    admin: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"
    stop_within_s: float = Field(default=30, ge=10, le=3600)

    @field_validator("admin")
    @classmethod
    def _known_platform(cls, value: str) -> str:
        platform, _, id = value.partition(":")
        if value and (platform not in ("discord", "slack") or not id):
            raise ValueError('"discord:USER_ID", "slack:USER_ID" or ""')
        return value


class WebSection(Section):
    any_letters: ClassVar[bool] = True  # a pass phrase
    enabled: bool = True
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = ""
    playground: bool = True
    token: SecretStr = NO_SECRET

    @field_validator("public_url")
    @classmethod
    def _address(cls, value: str) -> str:
        """Where people reach the page: a path is welcome, what comes after one is not."""
        if value and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value):
            raise ValueError(
                'it begins with http:// or https://, such as "https://darkroom.example/path"'
            )
        return value


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


class ProvenanceSection(Section):
    certificate: Path | None = None
    private_key: Path | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        return None if value == "" else value


class ModelsSection(Section):
    """A painter, or several: the first one paints, the others take over where it fails."""

    painter: str | tuple[str, ...] = ""
    editor: str = ""
    critic: str = ""
    judge: str = ""
    fallback: Literal["offer", "take"] = "offer"

    @field_validator("painter", "editor", "critic", "judge")
    @classmethod
    def _named(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for name in (value,) if isinstance(value, str) else value:
            if ":" not in name and (name or not isinstance(value, str)):
                raise ValueError(
                    gone_sentence("openai", name, datetime.now(UTC).date())
                    or '"provider:model", for example "offline:gouache"'
                )
        return value

    @property
    def painters(self) -> tuple[str, ...]:
        """The first one paints; "" or none = the default."""
        return (self.painter,) if isinstance(self.painter, str) else self.painter


class LoopSection(Section):
    iterations: int = Field(default=4, ge=1)
    max_refine: int = Field(default=10, ge=1, le=50)
    max_evolve: int = Field(default=20, ge=1, le=50)
    continue_iterations: int = Field(default=3, ge=1)
    candidates: int = Field(default=1, ge=1, le=4)
    target_score: float = Field(default=0, ge=0, le=100)
    patience: int = Field(default=2, ge=0)
    checks_score: float = Field(default=60, ge=0, le=100)
    review_timeout_s: float = Field(default=120, ge=0, le=3600)
    previews: Literal["off", "free", "all"] = "free"
    scenes: int = Field(default=8, ge=2)
    max_scenes: int = Field(default=24, ge=2, le=60)
    scene_words: int = Field(default=120, ge=40, le=200)
    story_rating: Literal["everyone", "teen", "mature"] = "everyone"
    vote_s: float = Field(default=60, ge=5, le=3600)
    turn_s: float = Field(default=0, ge=0, le=86400)


class LimitRow(Section):
    """A limit beside the daily ones: see the comments in config.example.toml."""

    scope: Scope
    window: Window = "day"
    unit: Unit
    amount: Decimal = Field(ge=0)
    id: str = ""

    @model_validator(mode="after")
    def _whose(self) -> "LimitRow":
        if self.scope == "role" and not self.id:
            raise ValueError('a limit of scope "role" needs an id: the role it is for')
        return self


class QuotasSection(Section):
    images_per_user_per_day: int = Field(default=30, ge=0)
    usd_per_user_per_day: Decimal = Field(default=Decimal("1.00"), ge=0)
    usd_per_run: Decimal = Field(default=Decimal("0.50"), ge=0)
    usd_total_per_day: Decimal = Field(default=Decimal("10.00"), ge=0)
    concurrent_runs_per_user: int = Field(default=2, ge=1)
    confirm_usd_above: Decimal = Field(default=Decimal("0.25"), ge=0)
    ration_embedded: bool = False
    images_per_server_per_day: int = Field(default=0, ge=0)
    usd_per_server_per_day: Decimal = Field(default=Decimal(0), ge=0)
    limits: tuple[LimitRow, ...] = ()
    admins_grant: bool = True
    refusals_per_user_per_day: int = Field(default=10, ge=0)


class ModelPrice(Section):
    """What is set of a model's price, in dollars: per million tokens, or for one image."""

    text_in: Decimal | None = Field(default=None, ge=0)
    image_in: Decimal | None = Field(default=None, ge=0)
    text_out: Decimal | None = Field(default=None, ge=0)
    image_out: Decimal | None = Field(default=None, ge=0)
    image: Decimal | None = Field(default=None, ge=0)


class PricesSection(BaseModel):
    """`unknown_usd`, and a table per model: see the comments in config.example.toml."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, ModelPrice] = Field(init=False)  # pyright: ignore[reportIncompatibleVariableOverride]
    unknown_usd: Decimal = Field(default=Decimal("0.25"), ge=0)

    @property
    def models(self) -> dict[str, dict[str, Decimal]]:
        extra = self.__pydantic_extra__
        return {name: price.model_dump(exclude_none=True) for name, price in extra.items()}
