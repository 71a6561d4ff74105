"""paint: a text becomes a picture, from its dabs or, without any, from its words."""

import re
from typing import Final

from adapters.models.offline import language, mixture, styles
from adapters.models.offline.describing import glance
from adapters.models.offline.raster import Pixels, Plane, resize, to_lab, to_pixels, to_rgb
from adapters.models.offline.rewording import edited
from adapters.models.offline.scene import imagine
from adapters.models.offline.wishes import shift_of, shifted, wish_of

SMALLEST_SIDE: Final = 16
LARGEST_SIDE: Final = 4_096
_PAINTED_AT: Final = 1_280


def paint(text: str, width: int, height: int, *, seed: int = 0, plain: bool = False) -> Pixels:
    """The picture of a text, the same for the same (text, size, seed); never raises on bad text.

    Without dabs the scene painter reads the words. `plain` leaves the style out.
    """
    width, height = (min(LARGEST_SIDE, max(SMALLEST_SIDE, int(side))) for side in (width, height))
    factor = min(1.0, _PAINTED_AT / max(width, height))
    small = (max(SMALLEST_SIDE, round(width * factor)), max(SMALLEST_SIDE, round(height * factor)))
    prompt = language.read(text)
    picture, style = unstyled(prompt, *small, seed)
    if not plain:
        picture = styles.apply(style, picture, seed)
    if small != (width, height):
        picture = resize(picture, width, height)
    return to_pixels(picture)


def unstyled(prompt: language.Prompt, width: int, height: int, seed: int) -> tuple[Plane, str]:
    """The picture as float RGB before its style, and the style's name."""
    if not len(prompt.dabs):
        return _from_words(prompt.words, width, height, seed)
    style = styles.style_of(prompt.words) or styles.DEFAULT
    return _from_dabs(prompt, width, height), style


def _from_dabs(prompt: language.Prompt, width: int, height: int) -> Plane:
    """Paint dabs; another aspect ratio is covered and cropped in the middle."""
    factor = max(width / prompt.width, height / prompt.height)
    full_width = min(4 * width, max(width, round(prompt.width * factor)))
    full_height = min(4 * height, max(height, round(prompt.height * factor)))
    lab = mixture.render(prompt.dabs, full_height, full_width)
    left, top = (full_width - width) // 2, (full_height - height) // 2
    lab = lab[top : top + height, left : left + width]
    return to_rgb(edited(prompt.words, lab, glance(prompt.dabs, prompt.width, prompt.height)))


def _from_words(words: str, width: int, height: int, seed: int) -> tuple[Plane, str]:
    wish = wish_of(words)
    sentence = re.sub(r"^(?:Wish|Revision \d+):.*$", "", words, flags=re.M).strip()
    picture, scene = imagine(sentence, width, height, seed)
    style = styles.named(wish) or scene.style or styles.DEFAULT
    shift = shift_of(wish)
    return (to_rgb(shifted(to_lab(picture), shift)) if shift.changes else picture), style
