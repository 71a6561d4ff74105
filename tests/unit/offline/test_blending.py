import numpy as np
import pytest

from adapters.models.offline import engine
from adapters.models.offline.raster import Pixels, blur, luma, to_float
from tests.unit.offline.pictures import hill_scene, stripes

SIZE = (112, 75)
SHARES = (0.25, 0.5, 0.75)


@pytest.fixture(scope="module")
def ends() -> tuple[str, str]:
    return tuple(engine.describe(make(*SIZE), limit=1800, length=1800)
                 for make in (hill_scene, stripes))  # type: ignore[return-value]  # fmt: skip


@pytest.fixture(scope="module")
def blends(ends: tuple[str, str]) -> dict[float, str]:
    return {share: engine.blend(*ends, share, seed=3, limit=1800) for share in SHARES}


def _painted(text: str) -> Pixels:
    return engine.paint(text, *SIZE, plain=True)


def _structure(mixed: Pixels, end: Pixels) -> np.ndarray:
    """Structural similarity (h, w) of each place, on lightness."""
    a, b = (luma(to_float(picture)) for picture in (mixed, end))
    one, other = blur(a, 1.5), blur(b, 1.5)
    both = blur(a * b, 1.5) - one * other
    spread = blur(a * a, 1.5) - one * one + blur(b * b, 1.5) - other * other
    similar = (2 * one * other + 1e-4) * (2 * both + 9e-4)
    return similar / ((one * one + other * other + 1e-4) * (spread + 9e-4))


def _apart(first: Pixels, second: Pixels) -> np.ndarray:
    return np.abs(first.astype(int) - second).mean(-1)


def test_more_of_the_second_is_seen_with_its_share(
    ends: tuple[str, str], blends: dict[float, str]
) -> None:
    one, other = (_painted(text) for text in ends)
    shown = [float((_apart(mixed, other) < _apart(mixed, one)).mean())
             for mixed in (_painted(blends[share]) for share in SHARES)]  # fmt: skip
    assert shown[0] < shown[1] < shown[2]
    assert shown[1] == pytest.approx(0.5, abs=0.15)


def test_every_place_shows_one_of_both_and_not_mud(
    ends: tuple[str, str], blends: dict[float, str]
) -> None:
    """Dabs of both mixed at random reach 0.55."""
    one, other = (_painted(text) for text in ends)
    for text in blends.values():
        mixed = _painted(text)
        nearer = np.maximum(blur(_structure(mixed, one), 2), blur(_structure(mixed, other), 2))
        assert nearer.mean() > 0.7


def test_a_blend_is_a_text_of_dabs_within_its_limit(blends: dict[float, str]) -> None:
    for text in blends.values():
        assert 1200 < len(text) <= 1800
        assert engine.has_dabs(text)
        assert "Composition:" in text


@pytest.mark.slow
def test_a_blend_is_the_same_for_the_same_seed(
    ends: tuple[str, str], blends: dict[float, str]
) -> None:
    assert engine.blend(*ends, 0.5, seed=3, limit=1800) == blends[0.5]
    assert engine.blend(*ends, 0.5, seed=4, limit=1800) != blends[0.5]


def test_all_or_nothing_is_one_of_both(ends: tuple[str, str]) -> None:
    assert engine.blend(*ends, 0.0) == ends[0]
    assert engine.blend(*ends, 1.0) == ends[1]


def test_another_format_and_a_sentence_can_be_blended(ends: tuple[str, str]) -> None:
    tall = engine.describe(stripes(60, 90), limit=1500)
    assert "Dabs 112x75 of 7:" in engine.blend(ends[0], tall, 0.5, limit=1500)
    scene = engine.blend(ends[0], "a red fox in the snow", 0.5, limit=1500)
    assert engine.has_dabs(scene)
    assert len(scene) <= 1500


@pytest.mark.parametrize("second", ["", "\x00", "Dabs 16x9999:\nred: 00000000"])
def test_a_blend_with_nonsense_keeps_its_limit(second: str) -> None:
    first = "Dabs 48x32:\nred: 00000000 zzzzzzzz"
    assert engine.has_dabs(engine.blend(first, second, 0.4, limit=900))
    assert len(engine.blend(first, second, float("nan"), limit=900)) <= 900
