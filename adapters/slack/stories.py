"""A scene of a story: its post, a button for each way on, a dialog for words of one's own."""

from collections.abc import Mapping

from adapters.slack import inputs, texts
from adapters.slack.api import Json
from adapters.slack.kit import Message, actions, button, context, picture, section
from adapters.slack.modals import Where
from adapters.texts.catalogue import t
from core.domain.commands import Actor, Place
from core.domain.updates import IterationFinished
from core.domain.views import SceneView
from core.jobs.journey import MAX_SAID, Journey

TURN, SAY, SCENE = "turn", "say", "scene"
SAY_MODAL = "story_said"


def scene_post(
    update: IterationFinished, scene: SceneView, files: Mapping[str, str], facts: str, note: str
) -> Message:
    """The words first, then the picture; `facts` and `note` are the small lines below."""
    view = update.candidates[0]
    head = t("story.scene", scene=scene.scene, scenes=scene.scenes)
    title = texts.safe(scene.title, 150) or head
    blocks = [section(f"*{title}*")]
    if update.words:
        blocks.append(section(f">{texts.safe(update.words, 400)}"))
    blocks.append(section(texts.safe(scene.text, 2500)))
    if file := files.get(view.image):
        blocks.append(picture(file, view.alt or title))
    if scene.choices:
        blocks.append(actions(_ways(view.iteration, scene)))
    else:
        blocks.append(section(f"*{t('story.end')}*"))
    blocks.append(actions(_others(view.iteration, scene)))
    blocks.append(context(f"{head} · {facts}", note))
    return Message(f"{title}: {texts.safe(scene.text, 500)}", blocks)


def _ways(iteration: str, scene: SceneView) -> list[Json]:
    return [
        button(f"{n} {way}", f"{TURN}:{n}", f"{iteration} {n}", "primary")
        for n, way in enumerate(scene.choices, 1)
    ]


def _others(iteration: str, scene: SceneView) -> list[Json]:
    said = [button(t("story.say"), SAY, iteration)] if scene.choices else []
    before = [button(t("story.before"), SCENE, scene.before)] if scene.before else []
    return [
        *said,
        *before,
        button(t("button.again"), "again", iteration),
        button(t("button.details"), "details", iteration),
        button(t("more"), "more", iteration),
    ]


def command_of(key: str, actor: Actor, at: Place, name: str, value: str) -> Journey:
    """What a way on, or the scene before, means."""
    iteration, _, number = value.partition(" ")
    choice = int(number) if name == TURN and number.isdecimal() else None
    return Journey(dedup_key=key, actor=actor, place=at, iteration=iteration, choice=choice)


def asking(where: Where) -> Json:
    """The dialog for words of one's own; `where` names the scene."""
    block = inputs.text(SAY, t("story.ask"), "", "", optional=False)
    return inputs.modal(SAY_MODAL, t("label.say"), t("button.start"), where.pack(), [block])


def said(key: str, actor: Actor, at: Place, iteration: str, words: str) -> Journey:
    return Journey(dedup_key=key, actor=actor, place=at, iteration=iteration, say=words[:MAX_SAID])
