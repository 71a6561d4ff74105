"""One exchange on Chat Completions: the request in the strictest form a server takes, the answer
as text, what it cost, and what to say where it breaks its form."""

import json
import logging
import re
from decimal import Decimal
from typing import Any, Literal, TypeVar

import openai
from openai import AsyncOpenAI, omit
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam
from openai.types.chat.completion_create_params import ResponseFormat
from pydantic import ValidationError

from adapters.models.openai.asking import Question
from adapters.models.openai.errors import translate
from adapters.models.openai.schema import Form
from adapters.models.prices import PriceBook
from core.errors import BadAnswer, PolicyRefusal
from core.painting import Cost

F = TypeVar("F", bound=Form)
T = TypeVar("T")
Strictness = Literal["schema", "json", "text"]
LADDER: tuple[Strictness, ...] = ("schema", "json", "text")
JSON_MODE: ResponseFormat = {"type": "json_object"}
FORM_REFUSED = re.compile(
    r"response_?format|json_?(schema|object|mode)|structured|guided|grammar", re.I
)
LIVING = re.compile(r"gpt-\d")  # OpenAI's own, wherever they are served
THOUGHT = re.compile(r"<think>.*?</think>", re.S)
MOST_REPEATED = 6000  # characters of a broken answer that go back with the repair question
log = logging.getLogger(__name__)


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
        self.usd = None if usd is None or self.usd is None else self.usd + usd

    @property
    def cost(self) -> Cost:
        return Cost(self.usd, self.tokens_in, self.tokens_out)


def _count(usage: Any, name: str) -> int | None:
    value = getattr(usage, name, None)
    return value if isinstance(value, int) and value >= 0 else None


class Talk:
    """Calls one model. A server that refuses JSON schemas is asked in JSON mode from then on, one
    that refuses that as well in plain words."""

    def __init__(self, client: AsyncOpenAI, model: str, label: str, *, official: bool) -> None:
        self._client, self._model, self._label = client, model, label
        self._names_people = official or LIVING.match(model) is not None
        self._rung = 0

    async def say(
        self,
        messages: list[ChatCompletionMessageParam],
        form: type[Form],
        bill: Bill,
        user: str = "",
    ) -> str:
        """The answer's text, "" if it has none; `user` is a salted hash. Raises a ProviderError."""
        while True:
            rung = self._rung
            try:
                completion, request_id = await self._send(messages, form, LADDER[rung], user)
                break
            except Exception as exc:
                if rung + 1 == len(LADDER) or not _refuses_form(exc):
                    ours = translate(exc, self._label, self._model)
                    if isinstance(ours, BadAnswer):
                        bill.add(None, "", ours.request_id)
                    raise ours from exc
                self._rung = max(self._rung, rung + 1)
                log.info("%s takes no %s; asking in %s", self._model, *LADDER[rung : rung + 2])
        bill.add(completion.usage, completion.model, request_id)
        return self._text(completion, request_id)

    async def _send(
        self,
        messages: list[ChatCompletionMessageParam],
        form: type[Form],
        strictness: Strictness,
        user: str,
    ) -> tuple[ChatCompletion, str]:
        """The completion and its request id. The SDK's own parsing is left out: it drops the
        usage of an answer that breaks its form."""
        calls, model = self._client.chat.completions.with_raw_response, self._model
        person = user if user and self._names_people else omit
        if strictness == "schema":
            raw = await calls.parse(
                model=model, messages=messages, response_format=form, safety_identifier=person
            )
        else:
            raw = await calls.create(
                model=model,
                messages=[_with_schema(messages[0], form), *messages[1:]],
                response_format=JSON_MODE if strictness == "json" else omit,
                safety_identifier=person,
            )
        return _completion(raw.text, self._label, raw.request_id or ""), raw.request_id or ""

    def _text(self, completion: ChatCompletion, request_id: str) -> str:
        choice = completion.choices[0]
        if choice.finish_reason == "content_filter" or getattr(choice.message, "refusal", None):
            raise PolicyRefusal(
                f"{self._label} would not look at this: say it without names, brands and violence.",
                request_id=request_id,
            )
        if choice.finish_reason == "length":
            raise BadAnswer(
                f"{self._label} broke off in the middle of its answer.", request_id=request_id
            )
        content: object = choice.message.content
        return content if isinstance(content, str) else ""


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


def _refuses_form(exc: Exception) -> bool:
    """Whether an error is about the form asked for: nothing was billed."""
    if not isinstance(exc, openai.APIStatusError) or exc.status_code in (401, 403, 429):
        return False
    return FORM_REFUSED.search(f"{exc.param} {exc.code} {exc.message}") is not None


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
    said = THOUGHT.sub("", said)
    start, end = said.find("{"), said.rfind("}")
    return said[start : end + 1] if 0 <= start < end else said


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
