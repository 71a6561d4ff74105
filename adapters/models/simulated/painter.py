"""A painter that forgets, miscounts and misspells at set odds, and mends with set spill."""

from decimal import Decimal

from adapters.models.simulated.world import World, picture, truth_of
from core.models.painter import Cost, PainterProfile, Painting, PaintRequest


class SimulatedPainter:
    """Implements `core.models.painter.Painter`."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def profile(self) -> PainterProfile:
        return PainterProfile(
            provider="simulated",
            model="painter",
            operations=frozenset({"generate", "edit", "vary"}),
            mask=True,
            image_to_image=True,
            max_sources=1,
            max_n=4,
        )

    def price(self, request: PaintRequest) -> Decimal | None:
        return self._world.rates.paint_usd * request.n

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        cost = Cost(self._world.rates.paint_usd * request.n)
        return tuple(
            Painting(
                data=picture(self._truth(request), self._world.chance),
                model="painter",
                cost=cost if number == 0 else None,
            )
            for number in range(request.n)
        )

    def _truth(self, request: PaintRequest) -> tuple[bool, ...]:
        if request.operation == "edit" and request.sources:
            return self._mended(request)
        drawn = self._drawn(request.prompt)
        if request.operation == "vary" and request.sources:
            return self._followed(request, drawn)
        return drawn

    def _drawn(self, said: str) -> tuple[bool, ...]:
        world = self._world
        stressed = [said.count(question.phrase) for question in world.questions]
        crowd = world.rates.crowd * max(0, sum(1 for n in stressed if n) - 2)
        return tuple(
            world.drawn(world.odds(question) + world.rates.stress * n - crowd)
            for question, n in zip(world.questions, stressed, strict=True)
        )

    def _followed(self, request: PaintRequest, drawn: tuple[bool, ...]) -> tuple[bool, ...]:
        """The last of the pictures, as far as it is kept."""
        world = self._world
        before = truth_of(request.sources[-1], len(world.questions))
        found: list[bool] = []
        for question, was, new in zip(world.questions, before, drawn, strict=True):
            asked = question.phrase in request.prompt
            kept = world.chance.random() < world.rates.follow * (0.5 if asked else 1)
            found.append(was if kept else new)
        return tuple(found)

    def _mended(self, request: PaintRequest) -> tuple[bool, ...]:
        """What is asked for is tried once more; what holds beside it may break."""
        world = self._world
        before = truth_of(request.sources[0], len(world.questions))
        found: list[bool] = []
        for question, held in zip(world.questions, before, strict=True):
            if question.phrase in request.prompt:
                found.append(held or world.drawn(world.odds(question) + world.rates.mend))
            else:
                found.append(held and world.chance.random() >= world.rates.spill)
        return tuple(found)

    async def close(self) -> None:
        return None
