"""What the embedded engine does, by name, for `Pixels.run`: the process that does it loads it.

`in_words`: for a painter beside it that reads words alone.
"""

from typing import TYPE_CHECKING

from core.domain.answers import Critique, Description, Inspection, Reply, Rewritten, Verdict
from core.domain.story import Scene
from core.models.critic import Compare, Describe, Duel, Inspect, Query, Rewrite, Transform
from core.models.painter import PaintRequest
from core.models.story import Tell

if TYPE_CHECKING:
    from adapters.models.offline.operations import Made


def made(request: PaintRequest, seed: int) -> "Made":
    from adapters.models.offline import operations

    return operations.made(request, seed)


def described(ask: Describe, style: str, in_words: bool) -> Description:
    from adapters.models.offline import answering, plainly

    said = answering.described(ask, style)
    return plainly.description(said, ask) if in_words else said


def compared(ask: Compare, in_words: bool) -> Critique:
    from adapters.models.offline import answering, plainly

    said = answering.compared(plainly.roomy(ask) if in_words else ask)
    return plainly.critique(said, ask) if in_words else said


def evolved(ask: Transform, in_words: bool) -> Critique:
    from adapters.models.offline import answering, plainly

    said = answering.evolved(ask)
    return plainly.transformation(said, ask) if in_words else said


def dueled(ask: Duel) -> Verdict:
    from adapters.models.offline import answering

    return answering.dueled(ask)


def inspected(ask: Inspect) -> Inspection:
    from adapters.models.offline import answering

    return answering.inspected(ask)


def rewritten(ask: Rewrite) -> Rewritten:
    from adapters.models.offline import answering

    return answering.rewritten(ask)


def next_scene(ask: Tell) -> Scene:
    from adapters.models.offline import telling

    return telling.next_scene(ask)


def reply(ask: Query) -> Reply:
    from adapters.models.offline import replying

    return replying.reply(ask)
