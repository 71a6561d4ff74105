"""What OpenRouter refuses, and who has to act. Errors are {error: {code, message, metadata}}, with
the status of the code or inside an answer (openrouter.ai/docs/api-reference/errors)."""

from typing import cast

from adapters.models.http import Reply
from core.domain.errors import (
    AccountProblem,
    InDoubt,
    ModelGone,
    PolicyRefusal,
    ProviderError,
    Unavailable,
    Unsupported,
)

WAIT_S = 10.0
LONGEST_DETAIL = 160
REFUSALS = frozenset(
    {"content_filter", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "PROHIBITED_CONTENT", "SAFETY"}
)


def refused(label: str) -> PolicyRefusal:
    return PolicyRefusal(
        f"{label}'s safety system refused this: say it without names, brands and violence."
    )


def translated(label: str, key: str, model: str, reply: Reply) -> ProviderError | None:
    """The error of a reply, whatever its status; None if it holds none. `key` is the provider's
    table in the configuration."""
    error = fields_of(reply.fields().get("error"))
    status = reply.status
    if status == 200:
        if not error:
            return None
        code = error.get("code")
        status = code if isinstance(code, int) else 400
    said = " ".join(str(error.get("message") or "").split())[:LONGEST_DETAIL].rstrip(".")
    more = f" ({said})" if said else ""
    match status:
        case 403 if "flagged" in said or "reasons" in fields_of(error.get("metadata")):
            return refused(label)
        case 401 | 403:
            return AccountProblem(f"{label} refuses the key{more}: check {key}.api_key.")
        case 402:
            return AccountProblem(f"{label}: the account has no credits left for this.")
        case 404 | 410:
            return ModelGone(f"{label} has no model {model} for this{more}.")
        case 429 | 500 | 502 | 503:
            wait = reply.retry_after(WAIT_S)
            return Unavailable(f"{label} is busy or its model is down.", retry_after=wait)
        case 408 | 504 | 522 | 524:
            return InDoubt(f"{label} took the request and gave no answer in time.")
        case _:
            return Unsupported(f"{label} did not take the request{more}.")


def fields_of(value: object) -> dict[str, object]:
    """A JSON object, empty where it is none."""
    return cast(dict[str, object], value) if isinstance(value, dict) else {}
