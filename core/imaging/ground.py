"""The ground under transparency, chosen by the picture: white art does not vanish on white."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.domain.errors import BadImage

GROUNDS: Final = (("white", 255), ("dark grey", 34), ("grey", 128))
ENOUGH: Final = 48  # of 255: what stands out that far from white stays on white
FAINTEST: Final = 15  # percent of the outline that may stand out less
SEEN: Final = 32  # alpha from which something is seen


def has_alpha(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def chosen(sample: Image.Image) -> tuple[str, int]:
    """The ground's name and its grey, for a small RGBA copy of a picture; ("", 255) where nothing
    is transparent. Raises BadImage where everything is."""
    pixels = np.asarray(sample.convert("RGBA"), np.uint8)
    alpha = pixels[..., 3]
    if alpha.min() >= 250:
        return "", 255
    seen = alpha >= SEEN
    if not seen.any():
        raise BadImage("The picture is wholly transparent: there is nothing to see in it.")
    outline = _outline(seen)
    edge = pixels[..., :3][outline if outline.any() else seen].astype(np.int16)

    def standing_out(grey: int) -> float:
        return float(np.percentile(np.abs(edge - grey).max(axis=-1), FAINTEST))

    if standing_out(GROUNDS[0][1]) >= ENOUGH:
        return GROUNDS[0]
    return max(GROUNDS, key=lambda ground: standing_out(ground[1]))


def _outline(seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where what is seen meets what is not: only there can it melt into the ground."""
    inside = cv2.erode(seen.astype(np.uint8), np.ones((5, 5), np.uint8), borderValue=1)
    return seen & (inside == 0)


def filled(image: Image.Image, grey: int) -> Image.Image:
    """The picture in RGB on that ground."""
    layer = image.convert("RGBA")
    ground = Image.new("RGBA", layer.size, (grey, grey, grey, 255))
    return Image.alpha_composite(ground, layer).convert("RGB")
