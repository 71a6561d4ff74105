"""From names in the configuration to models: "provider:model"."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from adapters.models.config import ProviderConfig
from adapters.models.offline.engine import STYLES
from adapters.models.offline.provider import OfflineCritic, OfflinePainter
from adapters.models.scripted import ScriptedCritic, ScriptedPainter
from core.critique import Critic
from core.errors import Misconfigured
from core.painting import Painter
from core.ports import Pixels
from core.styles import DECK

DEFAULT_EMBEDDED = "offline:gouache"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNames:
    """The [models] section; empty = the default."""

    painter: str = ""
    editor: str = ""
    critic: str = ""
    judge: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What a studio is made of."""

    painter: Painter
    editor: Painter | None
    critic: Critic
    judge: Critic

    @property
    def styles(self) -> tuple[str, ...]:
        return STYLES if self.painter.profile.embedded else DECK

    async def close(self) -> None:
        for model in (self.painter, self.editor, self.critic, self.judge):
            if model is not None:
                await model.close()


def build_models(
    names: ModelNames,
    providers: Mapping[str, ProviderConfig],
    prices: Mapping[str, Mapping[str, Decimal]],
    pixels: Pixels,
) -> Models:
    """Raises Misconfigured with a sentence that names the key."""
    painter_name = names.painter or DEFAULT_EMBEDDED
    critic_name = names.critic or DEFAULT_EMBEDDED
    return Models(
        painter=_painter("models.painter", painter_name, pixels),
        editor=_painter("models.editor", names.editor or painter_name, pixels),
        critic=_critic("models.critic", critic_name, pixels),
        judge=_critic("models.judge", names.judge or critic_name, pixels),
    )


def _painter(key: str, name: str, pixels: Pixels) -> Painter:
    provider, _, model = name.partition(":")
    if provider == "offline":
        if model not in STYLES:
            raise Misconfigured(f"{key}: the embedded engine's styles are {', '.join(STYLES)}.")
        return OfflinePainter(pixels, model)
    if provider == "scripted":
        return ScriptedPainter()
    raise Misconfigured(f"{key}: {provider} is no provider this version has; offline is.")


def _critic(key: str, name: str, pixels: Pixels) -> Critic:
    provider, _, model = name.partition(":")
    if provider == "offline":
        return OfflineCritic(pixels, model or "gouache")
    if provider == "scripted":
        return ScriptedCritic()
    raise Misconfigured(f"{key}: {provider} is no provider this version has; offline is.")
