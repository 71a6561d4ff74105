"""The shipped fake: models that play a script. For tests, demos, and whoever adds an adapter."""

import asyncio
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar, get_args

from adapters.models.fitness import refuse_impossible
from core.domain.answers import Critique, Description, Inspection, Reply, Rewritten, Verdict
from core.domain.story import Character, Scene
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
from core.models.painter import Cost, Operation, PainterProfile, Painting, PaintRequest
from core.models.story import Tell, grown, shown

T = TypeVar("T")
EVERYTHING: frozenset[Operation] = frozenset(get_args(Operation))
FOUR: frozenset[Operation] = frozenset({"generate", "edit", "outpaint", "vary"})
Move = bytes | Exception


def flat(shade: int, size: tuple[int, int] = (64, 64)) -> bytes:
    """A PNG of one grey, 0-255: the nearer to the reference's shade, the higher it scores."""
    from PIL import Image  # here: real models need none

    out = io.BytesIO()
    Image.new("RGB", size, (shade, shade, shade)).save(out, "PNG")
    return out.getvalue()


def _variants(prompt: str, prompts: int) -> tuple[str, ...]:
    return tuple(f"{prompt}, way {way}" for way in range(2, prompts + 1))


@dataclass
class ScriptedPainter:
    """Implements `core.models.painter.Painter`: gives the moves in order, the last one over and over.

    A move is image bytes, or an exception to raise. `by_prompt` goes first: a move for every
    prompt that contains its key. `previews` are shown first; a painting waits for the `gate`, where
    there is one. `started` and `requests` tell what was asked.
    """

    moves: Sequence[Move] = ()
    by_prompt: Mapping[str, Move] = field(default_factory=dict[str, Move])
    usd: Decimal | None = Decimal("0.01")
    worst: Decimal | None = Decimal("0.02")
    seconds: float = 0.0
    repeatable: bool = False
    mask: bool = False
    model: str = "painter"
    operations: frozenset[Operation] = FOUR
    qualities: tuple[str, ...] = ()
    requests: list[PaintRequest] = field(default_factory=list[PaintRequest])
    started: Counter[str] = field(default_factory=Counter[str])
    hook: Callable[[PaintRequest], None] | None = None
    previews: Sequence[bytes] = ()
    gate: asyncio.Event | None = None

    @property
    def profile(self) -> PainterProfile:
        return PainterProfile(
            provider="scripted",
            model=self.model,
            operations=self.operations,
            qualities=self.qualities,
            mask=self.mask,
            image_to_image=True,
            max_sources=4,
            max_n=10,
            seed=True,
            repeatable=self.repeatable,
        )

    def price(self, request: PaintRequest) -> Decimal | None:
        return self.worst

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        refuse_impossible(self.profile, request)
        self.started[request.key] += 1
        move = self._move(request)
        self.requests.append(request)
        for preview in self.previews:
            if request.preview is not None:
                request.preview(preview)
        if self.gate is not None:
            await self.gate.wait()
        if self.seconds:
            await asyncio.sleep(self.seconds)
        if self.hook is not None:
            self.hook(request)
        if isinstance(move, Exception):
            raise move
        cost = None if self.usd is None else Cost(self.usd)
        painting = Painting(
            data=move,
            model="painter",
            seed=request.seed,
            request_id=f"req-{request.key}",
            cost=cost,
        )
        return (painting,) * request.n

    def _move(self, request: PaintRequest) -> Move:
        for key, move in self.by_prompt.items():
            if key in request.prompt:
                return move
        moves = self.moves or (flat(128),)
        return moves[min(len(self.requests), len(moves) - 1)]

    async def close(self) -> None:
        return None


@dataclass
class ScriptedCritic:
    """Implements `core.models.critic.Critic`: prompts are numbered, answers come from the script.

    `checks` are the answers of the inspections in order, `duels` the winners, `faults` exceptions
    for the first calls of a kind.
    """

    checklist: tuple[str, ...] = ()
    depends: tuple[int, ...] = ()
    checks: Sequence[tuple[bool | None, ...]] = ()
    duels: Sequence[str] = ()
    eyes: bool = False
    critiques: Sequence[Critique] = ()
    scenes: Sequence[Scene] = ()
    faults: Mapping[str, Sequence[Exception | None]] = field(
        default_factory=dict[str, Sequence[Exception | None]]
    )
    usd: Decimal | None = Decimal("0.001")
    repeatable: bool = False
    asked: list[object] = field(default_factory=list[object])
    count: Counter[str] = field(default_factory=Counter[str])

    @property
    def profile(self) -> CriticProfile:
        return CriticProfile(
            provider="scripted", model="critic", repeatable=self.repeatable, duels=self.eyes
        )

    def price(self, ask: Ask, prompts: int = 1) -> Decimal | None:
        return None if self.usd is None else self.usd * (1 + prompts)

    async def describe(self, ask: Describe) -> Answer[Description]:
        self._asked("describe", ask)
        said = Description(
            prompt="prompt 1",
            checklist=self.checklist,
            depends=self.depends,
            variants=_variants("prompt 1", ask.prompts),
        )
        return self._answer(said)

    async def compare(self, ask: Compare) -> Answer[Critique]:
        n = self._asked("compare", ask)
        if self.critiques:
            return self._answer(self.critiques[min(n, len(self.critiques) - 1)])
        wish = f" {ask.wish}" if ask.wish else ""
        prompt = f"prompt {n + 2}{wish}"
        variants = _variants(prompt, ask.prompts)
        return self._answer(Critique(summary=f"too flat {n}", prompt=prompt, variants=variants))

    async def evolve(self, ask: Transform) -> Answer[Critique]:
        n = self._asked("evolve", ask)
        return self._answer(Critique(summary=f"into {ask.style}", prompt=f"{ask.style} {n + 1}"))

    async def duel(self, ask: Duel) -> Answer[Verdict]:
        n = self._asked("duel", ask)
        winner = self.duels[n % len(self.duels)] if self.duels else "tie"
        if winner == "first":
            return self._answer(Verdict(winner="first"))
        return self._answer(Verdict(winner="second" if winner == "second" else "tie"))

    async def inspect(self, ask: Inspect) -> Answer[Inspection]:
        n = self._asked("inspect", ask)
        none: tuple[bool | None, ...] = (None,) * len(ask.checklist)
        answers = self.checks[min(n, len(self.checks) - 1)] if self.checks else none
        return self._answer(Inspection(answers=answers))

    async def rewrite(self, ask: Rewrite) -> Answer[Rewritten]:
        self._asked("rewrite", ask)
        return self._answer(Rewritten(prompt=f"{ask.task}: {ask.prompt}"[: ask.limit]))

    async def tell(self, ask: Tell) -> Answer[Scene]:
        n = self._asked("tell", ask)
        if self.scenes:
            return self._answer(self.scenes[min(n, len(self.scenes) - 1)])
        cast = grown(ask.cast, (Character("Ann", "a girl in a red coat"),))
        prompt = f"Scene {n + 1}. {shown(cast, [each.name for each in cast])}"
        choices = tuple(f"way {i + 1}" for i in range(ask.choices))
        text = f"scene {n + 1} of {ask.premise}"
        here = tuple(each.name for each in cast)
        return self._answer(
            Scene(text=text, prompt=prompt[: ask.limit], cast=cast, choices=choices, here=here)
        )

    async def answer(self, ask: Query) -> Answer[Reply]:
        n = self._asked("answer", ask)
        return self._answer(Reply(text=f"answer {n + 1}", unseen="what is behind it"))

    def _asked(self, kind: str, ask: object) -> int:
        n = self.count[kind]
        self.count[kind] += 1
        self.asked.append(ask)
        faults = self.faults.get(kind, ())
        fault = faults[n] if n < len(faults) else None
        if fault is not None:
            raise fault
        return n

    def _answer(self, value: T) -> Answer[T]:
        return Answer(value, None if self.usd is None else Cost(self.usd), "req", "critic")

    async def close(self) -> None:
        return None
