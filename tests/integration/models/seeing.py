"""A critic on the stand-in OpenAI, and pictures it knows the answers for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw

from adapters.models.config import ProviderConfig
from adapters.models.openai.critic import OpenAICritic
from adapters.models.policy import ASKING, Policy
from adapters.models.prices import PriceBook
from core.imaging import codec
from tests.harness import Inline
from tests.standins.openai_chat import Eye, add_chat
from tests.standins.openai_server import KEY, OpenAIServer

MODEL = "gpt-6.1-terra"
JUDGE = "gpt-6-luna"


@dataclass
class Seeing:
    """The stand-in, its model's eye, and a critic that talks to them."""

    server: OpenAIServer
    eye: Eye
    critic: OpenAICritic

    def another(
        self,
        model: str = MODEL,
        key: str = KEY,
        provider: str = "openai",
        policy: Policy = ASKING,
        **options: Any,
    ) -> OpenAICritic:
        config = ProviderConfig(kind="openai", base_url=self.server.url, api_key=key, **options)
        return OpenAICritic(provider, model, config, PriceBook(), Inline(), policy)


@asynccontextmanager
async def seeing(dialect: Any = "openai", **character: Any) -> AsyncIterator[Seeing]:
    server = OpenAIServer(dialect=dialect)
    eye = add_chat(server, **character)
    async with server:
        world = Seeing(server, eye, None)  # type: ignore[arg-type]
        world.critic = world.another()
        try:
            yield world
        finally:
            await world.critic.close()
        assert server.violations == []


def grey(shade: int, size: tuple[int, int] = (96, 64)) -> bytes:
    """A PNG of one grey."""
    return codec.encode(Image.new("RGB", size, (shade, shade, shade)))


def patched(shade: int, patch: int) -> bytes:
    """A grey picture with another grey in its lower right sixteenth."""
    image = Image.new("RGB", (128, 128), (shade,) * 3)
    image.paste((patch,) * 3, (96, 96, 128, 128))
    return codec.encode(image)


def lettered(text: str, shade: int = 220) -> bytes:
    """A light picture on which somebody has written."""
    image = Image.new("RGB", (512, 384), (shade,) * 3)
    ImageDraw.Draw(image).multiline_text((20, 150), text, fill=(0, 0, 0), font_size=22)
    return codec.encode(image)
