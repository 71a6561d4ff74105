"""One rule from the size wanted to a size the model takes.

OpenAI's rule: multiples of 16, ratio between 1:3 and 3:1, edges to 3840, an area of 655,360 to
8,294,400 pixels (platform.openai.com/docs/guides/image-generation).
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LISTED = re.compile(r"(\d{1,5})x(\d{1,5})")


@dataclass(frozen=True, slots=True)
class SizeRule:
    """Sides are multiples of `step`; `least` and `most` bound the area in pixels."""

    step: int = 16
    ratio: float = 3.0
    longest: int = 3840
    least: int = 655_360
    most: int = 8_294_400

    def takes(self, width: int, height: int) -> bool:
        return (
            width % self.step == height % self.step == 0
            and min(width, height) >= self.step
            and max(width, height) <= min(self.longest, self.ratio * min(width, height))
            and self.least <= width * height <= self.most
        )


GPT_IMAGE = SizeRule()
FREE = SizeRule(step=8, ratio=8.0, longest=4096, least=64 * 64, most=4096 * 4096)


def fitted(width: int, height: int, rule: SizeRule, listed: Sequence[str] = ()) -> tuple[int, int]:
    """The nearest size that is taken: of the list where there is one, else within the rule."""
    sizes = [(int(m[1]), int(m[2])) for each in listed if (m := LISTED.fullmatch(each.strip()))]
    if not sizes:
        sizes = [(width, height)] if rule.takes(width, height) else list(_near(width, height, rule))
    return min(sizes, key=lambda size: _distance(size, width, height))


def _near(width: int, height: int, rule: SizeRule) -> Iterator[tuple[int, int]]:
    """Sizes within the rule around the wanted ratio at the nearest allowed area."""
    ratio = min(rule.ratio, max(1 / rule.ratio, width / height))
    long = max(ratio, 1 / ratio)
    area = min(width * height, rule.most, rule.longest**2 / long)
    area = max(area, rule.least)
    across, down = math.sqrt(area * ratio), math.sqrt(area / ratio)
    for w in _steps(across, rule.step):
        for h in _steps(down, rule.step):
            if rule.takes(w, h):
                yield w, h


def _steps(side: float, step: int) -> range:
    low = int(side // step) * step
    return range(max(step, low - step), low + 3 * step, step)


def _distance(size: tuple[int, int], width: int, height: int) -> tuple[float, float]:
    """How far a size's shape is off, then its area; both as logarithms."""
    ratio = abs(math.log(size[0] / size[1] * height / width))
    area = abs(math.log(size[0] * size[1] / (width * height)))
    return round(ratio, 2), area
