"""A session of many images on a real page: its database, its server, its links; and who looks at it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from adapters.models.scripted import ScriptedPainter, flat
from adapters.web.config import WebConfig
from adapters.web.server import WebAdapter
from adapters.web.uploads import WebUploads
from core.domain.records import Iteration, RunRecord
from core.domain.views import Check, Score
from tests.harness import ANN, World, refine
from tests.integration.web.conftest import serve
from tests.senders import draining

RUN_OF = 12  # images a run


@dataclass
class Gallery:
    world: World
    adapter: WebAdapter
    url: str
    session: str

    @property
    def page(self) -> str:
        return self.url + self.adapter.links.session(self.session)


def _grown(n: int, first: Iteration, run: RunRecord, images: list[str]) -> Iteration:
    """Rounds in a row, a fork every twelve, each with a prompt, a score and three checks."""
    parent = f"n{n - 1}" if n % RUN_OF else f"n{max(0, n - RUN_OF)}"
    return replace(
        first,
        id=f"n{n}",
        run=run.id,
        parent=parent if n else first.id,
        round=n % RUN_OF + 1,
        prompt=f"Round {n}: a lighthouse in {'gouache' if n % 7 else 'Übermalung'}, {'very ' * 20}calm",
        words="",
        image=images[n % len(images)],
        score=Score(value=40.0 + n % 50, detail=0.5, layout=0.6, colour=0.4),
        checks=tuple(Check(f"Is there a tower {k}?", (n + k) % 3 != 0) for k in range(3)),
        created=first.created + timedelta(seconds=n),
        won=n % 3 == 0,
    )


async def _fill(world: World, session: str, count: int) -> None:
    (first,) = await world.nodes(session)
    (run,) = await world.runs(session)
    images = [await world.images.put(flat(shade)) for shade in range(1, 60)]
    async with world.store.write() as uow:
        for n in range(0, count - 1, RUN_OF):
            await uow.runs.add(replace(run, id=f"r{n}", command_key=f"x{n}"))
        for n in range(count - 1):
            fresh = replace(run, id=f"r{n - n % RUN_OF}")
            await uow.iterations.add(_grown(n, first, fresh, images))


async def untold(about: str, sentence: str) -> None:
    return None


@asynccontextmanager
async def many(folder: Path, count: int) -> AsyncGenerator[Gallery]:
    """A session of `count` images of Ann's."""
    painter = ScriptedPainter(moves=[flat(7 * n) for n in range(1, 30)])
    world = await World(folder, painter=painter).open()
    await world.send(refine(iterations=1))
    session = await world.only_session()
    if count > 1:
        await _fill(world, session, count)
    uploads = WebUploads(folder / "uploads", limit_mb=1)
    adapter = WebAdapter(world.service, WebConfig(secret="a secret for tests only"), uploads)
    world.uploads["web"] = world.files
    runner, url = await serve(adapter)
    try:
        async with draining(world.store, adapter.sender, world.now, untold):
            yield Gallery(world, adapter, url, session)
    finally:
        await runner.cleanup()
        await world.close()


__all__ = ["ANN", "Gallery", "many"]
