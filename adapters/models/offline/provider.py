"""The embedded engine behind the ports: no neural network, a painter by formula, free of charge."""

from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from adapters.models.fitness import refuse_impossible
from adapters.models.offline import tasks
from adapters.models.offline.declared import OPERATIONS
from core.domain.answers import Critique, Description, Inspection, Reply, Rewritten, Verdict
from core.domain.story import Scene
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
from core.models.painter import FREE, PainterProfile, Painting, PaintRequest
from core.models.story import Tell
from core.ports.pixels import Pixels

T = TypeVar("T")
PROVIDER = "offline"
PROMPT_LIMIT = 4000
NOTE = "no neural network: a painter by formula, so that everything works before you have a key"


class OfflinePainter:
    """Implements `core.models.painter.Painter`; `style` is the model's name."""

    def __init__(self, pixels: Pixels, style: str = "gouache") -> None:
        self._pixels, self._style = pixels, style

    @property
    def profile(self) -> PainterProfile:
        return PainterProfile(
            provider=PROVIDER,
            model=self._style,
            operations=OPERATIONS,
            mask=True,
            only_masked=True,
            image_to_image=True,
            max_sources=4,
            max_n=4,
            seed=True,
            prompt_limit=PROMPT_LIMIT,
            repeatable=True,
            embedded=True,
            note=NOTE,
        )

    def price(self, request: PaintRequest) -> Decimal | None:
        return Decimal(0)

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        refuse_impossible(self.profile, request)
        seed = request.seed or 0
        return tuple([await self._one(request, seed + i) for i in range(request.n)])

    async def _one(self, request: PaintRequest, seed: int) -> Painting:
        # what is called back can't go to another process
        done = await self._pixels.run(
            tasks.made, replace(request, report=None, preview=None, begun=None), seed
        )
        return Painting(
            data=done.data,
            model=done.model or self._style,
            revised_prompt=done.said,
            seed=seed,
            cost=FREE,
        )

    async def close(self) -> None:
        return None


class OfflineCritic:
    """Implements `core.models.critic.Critic` by measurement; `style` is what first prompts ask for.

    `in_words`: the painter beside it is another one, which reads words alone.
    """

    def __init__(self, pixels: Pixels, style: str = "gouache", *, in_words: bool = False) -> None:
        self._pixels, self._style, self._in_words = pixels, style, in_words

    @property
    def profile(self) -> CriticProfile:
        return CriticProfile(
            provider=PROVIDER,
            model=self._style,
            repeatable=True,
            embedded=True,
            duels=False,
        )

    def price(self, ask: Ask, prompts: int = 1) -> Decimal | None:
        return Decimal(0)

    async def describe(self, ask: Describe) -> Answer[Description]:
        return self._answer(
            await self._pixels.run(tasks.described, ask, self._style, self._in_words)
        )

    async def compare(self, ask: Compare) -> Answer[Critique]:
        return self._answer(await self._pixels.run(tasks.compared, ask, self._in_words))

    async def evolve(self, ask: Transform) -> Answer[Critique]:
        return self._answer(await self._pixels.run(tasks.evolved, ask, self._in_words))

    async def duel(self, ask: Duel) -> Answer[Verdict]:
        return self._answer(await self._pixels.run(tasks.dueled, ask))

    async def inspect(self, ask: Inspect) -> Answer[Inspection]:
        return self._answer(await self._pixels.run(tasks.inspected, ask))

    async def rewrite(self, ask: Rewrite) -> Answer[Rewritten]:
        return self._answer(await self._pixels.run(tasks.rewritten, ask))

    async def tell(self, ask: Tell) -> Answer[Scene]:
        return self._answer(await self._pixels.run(tasks.next_scene, ask))

    async def answer(self, ask: Query) -> Answer[Reply]:
        return self._answer(await self._pixels.run(tasks.reply, ask))

    def _answer(self, value: T) -> Answer[T]:
        return Answer(value, FREE, model=self._style)

    async def close(self) -> None:
        return None
