"""Evolve: depart from a picture, a new style every round."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle, Leap
from core.domain.defaults import MAX_GOAL
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Plan
from core.domain.text import clean
from core.jobs.job import Basis, Job
from core.jobs.planning import quality_of, rounds_within, size_for
from core.jobs.shared_options import PainterOption, QualityOption
from core.runtime.models import ModelSet
from core.runtime.pricing import Paid, paint_request
from core.steps import critique, crowd, describe
from core.steps.describe import Opening
from core.steps.loop import Loop

MAX_STYLES, STYLE_CHARACTERS = 40, 60
CROWD = 3  # pictures of a round that is voted on


@dataclass(frozen=True, slots=True, kw_only=True)
class Evolve(Command):
    """Empty `styles` = the deck; `crowd`: everybody votes which picture the next round follows; `painter` as in Refine."""

    kind: Literal["evolve"] = "evolve"
    image: Annotated[ImageHandle | None, Option("evolve.image", required=True)] = None
    iterations: Annotated[
        int | None,
        Option("evolve.iterations", most="max_evolve", default="iterations", asked=True, short="n"),
    ] = None
    styles: Annotated[tuple[str, ...], Option("evolve.styles", suggest="styles")] = ()
    leap: Annotated[Leap, Option("evolve.leap")] = "medium"
    lock: Annotated[bool, Option("evolve.lock")] = False
    quality: QualityOption = None
    size: Annotated[str | None, Option("refine.size", suggest="sizes")] = None
    crowd: Annotated[bool, Option("evolve.crowd", watched=True)] = False
    painter: PainterOption = ""
    goal: Annotated[str, Option("evolve.goal", most=MAX_GOAL, long=True)] = ""


def plan(command: Evolve, basis: Basis) -> Plan:
    if command.image is None:
        raise BadRequest("/evolve needs a picture to depart from.")
    loop = basis.loop
    width, height = size_for(command.size, basis.model_set, basis.size)
    styles = tuple(
        style for style in (clean(s)[:STYLE_CHARACTERS] for s in command.styles) if style
    )
    return Plan(
        mode="evolve",
        rounds=rounds_within(command.iterations, loop.iterations, loop.max_evolve),
        quality=quality_of(command.quality, basis.model_set),
        width=width,
        height=height,
        styles=styles[:MAX_STYLES],
        leap=command.leap,
        lock=command.lock,
        candidates=CROWD if command.crowd else 1,
        vote_s=loop.vote_s if command.crowd else 0.0,
        target=0.0,
        patience=0,
        stop="never",
    )


def calls(plan: Plan, model_set: ModelSet) -> Sequence[Paid]:
    opening = Paid(step="open", kind="describe", price=model_set.critic.price("describe"))
    rounds = [paid for n in range(1, plan.rounds + 1) for paid in _round(plan, model_set, n)]
    return [opening, *rounds]


def _round(plan: Plan, model_set: ModelSet, n: int) -> Iterator[Paid]:
    critic, painter = model_set.critic, model_set.painter
    price = painter.price(paint_request(plan))
    yield Paid(
        step=f"paint/{n}", kind="paint", price=price, times=plan.candidates, images=1, round=n
    )
    if painter.profile.english:
        yield Paid(step=f"transform/{n}", kind="rewrite", price=critic.price("rewrite"), round=n)
    yield Paid(
        step=f"soften/{n}", kind="rewrite", price=critic.price("rewrite"), round=n, spare=True
    )
    yield Paid(step=f"transform/{n}", kind="evolve", price=critic.price("evolve"), round=n)


async def recipe(loop: Loop, opening: Opening) -> str:
    """Every round follows the one before, in a new style, and always advances."""
    plan = opening.plan
    first = await loop.next_prompt(1, "open", describe.first_prompt_of)
    for n in range(1, plan.rounds + 1):
        await loop.may_go_on(n)
        next_prompt = first
        if not (n == 1 and plan.first_prompt):
            taken = opening.taken + n - 1
            next_prompt = await loop.next_prompt(
                n, f"transform/{n}", critique.transform, n, loop.champion, taken, first.prompt
            )
        painted = await loop.paint(n, next_prompt)
        if painted is not None:
            loop.champion = (await loop.judge(n, painted)).champion
            if plan.vote_s > 0 and n < plan.rounds and loop.ctx.patient:
                loop.champion = await crowd.picked(loop, n, loop.champion)
    return "rounds"


JOB = Job(
    command=Evolve,
    plan=plan,
    calls=calls,
    recipe=recipe,
    examples=("evolve photo.jpg --iterations 8 --leap drastic",),
)
