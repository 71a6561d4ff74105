"""What an error answer means, by one table; the sentences say who has to do what.

Codes: platform.openai.com/docs/guides/error-codes and the Images API's own.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

from adapters.models.seeing.refusals import refused_by
from core.domain.errors import (
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
class ErrorAnswer:
    """An error answer. `label` names the provider, as a sentence begins with it."""

    label: str
    model: str
    provider: str
    status: int
    message: str
    request_id: str
    retry_after: float | None


Make = Callable[[ErrorAnswer], ProviderError]


@dataclass(frozen=True, slots=True)
class Rule:
    """Holds for an answer with one of these codes, or without a known code one of these statuses;
    `says`: only where its words are of this kind."""

    make: Make
    codes: frozenset[str] = frozenset()
    statuses: frozenset[int] = frozenset()
    says: Callable[[str], bool] = lambda _: True

    def holds(self, codes: set[str], status: int, message: str) -> bool:
        return bool(self.codes & codes) or (status in self.statuses and self.says(message))


def _error(kind: type[ProviderError], words: str, said: ErrorAnswer) -> ProviderError:
    """`words` name fields of `Said` in braces."""
    return kind(words.format_map(asdict(said)), request_id=said.request_id)


def _later(wait_s: float, words: str, said: ErrorAnswer) -> ProviderError:
    wait = wait_s if said.retry_after is None else said.retry_after
    sentence = words.format_map(asdict(said))
    broken = said.status >= 500
    return Unavailable(sentence, retry_after=wait, request_id=said.request_id, outage=broken)


def _absent(said: ErrorAnswer) -> ProviderError:
    return _gone(said) if "model" in said.message.lower() else _not_done(said)


refusal: Make = partial(
    _error,
    PolicyRefusal,
    "{label}'s safety system refused this: say it without names, brands and violence.",
)
_money: Make = partial(
    _error,
    AccountProblem,
    "The account at {label} is out of money: the operator has to add credit or raise its limit.",
)
_key: Make = partial(
    _error,
    AccountProblem,
    "{label} does not accept the API key: the operator has to correct it.",
)
_not_allowed: Make = partial(
    _error,
    AccountProblem,
    "{label} does not let this account use {model} ({message}): the operator has to see to it.",
)
_gone: Make = partial(
    _error,
    ModelGone,
    "{label} has no model {model}: the operator has to name another one in [models].",
)
_not_done: Make = partial(
    _error,
    Unsupported,
    "{label} does not do this ({message}): the operator has to correct its base_url or say what "
    "it can't do, such as supports_edits = false.",
)
_large: Make = partial(
    _error, Unsupported, "The pictures are too large for {label}: take a smaller one."
)
_elsewhere: Make = partial(
    _error,
    Unsupported,
    "{label} sends its callers elsewhere: the operator has to correct base_url.",
)
_ours: Make = partial(
    _error,
    Unsupported,
    "{label} does not take this request ({message}): try another size or quality, or tell the "
    "operator.",
)
_lost: Make = partial(
    _error, InDoubt, "{label} took the request and gave no answer in time (error {status})."
)
_busy: Make = partial(_later, BUSY_S, "{label} gets too many requests just now.")
_down: Make = partial(_later, DOWN_S, "{label} is not answering (error {status}).")


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
    Rule(refusal, statuses=frozenset({400, 403, 422}), says=refused_by),
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
