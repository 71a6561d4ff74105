"""Asks a server which models it has: the key, the model and its last day, without being paid."""

import asyncio
import json
import time
from datetime import UTC, date, datetime
from typing import cast

from openai import AsyncOpenAI

from adapters.models.config import ProbeResult
from adapters.models.openai.errors import CALL_FAILED, translate
from adapters.models.openai.servers import label_of
from adapters.models.policy import PROBING
from core.domain.errors import (
    AccountProblem,
    BadAnswer,
    InDoubt,
    ModelGone,
    ProviderError,
    Unavailable,
    Unsupported,
)

PATIENCE_S = 1.0  # a server that stumbles is asked again within it: reading costs nothing
PAUSE_S = 0.3


async def standing(
    client: AsyncOpenAI, provider: str, model: str, *, official: bool = False
) -> ProbeResult:
    """A model that OpenAI (or what is configured in its place) doesn't list is gone; other servers
    name what they have loaded as they like. Raises Unavailable if the server isn't there."""
    label, listed = label_of(provider), official or provider == "openai"
    try:
        days = await _models(client, "/models", provider, model)
    except AccountProblem as exc:
        return ProbeResult(ok=False, sentence=exc.sentence)
    except (ModelGone, Unsupported, BadAnswer):
        return await _without_list(client, provider, model)
    if model not in days:
        if listed:
            return ProbeResult(ok=False, gone=True, sentence=f"{label} has no model {model}.")
        return ProbeResult(ok=True, sentence=f"{label} does not list {model}.")
    return _purge(label, model, days[model])


async def _without_list(client: AsyncOpenAI, provider: str, model: str) -> ProbeResult:
    """No list of models where the configuration points to: it may only lack its /v1."""
    label, base = label_of(provider), str(client.base_url).rstrip("/")
    try:
        await _models(client, "/v1/models", provider, model)
    except ProviderError:
        return ProbeResult(ok=True, sentence=f"{label} does not say which models it has.")
    return ProbeResult(
        ok=False,
        sentence=f'{label} has its API at {base}/v1: write providers.{provider}.base_url = "{base}/v1".',
    )


async def _models(
    client: AsyncOpenAI, path: str, provider: str, model: str
) -> dict[str, date | None]:
    """Every model the server lists, and the day it leaves. Raises a ProviderError."""
    label, began = label_of(provider), time.monotonic()
    while True:
        try:
            async with asyncio.timeout(PROBING.whole_s):
                return _listed(await client.get(path, cast_to=str), label)
        except CALL_FAILED as exc:
            fault = translate(exc, label, model, provider)
            if isinstance(fault, InDoubt):
                fault = Unavailable(f"{label} is not answering.")
            if not isinstance(fault, Unavailable) or time.monotonic() - began > PATIENCE_S:
                raise fault from exc
        await asyncio.sleep(PAUSE_S)


def _listed(text: str, label: str) -> dict[str, date | None]:
    """From the body of a list of models. Raises BadAnswer where it is none."""
    try:
        body: object = json.loads(text)
    except ValueError:
        body = None
    rows: object = cast(dict[str, object], body).get("data") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise BadAnswer(f"{label} does not list its models.")
    found: dict[str, date | None] = {}
    for row in cast(list[object], rows):
        each = cast(dict[str, object], row) if isinstance(row, dict) else {}
        if isinstance(id := each.get("id"), str):
            found[id] = _day(each.get("shutdown_date"))
    return found


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _purge(label: str, model: str, day: date | None) -> ProbeResult:
    if day is None:
        return ProbeResult(ok=True)
    if day <= datetime.now(UTC).date():
        said = f"{label} shut {model} down on {day}."
        return ProbeResult(ok=False, gone=True, sentence=said, leaves=day)
    return ProbeResult(ok=True, sentence=f"{label} shuts {model} down on {day}.", leaves=day)
