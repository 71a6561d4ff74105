"""Painters on the stand-in OpenAI, and pictures that tell where they were touched."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from adapters.models.config import ProviderConfig
from adapters.models.openai.painter import OpenAIPainter
from adapters.models.policy import PAINTING
from adapters.models.prices import PriceBook
from core.domain.errors import ProviderError
from core.models.painter import PaintRequest
from core.ports.pixels import Pixels
from tests.integration.models.picklable import Picklable
from tests.standins.loopback import png
from tests.standins.openai_server import FLARE, KEY, OpenAIServer

FOX = PaintRequest(prompt="a red fox", width=512, height=512)
BLOCK = 16
EDITED = (255, 0, 255)  # what the stand-in paints where a mask says so


@asynccontextmanager
async def serving(
    dialect: Literal["openai", "compatible"] = "openai", **options: Any
) -> AsyncIterator[OpenAIServer]:
    """A stand-in; at the end no request to it may have broken a rule."""
    async with OpenAIServer(dialect=dialect, **options) as server:
        yield server
    assert server.violations == []


@asynccontextmanager
async def painting_on(
    server: OpenAIServer,
    model: str = FLARE,
    provider: str = "openai",
    prices: PriceBook | None = None,
    pixels: Pixels | None = None,
    timeout_s: float = 20.0,
    **config: Any,
) -> AsyncIterator[OpenAIPainter]:
    """A painter that talks to the stand-in with these settings of its provider."""
    config = {"kind": "openai", "base_url": server.url, "api_key": KEY} | config
    painter = OpenAIPainter(
        provider,
        model,
        ProviderConfig(**config),
        prices or PriceBook(),
        pixels or Picklable(),
        replace(PAINTING, whole_s=timeout_s),
    )
    try:
        yield painter
    finally:
        await painter.close()


def noise(width: int, height: int) -> NDArray[np.uint8]:
    """Coloured blocks of 16 px: quicker to encode than real noise, and as telling."""
    rows, columns = -(-height // BLOCK), -(-width // BLOCK)
    blocks = np.random.default_rng(5).integers(0, 200, (rows, columns, 3), np.uint8)
    return blocks.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1)[:height, :width]


def lower_right(width: int, height: int) -> bytes:
    """A mask: the lower right quarter is to be edited."""
    mask = np.zeros((height, width), np.uint8)
    mask[height // 2 :, width // 2 :] = 255
    return png(mask)


def mine(server: OpenAIServer, **config: Any) -> AbstractAsyncContextManager[OpenAIPainter]:
    """A painter on a server that is not OpenAI's, without a key."""
    return painting_on(server, "sdxl", "mine", **({"api_key": ""} | config))


async def painted(painter: OpenAIPainter, request: PaintRequest = FOX) -> bytes:
    (one,) = await painter.paint(request)
    return one.data


async def failed(painter: OpenAIPainter, request: PaintRequest = FOX) -> ProviderError:
    """What the call raised: one sentence, on one line, without a key."""
    with pytest.raises(ProviderError) as caught:
        await painter.paint(request)
    said = caught.value.sentence
    assert said.endswith(".")
    assert "\n" not in said
    assert "sk-" not in said
    return caught.value
