"""Google's generateContent (ai.google.dev/api/generate-content): what its answers and errors hold, for
painter and critic alike."""

import re
from dataclasses import dataclass

from adapters.models.config import ProbeResult
from adapters.models.fields import count_of, detail_of, fields_of, list_of, text_of
from adapters.models.http import Reply
from adapters.models.statuses import WAIT_S, Who
from core.domain.errors import AccountProblem, ProviderError

LABEL, HOST = "Google", "https://generativelanguage.googleapis.com/v1beta"
REFUSALS = frozenset(
    {"SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "RECITATION"}
    | {"IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION"}
)
DELAY = re.compile(r"(\d{1,6}(?:\.\d{1,9})?)s")


def headers(key: str) -> dict[str, str]:
    return {"x-goog-api-key": key}


def path_of(model: str) -> str:
    return f"/models/{model.removeprefix('models/')}"


@dataclass(frozen=True, slots=True)
class GeminiUsage:
    """Tokens of an answer: read, written (thoughts among them), and of pictures."""

    read: int
    written: int
    thought: int
    painted: int


@dataclass(frozen=True, slots=True)
class GeminiAnswer:
    """An answer's parts that are no thoughts, why it ended, and its bill; `usage` None: it has none."""

    parts: list[dict[str, object]]
    end: str
    id: str
    model: str
    usage: GeminiUsage | None

    @classmethod
    def of(cls, reply: Reply) -> "GeminiAnswer":
        fields = reply.fields()
        candidate = fields_of(next(iter(list_of(fields.get("candidates"))), None))
        parts = map(fields_of, list_of(fields_of(candidate.get("content")).get("parts")))
        blocked = text_of(fields_of(fields.get("promptFeedback")).get("blockReason"))
        return cls(
            parts=[part for part in parts if part.get("thought") is not True],
            end=text_of(candidate.get("finishReason")) or ("SAFETY" if blocked else ""),
            id=text_of(fields.get("responseId")),
            model=text_of(fields.get("modelVersion")),
            usage=_usage(fields.get("usageMetadata")),
        )

    @property
    def refused(self) -> bool:
        return self.end in REFUSALS

    @property
    def text(self) -> str:
        return "".join(text_of(part.get("text")) for part in self.parts)

    @property
    def picture(self) -> str:
        """The first one as a data URI, "" where there is none."""
        for part in self.parts:
            data = fields_of(part.get("inlineData"))
            if text := text_of(data.get("data")):
                return f"data:{text_of(data.get('mimeType'))};base64,{text}"
        return ""


def _usage(value: object) -> GeminiUsage | None:
    found = fields_of(value)
    if not found:
        return None
    details = map(fields_of, list_of(found.get("candidatesTokensDetails")))
    painted = sum(count_of(d.get("tokenCount")) for d in details if d.get("modality") == "IMAGE")
    thought = count_of(found.get("thoughtsTokenCount"))
    written = count_of(found.get("candidatesTokenCount")) + thought
    return GeminiUsage(count_of(found.get("promptTokenCount")), written, thought, painted)


def fault(who: Who, reply: Reply) -> ProviderError:
    """Errors are {error: {code, message, status, details}}."""
    error = fields_of(reply.fields().get("error"))
    said, details = detail_of(error.get("message")), list_of(error.get("details"))
    reasons = {text_of(fields_of(each).get("reason")) for each in details}
    if "API_KEY_INVALID" in reasons:
        return who.fault(reply, status=401)
    if error.get("status") == "FAILED_PRECONDITION":
        return AccountProblem(f"{who.label} does not serve this account ({said}).")
    waits = [DELAY.fullmatch(text_of(fields_of(each).get("retryDelay"))) for each in details]
    told = [float(found[1]) for found in waits if found]
    return who.fault(reply, said, wait_s=max(told, default=WAIT_S))


def standing(who: Who, reply: Reply) -> ProbeResult:
    """What a look at the model found. Raises Unavailable."""
    if reply.status == 200:
        return ProbeResult(ok=True)
    return who.standing(fault(who, reply))
