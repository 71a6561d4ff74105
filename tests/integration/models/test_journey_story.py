"""A story of eight scenes on the stand-in of OpenAI: looks word for word, portraits sent along, paid
as billed and within its quotes."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from core.domain.records import RunStatus
from core.jobs.journey import Journey
from tests.harness import ANN, PAGE, World
from tests.integration.models.test_studio_stories import GENEROUS, model_set, openai, settled

SCENES = 8
LOOKS = ("a girl with two black plaits", "a fox with one ear", "a frozen lake under a grey cliff")


@pytest.mark.slow
async def test_eight_scenes_look_and_cost_as_they_should(tmp_path: Path) -> None:
    studio = openai()
    await studio.server.start()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(studio.server.stop)
        world = await World(tmp_path, model_set=model_set(studio, stack), limits=GENEROUS).open()
        stack.push_async_callback(world.close)
        known: dict[str, Any] = {"actor": ANN, "place": PAGE}
        theme = "Ein Mädchen findet im Eis eine Tür."
        begin = Journey(
            dedup_key="web::1", theme=theme, style="gouache", scenes=SCENES, size="256x256", **known
        )
        await world.send(begin)
        session = await world.only_session()
        for n in range(2, SCENES + 1):
            node = (await world.nodes(session))[-1]
            assert node.chapter is not None
            assert len(node.chapter.scene.choices) == 3
            await world.send(Journey(dedup_key=f"web::{n}", iteration=node.id, choice=1, **known))
        nodes, runs = await world.nodes(session), await world.runs(session)
        assert len(nodes) == SCENES
        assert {run.status for run in runs} == {RunStatus.DONE}
        for number, node in enumerate(nodes):
            present = (LOOKS[0], LOOKS[2]) if number == 0 else LOOKS
            assert all(look in node.prompt for look in present), node.prompt
        portraits = nodes[-1].chapter.portraits if nodes[-1].chapter else ()
        assert [each.name for each in portraits] == ["Mara", "Ice", "Fox"]
        edits = [path for path in studio.paths() if path == "/images/edits"]
        assert len(edits) == SCENES  # every scene with the portraits of who is in it
        assert studio.paths().count("/images/generations") == len(portraits)
        paid = [await settled(world, run) for run in runs]
        assert sum(paid) == studio.billed()
        assert all(p <= (run.quote.at_most or 0) for p, run in zip(paid, runs, strict=True))
        assert studio.server.violations == []
