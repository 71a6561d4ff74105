"""What edit and outpaint paint belongs to the picture: its grain, no seam, its colours beyond."""

import numpy as np
import pytest

from adapters.models.offline import engine
from adapters.models.offline.filling import filled
from adapters.models.offline.patches import nearest_patches
from adapters.models.offline.raster import Pixels, Plane, blur, gradient, luma, to_float
from tests.unit.offline.pictures import grained, hill_scene

BOX = (slice(40, 130), slice(60, 170))
INSTRUCTIONS = ("snow", "a lake with mountains", "in purple", "much darker")
SLOW_ONES = ("a red fox", "a boat", "a castle", "a bunch of flowers", "remove it")


def test_no_piece_comes_from_so_near_that_it_would_repeat_like_wallpaper() -> None:
    picture = to_float(hill_scene(96, 64))
    beyond = np.zeros(picture.shape[:2], np.bool_)
    beyond[:, 64:] = True
    field = nearest_patches(picture, beyond, 2.0)
    assert field is not None
    assert np.abs(field.targets - field.sources).max(1).min() >= 0.15 * 96


def _mask(picture: Pixels) -> Pixels:
    mask = np.zeros(picture.shape[:2], np.uint8)
    mask[BOX] = 255
    return mask


def _lines(picture: Pixels) -> Plane:
    """Local detail (h, w): length of the brightness gradient."""
    return np.hypot(*gradient(luma(to_float(picture))))


def _detail_inside_to_around(picture: Pixels, mask: Pixels) -> float:
    lines, around = _lines(picture), np.zeros_like(mask)
    around[28:142, 48:182] = 255
    return float(lines[mask > 0].mean() / lines[(around > 0) & (mask == 0)].mean())


def _seam(picture: Pixels) -> float:
    """The step over the mask's border, in steps between neighbours anywhere."""
    light = luma(to_float(picture))
    rows, columns = BOX
    steps = [
        np.abs(light[rows, edge] - light[rows, edge - 1]).mean()
        for edge in (columns.start, columns.stop)
    ]
    return float(np.mean(steps) / np.abs(np.diff(light, axis=1)).mean())


@pytest.mark.parametrize(
    "instruction",
    [*INSTRUCTIONS, *(pytest.param(each, marks=pytest.mark.slow) for each in SLOW_ONES)],
)
def test_an_edit_has_the_grain_of_its_surroundings_and_no_seam(instruction: str) -> None:
    """A soft patch, colours that flow in from around it, has 0.2 of the detail."""
    picture = grained()
    mask = _mask(picture)
    edited = engine.edit(picture, mask, instruction, seed=1)
    assert np.array_equal(edited[mask == 0], picture[mask == 0])
    assert 0.65 < _detail_inside_to_around(edited, mask) < 1.6
    assert _seam(edited) < 1.4


@pytest.mark.slow
def test_a_calm_picture_gets_no_grain() -> None:
    picture = np.full((120, 180, 3), (120, 150, 190), np.uint8)
    mask = np.zeros((120, 180), np.uint8)
    mask[30:100, 50:140] = 255
    for instruction in ("remove it", "a red fox"):
        edited = engine.edit(picture, mask, instruction, seed=1)
        outside_the_fox = np.abs(edited.astype(int) - picture).max(-1)[30:40, 50:140]
        assert outside_the_fox.mean() < 3


def test_a_removed_thing_is_gone_and_its_ground_goes_on() -> None:
    picture = hill_scene()
    mask = np.zeros(picture.shape[:2], np.uint8)
    mask[62:124, 124:188] = 255
    edited = engine.edit(picture, mask, "remove the house", seed=1).astype(int)
    red = (picture[..., 0] > 140) & (picture[..., 1] < 80)
    assert red.sum() > 800
    assert ((edited[..., 0] > 140) & (edited[..., 1] < 80)).sum() < 0.05 * red.sum()
    bottom = edited[118, 130:182].mean(0)
    assert np.abs(bottom - picture[150, 150]).max() < 40


def test_a_subject_is_there_in_its_colour() -> None:
    picture = grained()
    mask = _mask(picture)
    edited = engine.edit(picture, mask, "a red fox", seed=1).astype(int)
    before = picture.astype(int)

    def orange(pixels: np.ndarray) -> float:
        r, g, b = (pixels[BOX][..., i] for i in range(3))
        return float(((r > g + 50) & (r > b + 60)).mean())

    assert orange(edited) > orange(before) + 0.08


def test_what_is_known_stays_and_odd_holes_are_closed() -> None:
    base = to_float(hill_scene(60, 40))
    for hole in (np.ones((40, 60), bool), np.zeros((40, 60), bool), np.eye(40, 60) > 0):
        whole = filled(base, hole)
        assert whole.shape == base.shape
        assert np.isfinite(whole).all()
        assert np.array_equal(whole[~hole], base[~hole])


def _horizon(picture: Pixels) -> float:
    """Where sky turns to land in columns (h, w, 3), as a share of the height."""
    blue = picture[..., 2].astype(int) > picture[..., 1].astype(int)
    return float(blue.mean())


def _coast() -> Pixels:
    """Sky above, grass below, both with grain."""
    picture = grained()
    grain = picture.astype(int) - hill_scene()
    flat = np.where(np.arange(160)[:, None, None] < 70, (90, 140, 210), (90, 140, 50))
    return np.clip(flat + 0.4 * grain, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_widened_picture_keeps_its_horizon_and_grain(side: str) -> None:
    picture = _coast()
    margins = {"left": 0, "right": 0, "up": 0, "down": 0, side: 90}
    wide = engine.outpaint(picture, **margins, seed=2)
    new = wide[:, :90] if side == "left" else wide[:, -90:]
    assert _horizon(new) == pytest.approx(_horizon(picture), abs=0.04)
    for part in (slice(0, 60), slice(80, 160)):
        assert np.abs(new[part].mean((0, 1)) - picture[part].mean((0, 1))).max() < 12
    outer = new[:, :40] if side == "left" else new[:, -40:]
    assert _lines(outer).mean() > 0.6 * _lines(picture).mean()


@pytest.mark.slow
def test_sky_goes_on_above_and_ground_below() -> None:
    picture = _coast()
    tall = engine.outpaint(picture, 0, 0, 50, 50, seed=2)
    assert tall.shape == (260, 240, 3)
    assert np.array_equal(tall[50:210], picture)
    assert _horizon(tall[:50]) > 0.95
    assert _horizon(tall[-50:]) < 0.05


def test_a_line_around_the_picture_stays_and_is_not_gone_on_with() -> None:
    picture = _coast()
    picture[:2], picture[-2:], picture[:, :2], picture[:, -2:] = 0, 0, 0, 0
    wide = engine.outpaint(picture, 80, 0, 0, 0, seed=2)
    assert np.array_equal(wide[:, 80:], picture)
    assert wide[10:150, 60:80].mean(-1).min() > 20


def test_what_a_picture_shows_once_is_not_shown_again_beyond_its_border() -> None:
    picture = grained()
    picture[60:110, 20:70] = (230, 20, 30)
    for seed in (1,):
        wide = engine.outpaint(picture, 80, 80, 0, 40, seed)
        assert np.array_equal(wide[:160, 80:320], picture)
        wide = blur(wide.astype(np.float32), 4)
        red = (wide[..., 0] > wide[..., 1] + 90) & (wide[..., 0] > wide[..., 2] + 90)
        assert red[:160, 80:320].sum() > 2000
        red[:160, 80:320] = False
        assert red.sum() < 50
