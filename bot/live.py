"""`darkroom doctor --live`: one cheap real call to each model, and what it cost. These calls are paid
for and counted against nobody's limits."""

import time
from decimal import Decimal
from typing import TypeGuard, cast

from adapters.models.registry import Models
from adapters.pixels import PixelPool
from bot.bootstrap import make_models
from bot.config import Settings
from bot.doctor import Finding
from core.domain.errors import DarkroomError
from core.imaging.blank import blank
from core.models.critic import Critic, CriticProfile, Inspect
from core.models.painter import Painter, PaintRequest

SIDE = 256  # pixels of what critics are shown
CHEAPEST = 1024  # the smallest that every painter takes
USER = "doctor"
Made = tuple[Decimal | None, str]  # dollars, None unknown; the provider's id of the request


async def examine_live(settings: Settings) -> list[Finding]:
    """A line a model, in the order of the roles; one that serves several is asked once."""
    pixels = PixelPool()
    try:
        models = make_models(settings, pixels)
    except DarkroomError as exc:
        await pixels.close()
        return [Finding("live", False, exc.sentence)]
    try:
        return await _asked(models)
    finally:
        await models.close()
        await pixels.close()


async def _asked(models: Models) -> list[Finding]:
    found: list[Finding] = []
    seen: set[str] = set()
    total, unknown = Decimal(0), False
    for role, model in models.roles():
        key = f"{model.profile.name} {_sees(model)}"
        if key in seen:
            continue
        seen.add(key)
        finding, usd = await _one(f"live {role}", model)
        found.append(finding)
        total, unknown = total + (usd or 0), unknown or (bool(finding.ok) and usd is None)
    more = ", and what nobody knows the price of" if unknown else ""
    return [*found, Finding("live, in all", None, f"${total.normalize():f}{more}")]


async def _one(name: str, model: Painter | Critic) -> tuple[Finding, Decimal | None]:
    began = time.monotonic()
    try:
        usd, request = await (_looked(model) if _sees(model) else _painted(cast(Painter, model)))
    except DarkroomError as exc:
        return Finding(name, False, f"{model.profile.name}: {exc.sentence}"), None
    took = time.monotonic() - began
    cost = "its price is not known" if usd is None else f"cost ${usd.normalize():f}"
    said = f"{model.profile.name} answered in {took:.1f} s, {cost}"
    return Finding(name, True, f"{said}, request {request}" if request else said), usd


def _sees(model: Painter | Critic) -> TypeGuard[Critic]:
    return isinstance(model.profile, CriticProfile)


async def _painted(painter: Painter) -> Made:
    profile = painter.profile
    request = PaintRequest(
        prompt="a plain grey square",
        width=CHEAPEST,
        height=CHEAPEST,
        quality=(*profile.qualities, "low")[0],
        user=USER,
        key="doctor/live#0",
        operation="generate",
    )
    if "generate" not in profile.operations:
        picture = blank(CHEAPEST, CHEAPEST)
        request = PaintRequest(
            operation="edit", prompt="keep it", sources=(picture,), user=USER, key="doctor/live#0"
        )
    (painting, *_) = await painter.paint(request)
    return painting.cost.usd if painting.cost else painter.price(request), painting.request_id


async def _looked(critic: Critic) -> Made:
    ask = Inspect(
        image=blank(SIDE, SIDE), goal="a black square", checklist=("Is it black?",), user=USER
    )
    answer = await critic.inspect(ask)
    return answer.cost.usd if answer.cost else None, answer.request_id
