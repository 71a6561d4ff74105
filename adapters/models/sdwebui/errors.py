"""What goes wrong at a self-hosted server, translated: by status, then by what the answer says."""

from adapters.models.http import Reply
from core.domain.errors import AccountProblem, ModelGone, ProviderError, Unavailable

WAIT_S = 10.0
LONGEST_DETAIL = 160
ENDS = ("out of memory", "outofmemory", "nansexception", "nan was produced")
MODEL_GONE = ("model not found", "checkpoint")


def translated(label: str, key: str, model: str, reply: Reply) -> ProviderError:
    """The error of a reply that is not 200; `key` is the provider's table in the configuration."""
    said = detail(reply)
    low = said.lower()
    match reply.status:
        case 401 | 403:
            return AccountProblem(f"{label} refuses the key: check {key}.api_key.")
        case 404 if any(word in low for word in MODEL_GONE):
            return ModelGone(f"{label} has no model {model}: check the name.")
        case 404 if "sampler" in low:
            return ProviderError(f"{label} does not know the sampler: check {key}.sampler.")
        case 404 | 405 | 301 | 302 | 307 | 308:
            return ProviderError(
                f"{label} has no /sdapi/v1: check {key}.base_url, and that it runs with its API on."
            )
        case 429 | 502 | 503 | 504:
            wait, down = reply.retry_after(WAIT_S), reply.status != 429
            return Unavailable(f"{label} is busy.", retry_after=wait, outage=down)
        case status if status >= 500 and any(word in low for word in ENDS):
            return ProviderError(
                f"{label} can't paint this: it ran out of memory or of precision. "
                "Try a smaller size."
            )
        case status if status >= 500:
            return Unavailable(
                f"{label} reports a fault of its own.", retry_after=reply.retry_after(WAIT_S)
            )
        case _:
            more = f": {said}" if said else "."
            return ProviderError(f"{label} did not take the request{more}")


def detail(reply: Reply) -> str:
    """What the server says, in one short line without tags: `detail`, `errors`, `error`, `message`."""
    fields = reply.fields()
    parts: list[str] = []
    for name in ("error", "detail", "errors", "message"):
        value = fields.get(name)
        if value and str(value) not in parts:
            parts.append(str(value))
    line = " ".join("; ".join(parts).split())
    return line[:LONGEST_DETAIL]
