"""What jobs have in common that paint pictures once, without rounds: their calls and their recipe."""

from collections.abc import Sequence

from core.domain.errors import BadRequest
from core.domain.records import Plan
from core.domain.work import Work
from core.jobs.job import Basis
from core.jobs.planning import quality_of
from core.runtime.models import ModelSet
from core.runtime.pricing import Paid, work_request
from core.steps.describe import Opening
from core.steps.loop import Loop


def worked(
    mode: str,
    basis: Basis,
    work: Work,
    size: tuple[int, int],
    quality: str | None = None,
    wish: str = "",
) -> Plan:
    """The plan of such a job; `wish` is what people read of it, where that is not the prompt."""
    return Plan(
        mode=mode,
        rounds=1,
        candidates=len(work.prompts),
        quality=quality_of(quality, basis.model_set),
        width=size[0],
        height=size[1],
        base=basis.node.id if basis.node is not None and work.over else "",
        wish=wish,
        work=work,
    )


def size_of(basis: Basis) -> tuple[int, int]:
    """The picture worked on, in pixels. While only the words are checked, a size that fits."""
    return basis.size or (1024, 1024)


def calls(plan: Plan, model_set: ModelSet) -> Sequence[Paid]:
    """A painting for each prompt; one that is refused may be softened and painted once more, while
    the quote has room for it."""
    work = plan.work
    if work is None:
        raise BadRequest("This run does not say what to paint: start a new one.")
    painter = model_set.doing(work.operation, mask=bool(work.mask))
    price = painter.price(work_request(plan, work)) if painter else None
    soften = model_set.critic.price("rewrite")
    return [
        Paid(step="paint/1", kind="paint", price=price, times=len(work.prompts), images=1, round=1),
        Paid(step="soften/1", kind="rewrite", price=soften, round=1, spare=True),
    ]


async def recipe(loop: Loop, opening: Opening) -> str:
    """Paints and posts."""
    return await loop.picture()
