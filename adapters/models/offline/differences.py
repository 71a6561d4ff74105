"""What is wrong with a painted picture, in words for people."""

import numpy as np

from adapters.models.offline.raster import Plane
from adapters.models.offline.words import at, place


def where_wrong(lab: Plane, painted: Plane) -> tuple[str, ...]:
    """The three worst ninths of the picture, in words."""
    height, width = lab.shape[:2]
    rows = [slice(height * i // 3, height * (i + 1) // 3) for i in range(3)]
    columns = [slice(width * i // 3, width * (i + 1) // 3) for i in range(3)]
    found: list[tuple[float, str]] = []
    for number in range(9):
        window = (rows[number // 3], columns[number % 3])
        residual = lab[window] - painted[window]
        found.append((float((residual**2).sum(-1).mean()), _say(number, residual)))
    found.sort(key=lambda item: -item[0])
    return tuple(text for _, text in found[:3])


def _say(number: int, residual: Plane) -> str:
    where = place((number % 3 + 0.5) / 3, (number // 3 + 0.5) / 3)
    mean = residual.mean((0, 1)) * np.array([1, 1.2, 1.2])
    axis = int(np.abs(mean).argmax())
    pairs = (("lighter", "darker"), ("redder", "greener"), ("yellower", "bluer"))
    shift = pairs[axis][0 if mean[axis] > 0 else 1]
    wanted = f"{shift}, with" if abs(float(mean[axis])) > 0.012 else "with"
    return f"{at(where)} {wanted} clearer shapes"
