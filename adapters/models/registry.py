"""From names in the configuration to models: "provider:model"."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

from adapters.models.config import ProviderConfig
from adapters.models.kinds import ALL, CRITICS, PAINTERS, label
from adapters.models.offline.declared import STYLES
from adapters.models.offline.provider import OfflineCritic, OfflinePainter
from adapters.models.openai.servers import is_official, label_of
from adapters.models.prices import PriceBook
from adapters.models.rates import Limiter
from adapters.models.retired import CRITIC, EDITOR, JUDGE, PAINTER, gone_sentence
from adapters.models.scripted import ScriptedCritic, ScriptedPainter
from adapters.models.throttled import PacedCritic, PacedPainter, Throttle
from core.domain.errors import Misconfigured
from core.domain.styles import DECK
from core.models.critic import Critic
from core.models.painter import Painter, PainterProfile
from core.ports.guard import Guard
from core.ports.pixels import Pixels

T = TypeVar("T")
DEFAULT_EMBEDDED = "offline:gouache"
OPENAI, EMBEDDED, SCRIPTED = "openai", "offline", "scripted"
BUILT_IN: Mapping[str, ProviderConfig] = {
    OPENAI: ProviderConfig(kind="openai"),
    "stability": ProviderConfig(kind="stability"),
}
GOOGLE = "googleapis.com"  # its endpoint for OpenAI's dialect
PROVIDER_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNames:
    """The [models] section; empty = the default. `fallbacks`: who paints where the painter fails."""

    painter: str = ""
    fallbacks: tuple[str, ...] = ()
    editor: str = ""
    critic: str = ""
    judge: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What a studio is made of. `editor` None: nobody here paints inside masks. `fallbacks` take over
    from the painter, in turn; `guards` look at what a provider of that name painted."""

    painter: Painter
    editor: Painter | None
    critic: Critic
    judge: Critic
    fallbacks: tuple[Painter, ...] = ()
    guards: Mapping[str, Guard] = field(default_factory=dict[str, Guard])

    @property
    def styles(self) -> tuple[str, ...]:
        return STYLES if self.painter.profile.embedded else DECK

    def roles(self) -> Iterator[tuple[str, Painter | Critic]]:
        """What they are configured as, and the model."""
        yield "painter", self.painter
        for number, fallback in enumerate(self.fallbacks, 2):
            yield f"painter {number}", fallback
        if self.editor is not None:
            yield "editor", self.editor
        yield "critic", self.critic
        yield "judge", self.judge

    async def close(self) -> None:
        for model in {id(model): model for _, model in self.roles()}.values():
            await model.close()
        for guard in self.guards.values():
            await guard.close()


def build_models(
    names: ModelNames,
    providers: Mapping[str, ProviderConfig],
    prices: Mapping[str, Mapping[str, Decimal]],
    pixels: Pixels,
    today: date | None = None,
) -> Models:
    """Connects to nothing. Raises Misconfigured with a sentence that names the key."""
    registry = _Registry(providers, PriceBook(prices), pixels, today or datetime.now(UTC).date())
    return registry.models(names)


class _Registry:
    """Every model once, every provider behind one gate."""

    def __init__(
        self,
        providers: Mapping[str, ProviderConfig],
        prices: PriceBook,
        pixels: Pixels,
        today: date,
    ) -> None:
        self._providers = {**BUILT_IN, **providers}
        self._prices, self._pixels, self._today = prices, pixels, today
        self._gates: dict[str, Throttle] = {}
        self._painters: dict[str, Painter] = {}
        self._critics: dict[str, Critic] = {}
        self._in_words = False  # what an embedded critic's painter reads
        for name in providers:
            if name in (EMBEDDED, SCRIPTED) or not PROVIDER_NAME.fullmatch(name):
                raise Misconfigured(f"providers.{name}: a provider can't be called that.")

    def models(self, names: ModelNames) -> Models:
        painter = self._painter("models.painter", names.painter or self._default(PAINTER))
        self._in_words = not painter.profile.embedded
        editor = self._editor(names, painter)
        critic = self._critic("models.critic", names.critic or self._critic_name(painter))
        judge = self._critic("models.judge", names.judge or self._judge_name(critic))
        fallbacks = tuple(self._painter("models.painter", name) for name in names.fallbacks)
        if len({each.profile.name for each in (painter, *fallbacks)}) <= len(fallbacks):
            raise Misconfigured("models.painter: it names a painter twice.")
        painters = [each.profile for each in (painter, editor, *fallbacks) if each is not None]
        for each in self._painters.values():
            if isinstance(each, PacedPainter):
                each.others = painters
        return Models(
            painter=painter,
            editor=editor,
            critic=critic,
            judge=judge,
            fallbacks=fallbacks,
            guards=self._guards(painters),
        )

    def _guards(self, painters: Sequence[PainterProfile]) -> dict[str, Guard]:
        """Who looks at pictures before they are posted, where their provider has somebody."""
        found: dict[str, Guard] = {}
        for name in dict.fromkeys(profile.provider for profile in painters):
            config = self._providers.get(name)
            if config is None or config.kind != "openai" or config.second_look is False:
                continue
            if config.second_look or is_official(config):
                from adapters.models.openai.moderation import Moderation  # loads the SDK

                found[name] = Moderation(name, config, self._pixels)
        return found

    # what is meant by ""

    @property
    def _has_openai(self) -> bool:
        return bool(self._providers[OPENAI].api_key.strip())

    def _default(self, model: str) -> str:
        return f"{OPENAI}:{model}" if self._has_openai else DEFAULT_EMBEDDED

    def _editor(self, names: ModelNames, painter: Painter) -> Painter | None:
        """OpenAI's editor beside OpenAI's painter; else the painter itself, where it takes masks."""
        profile = painter.profile
        masks = profile.mask and "edit" in profile.operations
        if not names.editor and masks and not (profile.provider == OPENAI and self._has_openai):
            return painter
        if names.editor or (self._has_openai and not profile.embedded):
            return self._painter("models.editor", names.editor or self._default(EDITOR))
        return None

    def _critic_name(self, painter: Painter) -> str:
        return DEFAULT_EMBEDDED if painter.profile.embedded else self._default(CRITIC)

    def _judge_name(self, critic: Critic) -> str:
        """A cheap one beside OpenAI's critic; else the critic judges."""
        profile = critic.profile
        if profile.provider == OPENAI and self._has_openai:
            return f"{OPENAI}:{JUDGE}"
        return profile.name

    # from a name to a model

    def _painter(self, key: str, name: str) -> Painter:
        return _once(self._painters, name, lambda: self._new_painter(key, name))

    def _critic(self, key: str, name: str) -> Critic:
        return _once(self._critics, name, lambda: self._new_critic(key, name))

    def _new_painter(self, key: str, name: str) -> Painter:
        provider, model = _split(key, name)
        if provider == EMBEDDED:
            return OfflinePainter(self._pixels, _style(key, model))
        if provider == SCRIPTED:
            return ScriptedPainter(model=model, mask=key == "models.editor")
        config = self._provider(key, provider, model)
        if config.kind not in PAINTERS:
            raise Misconfigured(
                f"{key}: {provider} sees and can't paint; name an image model such as "
                f'"{OPENAI}:{PAINTER}".'
            )
        made = PAINTERS[config.kind](provider, model, config, self._prices, self._pixels)
        return PacedPainter(made, self._gate(provider, config))

    def _new_critic(self, key: str, name: str) -> Critic:
        provider, model = _split(key, name)
        if provider == EMBEDDED:
            return OfflineCritic(self._pixels, _style(key, model), in_words=self._in_words)
        if provider == SCRIPTED:
            return ScriptedCritic()
        config = self._provider(key, provider, model)
        if config.kind not in CRITICS:
            raise Misconfigured(
                f"{key}: {provider} paints and can't see; name a vision model such as "
                f'"{OPENAI}:{CRITIC}".'
            )
        made = CRITICS[config.kind](provider, model, config, self._prices, self._pixels)
        return PacedCritic(made, self._gate(provider, config))

    def _provider(self, key: str, name: str, model: str) -> ProviderConfig:
        """A provider's table. Raises Misconfigured where it can't work or the model is gone."""
        config = self._providers.get(name)
        if config is None:
            known = ", ".join(sorted([*self._providers, EMBEDDED, SCRIPTED]))
            raise Misconfigured(f"{key}: there is no provider {name}; there are {known}.")
        if config.kind not in ALL:
            raise Misconfigured(f"providers.{name}.kind is one of {', '.join(sorted(ALL))}.")
        if config.kind == "openrouter" and not config.api_key.strip():
            raise Misconfigured(f"{key}: set providers.{name}.api_key: OpenRouter needs a key.")
        if config.kind != "openai":
            return config
        remembered = name == OPENAI or is_official(config) or GOOGLE in config.base_url
        if remembered and (said := gone_sentence(name, model, self._today)):
            raise Misconfigured(f"{key}: {said}")
        if is_official(config) and not config.api_key.strip():
            usual = " (OPENAI_API_KEY)" if name == OPENAI else ""
            raise Misconfigured(f"{key}: {name} needs a key: set providers.{name}.api_key{usual}.")
        return config

    def _gate(self, provider: str, config: ProviderConfig) -> Throttle:
        def make() -> Throttle:
            limiter = Limiter(rpm=config.rpm, ipm=config.ipm, concurrency=config.concurrency)
            return Throttle(label(config.kind) or label_of(provider), limiter)

        return _once(self._gates, provider, make)


def _split(key: str, name: str) -> tuple[str, str]:
    provider, _, model = name.partition(":")
    if not provider or not model:
        raise Misconfigured(f'{key}: "provider:model", for example "{DEFAULT_EMBEDDED}".')
    return provider, model


def _style(key: str, model: str) -> str:
    if model not in STYLES:
        raise Misconfigured(f"{key}: the embedded engine's styles are {', '.join(STYLES)}.")
    return model


def _once(made: dict[str, T], name: str, make: Callable[[], T]) -> T:
    if name not in made:
        made[name] = make()
    return made[name]
