"""The kinds of providers: who paints, who sees, and what people call them. A kind that is not
configured is not loaded, nor what it needs."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

from adapters.models.config import ProviderConfig
from adapters.models.prices import PriceBook
from adapters.models.throttled import ProbedCritic, ProbedPainter
from core.ports.pixels import Pixels

Make = Callable[[str, str, ProviderConfig, PriceBook, Pixels], ProbedPainter]
MakeCritic = Callable[[str, str, ProviderConfig, PriceBook, Pixels], ProbedCritic]

PAINTER_CLASSES: Mapping[str, str] = {
    "openai": "openai.painter.OpenAIPainter",
    "sdwebui": "sdwebui.painter.SdWebuiPainter",
    "stability": "stability.painter.StabilityPainter",
    "openrouter": "openrouter.painter.OpenRouterPainter",
    "bfl": "bfl.painter.FluxPainter",
    "google": "google.painter.GeminiPainter",
    "comfyui": "comfyui.painter.ComfyPainter",
    "replicate": "replicate.painter.ReplicatePainter",
    "fal": "fal.painter.FalPainter",
}
CRITIC_CLASSES: Mapping[str, str] = {
    "openai": "openai.critic.OpenAICritic",
    "openrouter": "openai.critic.OpenAICritic",  # it speaks OpenAI's dialect
    "google": "google.critic.GeminiCritic",
    "anthropic": "anthropic.critic.ClaudeCritic",
}
NAMED: Mapping[str, str] = {
    "stability": "stability.errors.LABEL",
    "anthropic": "anthropic.critic.LABEL",
    **{kind: f"{PAINTER_CLASSES[kind]}.site.label" for kind in ("openrouter", "bfl", "google")},
    **{kind: f"{PAINTER_CLASSES[kind]}.site.label" for kind in ("comfyui", "replicate", "fal")},
}
ALL = frozenset(PAINTER_CLASSES) | frozenset(CRITIC_CLASSES)


def label(kind: str) -> str:
    """What people call a provider of this kind; "" where its address says it."""
    return str(_loaded(NAMED[kind])) if kind in NAMED else ""


def _loaded(name: str) -> Any:
    """What a dotted name below this package stands for: two parts of it are the module."""
    folder, module, *rest = name.split(".")
    found: Any = import_module(f"{__package__}.{folder}.{module}")
    for part in rest:
        found = getattr(found, part)
    return found


def _later(name: str) -> Any:
    """Makes a model of a class that is loaded for the first one."""

    def make(*args: Any) -> Any:
        return _loaded(name)(*args)

    return make


def _openrouter_critic(
    provider: str, model: str, config: ProviderConfig, prices: PriceBook, pixels: Pixels
) -> ProbedCritic:
    host = str(_loaded(f"{PAINTER_CLASSES['openrouter']}.site.host"))
    config = replace(config, base_url=config.base_url or host)
    return _later(CRITIC_CLASSES["openrouter"])(provider, model, config, prices, pixels)


PAINTERS: Mapping[str, Make] = {kind: _later(name) for kind, name in PAINTER_CLASSES.items()}
CRITICS: Mapping[str, MakeCritic] = {
    **{kind: _later(name) for kind, name in CRITIC_CLASSES.items()},
    "openrouter": _openrouter_critic,
}
