"""A scene of a story: told by the critic, painted, posted."""

import zlib
from dataclasses import replace
from functools import partial

from core.domain.call_key import StepName
from core.domain.errors import Gone
from core.domain.records import CallRow, CallState, Iteration, PaintResult
from core.domain.story import Chapter, Scene, Telling
from core.domain.storytelling import MOST_CHOICES, held, path_to
from core.domain.text import clip
from core.domain.views import SceneView
from core.models import sanitize
from core.models.story import Tell, ToldScene, shown
from core.runtime.asking import ask, failure_of
from core.runtime.context import RunContext
from core.runtime.outcome import StepFailure
from core.runtime.progress import post_progress, post_standing, spent, telling
from core.runtime.reserve import hold_images
from core.runtime.snapshot import Snapshot, load
from core.steps import portraits
from core.steps.buy import Purchase, buy
from core.steps.paint import Painted
from core.steps.painting import iteration_of, request_of
from core.steps.previews import watched
from core.steps.show import shown as post_of
from core.steps.work import ALT_CHARACTERS, base_of

CHOICES = 3
UNFIT = "What came of it is not fit for {rating}: choose or say something else."
LEAST_WORDS = 60


async def tell(ctx: RunContext, run_id: str, step: str) -> Scene | StepFailure:
    """The scene that follows what was chosen; of a picture that is painted again its own."""
    snapshot = await load(ctx, run_id)
    plan = telling_of(snapshot)
    if plan.act == "again":
        chapter = _chapter(snapshot, plan.of)
        return chapter.scene
    request = await _request(ctx, snapshot, plan)
    critic = ctx.model_set.critic
    async with telling(ctx, snapshot, f"telling scene {plan.scene} of {plan.scenes}"):
        row = await ask(
            ctx, snapshot.run, StepName(step), "tell", critic, lambda: critic.tell(request)
        )
    if row.state is not CallState.DONE or not isinstance(row.value, Scene):
        return failure_of(row)
    told = held(row.value, plan)
    return told if told.text else StepFailure("refused", UNFIT.format(rating=plan.rating))


async def _request(ctx: RunContext, snapshot: Snapshot, plan: Telling) -> Tell:
    path = [node.chapter for node in path_to(snapshot.iterations, snapshot.plan.base)]
    chapters = [chapter for chapter in path if chapter is not None]
    taken = [*(chapter.telling.choice for chapter in chapters[1:]), plan.choice]
    told = (ToldScene(c.scene.text, way) for c, way in zip(chapters, taken, strict=True))
    last = chapters[-1].scene if chapters else None
    hash, _, _ = base_of(snapshot)
    return Tell(
        premise=plan.premise,
        story=tuple(told) if chapters else (),
        cast=last.cast if last else (),
        sites=last.sites if last else (),
        picture=await ctx.images.get(hash) if hash else None,
        style=plan.style,
        choices=0 if plan.is_last else min(CHOICES, MOST_CHOICES),
        language=plan.language,
        rating=plan.rating,
        least=min(LEAST_WORDS, plan.most // 2),
        most=plan.most,
        limit=ctx.model_set.painter.profile.written_limit,
        seed=seed_of(snapshot),
        user=ctx.user_hash(snapshot.run.actor),
    )


def seed_of(snapshot: Snapshot) -> int:
    """The same for every picture of a story: where words alone are painted, what they say alike
    comes out alike."""
    return zlib.crc32(snapshot.session.id.encode()) & 0x7FFFFFFF


def telling_of(snapshot: Snapshot) -> Telling:
    if snapshot.plan.telling is None:
        raise Gone("This run does not say what to tell: begin a new story.")
    return snapshot.plan.telling


def _chapter(snapshot: Snapshot, id: str) -> Chapter:
    node = snapshot.node(id)
    if node is None or node.chapter is None:
        raise Gone("This scene is not there any more.")
    return node.chapter


async def paint(
    ctx: RunContext, run_id: str, step: str, told: Scene, softer: str = ""
) -> Painted | StepFailure:
    """Paints the scene, after the portraits of who is in it where the painter takes pictures."""
    snapshot = await load(ctx, run_id)
    if not await hold_images(ctx, snapshot.run, step, 1):
        return StepFailure("unusable", "The images of this run are used up.")
    async with ctx.store.read() as uow:
        known = await portraits.known(uow, snapshot, told)
    seen = portraits.in_picture(ctx.model_set, told, known)
    sources = await portraits.sources(ctx, snapshot, seen)
    limit = ctx.model_set.painter.profile.prompt_limit
    prompt = _prompt(softer or told.prompt, told, portraits.roles(seen), limit)
    wanted = Purchase(
        step=step,
        part=0,
        painter=ctx.model_set.painter,
        request=replace(
            request_of(ctx, snapshot, step, 0, prompt),
            operation="vary" if sources else "generate",
            seed=_paint_seed(snapshot),
            sources=sources,
        ),
        node=partial(
            _node,
            snapshot,
            prompt,
            Chapter(telling=telling_of(snapshot), scene=told, portraits=known),
        ),
    )
    async with watched(ctx, snapshot, "painting", 1, step, 1) as gauge:
        row = await buy(ctx, snapshot, wanted, gauge)
    if row.state is CallState.DONE:
        return Painted((f"{run_id}.1.0",), 0)
    return failure_of(row)


def _paint_seed(snapshot: Snapshot) -> int:
    """Painted once more it shall differ."""
    if telling_of(snapshot).act == "again":
        return zlib.crc32(snapshot.run.id.encode()) & 0x7FFFFFFF
    return seed_of(snapshot)


def _prompt(words: str, told: Scene, roles: str, limit: int) -> str:
    """The critic's words, with every look as it was given first, and what each picture shows."""
    looks = f"{shown(told.cast, told.here)} {shown(told.sites, (told.site,))}".strip()
    tail = "\n".join(filter(None, ("" if looks in words else looks, roles)))
    if not tail:
        return words[:limit]
    return f"{sanitize.shorten(words, max(1, limit - len(tail) - 1))}\n{tail}"[:limit]


def _node(
    snapshot: Snapshot, prompt: str, chapter: Chapter, row: CallRow, value: PaintResult
) -> Iteration:
    told, words = chapter.scene, chapter.scene.words or chapter.scene.prompt
    made = iteration_of(
        snapshot.run, row, value, parent=snapshot.plan.base, prompt=prompt, words=words
    )
    return replace(
        made,
        because=chapter.telling.choice,
        alt=clip(told.alt or told.text, ALT_CHARACTERS),
        chapter=chapter,
    )


async def show(ctx: RunContext, run_id: str, id: str) -> str:
    """Posts the scene with its ways on; returns the iteration's id."""
    snapshot = await load(ctx, run_id)
    chapter, node = _chapter(snapshot, id), snapshot.node(id)
    if node is None:
        raise Gone("This scene is not there any more.")
    node = replace(node, won=True)
    async with ctx.store.write() as uow:
        await uow.iterations.save(node)
        cost = spent(list(await uow.calls.of_run(run_id)))
        update = replace(
            post_of(ctx, snapshot, [node]),
            run=run_id,
            cost=cost,
            words=chapter.telling.choice,
            scene=view_of(snapshot, node, chapter),
        )
        await post_standing(uow, update, snapshot)
        await post_progress(uow, snapshot, "the scene is told", n=1, champion=node.id)
    ctx.nudge()
    return node.id


def view_of(snapshot: Snapshot, node: Iteration, chapter: Chapter) -> SceneView:
    path = path_to(snapshot.iterations, node.parent)
    told = chapter.scene
    return SceneView(
        text=told.text,
        choices=told.choices,
        title=told.title,
        scene=chapter.telling.scene,
        scenes=chapter.telling.scenes,
        decides=chapter.telling.decides,
        before=path[-1].id if path and path[-1].id != node.id else "",
    )
