"""One exchange with a vision model, whatever it speaks: what is said, what it costs, how an answer is
read, and what to say where it breaks its form."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Protocol, TypeVar, cast

from pydantic import ValidationError

from adapters.models.config import ProbeResult
from adapters.models.prices import PriceBook
from adapters.models.seeing.asking import CriticQuestion
from adapters.models.seeing.schema import Form
from core.models.painter import Cost

F = TypeVar("F", bound=Form)
T = TypeVar("T")
THINKS, THOUGHT = "<think>", "</think>"
MOST_REPEATED = 6000  # characters of a broken answer that go back with the repair question


@dataclass(frozen=True, slots=True)
class Jpeg:
    """A picture as it is sent."""

    base64: str

    @property
    def uri(self) -> str:
        return f"data:image/jpeg;base64,{self.base64}"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side says: words alone, or labels, words and pictures in their order."""

    by: Literal["system", "user", "assistant"]
    said: str | tuple[str | Jpeg, ...]

    @property
    def parts(self) -> tuple[str | Jpeg, ...]:
        return (self.said,) if isinstance(self.said, str) else self.said

    @property
    def text(self) -> str:
        """The words alone."""
        return "\n".join(part for part in self.parts if isinstance(part, str))


class Bill:
    """What the calls of one question cost together; unknown as soon as one of them is."""

    def __init__(self, prices: PriceBook, model: str) -> None:
        self._prices, self._priced = prices, model
        self.calls = 0
        self.usd: Decimal | None = Decimal(0)
        self.tokens_in = self.tokens_out = 0
        self.request_id = self.model = ""

    def add(
        self,
        read: int | None,
        written: int | None,
        model: str,
        request_id: str,
        told: Decimal | None = None,
    ) -> None:
        """Tokens of one call, None where the server does not count; `told`: dollars by its own word."""
        self.calls += 1
        self.request_id, self.model = request_id, model
        usd = None
        if read is not None and written is not None:
            self.tokens_in, self.tokens_out = self.tokens_in + read, self.tokens_out + written
            usd = self._prices.tokens_usd(self._priced, text_in=read, text_out=written)
        usd = told if usd is None else usd
        self.usd = None if usd is None or self.usd is None else self.usd + usd

    @property
    def cost(self) -> Cost:
        return Cost(self.usd, self.tokens_in, self.tokens_out)


class Talk(Protocol):
    """A server's chat with one model. `label` is what people call it."""

    @property
    def label(self) -> str: ...

    async def say(
        self,
        turns: Sequence[Turn],
        form: type[Form],
        bill: Bill,
        user: str = "",
        most: int | None = None,
    ) -> str:
        """The answer's text, "" if it has none; `user` is a salted hash, `most` the tokens that are
        bought, thoughts included. What was billed is on the `bill`, of a failed call as well. Raises
        a ProviderError."""
        ...

    async def probe(self) -> ProbeResult:
        """Asks for the model without paying. Raises Unavailable if nobody answers."""
        ...

    async def close(self) -> None: ...


def schema_text(form: type[Form]) -> str:
    return json.dumps(form.model_json_schema(), separators=(",", ":"))


def strict_schema(form: type[Form]) -> dict[str, object]:
    """The form as servers take it that hold an answer to it: every field is there, none besides."""
    found = form.model_json_schema()
    for each in (found, *found.get("$defs", {}).values()):
        if "properties" in each:
            each["required"], each["additionalProperties"] = list(each["properties"]), False
    return cast(dict[str, object], found)


def with_schema(system: str, form: type[Form]) -> str:
    return f"{system}\n\nThe form, as a JSON schema:\n{schema_text(form)}"


def read(said: str, question: CriticQuestion[F, T]) -> tuple[F | None, list[str]]:
    """The answer in its form (None if it has not), and what is wrong with it."""
    try:
        form = question.form.model_validate_json(json_in(said))
    except ValidationError as exc:
        return None, [_flaw(error) for error in exc.errors(include_url=False)[:5]]
    return form, question.flaws(form)


def json_in(said: str) -> str:
    """The JSON object in a model's words: without its thoughts, fences and small talk."""
    said = without_thoughts(said)
    start, end = said.find("{"), said.rfind("}")
    return said[start : end + 1] if 0 <= start < end else said


def without_thoughts(said: str) -> str:
    """A thought that does not end is left as it is. Each character is looked at once."""
    kept, at = "", 0
    while (begin := said.find(THINKS, at)) >= 0 and (end := said.find(THOUGHT, begin)) >= 0:
        kept, at = kept + said[at:begin], end + len(THOUGHT)
    return kept + said[at:]


def _flaw(error: Any) -> str:
    where = ".".join(str(step) for step in error["loc"])
    return f"`{where}`: {error['msg']}." if where else f"{error['msg']}."


def repair(said: str, flaws: list[str], form: type[Form]) -> list[Turn]:
    """The broken answer and the question that asks for it again."""
    wrong = "\n".join(f"- {flaw}" for flaw in flaws)
    text = (
        f"That answer can't be used:\n{wrong}\n"
        "Answer the same task again: one complete JSON object of this schema, nothing around it, "
        f"everything that was right kept as it was.\n{schema_text(form)}"
    )
    return [
        Turn("assistant", said[:MOST_REPEATED] or "(no answer)"),
        Turn("user", text),
    ]


def broken_off(label: str, provider: str, thoughts: int) -> str:
    """What is said of an answer that ended with the tokens that were bought."""
    if not thoughts:
        return f"{label} broke off in the middle of its answer."
    return (
        f"{label} spent {thoughts} tokens on thinking and broke off in the middle of its "
        f"answer: the operator may raise providers.{provider}.thinking_tokens."
    )


def unseen(label: str) -> str:
    """What is said where a model refuses a question."""
    return f"{label} would not look at this: say it without names, brands and violence."
