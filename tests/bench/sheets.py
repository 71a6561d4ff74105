"""Rows of pictures as one file, to be looked at."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from adapters.models.offline.raster import Pixels, Plane, to_float, to_pixels


def sheet(rows: list[list[Pixels]], path: Path, width: int) -> None:
    """Save rows of pictures, each scaled to that width, as one JPEG."""
    height = round(width * 2 / 3)
    lines: list[Pixels] = []
    for row in rows:
        cells = [to_pixels(_fitted(picture, width, height)) for picture in row]
        cells += [np.full((height, width, 3), 255, np.uint8)] * (len(rows[0]) - len(cells))
        lines.append(np.concatenate(cells, 1))
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(np.concatenate(lines, 0)).save(path, quality=80, optimize=True)


def _fitted(picture: Pixels, width: int, height: int) -> Plane:
    """Scale into a cell and leave the rest white."""
    factor = min(width / picture.shape[1], height / picture.shape[0])
    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    cell = np.ones((height, width, 3), np.float32)
    scaled = cv2.resize(to_float(picture), size, interpolation=cv2.INTER_AREA)
    cell[: size[1], : size[0]] = scaled
    return cell
