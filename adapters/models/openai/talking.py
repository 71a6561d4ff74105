"""One exchange on Chat Completions: the request in the strictest form a server takes, the answer
as text, what it cost, and what to say where it breaks its form."""

import json
import logging
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any, Protocol, TypeVar, cast

from openai import AsyncOpenAI
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam
from openai.types.chat.completion_create_params import ResponseFormat
from pydantic import ValidationError

from adapters.models.config import ProviderConfig
from adapters.models.openai.asking import Question
from adapters.models.openai.errors import translate
from adapters.models.openai.manners import Manners
from adapters.models.openai.refusals import refuses
from adapters.models.openai.schema import Form
from adapters.models.openai.servers import label_of
from adapters.models.prices import PriceBook
from core.domain.errors import BadAnswer, PolicyRefusal
from core.models.painter import Cost

F = TypeVar("F", bound=Form)
T = TypeVar("T")
JSON_MODE: ResponseFormat = {"type": "json_object"}
THINKS, THOUGHT = "<think>", "</think>"
MOST_REPEATED = 6000  # characters of a broken answer that go back with the repair question
log = logging.getLogger(__name__)


class Raw(Protocol):
    """An answer as it came."""

    @property
    def text(self) -> str: ...

    @property
    def request_id(self) -> str | None: ...


Send = Callable[..., Awaitable[Raw]]


class Bill:
    """What the calls of one question cost together; unknown as soon as one of them is."""

    def __init__(self, prices: PriceBook, model: str) -> None:
        self._prices, self._priced = prices, model
        self.calls = 0
        self.usd: Decimal | None = Decimal(0)
        self.tokens_in = self.tokens_out = 0
        self.request_id = self.model = ""

    def add(self, usage: Any, model: str, request_id: str) -> None:
        self.calls += 1
        self.request_id, self.model = request_id, model
        read, written = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
        usd = None
        if read is not None and written is not None:
            self.tokens_in, self.tokens_out = self.tokens_in + read, self.tokens_out + written
            usd = self._prices.tokens_usd(self._priced, text_in=read, text_out=written)
        said = getattr(usage, "cost", None)  # OpenRouter tells
        if usd is None and isinstance(said, (int, float)) and said >= 0:
            usd = Decimal(str(said))
        self.usd = None if usd is None or self.usd is None else self.usd + usd

    @property
    def cost(self) -> Cost:
        return Cost(self.usd, self.tokens_in, self.tokens_out)


def _count(usage: Any, name: str) -> int | None:
    value = getattr(usage, name, None)
    return value if isinstance(value, int) and value >= 0 else None


class Talk:
    """Calls one model. What a server refuses it is not sent again: JSON schemas give way to JSON
    mode and that to plain words, a limit of tokens to its older name."""

    def __init__(
        self, client: AsyncOpenAI, provider: str, model: str, config: ProviderConfig
    ) -> None:
        self._client, self._provider, self._model = client, provider, model
        self._label = label_of(provider)
        self._manners = Manners(model, config)

    async def say(
        self,
        messages: list[ChatCompletionMessageParam],
        form: type[Form],
        bill: Bill,
        user: str = "",
        most: int | None = None,
    ) -> str:
        """The answer's text, "" if it has none; `user` is a salted hash, `most` the tokens that are
        bought, thoughts included. Raises a ProviderError."""
        while True:
            tried = self._manners
            try:
                completion, request_id = await self._send(messages, form, user, most)
                break
            except Exception as exc:
                if (milder := tried.without(exc)) is None:
                    ours = translate(exc, self._label, self._model, self._provider)
                    if isinstance(ours, BadAnswer):
                        bill.add(None, "", ours.request_id)
                    raise ours from exc
                self._manners = milder
                log.info("%s takes less than was sent; asking as %s", self._model, milder)
        bill.add(completion.usage, completion.model, request_id)
        return self._text(completion, request_id)

    async def _send(
        self,
        messages: list[ChatCompletionMessageParam],
        form: type[Form],
        user: str,
        most: int | None,
    ) -> tuple[ChatCompletion, str]:
        """The completion and its request id. The SDK's own parsing is left out: it drops the
        usage of an answer that breaks its form."""
        calls, manners = self._client.chat.completions.with_raw_response, self._manners
        make, fields = cast(Send, calls.create), manners.fields(user, most)
        if manners.form == "schema":
            make, fields = cast(Send, calls.parse), fields | {"response_format": form}
        else:
            messages = [_with_schema(messages[0], form), *messages[1:]]
            if manners.form == "json":
                fields["response_format"] = JSON_MODE
        raw = await make(model=self._model, messages=messages, **fields)
        return _completion(raw.text, self._label, raw.request_id or ""), raw.request_id or ""

    def _text(self, completion: ChatCompletion, request_id: str) -> str:
        choice = completion.choices[0]
        content: object = choice.message.content
        said = content if isinstance(content, str) else ""
        told = choice.finish_reason == "content_filter" or getattr(choice.message, "refusal", None)
        if told or refuses(_without_thoughts(said)):
            raise PolicyRefusal(
                f"{self._label} would not look at this: say it without names, brands and violence.",
                request_id=request_id,
            )
        if choice.finish_reason == "length":
            raise BadAnswer(self._broken_off(completion.usage), request_id=request_id)
        return said

    def _broken_off(self, usage: Any) -> str:
        thoughts = _count(getattr(usage, "completion_tokens_details", None), "reasoning_tokens")
        if not thoughts:
            return f"{self._label} broke off in the middle of its answer."
        return (
            f"{self._label} spent {thoughts} tokens on thinking and broke off in the middle of its "
            f"answer: the operator may raise providers.{self._provider}.thinking_tokens."
        )


def _completion(text: str, label: str, request_id: str) -> ChatCompletion:
    """Raises BadAnswer where the body is no completion; what else it lacks is let pass."""
    try:
        body = json.loads(text)
        found = ChatCompletion.construct(**body)
        if found.choices[0].message is not None:  # pyright: ignore[reportUnnecessaryComparison]
            return found
    except (ValueError, TypeError, AttributeError, IndexError):
        pass
    raise BadAnswer(f"{label} sent an answer that can't be read.", request_id=request_id)


def _with_schema(
    system: ChatCompletionMessageParam, form: type[Form]
) -> ChatCompletionMessageParam:
    text = f"{system.get('content')}\n\nThe form, as a JSON schema:\n{_schema(form)}"
    return {"role": "system", "content": text}


def _schema(form: type[Form]) -> str:
    return json.dumps(form.model_json_schema(), separators=(",", ":"))


def read(said: str, question: Question[F, T]) -> tuple[F | None, list[str]]:
    """The answer in its form (None if it has not), and what is wrong with it."""
    try:
        form = question.form.model_validate_json(_json_in(said))
    except ValidationError as exc:
        return None, [_flaw(error) for error in exc.errors(include_url=False)[:5]]
    return form, question.flaws(form)


def _json_in(said: str) -> str:
    """The JSON object in a model's words: without its thoughts, fences and small talk."""
    said = _without_thoughts(said)
    start, end = said.find("{"), said.rfind("}")
    return said[start : end + 1] if 0 <= start < end else said


def _without_thoughts(said: str) -> str:
    """A thought that does not end is left as it is. Each character is looked at once."""
    kept, at = "", 0
    while (begin := said.find(THINKS, at)) >= 0 and (end := said.find(THOUGHT, begin)) >= 0:
        kept, at = kept + said[at:begin], end + len(THOUGHT)
    return kept + said[at:]


def _flaw(error: Any) -> str:
    where = ".".join(str(step) for step in error["loc"])
    return f"`{where}`: {error['msg']}." if where else f"{error['msg']}."


def repair(said: str, flaws: list[str], form: type[Form]) -> list[ChatCompletionMessageParam]:
    """The broken answer and the question that asks for it again."""
    wrong = "\n".join(f"- {flaw}" for flaw in flaws)
    text = (
        f"That answer can't be used:\n{wrong}\n"
        "Answer the same task again: one complete JSON object of this schema, nothing around it, "
        f"everything that was right kept as it was.\n{_schema(form)}"
    )
    return [
        {"role": "assistant", "content": said[:MOST_REPEATED] or "(no answer)"},
        {"role": "user", "content": text},
    ]
