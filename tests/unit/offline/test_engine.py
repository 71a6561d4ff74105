import numpy as np
import pytest

from adapters.models.offline import engine, language, mixture
from adapters.models.offline.describing import glance, within
from adapters.models.offline.raster import to_lab, to_pixels, to_rgb
from adapters.models.offline.rewording import edited
from adapters.models.offline.styles import FILTERS, STYLES
from core.imaging.similarity import measure
from tests.unit.offline.pictures import grained, hill_scene

SIZE = (112, 75)
LIMIT = 1700


@pytest.fixture(scope="module")
def rounds() -> list[str]:
    """Texts of rounds 0 to 2 towards the hill scene."""
    picture = hill_scene(*SIZE)
    texts = [engine.describe(picture, limit=LIMIT)]
    for number in range(1, 3):
        found = engine.compare(picture, texts[-1], limit=LIMIT, round_number=number)
        texts.append(found.prompt)
    return texts


def _score(text: str) -> float:
    return measure(hill_scene(*SIZE), engine.paint(text, *SIZE)).score


def test_every_round_comes_closer(rounds: list[str]) -> None:
    scores = [_score(text) for text in rounds]
    assert scores[1] > scores[0]
    assert max(scores) == pytest.approx(scores[-1], abs=1.5)
    assert scores[-1] > 70


def test_the_first_text_is_short_and_for_people(rounds: list[str]) -> None:
    assert 600 < len(rounds[0]) <= 1280
    words = engine.words_of(rounds[0])
    assert words.startswith("A wide ")
    assert "Composition:" in words
    assert "Palette:" in words
    assert "Dabs" not in words


@pytest.mark.parametrize(("limit", "least"), [(900, 500), (2600, 2300)])
def test_the_text_never_exceeds_the_limit(limit: int, least: int) -> None:
    """Not even where it is full from the start, and goal and wish are long."""
    picture = grained(*SIZE)
    text = engine.describe(picture, limit=limit, length=limit, goal="warmer, " * 40)
    assert least < len(text) <= limit
    wish = "keep " + "very " * 90
    text = engine.compare(picture, text, limit=limit, round_number=1, wish=wish).prompt
    assert len(text) <= limit
    assert engine.has_dabs(text)


def test_the_words_fit_what_is_painted(rounds: list[str]) -> None:
    """Unedited words change nothing: the dabs alone are the picture."""
    text = rounds[2]
    prompt = language.read(text)
    dabs_alone = to_pixels(to_rgb(mixture.render(prompt.dabs, SIZE[1], SIZE[0])))
    assert np.array_equal(engine.paint(text, *SIZE, plain=True), dabs_alone)


def _mean_lab(text: str) -> tuple[float, float, float]:
    picture = engine.paint(text, *SIZE, plain=True).astype(np.float32) / 255
    light, red, yellow = (float(v) for v in to_lab(picture).mean((0, 1)))
    return light, red, yellow


def _edited(text: str, old: tuple[str, ...], new: str) -> str:
    found = next(word for word in old if word in text.splitlines()[0])
    return text.replace(found, new, 1)


def test_editing_the_light_changes_the_light(rounds: list[str]) -> None:
    dark = _edited(rounds[2], (" mid-toned ", " bright "), " dark ")
    assert _mean_lab(dark)[0] < _mean_lab(rounds[2])[0] - 0.1


def test_editing_the_warmth_changes_the_warmth(rounds: list[str]) -> None:
    warm = _edited(rounds[2], ("cool ", "neutral ", "warm "), "warm ")
    cool = _edited(rounds[2], ("cool ", "neutral ", "warm "), "cool ")
    assert _mean_lab(warm)[2] > _mean_lab(cool)[2] + 0.05


def test_editing_the_palette_recolours(rounds: list[str]) -> None:
    text = rounds[2]
    line = next(line for line in text.splitlines() if line.startswith("Palette:"))
    first = line.removeprefix("Palette: ").split(",")[0]
    changed = text.replace(line, line.replace(first, "bright red", 1), 1)
    assert _mean_lab(changed)[1] > _mean_lab(text)[1] + 0.05


def test_an_added_sentence_is_followed(rounds: list[str]) -> None:
    text = rounds[2].replace("\nStyle:", "\nMuch darker, please.\nStyle:", 1)
    assert _mean_lab(text)[0] < _mean_lab(rounds[2])[0] - 0.08


def test_a_wish_is_followed_and_carried_on(rounds: list[str]) -> None:
    picture = hill_scene(*SIZE)
    first = engine.compare(picture, rounds[0], limit=1500, wish="darker, keep the house")
    second = engine.compare(picture, first.prompt, limit=1500)
    assert "Wish: darker, keep the house." in second.prompt
    assert "house" in second.keep
    assert _mean_lab(second.prompt)[0] < _mean_lab(rounds[0])[0] - 0.06


def test_a_style_in_the_wish_or_goal_is_taken(rounds: list[str]) -> None:
    assert (
        "Style: watercolor."
        in engine.compare(hill_scene(*SIZE), "a house", limit=900, wish="as an aquarelle").prompt
    )
    assert "Style: neon." in engine.describe(hill_scene(*SIZE), goal="the same in neon")


def test_a_goal_shifts_the_first_text() -> None:
    night = engine.describe(hill_scene(*SIZE), goal="the same place at night")
    assert _mean_lab(night)[0] < _mean_lab(engine.describe(hill_scene(*SIZE)))[0] - 0.1


def test_differences_are_three_and_in_words(rounds: list[str]) -> None:
    revision = engine.compare(hill_scene(*SIZE), rounds[0], limit=1400)
    assert len(revision.differences) == 3
    assert revision.improved
    assert all(any(part in d for part in ("top", "bottom", "left", "right", "centre"))
               for d in revision.differences)  # fmt: skip


def test_gouache_is_nearly_plain(rounds: list[str]) -> None:
    text = rounds[2]
    styled = engine.paint(text, *SIZE).astype(int)
    plain = engine.paint(text, *SIZE, plain=True).astype(int)
    assert 0 < np.abs(styled - plain).mean() < 4


def test_painting_is_deterministic_and_seeded() -> None:
    text = "three boats on a lake at dawn, watercolor"
    first = engine.paint(text, 200, 140, seed=3)
    assert np.array_equal(first, engine.paint(text, 200, 140, seed=3))
    assert not np.array_equal(first, engine.paint(text, 200, 140, seed=4))


@pytest.mark.parametrize("size", [(64, 64), (90, 300), (300, 90), (7, -3)])
def test_any_size_is_painted(rounds: list[str], size: tuple[int, int]) -> None:
    wide, high = (max(16, side) for side in size)
    assert engine.paint(rounds[1], *size).shape == (high, wide, 3)


def test_comparing_a_text_without_dabs_starts_with_a_description() -> None:
    revision = engine.compare(hill_scene(*SIZE), "a house on a hill")
    assert revision.improved
    assert engine.has_dabs(revision.prompt)


@pytest.mark.parametrize("leap", ["subtle", "medium", "drastic"])
def test_evolve_departs_and_keeps_half(rounds: list[str], leap: str) -> None:
    text = rounds[2]
    picture = engine.paint(text, *SIZE)
    evolved = engine.evolve(picture, text, "pop art", leap=leap, lock=True, limit=LIMIT, seed=2)
    assert len(evolved) <= LIMIT
    assert "Style: pop art." in evolved
    similarity = measure(engine.paint(text, *SIZE, plain=True),
                         engine.paint(evolved, *SIZE, plain=True))  # fmt: skip
    assert 5 < similarity.score < 97
    assert similarity.detail > 0.45


def test_vary_grows_with_strength(rounds: list[str]) -> None:
    text = rounds[2]
    base = engine.paint(text, *SIZE, plain=True)
    near, far = (
        measure(base, engine.paint(engine.vary(text, s, 5), *SIZE, plain=True)).score
        for s in (0.15, 0.9)
    )
    assert 99.9 > near > far
    assert engine.vary(text, 0, 5) == text


@pytest.mark.parametrize("limit", [600, 900, 1400, 2000])
def test_a_text_cut_to_its_length_is_no_persons_edit(limit: int) -> None:
    """Its words are of the dabs that stayed; words of others would shift every colour."""
    rng = np.random.default_rng(limit)
    dabs = np.zeros((300, language.COLUMNS), np.float32)
    dabs[:, :2] = rng.uniform(0, 1, (300, 2)) * (1, 0.66)
    dabs[:, 2:4] = rng.uniform(-5, -2, (300, 2))
    big = dabs[:, 2] + dabs[:, 3] > -6.5
    dabs[:, 5] = np.where(big, 0.75, 0.3)  # the small ones, which go, are the dark ones
    dabs[:, 6] = np.where(big, 0.2, -0.2)
    text = within(dabs, "gouache", (), 512, 341, room=limit, limit=limit)
    prompt = language.read(text)
    assert 4 < len(prompt.dabs) < 300
    lab = mixture.render(prompt.dabs, 85, 128)
    assert np.array_equal(edited(prompt.words, lab, glance(prompt.dabs, 512, 341)), lab)


def test_the_deck_has_every_style_once() -> None:
    assert tuple(FILTERS) == STYLES
    assert len(set(STYLES)) == len(STYLES)
