"""A critic that overlooks and invents at set rates."""

from decimal import Decimal
from typing import TypeVar

from adapters.models.simulated.world import CELLS, World, truth_of
from core.domain.answers import (
    Box,
    Critique,
    Description,
    Difference,
    Inspection,
    Reply,
    Rewritten,
    Verdict,
)
from core.domain.errors import Unsupported
from core.domain.story import Scene
from core.domain.trial import TypedQuestion
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
    Transform,
)
from core.models.painter import Cost
from core.models.story import Tell

T = TypeVar("T")
LOCAL = frozenset({"object", "colour", "count", "lettering"})
STRESS = " Make sure of: "


class SimulatedCritic:
    """Implements `core.models.critic.Critic` for refining towards a sentence; of anything else it
    says that it can't. Raises Unsupported there."""

    def __init__(self, world: World, *, duels: bool = True) -> None:
        self._world, self._duels = world, duels

    @property
    def profile(self) -> CriticProfile:
        return CriticProfile(provider="simulated", model="critic", duels=self._duels)

    def price(self, ask: Ask, prompts: int = 1) -> Decimal | None:
        return self._world.rates.ask_usd

    async def describe(self, ask: Describe) -> Answer[Description]:
        asked = tuple(question.text for question in self._world.questions)
        variants = (ask.goal,) * (ask.prompts - 1)
        return self._answer(Description(prompt=ask.goal, checklist=asked, variants=variants))

    async def compare(self, ask: Compare) -> Answer[Critique]:
        seen = self._seen(ask.champion)
        missing = [question for question, held in seen.items() if not held]
        before = ask.champion_prompt.partition(STRESS)[2]
        said = [q.phrase for q in seen if q in missing or q.phrase in before]
        prompt = f"{ask.goal}{STRESS}{'; '.join(said)}" if said else ask.goal
        return self._answer(
            Critique(
                summary=f"{len(missing)} missing",
                prompt=prompt[: ask.limit],
                differences=tuple(self._difference(q) for q in missing[:3]),
                variants=(prompt[: ask.limit],) * (ask.prompts - 1),
            )
        )

    async def inspect(self, ask: Inspect) -> Answer[Inspection]:
        seen = {question.text: held for question, held in self._seen(ask.image).items()}
        return self._answer(Inspection(answers=tuple(seen.get(text) for text in ask.checklist)))

    async def duel(self, ask: Duel) -> Answer[Verdict]:
        rates, chance = self._world.rates, self._world.chance
        if chance.random() < rates.side:
            return self._answer(Verdict(winner="first"))
        first, second = (sum(self._truth(image)) for image in (ask.first, ask.second))
        if first == second:
            return self._answer(Verdict(winner=chance.choice(("first", "second", "tie"))))
        right = chance.random() < rates.keen
        return self._answer(Verdict(winner="first" if right == (first > second) else "second"))

    async def rewrite(self, ask: Rewrite) -> Answer[Rewritten]:
        return self._answer(Rewritten(prompt=ask.prompt[: ask.limit]))

    async def evolve(self, ask: Transform) -> Answer[Critique]:
        raise Unsupported("The simulated critic only refines.")

    async def tell(self, ask: Tell) -> Answer[Scene]:
        raise Unsupported("The simulated critic tells no stories.")

    async def answer(self, ask: Query) -> Answer[Reply]:
        raise Unsupported("The simulated critic answers its checklist alone.")

    async def close(self) -> None:
        return None

    def _truth(self, image: bytes) -> tuple[bool, ...]:
        return truth_of(image, len(self._world.questions))

    def _seen(self, image: bytes) -> dict[TypedQuestion, bool]:
        return {
            question: self._world.perceived(image, question, held)
            for question, held in zip(self._world.questions, self._truth(image), strict=True)
        }

    def _difference(self, question: TypedQuestion) -> Difference:
        number, side = self._world.questions.index(question), 1 / CELLS
        box = Box(number % CELLS * side, number // CELLS * side, side, side)
        return Difference(question.phrase, box if question.kind in LOCAL else None)

    def _answer(self, value: T) -> Answer[T]:
        return Answer(value, Cost(self._world.rates.ask_usd), model="critic")
