"""A scene of a story: its post, a button for each way on, a form for words of one's own."""

from collections.abc import Mapping

import discord

from adapters.discord.ids import pack
from adapters.discord.inbound import Interaction, actor_in, dedup_key, place_in
from adapters.discord.page import Page, Press, quoted
from adapters.discord.pictures import Attached
from adapters.discord.responder import Responder, TextField
from adapters.texts.catalogue import t
from core.domain.text import clip
from core.domain.updates import IterationFinished
from core.domain.views import SceneView
from core.jobs.journey import Journey

TURN, SAY, SCENE = "turn", "say", "scene"
LABEL = 80  # characters of a button


def scene_page(update: IterationFinished, scene: SceneView, facts: str) -> Page:
    """The words first, then the picture; `facts` is the small line below."""
    view = update.candidates[0]
    head = t("story.scene", scene=scene.scene, scenes=scene.scenes)
    lines = [f"### {quoted(scene.title, 90) or head}"]
    if update.words:
        lines.append(f"> {quoted(update.words, 300)}")
    lines.append(discord.utils.escape_markdown(clip(scene.text, 2500)))
    if not scene.choices:
        lines.append(f"**{t('story.end')}**")
    lines.append(f"-# {head} · {facts}" if scene.title else f"-# {facts}")
    ways = tuple(
        Press(
            clip(f"{n} {way}", LABEL), TURN, (view.iteration, str(n)), discord.ButtonStyle.primary
        )
        for n, way in enumerate(scene.choices, 1)
    )
    return Page(
        "\n".join(lines),
        (Attached(view.image, "scene", view.alt),),
        _others(view.iteration, scene),
        rows=(ways,) if ways else (),
    )


def _others(iteration: str, scene: SceneView) -> tuple[Press, ...]:
    said = (Press(t("story.say"), SAY, (iteration,)),) if scene.choices else ()
    before = (Press(t("story.before"), SCENE, (scene.before,)),) if scene.before else ()
    return (
        *said,
        *before,
        Press(t("button.again"), "again", (iteration,)),
        Press(t("button.details"), "details", (iteration,)),
        Press(t("more"), "more", (iteration,)),
    )


async def turn(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    await _take(responder, asked, ids[0], choice=int(ids[1]))


async def scene(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    """Posts a scene once more: from there another way may be taken."""
    await _take(responder, asked, ids[0])


async def say(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    if not await responder.may(asked, "journey", iteration=ids[0]):
        return
    field = TextField(SAY, t("story.ask"), required=True)
    await responder.ask(asked, t("label.say"), pack(SAY, ids[0]), [field])


async def said(
    responder: Responder, asked: Interaction, ids: list[str], values: Mapping[str, str]
) -> None:
    await _take(responder, asked, ids[0], words=values[SAY])


async def _take(
    responder: Responder,
    asked: Interaction,
    iteration: str,
    *,
    choice: int | None = None,
    words: str = "",
) -> None:
    command = Journey(
        dedup_key=dedup_key(asked.guild_id, asked.id),
        actor=actor_in(asked),
        place=place_in(asked),
        iteration=iteration,
        choice=choice,
        say=words,
    )
    await responder.take(asked, command, t("say.noted"))


STORY_PRESSES = {TURN: turn, SAY: say, SCENE: scene}
STORY_FORMS = {SAY: said}
