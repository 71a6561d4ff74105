"""What is said of the configured models, at start and in `darkroom doctor`."""

import re
from dataclasses import replace
from decimal import ROUND_UP, Decimal

from adapters.models.openai.servers import GPT
from adapters.models.registry import OPENAI, Models
from bot.config import Settings
from core.domain.records import Plan
from core.jobs.registry import calls_of
from core.runtime.models import ModelSet
from core.runtime.pricing import edit_request, paint_request, worst_round, worst_run

ROUND = Plan(mode="refine", rounds=3)  # its second round has everything a round can have
PAINTS = ("painter", "editor")
UNPRICED = {"image": 'image = "0"', "text": 'text_in = "0" and text_out = "0"'}
RENAMED = re.compile(r"gpt[\W_]?(?:im|pict)|(?:image|img|picture)s?[\W_]?gpt", re.I)
TENTH_CENT = Decimal("0.0001")


def dollars(usd: Decimal) -> str:
    """Rounded up: a ceiling stays one."""
    return f"${usd.quantize(TENTH_CENT, ROUND_UP).normalize():f}"


def price_of(role: str, models: Models, unknown: Decimal) -> str:
    """What one call in this role costs at most."""
    usd, unit = _worst(role, models), "an image" if _paints(role) else "a question"
    if usd is not None:
        return "free" if usd == 0 else f"at most {dollars(usd)} {unit}"
    model = dict(models.roles())[role].profile.model
    keys = 'image = "…"' if unit == "an image" else 'text_in = "…" and text_out = "…"'
    return f'price unknown: {dollars(unknown)} is booked for {unit} until [prices."{model}"] has {keys}'


def _worst(role: str, models: Models) -> Decimal | None:
    if role == "painter":
        return models.painter.price(paint_request(ROUND))
    if role == "editor":
        return (models.editor or models.painter).price(edit_request(ROUND))
    if _paints(role):
        return next(
            each.price(paint_request(ROUND))
            for name, each in zip(_fallbacks(models), models.fallbacks, strict=True)
            if name == role
        )
    return models.critic.price("compare") if role == "critic" else models.judge.price("check")


def _paints(role: str) -> bool:
    return role.partition(" ")[0] in PAINTS


def _fallbacks(models: Models) -> list[str]:
    return [role for role, _ in models.roles() if role.startswith("painter ")]


def model_set(models: Models) -> ModelSet:
    """The models as a run works with them."""
    return ModelSet(
        painter=models.painter,
        editor=models.editor,
        critic=models.critic,
        judge=models.judge,
        styles=models.styles,
    )


def fallbacks(models: Models) -> tuple[ModelSet, ...]:
    """The same models with each painter that may take over."""
    first = model_set(models)
    return tuple(first.by(painter) for painter in models.fallbacks)


def unpriced(models: Models) -> list[str]:
    """The roles whose price nobody knows."""
    return [role for role, _ in models.roles() if _worst(role, models) is None]


def bill_sentence(settings: Settings, models: Models, model_set: ModelSet) -> str:
    """Which models cost money, how much, and what holds them; "" where nothing does."""
    unknown = settings.prices.unknown_usd
    priced = {role: _worst(role, models) for role, _ in models.roles()}
    paid = [
        f"{role} {model.profile.name} ({price_of(role, models, unknown)})"
        for role, model in models.roles()
        if priced[role] != 0
    ]
    if not paid:
        return ""
    quotas = settings.quotas
    most = dollars(worst_round(calls_of(ROUND, model_set), 2, unknown))
    caps = (
        f"${quotas.usd_per_run} a run, ${quotas.usd_per_user_per_day} a person and day, "
        f"${quotas.usd_total_per_day} a day in all"
    )
    return (
        f"Models that cost money: {', '.join(paid)}. A round of refine is {most} at most; "
        f"limits: {caps}. The first run that costs money asks before it starts."
    )


def unaffordable(settings: Settings, models: Models) -> list[str]:
    """Why nobody can start a run: its worst case is above the limit for one run."""
    plan = replace(ROUND, rounds=settings.loop.iterations, candidates=settings.loop.candidates)
    unknown, limit = settings.prices.unknown_usd, settings.quotas.usd_per_run
    worst = worst_run(calls_of(plan, model_set(models)), unknown)
    if worst <= limit:
        return []
    said = (
        f"a refine of {plan.rounds} rounds could cost {dollars(worst)}, the limit is "
        f"quotas.usd_per_run = {dollars(limit)}, so none starts"
    )
    named = {dict(models.roles())[role].profile.model: role for role in unpriced(models)}
    keys = [
        f'[prices."{model}"] {UNPRICED["image" if _paints(role) else "text"]}'
        for model, role in named.items()
    ]
    hint = f": nobody knows what these cost; of a server of your own write {'; '.join(keys)}"
    return [said + (hint if keys else "; ask for fewer rounds or raise it")]


def undecided(settings: Settings, models: Models) -> list[str]:
    """A sentence for each painter that may be a GPT image model under another name."""
    found: list[str] = []
    for role, model in models.roles():
        part = settings.providers.get(model.profile.provider)
        if not _paints(role) or part is None or part.kind != "openai" or part.dialect:
            continue
        name = model.profile.model
        told = "azure" in part.base_url or part.api_version or RENAMED.search(name)
        if told and not GPT.match(name):
            found.append(
                f"{name} is asked for like DALL·E; if it is a GPT image model under another "
                f'name, write providers.{model.profile.provider}.dialect = "gpt-image"'
            )
    return list(dict.fromkeys(found))


def idle_keys(settings: Settings, models: Models) -> list[str]:
    """A sentence for each key that is set and pays for nothing."""
    used = {model.profile.provider for _, model in models.roles()}
    return [
        f"a key for {name} is set; no model in [models] uses it"
        for name, part in settings.providers.items()
        if part.api_key.get_secret_value() and name not in used
    ]


def chosen_by_key(settings: Settings, models: Models) -> str:
    """Says that nobody named the painter: the key alone made it OpenAI's."""
    if any(settings.models.painters) or models.painter.profile.provider != OPENAI:
        return ""
    return (
        "No painter is named in [models] and a key for OpenAI is set, so OpenAI paints; "
        'painter = "offline:gouache" costs nothing.'
    )
