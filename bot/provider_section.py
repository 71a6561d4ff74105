"""One [providers.NAME] table: its keys, which kind heeds them, and what is no address."""

import re
from collections.abc import Mapping
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

NO_SECRET = SecretStr("")
SIZE = re.compile(r"\d{2,4}x\d{2,4}")
HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
ENDPOINT = re.compile(
    r"/(chat/completions|completions|images/(generations|edits)|models|responses|embeddings"
    r"|sdapi/v1/\w[\w/-]{0,80}|v2beta\b[\w/-]{0,80})/{0,9}$"
)
NEEDED = frozenset({"model", "prompt", "messages", "image", "mask", "init_images"})


HOSTED = frozenset(("supports_edits", "image_hosts", "negative", "inputs", "edit_model"))
Word = Literal["prompt", "negative", "seed", "ratio", "size", "width", "height", "picture", "mask"]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    any_letters: ClassVar[bool] = False  # in a secret

    @field_validator("*")
    @classmethod
    def _sendable(cls, value: object) -> object:
        """A key travels in a header, so that a line end or a look-alike letter breaks every call."""
        text = value.get_secret_value() if isinstance(value, SecretStr) else ""
        if text != text.strip() or not text.isprintable():
            raise ValueError("there is a space or line break in it that no key has")
        if (
            not text.isascii() and cls.__name__ != "WebSection"
        ):  # a pass phrase may be of any letters
            raise ValueError("there is a letter in it that no key has; copy it again")
        return value


class ProviderSection(Section):
    """`of_kind` are the keys that a kind heeds, besides those that all do."""

    kind: Literal[
        "openai",
        "sdwebui",
        "stability",
        "openrouter",
        "bfl",
        "google",
        "anthropic",
        "comfyui",
        "replicate",
        "fal",
    ] = "openai"
    base_url: str = ""
    api_key: SecretStr = NO_SECRET
    rpm: int = Field(default=60, ge=0)
    ipm: int = Field(default=0, ge=0)
    concurrency: int = Field(default=8, ge=1)
    ca_file: str = ""
    extra_headers: dict[str, SecretStr] = Field(default_factory=dict[str, SecretStr])
    omit: tuple[str, ...] = ()
    mask_field: str = "mask"
    mask_polarity: Literal["transparent", "white", "black"] = "transparent"
    supports_n: bool = True
    supports_quality: bool = True
    supports_edits: bool = True
    sizes: tuple[str, ...] = ()
    image_hosts: tuple[str, ...] = ()
    dialect: Literal["", "gpt-image", "dall-e"] = ""
    api_version: str = ""
    thinking_tokens: int = Field(default=0, ge=0, le=100_000)
    reasoning_effort: str = ""
    prompt_tokens: int = Field(default=0, ge=0, le=32_000)
    steps: int = Field(default=0, ge=0, le=150)
    sampler: str = ""
    negative: str = ""
    workflow: str = ""
    workflow_edit: str = ""
    inputs: dict[Word, str] = Field(default_factory=dict[Word, str])
    edit_model: str = ""
    second_look: bool | None = None

    of_kind: ClassVar[Mapping[str, frozenset[str]]] = {
        "openai": frozenset(
            ("mask_field", "mask_polarity", "supports_n", "supports_quality", "supports_edits")
            + ("sizes", "image_hosts", "dialect", "api_version")
            + ("thinking_tokens", "reasoning_effort", "prompt_tokens", "second_look")
        ),
        "sdwebui": frozenset(
            (
                "supports_n",
                "supports_edits",
                "sizes",
                "steps",
                "sampler",
                "negative",
                "prompt_tokens",
            )
        ),
        "stability": frozenset(("negative",)),
        "bfl": frozenset(("supports_edits", "image_hosts")),
        "google": frozenset(("supports_edits", "negative", "thinking_tokens", "reasoning_effort")),
        "anthropic": frozenset(("api_version", "thinking_tokens", "reasoning_effort")),
        "comfyui": frozenset(("workflow", "workflow_edit", "negative")),
        "replicate": HOSTED,
        "fal": HOSTED,
        "openrouter": frozenset(
            ("supports_edits", "image_hosts", "negative", "thinking_tokens", "reasoning_effort")
        ),
    }
    of_all: ClassVar[frozenset[str]] = frozenset(
        ("kind", "base_url", "api_key", "rpm", "ipm", "concurrency")
        + ("ca_file", "extra_headers", "omit")
    )

    @field_validator("sizes")
    @classmethod
    def _sizes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for size in value:
            if not SIZE.fullmatch(size):
                raise ValueError(f'"{size}" is no size; write "WIDTHxHEIGHT" in pixels')
        return value

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        value = value.strip()
        if value and not re.match(r"https?://[^\s/]", value):
            raise ValueError("it begins with http:// or https://")
        if re.search(r"\s", value):
            raise ValueError("there is a space in it")
        if "?" in value or "#" in value:
            raise ValueError("it ends before ? and #; the API's version goes into api_version")
        if found := ENDPOINT.search(value):
            raise ValueError(
                f'it is where the API begins, not one of its pages: write "{value[: found.start()]}"'
            )
        return value

    @field_validator("extra_headers")
    @classmethod
    def _headers(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, secret in value.items():
            text = secret.get_secret_value()
            if not HEADER.fullmatch(name) or not text.isascii() or not text.isprintable():
                raise ValueError(f"{name} is no header that can be sent")
        return value

    @field_validator("omit")
    @classmethod
    def _left_out(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if needed := sorted(NEEDED.intersection(value)):
            raise ValueError(f"{needed[0]} can't be left out")
        return value

    @model_validator(mode="after")
    def _heeded(self) -> Self:
        idle = sorted(self.model_fields_set - self.of_all - self.of_kind[self.kind])
        if idle:
            raise ValueError(f"{idle[0]} means nothing to a provider of kind {self.kind}")
        return self
