"""The measure for painters that paint anew: what shows the same stands above what has its pixels."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from adapters.models.offline import engine, styles
from adapters.models.offline.raster import Pixels, fit, to_float, to_pixels
from core.imaging.resemblance import resemble
from core.imaging.similarity import measure

PHOTOGRAPHS = Path(__file__).parents[4] / "shared" / "images"
SENTENCES = (
    "a red fox in the snow at sunset, oil",
    "a city at night by a river, gouache",
    "three boats on a lake at dawn, gouache",
)
Change = Callable[[Pixels], Pixels]


@cache
def scene(number: int) -> Pixels:
    picture = engine.paint(SENTENCES[number], 384, 256, seed=2)
    picture.flags.writeable = False
    return picture


def zoomed(picture: Pixels, factor: float = 1.15) -> Pixels:
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 0, factor)
    return np.asarray(cv2.warpAffine(picture, matrix, (width, height)), np.uint8)


def cropped(picture: Pixels) -> Pixels:
    height, width = picture.shape[:2]
    return np.ascontiguousarray(picture[height // 8 :, : width * 7 // 8])


def mirrored(picture: Pixels) -> Pixels:
    return np.ascontiguousarray(picture[:, ::-1])


def shifted(picture: Pixels) -> Pixels:
    return np.roll(picture, picture.shape[1] // 12, axis=1)


def cast(picture: Pixels) -> Pixels:
    return np.clip(picture * np.array([1.15, 1, 0.8]), 0, 255).astype(np.uint8)


def bent(picture: Pixels) -> Pixels:
    """As a hand that paints it anew does not meet every line."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    across, down = (
        x + 0.02 * width * np.sin(y / height * 9),
        y + 0.02 * width * np.cos(x / width * 8),
    )
    moved = cv2.remap(picture, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(moved, np.uint8)


def in_style(style: str, picture: Pixels) -> Pixels:
    return to_pixels(styles.apply(style, to_float(picture), 3))


def blocks(picture: Pixels) -> Pixels:
    height, width = picture.shape[:2]
    size = (24, 16) if width >= height else (16, 24)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def blurred(picture: Pixels) -> Pixels:
    """20 pixels of 512."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 20 * max(picture.shape) / 512), np.uint8)


SAME_THING: dict[str, Change] = {
    "zoom": zoomed, "crop": cropped, "mirror": mirrored, "shift": shifted, "cast": cast, "bent": bent,
    **{style: partial(in_style, style) for style in (
        "watercolor", "oil", "van gogh", "ukiyo-e", "pop art", "pencil", "comic ink", "papercut",
        "fresco", "neon",
    )},
    "mirrored oil, nearer": lambda picture: in_style("oil", mirrored(zoomed(picture))),
}  # fmt: skip
LESS_OF_IT: dict[str, Change] = {"mosaic": blocks, "blur": blurred}


def misordered(picture: Pixels) -> list[str]:
    """The pairs (same thing, less of it) that stand the wrong way round."""
    above = {name: resemble(picture, change(picture)).score for name, change in SAME_THING.items()}
    below = {name: resemble(picture, change(picture)).score for name, change in LESS_OF_IT.items()}
    return [
        f"{name} {value:.0f} <= {other} {limit:.0f}"
        for name, value in above.items()
        for other, limit in below.items()
        if value <= limit
    ]


@pytest.mark.parametrize(
    "number", [0, *(pytest.param(number, marks=pytest.mark.slow) for number in (1, 2))]
)
def test_what_shows_the_same_stands_above_a_mosaic_and_a_blur(number: int) -> None:
    assert misordered(scene(number)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["kodim03", "kodim05", "kodim15", "kodim20", "kodim23"])
def test_and_on_photographs(name: str) -> None:
    file = PHOTOGRAPHS / f"{name}.png"
    if not file.is_file():
        pytest.skip("no photographs beside the repository")
    with Image.open(file) as image:
        photograph = to_pixels(fit(np.asarray(image.convert("RGB"), np.float32) / 255, 512))
    assert misordered(photograph) == []


def test_the_measure_of_pixels_has_them_the_other_way_round() -> None:
    """Why there are two: a mosaic has the reference's pixels, a mirrored picture has none."""
    picture = scene(0)
    assert measure(picture, blocks(picture)).score > measure(picture, mirrored(picture)).score


def test_another_picture_is_far_below() -> None:
    assert resemble(scene(0), scene(1)).score < 35
    assert resemble(scene(1), scene(2)).score < 35


def test_it_says_how_the_picture_lies_over_the_reference() -> None:
    found = resemble(scene(1), mirrored(zoomed(scene(1))))
    assert found.mirrored
    assert found.zoom == pytest.approx(0.87)
    assert not resemble(scene(1), scene(1)).mirrored


def test_colour_is_told_apart_from_edges() -> None:
    grey = np.repeat(cv2.cvtColor(scene(0), cv2.COLOR_RGB2GRAY)[..., None], 3, 2)
    found = resemble(scene(0), np.asarray(grey, np.uint8))
    assert found.edges > 0.9
    assert found.colour < 0.7


def test_the_same_picture_has_100_and_the_same_question_the_same_answer() -> None:
    assert resemble(scene(2), scene(2)).score == pytest.approx(100, abs=0.1)
    assert resemble(scene(0), scene(2)) == resemble(scene(0), scene(2))


@pytest.mark.slow
@pytest.mark.parametrize(
    "shape", [(1, 1, 3), (1, 5000, 3), (5000, 32, 3), (16, 5000, 3), (62, 512, 3), (333, 517, 3)]
)
def test_extreme_formats_are_measured(shape: tuple[int, int, int]) -> None:
    grain = np.random.default_rng(1).integers(0, 255, shape, dtype=np.uint8)
    for one, other in ((grain, scene(0)), (scene(0), grain), (grain, np.zeros(shape, np.uint8))):
        assert 0 <= resemble(one, other).score < 40
    assert resemble(grain, grain).score > 90


def test_flat_pictures_differ_in_colour_alone() -> None:
    black, white = (np.full((40, 60, 3), value, np.uint8) for value in (0, 255))
    assert resemble(black, black).score == pytest.approx(100)
    assert resemble(black, white).score < 10


@pytest.mark.parametrize("shape", [(4, 4), (0, 4, 3), (4, 4, 4)])
def test_anything_else_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shape"):
        resemble(np.zeros(shape, np.uint8), scene(0))
