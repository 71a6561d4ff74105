"""Asks for each configured model before anybody needs it: there, paid for, here to stay?"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from adapters.models.config import ProbeResult
from adapters.models.registry import OPENAI, Models
from adapters.models.retired import CRITIC, EDITOR, JUDGE, PAINTER, leaving_sentence, retirement
from adapters.models.throttled import PacedCritic, PacedPainter
from core.domain.errors import ProviderError, Unavailable

PATIENCE_S = 15.0
State = Literal["ready", "leaves", "silent", "trouble", "gone"]
INSTEAD: Mapping[str, str] = {
    "painter": PAINTER,
    "editor": EDITOR,
    "critic": CRITIC,
    "judge": JUDGE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReport:
    """One model. `leaves`: within 60 days; `silent`: its provider isn't answering; `trouble`: its
    account. The sentence says more, for the operator; "" where there is nothing to say."""

    roles: tuple[str, ...]
    name: str
    state: State
    sentence: str = ""

    @property
    def keys(self) -> str:
        return ", ".join(dict.fromkeys(f"models.{_key(role)}" for role in self.roles))


def _key(role: str) -> str:
    """Of the role "painter 2" as of "painter"."""
    return role.partition(" ")[0]


async def check_models(models: Models, today: date | None = None) -> tuple[ModelReport, ...]:
    """One report a model, in the order of their roles. Costs nothing; never raises."""
    day = today or datetime.now(UTC).date()
    roles: dict[int, list[str]] = {}
    for role, model in models.roles():
        roles.setdefault(id(model), []).append(role)
    by_id = {id(model): model for _, model in models.roles()}
    return tuple(
        await asyncio.gather(
            *(_report(by_id[key], tuple(found), day) for key, found in roles.items())
        )
    )


async def _report(model: object, roles: tuple[str, ...], today: date) -> ModelReport:
    if not isinstance(model, (PacedPainter, PacedCritic)):
        name = getattr(getattr(model, "profile", None), "name", "")
        return ModelReport(roles=roles, name=str(name), state="ready")
    provider, name = model.profile.provider, model.profile.model

    def report(state: State, sentence: str = "") -> ModelReport:
        return ModelReport(roles=roles, name=model.profile.name, state=state, sentence=sentence)

    try:
        async with asyncio.timeout(PATIENCE_S):
            standing = await model.probe()
    except (Unavailable, TimeoutError) as exc:
        silent = f"{model.gate.label} is not answering"
        why = exc.sentence.rstrip(".") if isinstance(exc, Unavailable) else silent
        return report("silent", f"{why}; runs wait for it and go on by themselves.")
    except ProviderError as exc:
        return report("trouble", exc.sentence)
    if standing.gone:
        return report("gone", _gone(standing, roles, provider, name))
    if not standing.ok:
        return report("trouble", standing.sentence)
    known = provider == OPENAI
    instead = INSTEAD[_key(roles[0])] if known else ""
    leaving = leaving_sentence(provider, name, today, standing.leaves, known=known, instead=instead)
    return report("leaves", leaving) if leaving else report("ready", standing.sentence)


def _gone(standing: ProbeResult, roles: Iterable[str], provider: str, model: str) -> str:
    """With the name of what takes its place, where that is known."""
    said = standing.sentence.rstrip(".")
    if provider != OPENAI:
        return f"{said}."
    found = retirement(model)
    instead = found.instead if found else INSTEAD[_key(next(iter(roles)))]
    if instead == model:
        return f"{said}; name another one."
    return f'{said}; write "{provider}:{instead}" instead.'
