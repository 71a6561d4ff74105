"""What a picture was made from, noted beside it: what leaves says so in its file."""

import hashlib
import json
from collections.abc import Sequence

from core.domain.records import Iteration
from core.imaging.provenance import Source
from core.models.painter import PainterProfile
from core.runtime.context import RunContext
from core.runtime.patience import patiently
from core.runtime.snapshot import Snapshot


def key_of(image: str) -> str:
    return f"made/{image}"


async def painted(
    ctx: RunContext,
    snapshot: Snapshot,
    painter: PainterProfile,
    image: str,
    node: Iteration | None,
    given: Sequence[bytes],
) -> None:
    """Of a painting, once it is paid for; a step done once more writes the same. `given`: the
    pictures that its painter got beside the words."""
    source: Source = "algorithmicMedia" if painter.embedded else "trainedAlgorithmicMedia"
    parents = _parents(snapshot, image, node, given)
    await _note(ctx, image, source, painter.name, parents)


def _parents(
    snapshot: Snapshot, image: str, node: Iteration | None, given: Sequence[bytes]
) -> list[str]:
    """The picture that the round follows from, and those that went in."""
    before = snapshot.node(node.parent if node else "")
    went_in = {hashlib.sha256(each).hexdigest() for each in given}
    portraits = node.chapter.portraits if node and node.chapter else ()
    work = snapshot.plan.work
    known = [
        *(work.sources if work else ()),
        *(each.image for each in portraits),
        *(each.image for each in snapshot.iterations),
    ]
    found = [before.image if before else snapshot.session.reference]
    found += [each for each in known if each in went_in]
    return [each for each in dict.fromkeys(found) if each and each != image]


async def derived(ctx: RunContext, image: str, sources: Sequence[str]) -> None:
    """Of a picture made here from others, for nothing. What was put together of photographs alone
    says nothing: no model and no painter made it."""
    notes = [await ctx.images.noted_call(key_of(each)) for each in dict.fromkeys(sources)]
    made = {str(json.loads(note)["source"]) for note in notes if note is not None}
    if not made:
        return
    source: Source = "trainedAlgorithmicMedia"
    if made == {"algorithmicMedia"}:
        source = "algorithmicMedia"
    elif len(notes) > 1 or "compositeWithTrainedAlgorithmicMedia" in made:
        source = "compositeWithTrainedAlgorithmicMedia"
    parents = [each for each in dict.fromkeys(sources) if each and each != image]
    await _note(ctx, image, source, "", parents)


async def _note(
    ctx: RunContext, image: str, source: Source, model: str, parents: Sequence[str]
) -> None:
    text = json.dumps({"source": source, "model": model, "parents": list(parents)})
    await patiently("a note", lambda: ctx.images.note_call(key_of(image), text))
