"""Who edits the `Composition:` line finds it in the picture, there and not elsewhere."""

import numpy as np
import pytest

from adapters.models.offline import engine
from adapters.models.offline.raster import Pixels
from tests.unit.offline.pictures import hill_scene

SIZE = (112, 75)


@pytest.fixture(scope="module")
def text() -> str:
    return engine.describe(hill_scene(*SIZE), limit=1700, length=1700)


@pytest.fixture(scope="module")
def before(text: str) -> Pixels:
    return _painted(text)


def _painted(text: str) -> Pixels:
    return engine.paint(text, *SIZE, plain=True)


def _phrases(text: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith("Composition:"))
    return line.removeprefix("Composition: ").removesuffix(".").split("; ")


def _with(text: str, phrases: list[str]) -> Pixels:
    old = "Composition: " + "; ".join(_phrases(text)) + "."
    assert old in text
    return _painted(text.replace(old, "Composition: " + "; ".join(phrases) + ".", 1))


def _red(picture: Pixels) -> np.ndarray:
    r, g, b = (picture[..., i].astype(int) for i in range(3))
    return (r > 130) & (r > g + 60) & (r > b + 60)


def _middle(mask: np.ndarray) -> tuple[float, float]:
    """Across and down, 0-1."""
    down, across = np.nonzero(mask)
    return float(across.mean()) / mask.shape[1], float(down.mean()) / mask.shape[0]


def _house(text: str) -> int:
    """The phrase of the red house."""
    return next(i for i, phrase in enumerate(_phrases(text)) if "red" in phrase or "brick" in phrase
                or "rust" in phrase or "tomato" in phrase)  # fmt: skip


def _reworded(text: str, number: int, old: str, new: str) -> list[str]:
    phrases = _phrases(text)
    assert old in phrases[number]
    phrases[number] = phrases[number].replace(old, new, 1)
    return phrases


def _colour(phrase: str) -> str:
    return phrase.split(" of ", 1)[1].split(" at the ")[0].split(" on the ")[0].split(" in the ")[0]


def _where(phrase: str) -> str:
    return phrase.split(_colour(phrase), 1)[1].strip()


def test_another_colour_is_painted_there_and_nowhere_else(text: str, before: Pixels) -> None:
    number = _house(text)
    after = _with(text, _reworded(text, number, _colour(_phrases(text)[number]), "bright blue"))
    house = _red(before)
    assert house.mean() > 0.02
    changed = after.astype(int) - before
    assert changed[house][:, 2].mean() > 60
    assert changed[house][:, 0].mean() < -60
    assert np.abs(changed[:, : SIZE[0] // 3]).max() <= 1


def test_another_place_moves_a_mass(text: str, before: Pixels) -> None:
    number = _house(text)
    after = _with(text, _reworded(text, number, _where(_phrases(text)[number]), "at the top left"))
    x, y = _middle(_red(after))
    assert (x, y) == pytest.approx((0.2, 0.2), abs=0.12)
    assert _red(after).mean() > 0.5 * _red(before).mean()


def test_another_size_makes_a_mass_larger(text: str, before: Pixels) -> None:
    number = _house(text)
    size = _phrases(text)[number].split(" ")[0]
    after = _with(text, _reworded(text, number, size, "very large"))
    assert _red(after).mean() > 2 * _red(before).mean()
    assert _middle(_red(after)) == pytest.approx(_middle(_red(before)), abs=0.1)


def test_a_mass_that_is_taken_out_goes(text: str, before: Pixels) -> None:
    phrases = _phrases(text)
    del phrases[_house(text)]
    assert _red(_with(text, phrases)).mean() < 0.2 * _red(before).mean()


def test_a_mass_that_is_added_comes(text: str, before: Pixels) -> None:
    after = _with(text, [*_phrases(text), "medium patch of bright red at the bottom left"])
    fresh = _red(after) & ~_red(before)
    assert fresh.mean() > 0.03
    assert _middle(fresh) == pytest.approx((0.2, 0.8), abs=0.1)


def test_another_order_and_nonsense_change_nothing(text: str, before: Pixels) -> None:
    phrases = _phrases(text)
    assert np.array_equal(_with(text, phrases[::-1]), before)
    assert np.array_equal(_with(text, [*phrases, "a quiet afternoon"]), before)


def test_a_shortened_line_does_not_empty_the_picture(text: str, before: Pixels) -> None:
    assert np.abs(_with(text, _phrases(text)[:1]).astype(int) - before).max() <= 1
