"""Refine: come closer to a picture, to a sentence, or to both, round by round."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from core.domain.commands import Command, Hold, ImageHandle, StopRule
from core.domain.defaults import MAX_CANDIDATES, MAX_GOAL
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Plan
from core.jobs.job import Basis, Job
from core.jobs.planning import hold_of, quality_of, rounds_within, size_for, within
from core.jobs.shared_options import PainterOption, QualityOption
from core.models.critic import Ask
from core.runtime.models import ModelSet
from core.runtime.pricing import HELD, Paid, edit_request, held_request, paint_request
from core.steps import describe
from core.steps.closer import MOST
from core.steps.describe import Opening
from core.steps.judge import Judged
from core.steps.loop import Loop

LIKELY_ROUNDS = Decimal("0.75")  # it stops by itself: on average a quarter is given back


@dataclass(frozen=True, slots=True, kw_only=True)
class Refine(Command):
    """None = the default; `painter` is one that the server allows (`CoreApi.painters`), "" = its
    default."""

    kind: Literal["refine"] = "refine"
    image: Annotated[ImageHandle | None, Option("refine.image")] = None
    goal: Annotated[str, Option("refine.goal", most=MAX_GOAL, long=True)] = ""
    iterations: Annotated[
        int | None, Option("refine.iterations", most="max_refine", default="iterations", short="n")
    ] = None
    candidates: Annotated[
        int | None, Option("refine.candidates", most=MAX_CANDIDATES, default="candidates")
    ] = None
    quality: QualityOption = None
    size: Annotated[str | None, Option("refine.size", suggest="sizes")] = None
    review: Annotated[bool, Option("refine.review", watched=True)] = False
    stop: Annotated[StopRule, Option("refine.stop")] = "auto"
    hold: Annotated[Hold | None, Option("refine.hold")] = None
    painter: PainterOption = ""


def plan(command: Refine, basis: Basis) -> Plan:
    if command.image is None and not command.goal.strip():
        raise BadRequest(
            "Give me a picture, a goal, or both: for example "
            "/refine goal: a red fox in the snow at sunset."
        )
    loop = basis.loop
    width, height = size_for(command.size, basis.model_set, basis.size)
    return Plan(
        mode="refine",
        rounds=rounds_within(command.iterations, loop.iterations, loop.max_refine),
        candidates=within("candidates", command.candidates, loop.candidates, MAX_CANDIDATES),
        quality=quality_of(command.quality, basis.model_set),
        width=width,
        height=height,
        review=command.review,
        stop=command.stop,
        target=loop.target_score,
        patience=loop.patience,
        checks_score=loop.checks_score,
        hold=hold_of(
            command.hold,
            basis.model_set,
            changed=command.image is not None and bool(command.goal.strip()),
        ),
        review_timeout_s=loop.review_timeout_s,
        off=loop.off,
    )


def calls(plan: Plan, model_set: ModelSet) -> Sequence[Paid]:
    asked: Ask = "compare" if plan.base else "describe"
    rounds = [paid for n in range(1, plan.rounds + 1) for paid in _round(plan, model_set, n)]
    return [
        Paid(step="open", kind=asked, price=model_set.critic.price(asked, plan.candidates)),
        *rounds,
    ]


def _round(plan: Plan, model_set: ModelSet, n: int) -> Iterator[Paid]:
    """Every call round `n` can make: the last one needs no next prompt, the first one has no
    champion to fight or to mend unless it follows from an image."""
    follows = n > 1 or bool(plan.base)
    judge, critic = model_set.judge, model_set.critic
    price = _painting(plan, model_set, follows=follows)
    yield Paid(
        step=f"paint/{n}", kind="paint", price=price, times=plan.candidates, images=1, round=n
    )
    if model_set.painter.profile.english:
        step = "open" if n == 1 else f"critique/{n - 1}"
        yield Paid(step=step, kind="rewrite", price=critic.price("rewrite"), round=n)
    yield Paid(
        step=f"soften/{n}", kind="rewrite", price=critic.price("rewrite"), round=n, spare=True
    )
    yield Paid(
        step=f"judge/{n}", kind="check", price=judge.price("check"), times=plan.candidates, round=n
    )
    closer = judge.price("check")
    yield Paid(
        step=f"judge/{n}/closer", kind="check", price=closer, times=MOST, round=n, spare=True
    )
    if follows and model_set.eyes:
        yield Paid(step=f"judge/{n}", kind="duel", price=judge.price("duel"), times=2, round=n)
    if n < plan.rounds:
        times = 2 if plan.review else 1
        yield Paid(
            step=f"critique/{n}",
            kind="compare",
            price=critic.price("compare", plan.candidates),
            times=times,
            round=n,
        )


def _painting(plan: Plan, model_set: ModelSet, *, follows: bool) -> Decimal | None:
    paints = [model_set.painter.price(paint_request(plan))]
    if plan.hold == "picture":
        sources = min(HELD, model_set.painter.profile.max_sources)
        paints.append(model_set.painter.price(held_request(plan, sources)))
    if follows and model_set.can_edit and model_set.editor is not None:
        paints.append(model_set.editor.price(edit_request(plan)))
    return None if None in paints else max(price or Decimal(0) for price in paints)


async def recipe(loop: Loop, opening: Opening) -> str:
    """The champion gives way only to a challenger that wins."""
    plan = opening.plan
    lost, next_prompt = 0, await loop.next_prompt(1, "open", describe.first_prompt_of)
    for n in range(1, plan.rounds + 1):
        await loop.may_go_on(n)
        rival = ""
        if painted := await loop.paint(n, next_prompt):
            judged = await loop.judge(n, painted)
            loop.champion, rival = judged.champion, judged.best
            lost = 0 if judged.won else lost + 1
            if why := enough(plan, judged, lost, opening.embedded):
                return why
        elif loop.refusals and not loop.champion:
            # nothing was painted to learn from: it would be the same prompt
            return f"The provider refused this: {loop.skipped}"
        if n < plan.rounds and loop.champion:
            next_prompt = await loop.improve(n, rival)
    return "rounds"


def enough(plan: Plan, judged: Judged, lost: int, embedded: bool) -> str:
    """Why refine stops by itself after this round, or "".

    The embedded engine's checklist is measured, not seen: with a reference its score decides.
    """
    if plan.stop == "never":
        return ""
    if judged.all_pass and not (embedded and judged.measured):
        return "checks"
    if plan.target > 0 and judged.score is not None and judged.score >= plan.target:
        return "target"
    if plan.patience > 0 and lost >= plan.patience:
        return "patience"
    return ""


JOB = Job(
    command=Refine,
    plan=plan,
    calls=calls,
    recipe=recipe,
    examples=(
        "refine photo.jpg --iterations 6 --out out/",
        'refine --goal "a red fox in the snow at sunset"',
    ),
    likely=lambda plan: max(1 / Decimal(plan.rounds), LIKELY_ROUNDS),
)
