"""The product's own loop over pictures: the real service, a real database, the embedded engine.

Nothing here decides what is painted next; what a bench tells is what a person would get.
"""

import tempfile
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from adapters.models.offline import language
from adapters.models.offline.provider import OfflineCritic, OfflinePainter
from adapters.models.offline.raster import Pixels
from core.domain.commands import ImageHandle
from core.domain.defaults import LoopDefaults
from core.domain.ledger import Limits
from core.domain.records import Iteration
from core.imaging import codec
from core.runtime.models import ModelSet
from tests.harness import World, refine

T = TypeVar("T")
_AMPLE = Limits(
    images_per_user_per_day=10_000, usd_per_run=Decimal(5), confirm_usd_above=Decimal(9)
)


@dataclass
class Timed:
    """`core.ports.Pixels` in this process; keeps the processor time of each call by its name."""

    seconds: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    async def run(self, function: Callable[..., T], *args: object, timeout: float = 60.0) -> T:
        started = time.process_time()
        try:
            return function(*args)
        finally:
            self.seconds.setdefault(function.__name__, []).append(time.process_time() - started)


@dataclass(frozen=True, slots=True)
class Round:
    """A round as it was posted: what was painted and what was the best so far."""

    prompt: str
    image: Pixels
    score: float
    best: Pixels
    best_prompt: str
    best_score: float
    won: bool

    @property
    def dabs(self) -> bytes:
        """What the painter paints, without the words for people."""
        return language.read(self.prompt).dabs.tobytes()


async def rounds_of(
    picture: bytes, count: int, pixels: Timed, *, style: str = "gouache"
) -> list[Round]:
    """Refine a picture for that many rounds; one person, one session."""
    model_set = ModelSet(
        painter=OfflinePainter(pixels, style), editor=None,
        critic=OfflineCritic(pixels, style), judge=OfflineCritic(pixels, style), styles=(),
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        world = World(
            Path(folder), limits=_AMPLE, loop=LoopDefaults(), model_set=model_set, pixels=pixels
        )
        await world.open()
        try:
            world.files.files["ref"] = picture
            command = refine(image=ImageHandle("web", "ref"), iterations=count, stop="never")
            await world.send(command)
            nodes = await world.nodes(await world.only_session())
            return [round_ async for round_ in _posted(world, nodes)]
        finally:
            await world.close()


async def _posted(world: World, nodes: list[Iteration]) -> AsyncGenerator[Round]:
    best: Iteration | None = None
    for node in sorted(nodes, key=lambda node: node.round):
        best = node if node.won or best is None else best
        yield Round(
            node.prompt, await _image(world, node), _score(node),
            await _image(world, best), best.prompt, _score(best), node.won,
        )  # fmt: skip


async def _image(world: World, node: Iteration) -> Pixels:
    return codec.rgb(await world.images.get(node.image))


def _score(node: Iteration) -> float:
    assert node.score is not None
    return node.score.value
