"""Colours into sRGB: what a picture's own profile means is worked out before the profile is dropped."""

import io
import re
from collections.abc import Callable
from typing import Any, Final, Literal

import numpy as np
from PIL import Image, ImageCms

Convert = Callable[[Image.Image], Image.Image]
KNOWN: Final = (
    (re.compile("display p3|dci-?p3", re.I), "Display P3"),
    (re.compile("adobe ?rgb", re.I), "Adobe RGB"),
    (re.compile("prophoto|romm", re.I), "ProPhoto RGB"),
    (re.compile("2020|2100", re.I), "Rec. 2020"),
)
UNREADABLE: Final = "Its colour profile can't be read: its colours are taken as they are."
NO_PROFILE: Final = "It is CMYK without a colour profile: its colours are approximate."
SAME: Final = 2  # of 255: below, a profile changes nothing that anybody sees


def to_srgb(mode: str, profile: bytes | None) -> tuple[Convert | None, str]:
    """How a picture of this mode gets into sRGB, and what is to be told; None: nothing to do.

    The conversion is made for pictures of 8 bits a channel; alpha is kept.
    """
    if mode == "LAB":
        return _lab(), ""
    if not profile:
        return None, NO_PROFILE if mode == "CMYK" else ""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        colour_mode = _mode_for(mode, profile[16:20].decode("ascii", "replace").strip())
        transform = ImageCms.buildTransform(
            source,
            _made("sRGB"),
            colour_mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        if colour_mode != "CMYK" and _changes_nothing(transform, colour_mode):
            return None, ""
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None, UNREADABLE
    return _converter(transform, colour_mode), f"Its colours were converted from {_name(source)}."


def _made(space: Literal["LAB", "sRGB"]) -> ImageCms.ImageCmsProfile:
    cms: Any = ImageCms
    return ImageCms.ImageCmsProfile(cms.createProfile(space))


def _mode_for(mode: str, space: str) -> str:
    """In which mode pixels go through a profile. Raises ValueError where it is of other colours."""
    grey, inks = mode in ("1", "L", "LA"), mode == "CMYK"
    if inks == (space == "CMYK") and space in ("RGB", "CMYK"):
        return space
    if grey and space == "GRAY":
        return "L"
    raise ValueError(f"a profile of {space} in a picture of {mode}")


def profile_in_jp2(header: bytes) -> bytes | None:
    """The ICC profile in a JPEG 2000 file's colour box (ISO 15444-1, I.5.3.3): Pillow skips it."""
    at = header.find(b"colr")
    if at < 4 or header[at + 4 : at + 5] not in (b"\x02", b"\x03"):
        return None
    size = int.from_bytes(header[at - 4 : at], "big")
    return header[at + 7 : at - 4 + size] or None


def _converter(transform: ImageCms.ImageCmsTransform, colour_mode: str) -> Convert:
    def convert(image: Image.Image) -> Image.Image:
        alpha = None
        if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
            image = image.convert("RGBA")
            alpha = image.getchannel("A")
        made = ImageCms.applyTransform(image.convert(colour_mode), transform)
        if made is None:  # only where it was asked to work in place
            raise ValueError("the colours were not converted")
        if alpha is not None:
            made.putalpha(alpha)
        return made

    return convert


def _lab() -> Convert:
    transform = ImageCms.buildTransform(_made("LAB"), _made("sRGB"), "LAB", "RGB")
    return lambda image: ImageCms.applyTransform(image, transform) or image


def _changes_nothing(transform: ImageCms.ImageCmsTransform, colour_mode: str) -> bool:
    """Whether a swatch of colours from all over comes out as it went in: most profiles are sRGB."""
    steps = np.linspace(0, 255, 9).astype(np.uint8)
    grid = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(27, 27, 3)
    swatch = Image.fromarray(grid).convert(colour_mode)
    made = ImageCms.applyTransform(swatch, transform)
    if made is None:
        return False
    before = np.asarray(swatch.convert("RGB"), np.int16)
    return int(np.abs(np.asarray(made, np.int16) - before).max()) <= SAME


def _name(profile: ImageCms.ImageCmsProfile) -> str:
    """A name people know: what else a profile says of itself is somebody's text."""
    said = ImageCms.getProfileDescription(profile)
    return next((name for pattern, name in KNOWN if pattern.search(said)), "its own colour profile")
