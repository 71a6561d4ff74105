"""How long and how harsh a story may be where it is told: a server's bounds, within the operator's."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from core.domain.defaults import LoopDefaults
from core.domain.settings import ServerSettings, of_stories
from core.domain.story import Scene, Telling
from core.domain.storytelling import held
from core.domain.updates import Failed, Refused
from core.jobs.journey import Journey
from core.models.story import Tell
from tests.harness import ANN, PAGE, World


def test_the_stricter_bound_holds() -> None:
    loop = LoopDefaults(story_rating="teen", scene_words=120, max_scenes=24, scenes=8)
    own = ServerSettings(story_rating="everyone", story_words=60, story_scenes=5)
    found = of_stories(loop, own)
    assert (found.story_rating, found.scene_words) == ("everyone", 60)
    assert (found.scenes, found.max_scenes) == (5, 5)
    loose = ServerSettings(story_rating="mature", story_words=200, story_scenes=60)
    assert of_stories(loop, loose) == loop
    assert of_stories(loop, ServerSettings()) == loop


async def bounded(folder: Path, scenes: tuple[Scene, ...]) -> World:
    painter = ScriptedPainter(moves=[flat(n * 9) for n in range(1, 9)])
    loop = LoopDefaults(story_rating="mature")
    world = await World(
        folder, painter=painter, critic=ScriptedCritic(scenes=scenes), loop=loop
    ).open()
    own = ServerSettings(story_rating="teen", story_words=50, story_scenes=4)
    async with world.store.write() as uow:
        await uow.servers.save_settings(PAGE.platform, PAGE.tenant, own)
    return world


async def test_a_server_bounds_what_is_told_on_it(tmp_path: Path) -> None:
    long = Scene(text="He walks on. " * 40, prompt="p", choices=("Gore him", "Run", "Hide"))
    world = await bounded(tmp_path, (long, long))
    known: dict[str, Any] = {"actor": ANN, "place": PAGE}
    too_long = Journey(dedup_key="web::0", theme="a fox", scenes=9, **known)
    await world.send(too_long)
    said = await world.service.refusal(too_long.dedup_key, ANN)
    assert isinstance(said, Refused)
    assert said.sentence == "scenes is a number from 1 to 4."
    await world.send(Journey(dedup_key="web::1", theme="a fox", **known))
    session = await world.only_session()
    (node,) = await world.nodes(session)
    (asked,) = [each for each in world.critic.asked if isinstance(each, Tell)]
    assert (asked.rating, asked.most, asked.least) == ("teen", 50, 25)
    assert node.chapter is not None
    assert len(node.chapter.scene.text.split()) <= 50
    assert node.chapter.scene.choices == ("Run", "Hide")
    assert node.chapter.telling.scenes == 4
    async with world.store.write() as uow:  # what is set later holds from the next scene on
        changed = ServerSettings(story_rating="everyone", story_words=40)
        await uow.servers.save_settings(PAGE.platform, PAGE.tenant, changed)
    await world.send(Journey(dedup_key="web::2", iteration=node.id, choice=1, **known))
    asked = [each for each in world.critic.asked if isinstance(each, Tell)][-1]
    assert (asked.rating, asked.most) == ("everyone", 40)
    await world.close()


async def test_what_breaks_the_rating_is_not_shown(tmp_path: Path) -> None:
    harsh = Scene(text="He decapitates the guard!", prompt="p", choices=("Run", "Hide"))
    world = await bounded(tmp_path, (harsh,))
    await world.send(Journey(dedup_key="web::1", actor=ANN, place=PAGE, theme="a fox"))
    session = await world.only_session()
    assert not await world.nodes(session)
    assert world.painter.requests == []
    (failed,) = [u.update for u in await world.updates(session) if isinstance(u.update, Failed)]
    assert "not fit for teen" in failed.sentence
    await world.close()
    telling = Telling(premise="a fox")
    told = replace(harsh, text="Dusk falls. They murder him. “Go!” cries Ann.", title="A murder")
    kept = held(told, telling)
    assert (kept.text, kept.title) == ("Dusk falls. “Go!” cries Ann.", "")
