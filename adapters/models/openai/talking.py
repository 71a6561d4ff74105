"""One exchange on Chat Completions: the request in the strictest form a server takes, the answer
as text and what it cost."""

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Any, Protocol, cast

from openai import AsyncOpenAI
from openai.types.chat import (
    ChatCompletion,
    ChatCompletionContentPartParam,
    ChatCompletionMessageParam,
)
from openai.types.chat.completion_create_params import ResponseFormat

from adapters.models.config import ProbeResult, ProviderConfig
from adapters.models.openai.errors import translate
from adapters.models.openai.manners import Manners
from adapters.models.openai.probing import standing
from adapters.models.openai.servers import is_official, label_of
from adapters.models.seeing.refusals import refuses
from adapters.models.seeing.schema import Form
from adapters.models.seeing.talk import (
    Bill,
    Jpeg,
    Turn,
    broken_off,
    unseen,
    with_schema,
    without_thoughts,
)
from core.domain.errors import BadAnswer, PolicyRefusal

JSON_MODE: ResponseFormat = {"type": "json_object"}
log = logging.getLogger(__name__)


class Raw(Protocol):
    """An answer as it came."""

    @property
    def text(self) -> str: ...

    @property
    def request_id(self) -> str | None: ...


Send = Callable[..., Awaitable[Raw]]


def _count(usage: Any, name: str) -> int | None:
    value = getattr(usage, name, None)
    return value if isinstance(value, int) and value >= 0 else None


class ChatTalk:
    """Calls one model. What a server refuses it is not sent again: JSON schemas give way to JSON
    mode and that to plain words, a limit of tokens to its older name."""

    def __init__(
        self, client: AsyncOpenAI, provider: str, model: str, config: ProviderConfig
    ) -> None:
        self._client, self._provider, self._model = client, provider, model
        self.label = label_of(provider)
        self._official = is_official(config)
        self._manners = Manners(model, config)

    async def say(
        self,
        turns: Sequence[Turn],
        form: type[Form],
        bill: Bill,
        user: str = "",
        most: int | None = None,
    ) -> str:
        messages = [_message(turn) for turn in turns]
        while True:
            tried = self._manners
            try:
                completion, request_id = await self._send(messages, form, user, most)
                break
            except Exception as exc:
                if (milder := tried.without(exc)) is None:
                    ours = translate(exc, self.label, self._model, self._provider)
                    if isinstance(ours, BadAnswer):
                        bill.add(None, None, "", ours.request_id)
                    raise ours from exc
                self._manners = milder
                log.info("%s takes less than was sent; asking as %s", self._model, milder)
        usage: Any = completion.usage
        read, written = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
        bill.add(read, written, completion.model, request_id, _told(usage))
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
        return _completion(raw.text, self.label, raw.request_id or ""), raw.request_id or ""

    def _text(self, completion: ChatCompletion, request_id: str) -> str:
        choice = completion.choices[0]
        content: object = choice.message.content
        said = content if isinstance(content, str) else ""
        told = choice.finish_reason == "content_filter" or getattr(choice.message, "refusal", None)
        if told or refuses(without_thoughts(said)):
            raise PolicyRefusal(unseen(self.label), request_id=request_id)
        if choice.finish_reason == "length":
            raise BadAnswer(self._broken_off(completion.usage), request_id=request_id)
        return said

    def _broken_off(self, usage: Any) -> str:
        thoughts = _count(getattr(usage, "completion_tokens_details", None), "reasoning_tokens")
        return broken_off(self.label, self._provider, thoughts or 0)

    async def probe(self) -> ProbeResult:
        """Whether the model is there, and the day it leaves. Raises Unavailable."""
        return await standing(self._client, self._provider, self._model, official=self._official)

    async def close(self) -> None:
        await self._client.close()


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
    return {"role": "system", "content": with_schema(str(system.get("content")), form)}


def _message(turn: Turn) -> ChatCompletionMessageParam:
    if turn.by == "user":
        content = turn.said if isinstance(turn.said, str) else [_part(part) for part in turn.said]
        return {"role": "user", "content": content}
    if turn.by == "assistant":
        return {"role": "assistant", "content": turn.text}
    return {"role": "system", "content": turn.text}


def _part(part: str | Jpeg) -> ChatCompletionContentPartParam:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    return {"type": "image_url", "image_url": {"url": part.uri, "detail": "high"}}


def _told(usage: Any) -> Decimal | None:
    """What the server says it cost, in dollars: OpenRouter does."""
    said = getattr(usage, "cost", None)
    return Decimal(str(said)) if isinstance(said, (int, float)) and said >= 0 else None
