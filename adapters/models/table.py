"""What every provider can do, as a table for docs/providers.md: from the declarations, not by hand."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from adapters.models.config import ProviderConfig
from adapters.models.registry import ModelNames, build_models
from adapters.models.stability.forms import MODELS as STABILITY_MODELS
from core.models.critic import Critic
from core.models.painter import Painter, PainterProfile, PaintRequest
from core.ports.pixels import Pixels

COMFY = Path(__file__).parent / "comfyui" / "examples"
CONFIGS = {
    "openai": ProviderConfig(kind="openai", api_key="none"),
    "stability": ProviderConfig(kind="stability", api_key="none"),
    "compatible": ProviderConfig(kind="openai", base_url="http://127.0.0.1/v1"),
    "sdwebui": ProviderConfig(kind="sdwebui", base_url="http://127.0.0.1"),
    "openrouter": ProviderConfig(kind="openrouter", api_key="none"),
    "bfl": ProviderConfig(kind="bfl", api_key="none"),
    "google": ProviderConfig(kind="google", api_key="none"),
    "anthropic": ProviderConfig(kind="anthropic", api_key="none"),
    "comfyui": ProviderConfig(
        kind="comfyui",
        base_url="http://127.0.0.1",
        workflow=str(COMFY / "paint.json"),
        workflow_edit=str(COMFY / "edit.json"),
    ),
    "replicate": ProviderConfig(kind="replicate", api_key="none"),
    "fal": ProviderConfig(kind="fal", api_key="none"),
}
PAINTERS = (
    ("OpenAI", "openai:gpt-image-2.5-flare"),
    ("OpenAI", "openai:gpt-image-2"),
    ("OpenAI's dialect, by `base_url`", "compatible:…"),
    ("Stable Diffusion, `/sdapi/v1`", "sdwebui:default"),
    *(("Stability AI", f"stability:{name}") for name in STABILITY_MODELS),
    ("OpenRouter", "openrouter:google/gemini-nano-banana-2.1"),
    ("OpenRouter", "openrouter:google/gemini-3-pro-image"),
    ("Black Forest Labs", "bfl:flux-2-pro"),
    ("Black Forest Labs", "bfl:flux-kontext-pro"),
    ("Google", "google:gemini-nano-banana-2.1"),
    ("Google", "google:gemini-3-pro-image"),
    ("ComfyUI, by its examples", "comfyui:sdxl"),
    ("Replicate", "replicate:black-forest-labs/flux-2-pro"),
    ("fal", "fal:fal-ai/flux-2-pro"),
    ("embedded engine", "offline:gouache"),
    ("scripted", "scripted:painter"),
)
CRITICS = (
    ("OpenAI", "openai:gpt-6.1-terra"),
    ("OpenAI", "openai:gpt-6-luna"),
    ("OpenAI's dialect, by `base_url`", "compatible:…"),
    ("OpenRouter", "openrouter:openai/gpt-6.1-terra"),
    ("Google", "google:gemini-3.5-flash"),
    ("Google", "google:gemini-3.5-flash-lite"),
    ("Anthropic", "anthropic:claude-sonnet-5-5"),
    ("Anthropic", "anthropic:claude-haiku-5-5"),
    ("embedded engine", "offline:gouache"),
    ("scripted", "scripted:critic"),
)
YES, NO = "yes", "–"
Column = tuple[str, Callable[[Painter], str]]


def _mark(holds: bool) -> str:
    return YES if holds else NO


def _usd(usd: Decimal | None) -> str:
    if usd is None:
        return "unknown"
    return "free" if usd == 0 else f"${usd.quantize(Decimal('0.001')).normalize():f}"


def _price(painter: Painter) -> str:
    """Of one 1024x1024 image at medium quality, with a prompt of 400 letters."""
    request = PaintRequest(prompt="x" * 400)
    return _usd(painter.price(request))


def _does(operation: str) -> Callable[[Painter], str]:
    return lambda painter: _mark(operation in painter.profile.operations)


def _of(read: Callable[[PainterProfile], str]) -> Callable[[Painter], str]:
    return lambda painter: read(painter.profile)


COLUMNS: Sequence[Column] = (
    ("edit", _does("edit")),
    ("mask", _of(lambda p: _mark(p.mask))),
    ("outpaint", _does("outpaint")),
    ("vary", _does("vary")),
    ("replace, style, upscale", _does("replace")),
    ("pictures in", _of(lambda p: str(p.max_sources) if p.max_sources else NO)),
    ("images a request", _of(lambda p: str(p.max_n))),
    ("qualities", _of(lambda p: ", ".join(p.qualities) or NO)),
    ("seed", _of(lambda p: _mark(p.seed))),
    ("transparent", _of(lambda p: _mark(p.transparent))),
    ("formats", _of(lambda p: ", ".join(p.formats))),
    ("prompt", _of(lambda p: f"{p.prompt_limit:,}{' in English' if p.english else ''}")),
    ("repeatable", _of(lambda p: _mark(p.repeatable))),
    ("$ an image", _price),
)


async def providers_table(pixels: Pixels) -> str:
    """Two tables in Markdown: painters by capability, critics by price. Connects to nothing."""
    painters = [(who, name, *await _painter_row(name, pixels)) for who, name in PAINTERS]
    critics = [(who, name, *await _critic_row(name, pixels)) for who, name in CRITICS]
    heads = ("painter", "name", *(head for head, _ in COLUMNS))
    seen = ("critic", "name", "duels", "repeatable", "$ a comparison at most")
    return "\n".join((*_markdown(heads, painters), "", *_markdown(seen, critics)))


async def _painter_row(name: str, pixels: Pixels) -> list[str]:
    models = build_models(ModelNames(painter=name, critic="offline:gouache"), CONFIGS, {}, pixels)
    try:
        return [show(models.painter) for _, show in COLUMNS]
    finally:
        await models.close()


async def _critic_row(name: str, pixels: Pixels) -> list[str]:
    models = build_models(
        ModelNames(painter="offline:gouache", critic=name, judge=name), CONFIGS, {}, pixels
    )
    try:
        return _seeing(models.critic)
    finally:
        await models.close()


def _seeing(critic: Critic) -> list[str]:
    profile = critic.profile
    return [_mark(profile.duels), _mark(profile.repeatable), _usd(critic.price("compare"))]


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for who, name, *cells in rows:
        yield f"| {' | '.join((who, f'`{name}`', *cells))} |"
