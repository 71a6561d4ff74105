"""The kinds of providers: who paints, who sees, and what people call them."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from adapters.models.anthropic.critic import LABEL as ANTHROPIC
from adapters.models.anthropic.critic import ClaudeCritic
from adapters.models.bfl.painter import FluxPainter
from adapters.models.comfyui.painter import ComfyPainter
from adapters.models.config import ProviderConfig
from adapters.models.fal.painter import FalPainter
from adapters.models.google.critic import GeminiCritic
from adapters.models.google.painter import GeminiPainter
from adapters.models.openrouter.painter import OpenRouterPainter
from adapters.models.prices import PriceBook
from adapters.models.replicate.painter import ReplicatePainter
from adapters.models.sdwebui.painter import SdWebuiPainter
from adapters.models.served import ServedPainter
from adapters.models.stability.errors import LABEL as STABILITY
from adapters.models.stability.painter import StabilityPainter
from adapters.models.throttled import ProbedCritic, ProbedPainter
from core.ports.pixels import Pixels

Make = Callable[[str, str, ProviderConfig, PriceBook, Pixels], ProbedPainter]
MakeCritic = Callable[[str, str, ProviderConfig, PriceBook, Pixels], ProbedCritic]


def _openai_painter(
    provider: str, model: str, config: ProviderConfig, prices: PriceBook, pixels: Pixels
) -> ProbedPainter:
    from adapters.models.openai.painter import OpenAIPainter  # here: its SDK loads slowly

    return OpenAIPainter(provider, model, config, prices, pixels)


def _openai_critic(
    provider: str, model: str, config: ProviderConfig, prices: PriceBook, pixels: Pixels
) -> ProbedCritic:
    from adapters.models.openai.critic import OpenAICritic  # here: its SDK loads slowly

    return OpenAICritic(provider, model, config, prices, pixels)


def _openrouter_critic(
    provider: str, model: str, config: ProviderConfig, prices: PriceBook, pixels: Pixels
) -> ProbedCritic:
    """It speaks OpenAI's dialect."""
    config = replace(config, base_url=config.base_url or OpenRouterPainter.site.host)
    return _openai_critic(provider, model, config, prices, pixels)


SERVED: Mapping[str, type[ServedPainter]] = {
    "openrouter": OpenRouterPainter,
    "bfl": FluxPainter,
    "google": GeminiPainter,
    "comfyui": ComfyPainter,
    "replicate": ReplicatePainter,
    "fal": FalPainter,
}
PAINTERS: Mapping[str, Make] = {
    "openai": _openai_painter,
    "sdwebui": SdWebuiPainter,
    "stability": StabilityPainter,
    **SERVED,
}
CRITICS: Mapping[str, MakeCritic] = {
    "openai": _openai_critic,
    "openrouter": _openrouter_critic,
    "google": GeminiCritic,
    "anthropic": ClaudeCritic,
}
ALL = frozenset(PAINTERS) | frozenset(CRITICS)
LABELS: Mapping[str, str] = {
    "stability": STABILITY,
    "anthropic": ANTHROPIC,
    **{kind: made.site.label for kind, made in SERVED.items()},
}
