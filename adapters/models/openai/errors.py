"""From the SDK's exceptions to ours, by one table; the sentences say who has to do what.

Codes: platform.openai.com/docs/guides/error-codes and the Images API's own.
"""

import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2
import openai

from core.errors import (
    AccountProblem,
    BadAnswer,
    InDoubt,
    ModelGone,
    PolicyRefusal,
    ProviderError,
    Unavailable,
    Unsupported,
)

LONGEST_WAIT_S = 600.0
BUSY_S, DOWN_S = 10.0, 5.0  # seconds to wait where the provider doesn't say
SECRET = re.compile(r"\b(sk|pk|key|Bearer)[-_ ][^\s,;'\"]+")
CALL_FAILED = (
    openai.OpenAIError,
    httpx2.HTTPError,
    httpx2.InvalidURL,
    OSError,
    ValueError,  # an answer that is no JSON
)
NOT_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
    httpx2.InvalidURL,
    httpx2.LocalProtocolError,
)


@dataclass(frozen=True, slots=True)
class Said:
    """An error answer. `label` names the provider, as a sentence begins with it."""

    label: str
    model: str
    status: int
    message: str
    request_id: str
    retry_after: float | None


Make = Callable[[Said], ProviderError]


@dataclass(frozen=True, slots=True)
class Rule:
    """Holds for an answer with one of these codes, or without a known code one of these statuses."""

    make: Make
    codes: frozenset[str] = frozenset()
    statuses: frozenset[int] = frozenset()


def label_of(provider: str) -> str:
    """A provider's name in the configuration, as a sentence begins with it."""
    return "OpenAI" if provider == "openai" else f"The server {provider}"


def _refusal(said: Said) -> ProviderError:
    return PolicyRefusal(
        f"{said.label}'s safety system refused this: say it without names, brands and violence.",
        request_id=said.request_id,
    )


def _money(said: Said) -> ProviderError:
    return AccountProblem(
        f"The account at {said.label} is out of money: the operator has to add credit or raise "
        "its limit.",
        request_id=said.request_id,
    )


def _key(said: Said) -> ProviderError:
    return AccountProblem(
        f"{said.label} does not accept the API key: the operator has to correct it.",
        request_id=said.request_id,
    )


def _not_allowed(said: Said) -> ProviderError:
    return AccountProblem(
        f"{said.label} does not let this account use {said.model} ({said.message}): the operator "
        "has to see to it.",
        request_id=said.request_id,
    )


def _gone(said: Said) -> ProviderError:
    return ModelGone(
        f"{said.label} has no model {said.model}: the operator has to name another one in [models].",
        request_id=said.request_id,
    )


def _busy(said: Said) -> ProviderError:
    wait = BUSY_S if said.retry_after is None else said.retry_after
    return Unavailable(
        f"{said.label} gets too many requests just now.",
        retry_after=wait,
        request_id=said.request_id,
    )


def _down(said: Said) -> ProviderError:
    wait = DOWN_S if said.retry_after is None else said.retry_after
    return Unavailable(
        f"{said.label} is not answering (error {said.status}).",
        retry_after=wait,
        request_id=said.request_id,
    )


def _lost(said: Said) -> ProviderError:
    return InDoubt(
        f"{said.label} took the request and gave no answer in time (error {said.status}).",
        request_id=said.request_id,
    )


def _large(said: Said) -> ProviderError:
    return Unsupported(
        f"The pictures are too large for {said.label}: take a smaller one.",
        request_id=said.request_id,
    )


def _elsewhere(said: Said) -> ProviderError:
    return Unsupported(
        f"{said.label} sends its callers elsewhere: the operator has to correct base_url.",
        request_id=said.request_id,
    )


def _ours(said: Said) -> ProviderError:
    return Unsupported(
        f"{said.label} does not take this request ({said.message}): try another size or quality, "
        "or tell the operator.",
        request_id=said.request_id,
    )


def _codes(make: Make, *codes: str) -> Rule:
    return Rule(make, codes=frozenset(codes))


def _statuses(make: Make, *statuses: int) -> Rule:
    return Rule(make, statuses=frozenset(statuses))


TABLE: tuple[Rule, ...] = (
    _codes(_refusal, "moderation_blocked", "content_policy_violation", "content_filter"),
    _codes(
        _money,
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "account_deactivated",
    ),
    _codes(_key, "invalid_api_key", "invalid_organization", "mismatched_organization"),
    _codes(_gone, "model_not_found", "model_not_available", "deprecated_model"),
    _statuses(_key, 401),
    _statuses(_money, 402),
    _statuses(_not_allowed, 403),
    _statuses(_gone, 404, 410),
    _statuses(_large, 413),
    _statuses(_busy, 408, 409, 425, 429),
    _statuses(_down, 500, 502, 503, 521, 522, 523, 529),
    _statuses(_lost, *range(500, 600)),
    _statuses(_elsewhere, *range(300, 400)),
    _statuses(_ours, *range(400, 500)),
)


def translate(exc: Exception, label: str, model: str) -> ProviderError:
    """What a call through the SDK raised (CALL_FAILED), as one of ours; ours stay what they are."""
    if isinstance(exc, ProviderError):
        return exc
    if isinstance(exc, openai.APIStatusError):
        return _answered(exc, label, model)
    if isinstance(exc, openai.ContentFilterFinishReasonError):
        return _refusal(Said(label, model, 200, "", "", None))
    if isinstance(exc, (openai.APIConnectionError, httpx2.HTTPError, httpx2.InvalidURL, OSError)):
        return _unanswered(exc, label)
    # what is left came while the answer was read: it was made, and billed
    return BadAnswer(f"{label} sent an answer that can't be read.")


def _answered(exc: openai.APIStatusError, label: str, model: str) -> ProviderError:
    said = Said(
        label=label,
        model=model,
        status=exc.status_code,
        message=_quotable(exc),
        request_id=exc.request_id or "",
        retry_after=retry_after(exc.response.headers),
    )
    codes = {exc.code or "", exc.type or ""}
    for rule in TABLE:
        if rule.codes & codes or said.status in rule.statuses:
            return rule.make(said)
    return BadAnswer(f"{label} answered with the unknown status {said.status}.")


def _unanswered(exc: Exception, label: str) -> ProviderError:
    causes = list(_causes(exc))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Unavailable(
            f"{label} shows a certificate that can't be trusted: the operator has to see to it.",
            retry_after=LONGEST_WAIT_S,
        )
    if any(isinstance(cause, NOT_SENT) for cause in causes):
        return Unavailable(f"{label} is not answering.", retry_after=DOWN_S)
    if any(isinstance(cause, (httpx2.TimeoutException, TimeoutError)) for cause in causes):
        return InDoubt(f"{label} took the request and gave no answer in time.")
    return InDoubt(f"{label} broke off before the answer was complete.")


def _causes(exc: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = exc
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _quotable(exc: openai.APIStatusError) -> str:
    """The provider's words, on one line, short, and without anything that looks like a key."""
    body = exc.body
    told: object = body
    if isinstance(body, dict):
        told = body.get("message", "")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    text = told if isinstance(told, str) and "<html" not in told.lower() else ""
    text = " ".join(SECRET.sub("…", text).split()).rstrip(". ")
    return text[:200] if text else f"error {exc.status_code}"


def retry_after(headers: httpx2.Headers) -> float | None:
    """Seconds to wait as told (`retry-after-ms`, or `Retry-After` in seconds or as a date)."""
    told = headers.get("retry-after", "")
    seconds = _number(headers.get("retry-after-ms", ""), 1000.0)
    if seconds is None:
        seconds = _number(told, 1.0)
    if seconds is None:
        seconds = _until(told)
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_WAIT_S)


def _number(text: str, unit: float) -> float | None:
    try:
        value = float(text) / unit
    except ValueError:
        return None
    return value if value == value else None


def _until(text: str) -> float | None:
    try:
        day = parsedate_to_datetime(text)
    except ValueError:
        return None
    if day.tzinfo is None:
        day = day.replace(tzinfo=UTC)
    return (day - datetime.now(UTC)).total_seconds()
