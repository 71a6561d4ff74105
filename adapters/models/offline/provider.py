"""The embedded engine behind the ports: no neural network, a painter by formula, free of charge."""

from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from adapters.models.fitness import refuse_impossible
from adapters.models.offline import engine, telling
from adapters.models.offline.softening import softened
from core import imaging, similarity
from core.critique import (
    Answer,
    Ask,
    Compare,
    CriticProfile,
    Critique,
    Describe,
    Description,
    Difference,
    Duel,
    Inspect,
    Inspection,
    Rewrite,
    Rewritten,
    Transform,
    Verdict,
)
from core.painting import FREE, Operation, PainterProfile, Painting, PaintRequest
from core.ports import Pixels
from core.story import Scene, Tell

T = TypeVar("T")
PROVIDER = "offline"
PROMPT_LIMIT = 4000
OPERATIONS: frozenset[Operation] = frozenset({"generate", "edit", "outpaint", "vary"})
NOTE = "no neural network: a painter by formula, so that everything works before you have a key"
EPSILON = 0.5  # points of score below which a duel is a tie


class OfflinePainter:
    """Implements `core.painting.Painter`; `style` is the model's name."""

    def __init__(self, pixels: Pixels, style: str = "gouache") -> None:
        self._pixels, self._style = pixels, style

    @property
    def profile(self) -> PainterProfile:
        return PainterProfile(
            provider=PROVIDER,
            model=self._style,
            operations=OPERATIONS,
            mask=True,
            image_to_image=True,
            max_sources=1,
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
        # `report` can't go to another process
        data = await self._pixels.run(painted, replace(request, report=None), seed)
        return Painting(data=data, model=self._style, seed=seed, cost=FREE)

    async def close(self) -> None:
        return None


class OfflineCritic:
    """Implements `core.critique.Critic` by measurement; `style` is what first prompts ask for."""

    def __init__(self, pixels: Pixels, style: str = "gouache") -> None:
        self._pixels, self._style = pixels, style

    @property
    def profile(self) -> CriticProfile:
        return CriticProfile(
            provider=PROVIDER,
            model=self._style,
            repeatable=True,
            embedded=True,
            duels=False,
        )

    def price(self, ask: Ask) -> Decimal | None:
        return Decimal(0)

    async def describe(self, ask: Describe) -> Answer[Description]:
        return self._answer(await self._pixels.run(described, ask, self._style))

    async def compare(self, ask: Compare) -> Answer[Critique]:
        return self._answer(await self._pixels.run(compared, ask))

    async def evolve(self, ask: Transform) -> Answer[Critique]:
        return self._answer(await self._pixels.run(evolved, ask))

    async def duel(self, ask: Duel) -> Answer[Verdict]:
        return self._answer(await self._pixels.run(dueled, ask))

    async def inspect(self, ask: Inspect) -> Answer[Inspection]:
        return self._answer(await self._pixels.run(inspected, ask))

    async def rewrite(self, ask: Rewrite) -> Answer[Rewritten]:
        return self._answer(rewritten(ask))

    async def tell(self, ask: Tell) -> Answer[Scene]:
        return self._answer(await self._pixels.run(telling.next_scene, ask))

    def _answer(self, value: T) -> Answer[T]:
        return Answer(value, FREE, model=self._style)

    async def close(self) -> None:
        return None


def painted(request: PaintRequest, seed: int) -> bytes:
    """One painting as PNG bytes; runs in the pool."""
    if request.operation == "edit" and request.sources and request.mask:
        source, mask = imaging.rgb(request.sources[0]), imaging.rgb(request.mask)[..., 0]
        return imaging.encode_array(engine.edit(source, mask, request.prompt, seed))
    if request.operation == "outpaint" and request.sources:
        m = request.margins
        source = imaging.rgb(request.sources[0])
        return imaging.encode_array(engine.outpaint(source, m.left, m.right, m.up, m.down, seed))
    text = request.prompt
    if request.operation == "vary":
        text = engine.vary(text, request.strength, seed)
    pixels = engine.paint(text, request.width, request.height, seed=seed)
    return imaging.encode_array(pixels)


def described(ask: Describe, style: str) -> Description:
    reference = imaging.rgb(ask.reference) if ask.reference else None
    if reference is None:
        prompt = ask.goal[: ask.limit]
    else:
        prompt = engine.describe(reference, limit=ask.limit, style=style, goal=ask.goal)
    words = engine.words_of(prompt)
    checklist = engine.questions(ask.goal or words, reference)
    return Description(prompt=prompt, checklist=checklist, words=words, alt=words[:300])


def compared(ask: Compare) -> Critique:
    if ask.reference is None and not engine.has_dabs(ask.champion_prompt):
        return _mended(ask)
    reference = imaging.rgb(ask.reference or ask.champion)
    made = engine.compare(
        reference,
        ask.champion_prompt,
        limit=ask.limit,
        round_number=ask.round,
        wish=ask.wish,
        seen=None if engine.has_dabs(ask.champion_prompt) else imaging.rgb(ask.champion),
    )
    differences = tuple(Difference(what) for what in made.differences[:3])
    summary = "; ".join(made.differences[:3]) or "Nothing left that measurement could mend."
    words = engine.words_of(made.prompt)
    return Critique(
        summary=summary, prompt=made.prompt, differences=differences, keep=made.keep, words=words
    )


def _mended(ask: Compare) -> Critique:
    """A goal without a reference: the next scene mends the questions that failed."""
    text = f"{ask.champion_prompt}, {ask.wish}" if ask.wish else ask.champion_prompt
    prompt = engine.mend(ask.goal, text, ask.failed)[: ask.limit]
    missing = tuple(Difference(f"not yet: {question}") for question in ask.failed[:3])
    summary = "; ".join(d.what for d in missing) or "Every question it can measure is answered."
    return Critique(summary=summary, prompt=prompt, differences=missing, words=prompt)


def evolved(ask: Transform) -> Critique:
    prompt = engine.evolve(
        imaging.rgb(ask.previous),
        ask.previous_prompt,
        ask.style,
        leap=ask.leap,
        lock=ask.lock,
        limit=ask.limit,
        seed=ask.seed,
    )
    return Critique(summary=f"into {ask.style}", prompt=prompt, words=engine.words_of(prompt))


def dueled(ask: Duel) -> Verdict:
    if ask.reference is None:
        return Verdict(winner="tie", reason="measured without a reference")
    reference = imaging.rgb(ask.reference)
    first = similarity.measure(reference, imaging.rgb(ask.first)).score
    second = similarity.measure(reference, imaging.rgb(ask.second)).score
    if abs(first - second) < EPSILON:
        return Verdict(winner="tie")
    return Verdict(winner="first" if first > second else "second")


def inspected(ask: Inspect) -> Inspection:
    pixels = imaging.rgb(ask.image)
    return Inspection(answers=tuple(engine.answer(pixels, q) for q in ask.checklist))


def rewritten(ask: Rewrite) -> Rewritten:
    prompt = f"{ask.prompt}, {ask.instruction}" if ask.task == "instruct" else ask.prompt
    if ask.task == "soften":
        prompt = softened(prompt)
    while len(prompt) > ask.limit and "\n" in prompt:
        prompt = prompt.rsplit("\n", 1)[0]
    prompt = prompt if len(prompt) <= ask.limit else prompt[: ask.limit].rsplit(" ", 1)[0]
    return Rewritten(prompt=prompt, words=engine.words_of(prompt))
