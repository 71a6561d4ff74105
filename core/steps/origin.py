"""What a painted picture was made from, noted beside it: what leaves says so in its file."""

import json

from core.imaging.provenance import Source
from core.models.painter import PainterProfile
from core.runtime.context import RunContext
from core.runtime.patience import patiently
from core.runtime.snapshot import Snapshot


def key_of(image: str) -> str:
    return f"made/{image}"


async def note(
    ctx: RunContext, snapshot: Snapshot, painter: PainterProfile, image: str, parent: str
) -> None:
    """Written once the picture is paid for; a step done once more writes the same."""
    before = snapshot.node(parent)
    made_from = before.image if before else snapshot.session.reference
    source: Source = "algorithmicMedia" if painter.embedded else "trainedAlgorithmicMedia"
    said = {
        "source": source,
        "model": painter.name,
        "parents": [made_from] if made_from and made_from != image else [],
    }
    text = json.dumps(said)
    await patiently("a note", lambda: ctx.images.note_call(key_of(image), text))
