"""What is done for the eye: detail where people look, styles of dark pictures, evolve's beginnings."""

import cv2
import numpy as np
import pytest

from adapters.models.offline import engine, evolving, styles
from adapters.models.offline.looking import attention
from adapters.models.offline.raster import Pixels, luma, to_float, to_lab
from core.imaging.similarity import measure
from tests.unit.offline.pictures import grained, hill_scene


def face(width: int = 240, height: int = 160) -> Pixels:
    """A face before foliage that is as fine all over."""
    random = np.random.default_rng(2)
    leaves = np.array([60, 90, 50]) + random.normal(0, 12, (height, width, 1))
    picture = np.clip(leaves, 0, 255).astype(np.uint8)
    middle = (width // 2, height // 2)
    cv2.ellipse(picture, middle, (height // 5, height // 4), 0, 0, 360, (205, 150, 120), -1)
    for side in (-1, 1):
        eye = (middle[0] + side * height // 12, middle[1] - height // 16)
        cv2.circle(picture, eye, height // 40, (40, 25, 20), -1)
    cv2.line(
        picture, (middle[0] - 9, middle[1] + 18), (middle[0] + 9, middle[1] + 18), (140, 50, 50), 2
    )
    return picture


def test_more_detail_goes_where_people_look() -> None:
    weight = attention(to_lab(to_float(face())))
    assert weight.mean() == pytest.approx(1, abs=0.01)
    head = weight[50:110, 95:145].mean()
    assert head > 1.25 * weight[:, :60].mean()


def test_evolve_comes_near_before_it_departs() -> None:
    """The first description is coarse; what follows from it need not be."""
    picture = grained(96, 64)
    coarse = engine.describe(picture, limit=2400, length=900)
    text = engine.evolve(picture, coarse, "gouache", leap="subtle", lock=True, limit=2400)
    before, after = (
        measure(picture, engine.paint(one, 96, 64, plain=True)).detail for one in (coarse, text)
    )
    assert after > before + 0.08


def test_a_full_text_is_not_fitted_again() -> None:
    picture = grained(96, 64)
    full = engine.describe(picture, limit=2000, length=2000)
    other = hill_scene(96, 64)
    text = engine.evolve(other, full, "gouache", leap="subtle", lock=True, limit=2000)
    plain = engine.paint(text, 96, 64, plain=True)
    assert measure(picture, plain).score > measure(other, plain).score


def test_a_motif_comes_in_where_it_is_calm_and_nowhere_else() -> None:
    random = np.random.default_rng(1)
    busy = np.asarray(random.integers(0, 255, (120, 180, 3)), np.uint8)
    assert evolving.with_motif(to_lab(to_float(busy)), "balloon", random) is None
    calm = to_lab(to_float(hill_scene(180, 120)))
    among = evolving.with_motif(calm, "balloon", random)
    assert among is not None
    assert 0.002 < (np.abs(among - calm).max(-1) > 0.05).mean() < 0.2


@pytest.mark.parametrize(("style", "least"), [("botanical illustration", 0.6), ("fresco", 0.36)])
def test_pale_styles_stay_pale_on_dark_pictures(style: str, least: float) -> None:
    night = to_float(engine.paint("a castle at night", 180, 120, seed=1, plain=True))
    assert luma(night).mean() < 0.3
    assert luma(styles.apply(style, night, 3)).mean() > least


@pytest.mark.parametrize("style", ["neon", "blueprint"])
def test_lines_of_light_show_on_dark_pictures(style: str) -> None:
    night = to_float(engine.paint("a castle at night", 180, 120, seed=1, plain=True))
    drawn = luma(styles.apply(style, night, 3))
    assert np.quantile(drawn, 0.97) > np.quantile(drawn, 0.5) + 0.3
