"""Asks a server which models it has: the key, the model and its last day, without being paid."""

import asyncio
from datetime import UTC, date, datetime

from openai import AsyncOpenAI

from adapters.models.config import Standing
from adapters.models.openai.errors import CALL_FAILED, translate
from adapters.models.openai.servers import label_of
from core.errors import (
    AccountProblem,
    BadAnswer,
    InDoubt,
    ModelGone,
    ProviderError,
    Unavailable,
    Unsupported,
)

TIMEOUT_S = 10.0
TRIES = 2  # reading costs nothing
PAUSE_S = 0.3


async def standing(
    client: AsyncOpenAI, provider: str, model: str, *, official: bool = False
) -> Standing:
    """A model that OpenAI (or what is configured in its place) doesn't list is gone; other servers
    name what they have loaded as they like. Raises Unavailable if the server isn't there."""
    label, listed = label_of(provider), official or provider == "openai"
    try:
        days = await _models(client, label, model)
    except AccountProblem as exc:
        return Standing(ok=False, sentence=exc.sentence)
    except (ModelGone, Unsupported, BadAnswer):
        return Standing(ok=True, sentence=f"{label} does not say which models it has.")
    if model not in days:
        if listed:
            return Standing(ok=False, gone=True, sentence=f"{label} has no model {model}.")
        return Standing(ok=True, sentence=f"{label} does not list {model}.")
    return _leaving(label, model, days[model])


async def _models(client: AsyncOpenAI, label: str, model: str) -> dict[str, date | None]:
    """Every model the server lists, and the day it leaves. Raises a ProviderError."""
    fault: ProviderError = Unavailable(f"{label} is not answering.")
    for tried in range(TRIES):
        if tried:
            await asyncio.sleep(PAUSE_S)
        try:
            async with asyncio.timeout(TIMEOUT_S):
                page = await client.models.list(timeout=TIMEOUT_S)
                return {each.id: _day(each.shutdown_date) async for each in page}
        except CALL_FAILED as exc:
            fault = translate(exc, label, model)
            if not isinstance(fault, (Unavailable, InDoubt)):
                raise fault from exc
    if isinstance(fault, InDoubt):
        raise Unavailable(f"{label} is not answering.") from fault
    raise fault


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _leaving(label: str, model: str, day: date | None) -> Standing:
    if day is None:
        return Standing(ok=True)
    if day <= datetime.now(UTC).date():
        said = f"{label} shut {model} down on {day}."
        return Standing(ok=False, gone=True, sentence=said, leaves=day)
    return Standing(ok=True, sentence=f"{label} shuts {model} down on {day}.", leaves=day)
