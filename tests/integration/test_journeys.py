"""A story of eight scenes at the page, the terminal and the assistants' door, told by the embedded
engine: whoever is in it looks the same, word for word, in every picture."""

import asyncio
import json
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from adapters.web.inbound import NAME_HEADER
from bot.app import serving
from bot.config import Settings
from bot.looking import opened as opened_store
from core.domain.access import PROGRAM
from core.domain.records import Iteration
from tests.harness import World
from tests.integration.bot.conftest import Say, say
from tests.integration.journeys import the_same_people
from tests.integration.mcp.test_door import opened
from tests.unit.core.test_free_images import embedded

__all__ = ["say"]
SCENES = 8
THEME = "a fox called Fenn and an owl look for the sea"
SIZE = "256x256"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def told_well(nodes: Sequence[Iteration]) -> None:
    """Scenes of a length, with ways on but at the end, none told twice."""
    the_same_people(nodes, SCENES)
    scenes = [node.chapter.scene for node in nodes if node.chapter is not None]
    assert [len(scene.choices) for scene in scenes] == [3] * (SCENES - 1) + [0]
    assert all(30 <= len(scene.text.split()) <= 120 for scene in scenes)
    assert len({scene.text for scene in scenes}) == SCENES


async def test_on_the_page(tmp_path: Path) -> None:
    settings = Settings.model_validate({"bot": {"data_dir": tmp_path / "data"}, "web": {"port": 0}})
    async with serving(settings) as app, ClientSession() as http:
        core = app.program.service

        async def send(**data: Any) -> None:
            body = {"kind": "journey", "key": str(uuid.uuid4()), **data}
            headers = {NAME_HEADER: "ann"}
            answer = await http.post(f"{app.address}api/commands", json=body, headers=headers)
            assert answer.status == 202, await answer.text()

        async def scenes(count: int) -> list[Iteration]:
            while True:
                for row in await core.sessions_in(PROGRAM, "web", "playground", 1):
                    tree = await core.tree(row.session.id, PROGRAM)
                    over = tree is not None and tree.runs[-1].status.value == "done"
                    if tree is not None and over and len(tree.iterations) == count:
                        return list(tree.iterations)
                await asyncio.sleep(0.05)

        await send(theme=THEME, scenes=SCENES, size=SIZE)
        for n in range(1, SCENES):
            (*_, newest) = await scenes(n)
            await send(iteration=newest.id, choice=1 + n % 3)
        told_well(await scenes(SCENES))


async def test_for_an_assistant(tmp_path: Path) -> None:
    async with opened(World(tmp_path, model_set=embedded())) as it:
        wrong, said, facts = await it.call("journey", theme=THEME, scenes=SCENES, size=SIZE)
        assert not wrong, said
        for n in range(1, SCENES):
            newest = (await it.world.nodes(facts["session"]))[-1]
            wrong, said, _ = await it.call("journey", iteration=newest.id, choice=1 + n % 3)
            assert not wrong, said
        told_well(await it.world.nodes(facts["session"]))


def test_in_the_terminal(tmp_path: Path, say: Say) -> None:
    ended, out, err = say(
        "journey", "--theme", THEME, "--scenes", str(SCENES), "--size", SIZE, "--json", "--out", "o"
    )
    assert ended == 0, err
    session = json.loads(out.splitlines()[0])["session"]
    for n in range(1, SCENES):
        newest = asyncio.run(_nodes(session))[-1].id
        ended, _, err = say(
            "journey", "--from", newest, "--choice", str(1 + n % 3), "--json", "--out", "o"
        )
        assert ended == 0, err
    told_well(asyncio.run(_nodes(session)))


async def _nodes(session: str) -> Sequence[Iteration]:
    async with opened_store(Settings()) as store, store.read() as uow:
        return await uow.iterations.of_session(session)
