"""What is said of the configured models, at start and in `darkroom doctor`."""

from decimal import ROUND_UP, Decimal

from adapters.models.registry import OPENAI, Models
from bot.config import Settings
from core.domain.records import Plan
from core.jobs.registry import calls_of
from core.runtime.models import ModelSet
from core.runtime.pricing import edit_request, paint_request, worst_round

ROUND = Plan(mode="refine", rounds=3)  # its second round has everything a round can have
TENTH_CENT = Decimal("0.0001")


def dollars(usd: Decimal) -> str:
    """Rounded up: a ceiling stays one."""
    return f"${usd.quantize(TENTH_CENT, ROUND_UP).normalize():f}"


def price_of(role: str, models: Models, unknown: Decimal) -> str:
    """What one call in this role costs at most."""
    usd, unit = _worst(role, models), "an image" if role in ("painter", "editor") else "a question"
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
    return models.critic.price("compare") if role == "critic" else models.judge.price("check")


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
    if settings.models.painter or models.painter.profile.provider != OPENAI:
        return ""
    return (
        "No painter is named in [models] and a key for OpenAI is set, so OpenAI paints; "
        'painter = "offline:gouache" costs nothing.'
    )
