import cv2
import numpy as np
import pytest

from adapters.models.offline import engine
from core.imaging.similarity import measure
from tests.bench.orderings import ORDERINGS, agreed
from tests.unit.offline.pictures import hill_scene, stripes


def test_identical_pictures_score_100() -> None:
    picture = hill_scene()
    result = measure(picture, picture)
    assert result.score == pytest.approx(100, abs=1e-3)
    assert result.detail == pytest.approx(1, abs=1e-4)


def test_another_picture_scores_low() -> None:
    assert measure(hill_scene(), stripes()).score < 20


def test_more_blur_is_less_alike() -> None:
    picture = hill_scene()
    scores = [measure(picture, cv2.GaussianBlur(picture, (0, 0), s)).score for s in (1, 3, 9)]
    assert scores[0] > scores[1] > scores[2]


def test_a_small_shift_costs_less_than_another_layout() -> None:
    picture = hill_scene()
    shifted = measure(picture, np.roll(picture, 7, axis=1)).score
    turned = measure(picture, np.ascontiguousarray(picture[::-1])).score
    assert shifted > 75
    assert turned < 55


def test_size_and_aspect_ratio_may_differ() -> None:
    picture = hill_scene(480, 320)
    larger = cv2.resize(picture, (960, 640), interpolation=cv2.INTER_CUBIC)
    assert measure(picture, larger).score > 90
    assert measure(picture, np.ascontiguousarray(picture[:, 80:400])).score < 90


def test_the_parts_say_what_differs() -> None:
    picture = hill_scene()
    grey = np.repeat(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None], 3, 2)
    result = measure(picture, grey)
    assert result.detail > 0.9
    assert result.colour < 0.6


def test_the_score_is_deterministic() -> None:
    first = measure(hill_scene(), stripes())
    assert first == measure(hill_scene(), stripes())


def test_order_matters_little_for_pictures_of_one_size() -> None:
    a, b = hill_scene(), cv2.GaussianBlur(hill_scene(), (0, 0), 2)
    assert measure(a, b).score == pytest.approx(measure(b, a).score, abs=2.0)


@pytest.mark.parametrize("shape", [(1, 1, 3), (2000, 3, 3), (3, 2000, 3)])
def test_extreme_formats_are_measured(shape: tuple[int, int, int]) -> None:
    result = measure(np.zeros(shape, np.uint8), hill_scene())
    assert 0 <= result.score <= 100


@pytest.mark.parametrize("shape", [(4, 4), (0, 4, 3), (4, 4, 4)])
def test_anything_else_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shape"):
        measure(np.zeros(shape, np.uint8), hill_scene())


@pytest.mark.slow
def test_the_score_agrees_with_orderings_it_was_not_made_for() -> None:
    """Nine in ten, on drawn pictures with the texture of a brush."""
    sentences = (
        "a red fox in the snow at sunset, oil", "a city at night by a river, watercolor",
        "three boats on a lake at dawn, van gogh", "a house in an autumn forest, pointillism",
    )  # fmt: skip
    pictures = [engine.paint(sentence, 300, 200, seed=2) for sentence in sentences]
    found = agreed(lambda reference, image: measure(reference, image).score, pictures)
    assert len(ORDERINGS) == 40
    assert len(found) >= 36, sorted({o.name for o in ORDERINGS} - set(found))


def test_a_registration_costs_more_the_farther_it_moves() -> None:
    picture = hill_scene(480, 320)
    shifts = [np.roll(picture, share * 480 // 100, axis=1) for share in (0, 2, 5, 9)]
    scores = [measure(picture, shifted).score for shifted in shifts]
    assert scores == sorted(scores, reverse=True)
    assert scores[1] > 85
