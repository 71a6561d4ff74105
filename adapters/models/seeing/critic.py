"""A vision model that is asked by talking to it, whoever serves it.

One question is one call, at most two: an answer that breaks its form is sent back once. All that
was billed is counted, of the answers that were no use as well.
"""

import base64
import hashlib
import logging
import math
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, TypeVar

from adapters.models.config import ProbeResult, ProviderConfig
from adapters.models.policy import ASKING, Policy
from adapters.models.prices import PriceBook, image_tokens
from adapters.models.seeing import asking, history, story
from adapters.models.seeing.asking import AskedImage, CriticQuestion, Part
from adapters.models.seeing.purse import Purse
from adapters.models.seeing.schema import Form
from adapters.models.seeing.talk import Bill, Jpeg, Talk, Turn, read, repair
from core.domain.answers import Critique, Description, Inspection, Reply, Rewritten, Verdict
from core.domain.errors import BadAnswer, InDoubt, ProviderError
from core.domain.story import Scene
from core.imaging import tasks
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


LETTERS = 4  # of English, a token: what the tables above were counted with


@dataclass(frozen=True, slots=True)
class Counting:
    """How a maker's models count: tokens of a picture of 1024 x 1024, letters of English a token."""

    picture: int = image_tokens(LONGEST_EDGE, LONGEST_EDGE)
    letters: float = LETTERS

    def tokens(self, counted: float) -> int:
        """Tokens that were counted by four letters each."""
        return math.ceil(counted * LETTERS / self.letters)


class TalkingCritic:
    """Implements `core.models.critic.Critic` for who defines `talk`, by which it speaks to its model."""

    counting: ClassVar[Counting] = Counting()

    def __init__(
        self,
        provider: str,
        model: str,
        config: ProviderConfig,
        prices: PriceBook,
        pixels: Pixels,
        policy: Policy = ASKING,
    ) -> None:
        """Connects to nothing. Raises Misconfigured."""
        self._provider, self._model, self._policy = provider, model, policy
        self._thinking = config.thinking_tokens
        self._prices, self._pixels = prices, pixels
        self._talk = self.talk(provider, model, config, policy)
        self._small: OrderedDict[str, Jpeg] = OrderedDict()

    @staticmethod
    def talk(provider: str, model: str, config: ProviderConfig, policy: Policy) -> Talk:
        raise NotImplementedError

    @property
    def profile(self) -> CriticProfile:
        return CriticProfile(
            provider=self._provider, model=self._model, timeout_s=self._policy.whole_s
        )

    def price(self, ask: Ask, prompts: int = 1) -> Decimal | None:
        """Images at their largest, texts at their longest, and the repair question with it all
        again. No more is bought: the answer's tokens are limited."""
        return self._price(TASK_OF[ask], prompts)

    def _price(self, task: Task, prompts: int) -> Decimal | None:
        counting, written = self.counting, self._written(task, prompts)
        words = len(instructions(task)) / LETTERS + TEXT[task] + FORM
        asked = counting.tokens(words) + IMAGES[task] * counting.picture
        return self._prices.tokens_usd(
            self._model,
            text_in=2 * asked + written + counting.tokens(FORM),
            text_out=2 * written + self._thinking,
        )

    def _written(self, task: Task, prompts: int) -> int:
        return self.counting.tokens(WRITTEN[task] + (prompts - 1) * VARIANT)

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
        return await self._talk.probe()

    async def close(self) -> None:
        await self._talk.close()

    async def _ask(self, question: CriticQuestion[F, T], user: str) -> Answer[T]:
        turns = await self._turns(question)
        bill = Bill(self._prices, self._model)
        try:
            form = await self._answered(question, turns, bill, user)
        except ProviderError as exc:
            if bill.calls and not isinstance(exc, InDoubt):
                exc.usd = bill.usd
            raise
        return Answer(question.value(form), bill.cost, bill.request_id, bill.model or self._model)

    async def _answered(
        self,
        question: CriticQuestion[F, T],
        turns: list[Turn],
        bill: Bill,
        user: str,
    ) -> F:
        """The answer in its form; one that is not goes back once, if there is money left for it.
        Raises ProviderError."""
        purse = Purse(
            self._price(question.task, question.prompts), self._prices.rates(self._model), bill
        )
        room = self._written(question.task, question.prompts)
        most = purse.tokens(self._reads(question), room)
        if most is not None:
            most = max(most, room // 2)
        said = await self._talk.say(turns, question.form, bill, user, most)
        form, flaws = read(said, question)
        if form is not None and not flaws:
            return form
        log.info("%s: %s answers again: %s", self._model, question.task, " ".join(flaws)[:300])
        first, most = form, purse.tokens(bill.tokens_in + bill.tokens_out + FORM, room)
        if most is None or most >= room // 2:
            again = [*turns, *repair(said, flaws, question.form)]
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
                f"{self._talk.label}'s answer was no use{times} ({' '.join(flaws)[:200]})",
                request_id=bill.request_id,
            )
        return usable

    def _reads(self, question: CriticQuestion[F, T]) -> int:
        """Tokens of a question, from its very words: of other languages a token a letter."""
        texts = [part for part in question.parts if isinstance(part, str)]
        letters = sum(len(text) for text in (*texts, instructions(question.task)))
        wide = sum(len(text) - len(text.encode("ascii", "ignore")) for text in texts)
        seen = (len(question.parts) - len(texts)) * self.counting.picture
        return self.counting.tokens(FORM + (letters - wide) / LETTERS) + seen + wide

    async def _turns(self, question: CriticQuestion[F, T]) -> list[Turn]:
        parts = [await self._part(part) for part in question.parts]
        return [Turn("system", instructions(question.task)), Turn("user", tuple(parts))]

    async def _part(self, part: Part) -> str | Jpeg:
        return part if isinstance(part, str) else await self._jpeg(part)

    async def _jpeg(self, picture: AskedImage) -> Jpeg:
        """The picture as a JPEG of at most 1024 px: the one format that all servers read."""
        key = hashlib.sha256(picture.data).hexdigest()
        if key not in self._small:
            data = await self._pixels.run(
                tasks.fit, picture.data, LONGEST_EDGE, "JPEG", JPEG_QUALITY
            )
            self._small[key] = Jpeg(base64.b64encode(data).decode())
        self._small.move_to_end(key)
        found = self._small[key]
        if len(self._small) > REMEMBERED:
            self._small.popitem(last=False)
        return found
