"""One policy holds every call to a provider: whatever kind it is and whatever it is called for, a
server that trickles, hangs, bombs or never ends holds nobody, and nobody's memory."""

import asyncio
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from adapters.models import http, links
from adapters.models.anthropic.critic import ClaudeCritic
from adapters.models.bfl.painter import FluxPainter
from adapters.models.comfyui.painter import ComfyPainter
from adapters.models.config import ProviderConfig
from adapters.models.fal.painter import FalPainter
from adapters.models.openai import probing
from adapters.models.openai.critic import OpenAICritic
from adapters.models.openai.painter import OpenAIPainter
from adapters.models.openrouter.painter import OpenRouterPainter
from adapters.models.policy import MIB, Policy
from adapters.models.prices import PriceBook
from adapters.models.sdwebui.painter import SdWebuiPainter
from adapters.models.stability.painter import StabilityPainter
from core.domain.errors import BadAnswer, InDoubt, ProviderError, Unavailable
from core.models.critic import Describe, Rewrite
from core.models.painter import PaintRequest
from tests.harness import Inline
from tests.standins.comfy_server import PAINT
from tests.standins.hostile_server import Hostile, Way
from tests.standins.openai_server import OpenAIServer

HASTY = Policy(whole_s=0.3, most_bytes=8 * MIB)
LONG_S = 30.0  # what a busy machine may need; without the policy it is for ever
FOX = PaintRequest(prompt="a red fox", width=512, height=512)
Role = Callable[[str], Awaitable[object]]
# one of a kind: who shares its client and frame is held by the same lines
MADE: dict[str, tuple[Callable[..., Any], str, ProviderConfig]] = {
    "openai painter": (OpenAIPainter, "gpt-image-2", ProviderConfig(kind="openai", api_key="k")),
    "compatible painter": (OpenAIPainter, "sdxl", ProviderConfig(kind="openai")),
    "openai critic": (OpenAICritic, "gpt-6-luna", ProviderConfig(kind="openai", api_key="k")),
    "compatible critic": (OpenAICritic, "llava", ProviderConfig(kind="openai")),
    "sdwebui painter": (SdWebuiPainter, "default", ProviderConfig(kind="sdwebui")),
    "bfl painter": (FluxPainter, "flux-2-pro", ProviderConfig(kind="bfl", api_key="k")),
    "openrouter painter": (
        OpenRouterPainter,
        "google/gemini-3-pro-image",
        ProviderConfig(kind="openrouter", api_key="k"),
    ),
    "anthropic critic": (
        ClaudeCritic,
        "claude-sonnet-5-5",
        ProviderConfig(kind="anthropic", api_key="k"),
    ),
    "comfyui painter": (ComfyPainter, "flux", ProviderConfig(kind="comfyui", workflow=PAINT)),
    "fal painter": (FalPainter, "fal-ai/flux-2-pro", ProviderConfig(kind="fal", api_key="k")),
    "stability painter": (StabilityPainter, "core", ProviderConfig(kind="stability", api_key="k")),
}
PAINTERS = [name for name in MADE if "painter" in name]
CRITICS = [name for name in MADE if "critic" in name]


def made(name: str, url: str, policy: Policy = HASTY) -> Any:
    make, model, config = MADE[name]
    base = f"{url}/v1" if config.kind == "openai" else url
    return make("mine", model, replace(config, base_url=base), PriceBook(), Inline(), policy)


async def fault_of(call: Awaitable[object]) -> ProviderError:
    async with asyncio.timeout(LONG_S):
        with pytest.raises(ProviderError) as caught:
            await call
    return caught.value


def calls_of(name: str, model: Any) -> Iterator[Awaitable[object]]:
    if name in PAINTERS:
        yield model.paint(FOX)
        return
    yield model.describe(Describe(goal="a fox"))
    yield model.rewrite(Rewrite(task="soften", prompt="a"))


@pytest.fixture(autouse=True)
def hasty_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """What costs nothing is given up as soon."""
    for module in (http, probing):
        monkeypatch.setattr(module, "PROBING", HASTY)
    monkeypatch.setattr(links, "FETCHING", HASTY)
    monkeypatch.setattr(links, "LASTING_S", 0.1)
    monkeypatch.setattr(probing, "PATIENCE_S", 0.1)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["hangs", "trickles", "trickles its headers"])
@pytest.mark.parametrize("name", MADE)
async def test_a_call_ends_when_its_time_is_up(name: str, way: Way) -> None:
    async with Hostile(way) as server:
        model = made(name, server.url)
        for call in calls_of(name, model):
            fault = await fault_of(call)
            assert type(fault) in (InDoubt, Unavailable)  # on a busy machine: while connecting
        await model.close()


@pytest.mark.parametrize("way", ["bombs", "never ends"])
@pytest.mark.parametrize("name", MADE)
async def test_an_answer_is_read_within_its_size(name: str, way: Way) -> None:
    async with Hostile(way) as server:
        model = made(name, server.url, replace(HASTY, whole_s=LONG_S))
        for call in calls_of(name, model):
            assert type(await _within_memory(call)) is BadAnswer
        await model.close()


async def _within_memory(call: Awaitable[object]) -> ProviderError:
    tracemalloc.start()
    try:
        fault = await fault_of(call)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6 * HASTY.most_bytes
    return fault


@pytest.mark.parametrize("way", ["hangs", "trickles", "never ends", "bombs"])
@pytest.mark.parametrize("name", MADE)
async def test_a_look_at_the_models_ends_as_well(name: str, way: Way) -> None:
    async with Hostile(way) as server:
        model = made(name, server.url)
        async with asyncio.timeout(LONG_S):
            try:
                standing = await model.probe()
            except (Unavailable, BadAnswer):
                standing = None
        assert standing is None or "does not say which models it has" in standing.sentence
        await model.close()


@pytest.mark.parametrize("way", ["hangs", "trickles", "never ends", "bombs", "redirects"])
async def test_a_link_to_a_picture_is_held_by_it_too(way: Way) -> None:
    async with Hostile(way) as elsewhere:
        server = OpenAIServer(dialect="compatible", links=lambda _: f"{elsewhere.url}/a.png")
        async with server:
            config = ProviderConfig(
                kind="openai", base_url=server.url, image_hosts=(elsewhere.url,)
            )
            painter = OpenAIPainter("mine", "sdxl", config, PriceBook(), Inline())
            assert type(await _within_memory(painter.paint(FOX))) is BadAnswer
            await painter.close()
        assert (elsewhere.served > 0, elsewhere.followed) == (True, 0)


@pytest.mark.parametrize("name", MADE)
async def test_nobody_is_followed_elsewhere(name: str) -> None:
    async with Hostile("redirects") as server:
        model = made(name, server.url)
        for call in calls_of(name, model):
            await fault_of(call)
        assert server.followed == 0
        await model.close()
