"""What Stability AI refuses, and who has to act. Errors are {id, name, errors[]}
(platform.stability.ai/docs/api-reference)."""

from typing import cast

from adapters.models.http import Reply
from core.domain.errors import AccountProblem, ModelGone, PolicyRefusal, ProviderError, Unavailable

LABEL = "Stability AI"
LOCKED_S = 60.0
FAULT_S = 10.0
LONGEST_DETAIL = 160
MODERATION = "content_moderation"
REFUSED = "Stability AI's safety system refused this."


def translated(reply: Reply, key: str) -> ProviderError:
    """The error of a reply that is not 200; `key` is the provider's table in the configuration."""
    fields = reply.fields()
    name, said = str(fields.get("name") or ""), _said(fields)
    id = str(fields.get("id") or "")
    match reply.status:
        case 403 if name == MODERATION:
            return PolicyRefusal(REFUSED, request_id=id)
        case 401 | 403:
            return AccountProblem(f"{LABEL} refuses the key: check {key}.api_key.", request_id=id)
        case 402:
            return AccountProblem(f"{LABEL}: the account has no credits left.", request_id=id)
        case 404 | 410:
            return ModelGone(f"{LABEL} does not offer this any more{said}", request_id=id)
        case 413:
            return ProviderError(f"{LABEL} takes at most 10 MiB in one request.", request_id=id)
        case 429:
            wait = reply.retry_after(LOCKED_S)
            busy = f"{LABEL} has had too many requests."
            return Unavailable(busy, retry_after=wait, request_id=id, outage=False)
        case status if status >= 500:
            wait = reply.retry_after(FAULT_S)
            return Unavailable(
                f"{LABEL} reports a fault of its own.", retry_after=wait, request_id=id
            )
        case _:
            return ProviderError(f"{LABEL} did not take the request{said}", request_id=id)


def _said(fields: dict[str, object]) -> str:
    """What the errors say, as the end of a sentence."""
    errors = fields.get("errors")
    parts = [str(each) for each in cast(list[object], errors)] if isinstance(errors, list) else []
    line = " ".join("; ".join(parts).split())[:LONGEST_DETAIL].rstrip(".")
    return f": {line}." if line else "."
