"""A vision model on Chat Completions: OpenAI's, and every server that speaks its dialect.

One question is one call, at most two: an answer that breaks its form is sent back once. All that
was billed is counted, of the answers that were no use as well.
"""

import base64
import hashlib
import logging
import math
from collections import OrderedDict
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar

from openai.types.chat import ChatCompletionContentPartParam, ChatCompletionMessageParam

from adapters.models.config import ProbeResult, ProviderConfig
from adapters.models.openai import asking, history, story
from adapters.models.openai.asking import Part, Picture, Question
from adapters.models.openai.client import open_client
from adapters.models.openai.probing import standing
from adapters.models.openai.purse import Purse
from adapters.models.openai.schema import Form
from adapters.models.openai.servers import is_official, label_of
from adapters.models.openai.talking import Bill, Talk, read, repair
from adapters.models.policy import ASKING, Policy
from adapters.models.prices import PriceBook, image_tokens
from core.domain.answers import Critique, Description, Inspection, Reply, Rewritten, Verdict
from core.domain.errors import BadAnswer, InDoubt, ProviderError
from core.domain.story import Scene
from core.imaging import codec
from core.models.critic import (
    Answer,
    Ask,
    Compare,
    CriticProfile,
    Describe,
    Duel,
    Inspect,
    Query,
    Rewrite,
    Task,
    Transform,
)
from core.models.prompts import instructions
from core.models.story import Tell
from core.ports.pixels import Pixels

F = TypeVar("F", bound=Form)
T = TypeVar("T")
log = logging.getLogger(__name__)

LONGEST_EDGE = 1024  # pixels: what a model sees in full detail at a known price
JPEG_QUALITY = 75  # an eighth of a photograph's PNG, whatever is in it
REMEMBERED = 16  # pictures kept in their small form: the reference goes out with every question
TASK_OF: Mapping[Ask, Task] = {
    "describe": "describe",
    "compare": "compare",
    "evolve": "evolve",
    "duel": "duel",
    "check": "inspect",
    "rewrite": "rewrite",
    "tell": "tell",
    "answer": "answer",
}
IMAGES: Mapping[Task, int] = {
    "describe": 1,
    "compare": 3,
    "evolve": 2,
    "duel": 3,
    "inspect": 1,
    "rewrite": 0,
    "tell": 1,
    "answer": 1,
}
PEOPLE = 2000 // 3  # tokens of a goal at its longest; words of other languages take more
PROMPT = asking.MAX_PROMPT // 4  # tokens of a prompt at its longest
CHECKLIST = 12 * 170 // 4
HISTORY = history.LONGEST // 4
VARIANT = asking.MAX_VARIANT // 4  # tokens of a further prompt
FORM = 400  # tokens of a schema, and of the labels between the parts
TEXT: Mapping[Task, int] = {
    "describe": PEOPLE,
    "compare": PEOPLE + 3 * PROMPT + CHECKLIST + HISTORY,
    "evolve": PEOPLE + PROMPT,
    "duel": PEOPLE,
    "inspect": PEOPLE + CHECKLIST,
    "rewrite": 3 * PROMPT,
    "answer": PEOPLE + PROMPT,
    "tell": PEOPLE + (story.LONGEST_STORY + story.LONGEST_CAST) // 3,
}
WRITTEN: Mapping[Task, int] = {
    "describe": 1500,
    "compare": 1350,
    "evolve": 1300,
    "duel": 500,
    "inspect": 900,
    "rewrite": 1200,
    "tell": 1800,
    "answer": 700,
}
"""Tokens of an answer at its longest. Twice as many are bought: for the repair of an answer that
breaks its form, or for a model that thinks before it answers."""


def _written(task: Task, prompts: int) -> int:
    return WRITTEN[task] + (prompts - 1) * VARIANT


class OpenAICritic:
    """Implements `core.models.critic.Critic`."""

    def __init__(
        self,
        provider: str,
        model: str,
        config: ProviderConfig,
        prices: PriceBook,
        pixels: Pixels,
        policy: Policy = ASKING,
    ) -> None:
        self._provider, self._model, self._policy = provider, model, policy
        self._thinking = config.thinking_tokens
        self._label = label_of(provider)
        self._official = is_official(config)
        self._prices, self._pixels = prices, pixels
        self._client = open_client(provider, config, policy)
        self._talk = Talk(self._client, provider, model, config)
        self._small: OrderedDict[str, str] = OrderedDict()

    @property
    def profile(self) -> CriticProfile:
        return CriticProfile(
            provider=self._provider, model=self._model, timeout_s=self._policy.whole_s
        )

    def price(self, ask: Ask, prompts: int = 1) -> Decimal | None:
        """Images at their largest, texts at their longest, and the repair question with it all
        again. Tokens: ceil(w/32) * ceil(h/32) * 1.2 an image (OpenAI's docs), four letters of
        English one. No more is bought: the answer's tokens are limited."""
        return self._price(TASK_OF[ask], prompts)

    def _price(self, task: Task, prompts: int) -> Decimal | None:
        seen = IMAGES[task] * image_tokens(LONGEST_EDGE, LONGEST_EDGE)
        asked = math.ceil(len(instructions(task)) / 4) + TEXT[task] + FORM + seen
        return self._prices.tokens_usd(
            self._model,
            text_in=2 * asked + _written(task, prompts) + FORM,
            text_out=2 * _written(task, prompts) + self._thinking,
        )

    async def describe(self, ask: Describe) -> Answer[Description]:
        return await self._ask(asking.describe(ask), ask.user)

    async def compare(self, ask: Compare) -> Answer[Critique]:
        return await self._ask(asking.compare(ask), ask.user)

    async def evolve(self, ask: Transform) -> Answer[Critique]:
        return await self._ask(asking.evolve(ask), ask.user)

    async def duel(self, ask: Duel) -> Answer[Verdict]:
        return await self._ask(asking.duel(ask), ask.user)

    async def inspect(self, ask: Inspect) -> Answer[Inspection]:
        return await self._ask(asking.inspect(ask), ask.user)

    async def rewrite(self, ask: Rewrite) -> Answer[Rewritten]:
        return await self._ask(asking.rewrite(ask), ask.user)

    async def tell(self, ask: Tell) -> Answer[Scene]:
        return await self._ask(story.tell(ask), ask.user)

    async def answer(self, ask: Query) -> Answer[Reply]:
        return await self._ask(asking.answer(ask), ask.user)

    async def probe(self) -> ProbeResult:
        """Asks for the model without paying: whether it is there, and the day it leaves. Raises
        Unavailable if the server isn't there."""
        return await standing(self._client, self._provider, self._model, official=self._official)

    async def close(self) -> None:
        await self._client.close()

    async def _ask(self, question: Question[F, T], user: str) -> Answer[T]:
        messages = await self._messages(question)
        bill = Bill(self._prices, self._model)
        try:
            form = await self._answered(question, messages, bill, user)
        except ProviderError as exc:
            if bill.calls and not isinstance(exc, InDoubt):
                exc.usd = bill.usd
            raise
        return Answer(question.value(form), bill.cost, bill.request_id, bill.model or self._model)

    async def _answered(
        self,
        question: Question[F, T],
        messages: list[ChatCompletionMessageParam],
        bill: Bill,
        user: str,
    ) -> F:
        """The answer in its form; one that is not goes back once, if there is money left for it.
        Raises ProviderError."""
        purse = Purse(
            self._price(question.task, question.prompts), self._prices.rates(self._model), bill
        )
        room = _written(question.task, question.prompts)
        most = purse.tokens(self._reads(question), room)
        if most is not None:
            most = max(most, room // 2)
        said = await self._talk.say(messages, question.form, bill, user, most)
        form, flaws = read(said, question)
        if form is not None and not flaws:
            return form
        log.info("%s: %s answers again: %s", self._model, question.task, " ".join(flaws)[:300])
        first, most = form, purse.tokens(bill.tokens_in + bill.tokens_out + FORM, room)
        if most is None or most >= room // 2:
            again = [*messages, *repair(said, flaws, question.form)]
            try:
                said = await self._talk.say(again, question.form, bill, user, most)
                form, flaws = read(said, question)
            except BadAnswer:
                if first is None:
                    raise
        usable = next((each for each in (form, first) if each and not each.useless()), None)
        if usable is None:
            times = ", twice" if bill.calls > 1 else ""
            raise BadAnswer(
                f"{self._label}'s answer was no use{times} ({' '.join(flaws)[:200]})",
                request_id=bill.request_id,
            )
        return usable

    def _reads(self, question: Question[F, T]) -> int:
        """Tokens of a question, from its very words: of other languages a token a letter."""
        texts = [part for part in question.parts if isinstance(part, str)]
        letters = sum(len(text) for text in (*texts, instructions(question.task)))
        wide = sum(len(text) - len(text.encode("ascii", "ignore")) for text in texts)
        seen = (len(question.parts) - len(texts)) * image_tokens(LONGEST_EDGE, LONGEST_EDGE)
        return FORM + seen + math.ceil((letters - wide) / 4) + wide

    async def _messages(self, question: Question[F, T]) -> list[ChatCompletionMessageParam]:
        content = [await self._part(part) for part in question.parts]
        return [
            {"role": "system", "content": instructions(question.task)},
            {"role": "user", "content": content},
        ]

    async def _part(self, part: Part) -> ChatCompletionContentPartParam:
        if isinstance(part, str):
            return {"type": "text", "text": part}
        url = await self._data_uri(part)
        return {"type": "image_url", "image_url": {"url": url, "detail": "high"}}

    async def _data_uri(self, picture: Picture) -> str:
        """The picture as a JPEG of at most 1024 px: the one format that all servers read."""
        key = hashlib.sha256(picture.data).hexdigest()
        if key not in self._small:
            data = await self._pixels.run(
                codec.fit, picture.data, LONGEST_EDGE, "JPEG", JPEG_QUALITY
            )
            self._small[key] = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
        self._small.move_to_end(key)
        uri = self._small[key]
        if len(self._small) > REMEMBERED:
            self._small.popitem(last=False)
        return uri
