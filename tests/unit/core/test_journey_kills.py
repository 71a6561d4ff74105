"""The program is stopped in the middle of a scene, at ten moments: it is told once, and none is lost."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.engine.inline import InlineRun
from adapters.models.scripted import EVERYTHING, ScriptedCritic, ScriptedPainter, flat
from core.domain.records import RunStatus
from core.domain.updates import IterationFinished
from core.jobs.journey import Journey
from core.models.story import Tell
from tests.harness import ANN, PAGE, World

STEPS = ("begin", "tell/1", "portrait/1", "paint/1", "show/1")
MOMENTS = [(step, after) for step in STEPS for after in (False, True)]


class Died(BaseException):
    """The process ends here; nothing catches it on the way."""


def die_at(monkeypatch: pytest.MonkeyPatch, step: str, *, after: bool) -> None:
    """The second run ends the process before or after this step."""
    original, begun = InlineRun.step, list[str]()

    async def dying(run: InlineRun, name: str, call: Callable[[], Awaitable[object]]) -> object:
        begun.extend([run.run_id] if run.run_id not in begun else [])
        dies = name == step and len(begun) == 2
        if dies and not after:
            raise Died
        done = await original(run, name, call)
        if dies:
            raise Died
        return done

    monkeypatch.setattr(InlineRun, "step", dying)


@pytest.mark.slow
@pytest.mark.parametrize(("step", "after"), MOMENTS)
async def test_no_scene_is_lost_or_told_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    painter = ScriptedPainter(moves=[flat(9 * n) for n in range(1, 20)], operations=EVERYTHING)
    world = await World(tmp_path, painter=painter, critic=ScriptedCritic()).open()
    known: dict[str, Any] = {"actor": ANN, "place": PAGE}
    die_at(monkeypatch, step, after=after)
    await world.send(Journey(dedup_key="web::1", theme="a fox", **known))
    session = await world.only_session()
    (first,) = await world.nodes(session)
    second = Journey(dedup_key="web::2", iteration=first.id, choice=1, **known)
    await world.send(second)
    monkeypatch.undo()
    await world.restart()
    assert not await world.service.receive(second)  # the platform sends it once more
    await world.settle()
    nodes = await world.nodes(session)
    assert [node.because for node in nodes] == ["", "way 1"]
    assert [run.status for run in await world.runs(session)] == [RunStatus.DONE] * 2
    posts = [d.update for d in await world.updates(session)]
    scenes = [p.scene.scene for p in posts if isinstance(p, IterationFinished) and p.scene]
    assert scenes == [1, 2]
    assert sum(isinstance(ask, Tell) for ask in world.critic.asked) == 2
    assert sum(world.painter.started.values()) == 3  # a portrait and two scenes
    await world.close()
