"""Regions in words, and the subject where it can be told."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.domain.errors import BadRequest
from core.imaging import codec, regions
from core.imaging.mask import plane_of
from core.imaging.region_words import Region, named


@pytest.mark.parametrize(
    ("words", "region"),
    [
        ("left", Region("part", "left")),
        ("the right half", Region("part", "right")),
        ("Top Left", Region("part", "left", "top")),
        ("left third", Region("part", "left", deep=1 / 3)),
        ("the bottom right corner of the picture", Region("part", "right", "bottom")),
        ("centre", Region("part", "middle", "middle")),
        ("in the middle", Region("part", "middle", "middle")),
        ("middle left", Region("part", "left", "middle")),
        ("bottom centre", Region("part", "middle", "bottom")),
        ("the border", Region("border")),
        ("the background", Region("background")),
        ("the subject", Region("subject")),
        ("links oben", Region("part", "left", "top")),
        ("die linke Hälfte", Region("part", "left")),
        ("untere rechte Ecke", Region("part", "right", "bottom")),
        ("unteres Drittel", Region("part", "", "bottom", 1 / 3)),
        ("die Mitte des Bildes", Region("part", "middle", "middle")),
        ("der Hintergrund", Region("background")),
        ("das Motiv", Region("subject")),
        ("Ränder", Region("border")),
        ("left and right", None),
        ("top bottom", None),
        ("the sky", None),
        ("left background", None),
        ("third", None),
        ("", None),
        ("left " * 5000, Region("part", "left")),
    ],
)
def test_words_name_a_region_or_none(words: str, region: Region | None) -> None:
    assert named(words) == region


def disc(ground: tuple[int, int, int] = (200, 210, 225)) -> bytes:
    """A red disc, a little left of the middle, on a soft ground."""
    image = Image.new("RGB", (180, 120), ground)
    ImageDraw.Draw(image).ellipse((50, 30, 110, 90), fill=(190, 30, 40))
    grain = np.random.default_rng(1).normal(0, 4, (120, 180, 3))
    return codec.encode_array(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))


def test_parts_are_where_they_are_said_to_be() -> None:
    picture = disc()
    for words, rows, columns in (
        ("right", slice(0, 120), slice(90, 180)),
        ("top left", slice(0, 60), slice(0, 90)),
        ("linkes Drittel", slice(0, 120), slice(0, 60)),
        ("centre", slice(30, 90), slice(45, 135)),
    ):
        want = np.zeros((120, 180), np.uint8)
        want[rows, columns] = 255
        assert (plane_of(regions.masked(words, picture).data) == want).all(), words
    rim = plane_of(regions.masked("border", picture).data)
    assert rim[0, 0] == 255 and rim[60, 90] == 0
    with pytest.raises(BadRequest, match="“the sky” is no part"):
        regions.masked("the sky", picture)


def test_the_subject_is_cut_out_and_the_background_is_the_rest() -> None:
    y, x = np.mgrid[0:120, 0:180]
    want = (x - 80) ** 2 + (y - 60) ** 2 <= 30**2
    found = plane_of(regions.masked("the subject", disc()).data) == 255
    assert (found & want).sum() / (found | want).sum() > 0.9
    behind = plane_of(regions.masked("Hintergrund", disc()).data) == 255
    assert (behind == ~found).all()


def drawn(box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> np.ndarray:
    image = Image.new("RGB", (180, 120), (120, 130, 140))
    ImageDraw.Draw(image).rectangle(box, fill=colour)
    grain = np.random.default_rng(0).normal(0, 4, (120, 180, 3))
    return np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("kind", ["noise", "plain", "thin", "horizon", "faint"])
def test_where_the_subject_cant_be_told_that_is_said(kind: str) -> None:
    random = np.random.default_rng(2)
    pixels = {
        "noise": random.integers(0, 256, (120, 180, 3), np.uint8),
        "plain": np.full((120, 180, 3), 128, np.uint8),
        "thin": np.full((16, 4096, 3), 128, np.uint8),
        "horizon": drawn((0, 60, 180, 120), (60, 120, 60)),
        "faint": drawn((60, 30, 120, 90), (126, 136, 146)),
    }[kind]
    with pytest.raises(BadRequest, match="can't tell the subject"):
        regions.masked("the subject", codec.encode_array(pixels))
