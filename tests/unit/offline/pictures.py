"""Pictures for the tests of the embedded engine, drawn here so that no file is needed."""

import cv2
import numpy as np

from adapters.models.offline.raster import Pixels


def hill_scene(width: int = 240, height: int = 160) -> Pixels:
    """A sky, a hill, a red house and a yellow sun: edges, masses and a gradient."""
    down = np.linspace(0, 1, height)[:, None, None]
    sky = np.array([90, 150, 220]) * (1 - down) + np.array([225, 232, 240]) * down
    picture = np.ascontiguousarray(np.broadcast_to(sky, (height, width, 3)).astype(np.uint8))
    cv2.ellipse(picture, (width // 2, height), (width, height // 2), 0, 180, 360, (70, 120, 50), -1)
    left, top = int(width * 0.55), int(height * 0.45)
    cv2.rectangle(picture, (left, top), (left + width // 5, top + height // 4), (180, 40, 30), -1)
    cv2.circle(picture, (width // 5, height // 5), height // 9, (250, 220, 90), -1)
    return picture


def stripes(width: int = 240, height: int = 160) -> Pixels:
    """Another picture altogether."""
    across = (np.arange(width) // 12 % 2)[None, :, None]
    picture = np.where(across == 0, np.array([20, 20, 60]), np.array([240, 200, 40]))
    return np.ascontiguousarray(np.broadcast_to(picture, (height, width, 3)).astype(np.uint8))


def grained(width: int = 240, height: int = 160) -> Pixels:
    """The hill scene with so much texture that no text can hold all of it."""
    random = np.random.default_rng(7)
    coarse = random.normal(0, 60, (height // 6 + 1, width // 6 + 1, 3)).astype(np.float32)
    grain = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(hill_scene(width, height) + grain, 0, 255).astype(np.uint8)
