"""What Black Forest Labs refuses, and who has to act: by status where a job is not taken, by the
job's own state afterwards (docs.bfl.ai, errors)."""

from adapters.models.http import Reply
from core.domain.errors import (
    AccountProblem,
    BadAnswer,
    ModelGone,
    PolicyRefusal,
    ProviderError,
    Unavailable,
    Unsupported,
)

LABEL = "Black Forest Labs"
WAIT_S = 10.0
LONGEST_DETAIL = 160
REFUSED = f"{LABEL}' safety system refused this: say it without names, brands and violence."
LOST = frozenset({"Error", "Task not found"})


def not_taken(reply: Reply, key: str, model: str) -> ProviderError:
    """The error of a job that was not taken; `key` is the provider's table in the configuration."""
    said = " ".join(str(reply.fields().get("detail") or "").split())[:LONGEST_DETAIL].rstrip(".")
    more = f" ({said})" if said else ""
    match reply.status:
        case 401 | 403:
            return AccountProblem(f"{LABEL} refuse the key: check {key}.api_key.")
        case 402:
            return AccountProblem(f"{LABEL}: the account has no credits left.")
        case 404 | 410:
            return ModelGone(f"{LABEL} have no model {model}: check the name.")
        case status if status == 429 or status >= 500:
            return Unavailable(f"{LABEL} are busy.", retry_after=reply.retry_after(WAIT_S))
        case _:
            return Unsupported(f"{LABEL} did not take the request{more}.")


def ended(status: str, job: str) -> ProviderError | None:
    """The error of a job in this state; None where it is none."""
    if "Moderated" in status:
        return PolicyRefusal(REFUSED, request_id=job)
    if status in LOST:
        return BadAnswer(f"{LABEL} did not finish the picture ({status.lower()}).", request_id=job)
    return None
