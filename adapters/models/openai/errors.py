"""From the SDK's exceptions to ours: what was answered by the table of faults, what was not
answered by whether the request had left."""

import re
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2
import openai

from adapters.models.openai.faults import DOWN_S, TABLE, ErrorAnswer, refusal
from adapters.models.policy import LONGEST_WAIT_S, distrusted
from core.domain.errors import AccountProblem, BadAnswer, InDoubt, ProviderError, Unavailable

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


def translate(exc: Exception, label: str, model: str, provider: str) -> ProviderError:
    """What a call through the SDK raised (CALL_FAILED), as one of ours; ours stay what they are."""
    for cause in _causes(exc):
        if isinstance(cause, ProviderError):  # raised below the SDK, which wraps it
            return cause
    if isinstance(exc, openai.APIStatusError):
        return _answered(exc, label, model, provider)
    if isinstance(exc, openai.APIError) and (exc.code or exc.type) and exc.body:
        return _broken_off(exc, label, model, provider)
    if isinstance(exc, openai.ContentFilterFinishReasonError):
        return refusal(ErrorAnswer(label, model, provider, 200, "", "", None))
    if isinstance(exc, (openai.APIConnectionError, httpx2.HTTPError, httpx2.InvalidURL, OSError)):
        return _unanswered(exc, label, provider)
    # what is left came while the answer was read: it was made, and billed
    return BadAnswer(f"{label} sent an answer that can't be read.")


def _answered(exc: openai.APIStatusError, label: str, model: str, provider: str) -> ProviderError:
    said = ErrorAnswer(
        label=label,
        model=model,
        provider=provider,
        status=exc.status_code,
        message=_quotable(exc),
        request_id=exc.request_id or "",
        retry_after=retry_after(exc.response.headers),
    )
    codes = {exc.code or "", exc.type or ""}
    for rule in TABLE:
        if rule.holds(codes, said.status, said.message):
            return rule.make(said)
    return BadAnswer(f"{label} answered with the unknown status {said.status}.")


def _broken_off(exc: openai.APIError, label: str, model: str, provider: str) -> ProviderError:
    """What is said of a fault in the middle of a stream; what is not known was begun, and billed."""
    said = ErrorAnswer(label, model, provider, 400, _quotable(exc), "", None)
    codes = {exc.code or "", exc.type or ""}
    rule = next((rule for rule in TABLE if rule.codes & codes), None)
    return rule.make(said) if rule else BadAnswer(f"{label} broke off: {said.message}.")


def _unanswered(exc: Exception, label: str, provider: str) -> ProviderError:
    causes = list(_causes(exc))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return AccountProblem(distrusted(label, provider))
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


def _quotable(exc: openai.APIError) -> str:
    """The provider's words, on one line, short, and without anything that looks like a key."""
    body = exc.body
    told: object = body
    if isinstance(body, dict):
        told = body.get("message", "")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    text = told if isinstance(told, str) and "<html" not in told.lower() else ""
    text = " ".join(SECRET.sub("…", text).split()).rstrip(". ")
    return text[:200] if text else f"error {getattr(exc, 'status_code', 0) or ''}".strip()


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
