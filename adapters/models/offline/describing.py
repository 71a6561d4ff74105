"""describe: a picture becomes words and a first, coarse set of dabs."""

from typing import Final

import numpy as np

from adapters.models.offline import language, splitting
from adapters.models.offline.language import TOKEN_COST
from adapters.models.offline.mixture import LONG, SHORT, render
from adapters.models.offline.optimiser import optimise
from adapters.models.offline.raster import Plane
from adapters.models.offline.words import MEASURED_AT, compose

WORKED_AT: Final = 320
HUES: Final = 12
_FEW_HUES: Final = 8
FIRST_LENGTH: Final = 1_280
_LINE_COST: Final = 12


def first_text(
    lab: Plane,
    width: int,
    height: int,
    *,
    limit: int,
    style: str,
    notes: tuple[str, ...] = (),
    length: int = FIRST_LENGTH,
    polish: int = 0,
) -> str:
    """Describe a Lab/100 picture of WORKED_AT size in at most `length` and `limit` characters."""
    room = min(limit, length)
    words = shorten(compose(lab, style, notes), limit * 3 // 4)
    hues = HUES if room > 2_000 else _FEW_HUES
    count = max(4, int((room - len(words) - 20 - hues * _LINE_COST) / TOKEN_COST))
    dabs = splitting.split(lab, count)
    if polish:
        dabs = optimise(dabs, lab, polish)
    return within(dabs, style, notes, width, height, room=room, limit=limit, hues=hues)


def within(
    dabs: Plane,
    style: str,
    notes: tuple[str, ...],
    width: int,
    height: int,
    *,
    room: int,
    limit: int,
    hues: int = HUES,
    names: list[str] | None = None,
) -> str:
    """Write dabs as text, leaving out the smallest until it fits; the words fit what is painted.

    `names` are the colours they stand under, where those are chosen already.
    """
    names = names or language.palette(dabs, hues)
    while True:
        # of the dabs that stay: words that say something else would be taken for a person's edit
        read_back = language.read(language.write("", dabs, names, width, height))
        seen = glance(read_back.dabs, width, height)
        words = shorten(compose(seen, style, notes), limit * 3 // 4)
        text = language.write(words, dabs, names, width, height)
        if len(text) <= room or len(dabs) <= 4:
            break
        over = max(1, int((len(text) - room) / TOKEN_COST))
        area = dabs[:, LONG] + dabs[:, SHORT]
        dabs = dabs[np.sort(np.argsort(-area)[: max(4, len(dabs) - over)])]
    return text if len(text) <= limit else words[:limit]


def worked_size(image: Plane) -> int:
    """The long side a picture is described and compared at; small pictures stay as they are."""
    return min(WORKED_AT, max(image.shape[:2]))


def glance(dabs: Plane, width: int, height: int) -> Plane:
    """Dabs as a small Lab/100 picture, always of the same size for the same format."""
    factor = MEASURED_AT / max(width, height)
    return render(dabs, max(8, round(height * factor)), max(8, round(width * factor)), 12)


def shorten(words: str, limit: int) -> str:
    """Words that leave room: whole lines are dropped from the end."""
    lines = words.splitlines()
    while len(lines) > 1 and len("\n".join(lines)) > limit:
        lines.pop()
    return "\n".join(lines)[: max(0, limit)]
