"""Journey: an illustrated story, scene by scene; whoever may decide says how it goes on.

Every scene is a run of its own and an iteration of the tree: from any of them another branch may
grow, now or months later, and nothing is held back or waits in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle
from core.domain.defaults import MAX_GOAL
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Iteration, Plan
from core.domain.story import Act, Chapter, Decides, Scene, Telling
from core.jobs.job import Basis, Job
from core.jobs.planning import bounded, quality_of, size_for, within
from core.jobs.shared_options import PainterOption, QualityOption, SizeOption
from core.runtime.models import ModelSet
from core.runtime.outcome import NextPrompt, StepFailure
from core.runtime.pricing import Paid, held_request, paint_request
from core.steps import critique, likeness, portraits, scene, turns
from core.steps.describe import Opening
from core.steps.loop import Loop
from core.steps.paint import Painted

MAX_SAID = 300  # characters of what somebody says or does
MAX_STYLE = 80
CONTINUE = ("continue", "weiter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey(Command):
    """A story begins with `theme`; `choice` or `say` goes on from `iteration`, "" = the newest scene
    of the thread it is said in. With neither that scene is posted once more. `resume` names a story,
    as "continue NAME" does in place of a theme."""

    kind: Literal["journey"] = "journey"
    iteration: str = ""
    theme: Annotated[str, Option("journey.theme", most=MAX_GOAL, long=True)] = ""
    style: Annotated[str, Option("journey.style", most=MAX_STYLE, suggest="styles")] = ""
    decides: Annotated[Decides, Option("journey.decides", watched=True)] = "owner"
    scenes: Annotated[
        int | None, Option("journey.scenes", least=2, most="max_scenes", default="scenes")
    ] = None
    choice: Annotated[int | None, Option("journey.choice", most=4)] = None
    say: Annotated[str, Option("journey.say", most=MAX_SAID)] = ""
    image: Annotated[ImageHandle | None, Option("journey.image")] = None
    size: SizeOption = None
    quality: QualityOption = None
    resume: Annotated[str, Option("journey.resume", suggest="sessions")] = ""
    painter: PainterOption = ""


def named(command: Journey) -> str | None:
    """The story that is gone on with, "" = the newest; None where none is named."""
    first, _, rest = command.theme.strip().partition(" ")
    if command.resume.strip():
        return command.resume.strip()
    return rest.strip() if first.casefold().rstrip(":.!") in CONTINUE else None


def starts(command: Journey) -> bool:
    """Whether a tree of its own comes of it."""
    given = bool(command.theme.strip()) or command.image is not None
    return given and not command.iteration and named(command) is None


def plan(command: Journey, basis: Basis) -> Plan:
    if basis.path and not (command.theme.strip() and named(command) is None):
        return _going_on(command, basis)
    premise = bounded("theme", command.theme, MAX_GOAL)
    if not premise:
        raise BadRequest("Say what the story is about: /journey a fox who looks for the sea.")
    if command.say.strip() or command.choice is not None:
        raise BadRequest("A story that begins has no ways on yet: leave choice and say out.")
    loop, model_set = basis.loop, basis.model_set
    telling = Telling(
        premise=premise,
        style=bounded("style", command.style, MAX_STYLE),
        by=_who(command),
        decides=command.decides,
        scenes=within("scenes", command.scenes, min(loop.scenes, loop.max_scenes), loop.max_scenes),
        rating=loop.story_rating,
        most=loop.scene_words,
        vote_s=loop.vote_s,
        turn_s=loop.turn_s,
        portraits=portraits.most_of(model_set, 1),
    )
    if telling.scenes < 2:
        raise BadRequest("A story has two scenes at least.")
    width, height = size_for(command.size, model_set, None)
    return Plan(
        mode="journey",
        rounds=1,
        quality=quality_of(command.quality, model_set),
        width=width,
        height=height,
        base=basis.node.id if basis.node else "",
        telling=telling,
    )


def _going_on(command: Journey, basis: Basis) -> Plan:
    """The next scene, or the newest once more."""
    node = basis.path[-1]
    chapter, old = node.chapter, basis.old
    if chapter is None or old is None or basis.node is None:
        raise BadRequest("There is no scene to go on from.")
    choice = _chosen(command, chapter)
    act: Act = "tell" if choice else "show"
    before, loop = chapter.telling, basis.loop
    telling = replace(
        before,
        act=act,
        of="" if choice else node.id,
        choice=choice or before.choice,
        number=(command.choice or 0) if choice and not command.say.strip() else 0,
        by=_who(command),
        scene=before.scene + (act == "tell"),
        rating=loop.story_rating,
        most=loop.scene_words,
        vote_s=loop.vote_s,
        turn_s=loop.turn_s,
        portraits=portraits.most_of(basis.model_set, before.scene + 1) if choice else 0,
    )
    base = basis.node.id if choice else node.parent
    return replace(
        old, mode="journey", rounds=1, candidates=1, base=base, wish="", first_prompt="",
        usd_limit=None, review=False, work=None, telling=telling,
    )  # fmt: skip


def _chosen(command: Journey, chapter: Chapter) -> str:
    """The words that the story goes on with, "" where nothing was chosen. Raises BadRequest."""
    said = bounded("say", command.say, MAX_SAID)
    ways = chapter.scene.choices
    if not said and command.choice is None:
        return ""
    if not ways:
        raise BadRequest("The story ends here. From each scene before it another way may be taken.")
    if said:
        return said
    if command.choice is None or not 1 <= command.choice <= len(ways):
        raise BadRequest(
            f"There are {len(ways)} ways on: choice is a number from 1 to {len(ways)}."
        )
    return ways[command.choice - 1]


def _who(command: Command) -> str:
    return f"{command.actor.platform}:{command.actor.id}"


def calls(plan: Plan, model_set: ModelSet) -> Sequence[Paid]:
    """What a scene may cost: the telling, portraits of who is new, the picture, a look at it."""
    telling = plan.telling
    if telling is None or telling.act == "show":
        return []
    tell, soften = model_set.critic.price("tell"), model_set.critic.price("rewrite")
    look = model_set.judge.price("check")
    own = model_set.painter.price(paint_request(plan))
    found = [Paid(step="tell/1", kind="tell", price=tell)] if telling.act == "tell" else []
    if telling.portraits and telling.act == "tell":
        found.append(
            Paid(
                step="portrait/1",
                kind="paint",
                price=own,
                times=telling.portraits,
                images=1,
            )
        )
    return [
        *found,
        Paid(
            step="paint/1", kind="paint", price=_painting(plan, model_set, own), images=1, round=1
        ),
        Paid(step="look/1", kind="check", price=look, round=1),
        Paid(step="soften/1", kind="rewrite", price=soften, round=1, spare=True),
    ]


def _painting(plan: Plan, model_set: ModelSet, own: Decimal | None) -> Decimal | None:
    most = portraits.in_a_picture(model_set)
    if not most:
        return own
    followed = model_set.painter.price(held_request(plan, most))
    return None if own is None or followed is None else max(own, followed)


async def recipe(loop: Loop, opening: Opening) -> str:
    """Tells, paints, posts, and where the story waits for people, waits."""
    telling = opening.plan.telling
    if telling is None:
        return "failed:This run does not say what to tell: begin a new story."
    await loop.may_go_on(1)
    if telling.act == "show":
        loop.champion = await loop.step("show/1", scene.show, telling.of)
        return await _turn(loop, telling)
    told = await loop.insist(1, "tell/1", scene.tell)
    if isinstance(told, StepFailure):
        return f"failed:{told.sentence}"
    await loop.insist(1, "portrait/1", portraits.paint, told)
    painted = await _by_others(loop, told)
    if isinstance(painted, StepFailure):
        spent = " It counts as spent." if painted.booked else ""
        return f"failed:{painted.sentence}{spent}"
    loop.painted = True
    await loop.insist(1, "look/1", likeness.look, painted.iterations[0])
    loop.champion = await loop.step("show/1", scene.show, painted.iterations[0])
    return await _turn(loop, telling)


async def _painted(loop: Loop, told: Scene) -> Painted | StepFailure:
    """Softened once if refused: the scene is told already."""
    outcome = await loop.insist(1, "paint/1", scene.paint, told)
    refused = isinstance(outcome, StepFailure) and outcome.fault == "refused"
    if not refused or not await loop.affords(1, "soften/1"):
        return outcome
    before = NextPrompt(prompt=told.prompt)
    softer = await loop.next_prompt(1, "soften/1", critique.soften, 1, before)
    if softer.prompt == told.prompt:
        return outcome
    return await loop.insist(1, "paint/1/softened", scene.paint, told, softer.prompt)


async def _by_others(loop: Loop, told: Scene) -> Painted | StepFailure:
    painted = await _painted(loop, told)
    return await loop.by_others(1, "paint/1", painted, scene.paint, told)


async def _turn(loop: Loop, telling: Telling) -> str:
    """Waits for who may decide, and says what comes next."""
    if not telling.waits or not loop.ctx.patient:
        return "done"
    turn = await turns.taken(loop, loop.champion)
    if turn is not None:
        loop.then = Journey(
            dedup_key=f"turn:{loop.id}",
            actor=turn.actor,
            place=turn.place,
            iteration=loop.champion,
            choice=turn.number or None,
            say=turn.say,
        )
    return "stopped" if turn is None and await loop.step("turn/stopped", turns.stopped) else "done"


def goal(command: Journey) -> str:
    return command.theme


def scenes_of(nodes: Sequence[Iteration]) -> Sequence[Iteration]:
    return [node for node in nodes if node.chapter is not None]


JOB = Job(
    command=Journey,
    plan=plan,
    calls=calls,
    recipe=recipe,
    goal=goal,
    shown="picture",
    starts=starts,
    among=scenes_of,
    session=named,
    examples=(
        'journey --theme "a fox who looks for the sea" --style gouache',
        "journey --from ITERATION --choice 2",
        'journey --resume "a fox"',
    ),
)
