import numpy as np
import pytest

from adapters.models.offline import engine, silhouettes, styles
from adapters.models.offline.evolving import with_motif
from adapters.models.offline.raster import luma, to_float, to_lab
from adapters.models.offline.styles.texture import evened
from adapters.models.offline.vocabulary import understand
from core.domain.styles import DECK
from core.imaging.similarity import measure
from tests.unit.offline.pictures import hill_scene


def test_a_sentence_is_understood() -> None:
    scene = understand("Two small red foxes and a lighthouse in the snow at sunset, watercolor")
    fox, lighthouse = scene.subjects
    assert (fox.name, fox.colour, fox.count, fox.size) == ("fox", "red", 2, 0.65)
    assert (lighthouse.name, lighthouse.count) == ("lighthouse", 1)
    assert (scene.time, scene.ground, scene.style) == ("sunset", "snow", "watercolor")


def test_a_colour_word_that_is_also_a_thing_describes() -> None:
    scene = understand("an orange cat on the right")
    assert [subject.name for subject in scene.subjects] == ["cat"]
    assert scene.subjects[0].colour == "orange"
    assert scene.subjects[0].place == 0.76


def test_every_silhouette_has_a_body() -> None:
    assert len({entry.draw for entry in silhouettes.CATALOGUE.values()}) >= 40
    for name, entry in silhouettes.CATALOGUE.items():
        outlines = [shape.outline() for shape in entry.draw()]
        assert len(outlines) >= (1 if name in silhouettes.FIGURES else 3)
        assert max(float(np.abs(outline).max()) for outline in outlines) < 1.4


def test_the_subject_is_in_the_picture() -> None:
    """The same scene without the fox lacks the fox's colour."""
    with_fox = engine.paint("a red fox in the snow by day", 180, 120, seed=1, plain=True)
    without = engine.paint("the snow by day", 180, 120, seed=1, plain=True)

    def red(picture: np.ndarray) -> float:
        r, g, b = (picture[..., i].astype(int) for i in range(3))
        return float(((r > 130) & (r > g + 60) & (r > b + 60)).mean())

    assert red(with_fox) > 0.01 > red(without)


@pytest.mark.parametrize(
    ("dark", "light"), [("a city at night", "a city by day"), ("a lake at night", "a lake at dawn")]
)
def test_night_is_darker(dark: str, light: str) -> None:
    assert engine.paint(dark, 120, 80).mean() < engine.paint(light, 120, 80).mean() - 30


def test_an_unknown_prompt_takes_its_palette_from_the_words() -> None:
    assert not understand("something inexplicable in blue").known
    blue = engine.paint("something inexplicable in blue", 120, 80, plain=True).mean((0, 1))
    red = engine.paint("something inexplicable in red", 120, 80, plain=True).mean((0, 1))
    assert blue[2] - blue[0] > red[2] - red[0] + 20


def test_the_styles_cover_the_deck() -> None:
    assert set(DECK) <= set(engine.STYLES)


def test_every_style_can_be_told_from_every_other() -> None:
    picture = to_float(hill_scene(120, 80))
    seen = {name: styles.apply(name, picture, 1) for name in engine.STYLES}
    for name, image in seen.items():
        assert image.shape == picture.shape
        assert np.isfinite(image).all()
        others = [np.abs(image - other).mean() for key, other in seen.items() if key != name]
        assert min(others) > 0.012, name


@pytest.mark.parametrize("name", engine.STYLES)
def test_a_style_is_deterministic(name: str) -> None:
    picture = to_float(hill_scene(72, 48))
    assert np.array_equal(styles.apply(name, picture, 5), styles.apply(name, picture, 5))


def test_what_lies_in_the_dark_is_drawn_by_the_styles_of_lines() -> None:
    """A face before a window: its contrast is lifted before lines are looked for; daylight stays."""
    face = np.full((60, 90, 3), 0.13, np.float32)
    face[:, :25] = 0.8
    face[20:40, 50:70] += 0.05
    seen = luma(evened(face))
    assert seen[30, 60] - seen[10, 60] > 1.6 * (luma(face)[30, 60] - luma(face)[10, 60])
    assert seen[30, 10] > 0.75
    day = to_float(hill_scene(60, 40))
    assert evened(day) is day


def test_styles_are_found_by_what_people_call_them() -> None:
    asked = {
        "a Hokusai print": "ukiyo-e", "aquarelle": "watercolor", "as 8-bit": "pixel art",
        "like Seurat": "pointillism", "manga": "comic ink", "a boring thing": None,
    }  # fmt: skip
    assert {text: styles.named(text) for text in asked} == asked


def test_questions_about_a_reference_are_answered_with_yes() -> None:
    picture = hill_scene()
    asked = engine.questions("", picture)
    assert 6 <= len(asked) <= 12
    assert all(engine.answer(picture, question) for question in asked)


@pytest.mark.parametrize(
    "goal", ["a red fox in the snow at sunset", "a meadow at night, neon", "a blue square"]
)
def test_questions_about_a_goal_can_be_measured(goal: str) -> None:
    asked = engine.questions(goal)
    assert 1 <= len(asked) <= 12
    picture = engine.paint(goal, 180, 120, seed=1)
    assert all(engine.answer(picture, question) is not None for question in asked)


def test_a_goal_is_asked_for_what_it_says_and_no_more() -> None:
    asked = engine.questions("a red fox in the snow at sunset")
    assert asked == (
        "Is there a fox?", "Is there red?", "Is it sunset?", "Is there snow?", "Is the picture warm?"
    )  # fmt: skip
    assert engine.questions("a fox") == ("Is there a fox?",)
    assert engine.questions("calm") == ()


def test_the_next_round_mends_what_failed() -> None:
    goal = "a cottage in the rain, bright and vivid"
    asked = engine.questions(goal)
    text = goal
    failures: list[int] = []
    for _ in range(4):
        picture = engine.paint(text, 120, 80, seed=1)
        failed = tuple(question for question in asked if not engine.answer(picture, question))
        failures.append(len(failed))
        text = engine.mend(goal, text, failed)
    assert failures[0] > 0
    assert failures[-1] == 0


def test_what_formulas_cannot_see_is_not_answered() -> None:
    assert engine.answer(hill_scene(), "Is there a submarine?") is None
    assert engine.answer(hill_scene(), "Does the fox look sad?") is None


def test_answers_follow_the_picture() -> None:
    dark = (hill_scene() * 0.25).astype(np.uint8)
    assert engine.answer(dark, "Is the picture dark?") is True
    assert engine.answer(hill_scene(), "Is the picture dark?") is False
    assert engine.answer(hill_scene(), "Is the top lighter than the bottom?") is True
    assert engine.answer(hill_scene(), "Is there purple?") is False


def test_mending_changes_what_failed() -> None:
    goal = "a lake by day"
    mended = engine.mend(goal, goal, ("Is the picture dark?",))
    again = engine.mend(goal, mended, ("Is the picture dark?",))
    light = [engine.paint(text, 120, 80, seed=2).mean() for text in (goal, mended, again)]
    assert light[0] > light[1] + 8
    assert light[1] > light[2] + 4
    assert mended.startswith(goal)


@pytest.mark.slow
def test_edit_changes_the_mask_alone() -> None:
    picture = hill_scene()
    mask = np.zeros(picture.shape[:2], np.uint8)
    mask[40:140, 20:110] = 255
    for instruction in ("a black cat", "much darker", "a city at night", "remove it", "in purple"):
        edited = engine.edit(picture, mask, instruction)
        assert np.array_equal(edited[mask == 0], picture[mask == 0])
        inside = np.abs(edited[mask > 0].astype(int) - picture[mask > 0])
        assert inside.mean() > 2, instruction


@pytest.mark.slow
def test_outpaint_keeps_the_picture_and_continues_its_colours() -> None:
    picture = hill_scene()
    wide = engine.outpaint(picture, 60, 0, 30, 20)
    assert wide.shape == (160 + 50, 240 + 60, 3)
    assert np.array_equal(wide[30:190, 60:], picture)
    seam = np.abs(wide[30:190, 58].astype(int) - picture[:, 0]).mean()
    assert seam < 12
    assert measure(picture, wide).score > 15


def test_neon_takes_a_dark_rim_for_no_edge() -> None:
    picture = np.full((160, 240, 3), 0.8, np.float32)
    picture[:2], picture[-2:], picture[:, :2], picture[:, -2:] = 0, 0, 0, 0
    lit = styles.apply("neon", picture, 1)
    assert float(lit[:6].max()) < 1.3 * float(lit[60:100, 80:160].max())


def test_what_comes_in_stands_inside_a_style_s_frame() -> None:
    lab = to_lab(np.full((200, 300, 3), 0.7, np.float32))
    for motif in ("butterfly", "balloon", "gull"):
        among = with_motif(lab, motif, np.random.default_rng(1))
        assert among is not None
        rows, columns = np.nonzero(np.abs(among - lab).max(-1) > 0.02)
        assert rows.min() >= 8
        assert columns.min() >= 12
        assert columns.max() < 288
