"""What an error answer means, by one table; the sentences say who has to do what.

Codes: platform.openai.com/docs/guides/error-codes and the Images API's own.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.errors import (
    AccountProblem,
    InDoubt,
    ModelGone,
    PolicyRefusal,
    ProviderError,
    Unavailable,
    Unsupported,
)

BUSY_S, DOWN_S = 10.0, 5.0  # seconds to wait where the provider doesn't say


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


def refusal(said: Said) -> ProviderError:
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


def _absent(said: Said) -> ProviderError:
    if "model" in said.message.lower():
        return _gone(said)
    return Unsupported(
        f"{said.label} does not do this ({said.message}): the operator has to correct its base_url "
        "or say what it can't do, such as supports_edits = false.",
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
    _codes(refusal, "moderation_blocked", "content_policy_violation", "content_filter"),
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
    _statuses(_absent, 404, 405, 501),
    _statuses(_gone, 410),
    _statuses(_large, 413),
    _statuses(_busy, 408, 409, 425, 429),
    _statuses(_down, 500, 502, 503, 521, 522, 523, 529),
    _statuses(_lost, *range(500, 600)),
    _statuses(_elsewhere, *range(300, 400)),
    _statuses(_ours, *range(400, 500)),
)
