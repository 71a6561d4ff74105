"""What a sentence says is read, in five languages; what can't be painted is told."""

from pathlib import Path

import numpy as np
import pytest

from adapters.models.offline import engine, recognising, silhouettes, tongues
from adapters.models.offline.excluding import wanted
from adapters.models.offline.heard import heard
from adapters.models.offline.provider import OfflineCritic, OfflinePainter
from adapters.models.offline.raster import Pixels, to_float, to_lab
from adapters.models.offline.seeing import share_of
from adapters.models.offline.vocabulary import understand
from core.domain.updates import IterationFinished
from core.runtime.models import ModelSet
from tests.harness import Inline, World, refine

# a sentence, and the words of it that are not in the picture
FORTY = (
    ("a red fox in the snow at sunset, watercolor", ()), ("penguins on the ice", ("penguins",)),
    ("a giraffe in the savanna", ("giraffe", "savanna")), ("the word HELLO", ()),
    ("a sign that says OPEN", ("sign",)), ("a chess board", ()), ("the flag of Japan", ()),
    ("an Italian flag", ()), ("the flag of Brazil", ("flag", "brazil")), ("a blue square", ()),
    ("a yellow circle on a black background", ()), ("three green triangles", ()),
    ("a meadow without flowers", ()), ("a street with no cars", ()), ("a cat instead of a dog", ()),
    ("only a tree in the desert", ()), ("a lake without trees or mountains", ()),
    ("abstract, in teal and orange", ()), ("something joyful and strange", ()),
    ("quantum entanglement", ("quantum", "entanglement")),
    ("a portrait of my grandmother", ("portrait", "grandmother")), ("a bowl of soup", ("bowl", "soup")),
    ("a wizard reading a book in a library", ("book",)), ("a violin on a table", ("violin",)),
    ("an octopus under the sea", ("octopus",)), ("two horses and a zebra in a field", ("zebra",)),
    ("ein roter Fuchs im Schnee", ()), ("Pinguine auf dem Eis", ("pinguine",)),
    ("eine Wiese ohne Blumen", ()), ("ein blaues Quadrat", ()), ("un chat noir sous la lune", ()),
    ("une girafe dans la forêt", ("girafe",)), ("un prado sin flores", ()),
    ("tres barcos rojos en el mar al amanecer", ()), ("un piano en la nieve", ("piano",)),
    ("雪の中の赤い狐", ()), ("花のない草原", ()), ("ペンギンと魚", ("ペンギン",)),
    ("a dark castle in the fog, charcoal", ()), ("a boat and a submarine at night", ("submarine",)),
)  # fmt: skip
ABOUT_THE_THING = ("Is there a", "Is there the flag", "Does it show", "Does it say", "Is there grass",
                   "Is there snow", "Is there water", "Is there sand")  # fmt: skip


@pytest.mark.parametrize(("sentence", "unpainted"), FORTY)
def test_what_is_not_shown_is_said(sentence: str, unpainted: tuple[str, ...]) -> None:
    found = heard(sentence)
    assert [word for word in unpainted if word not in found.unpainted] == []
    said = engine.heard(sentence)
    assert all(word in said for word in unpainted)
    assert bool(found.unpainted) == bool(unpainted), found.unpainted


@pytest.mark.parametrize(("sentence", "unpainted"), FORTY)
def test_there_is_no_100_without_a_question_about_the_thing(
    sentence: str, unpainted: tuple[str, ...]
) -> None:
    picture = engine.paint(sentence, 192, 128, seed=1)
    questions = engine.questions(sentence)
    answers = [engine.answer(picture, question) for question in questions]
    if questions and all(answers):
        named = understand(sentence).palette
        colours = [f"Is there {name}?" for name in named] if not heard(sentence).known else []
        assert any(q.startswith(ABOUT_THE_THING) or q in colours for q in questions)
    if unpainted:
        assert not all(answers), "it passed for something that is not in it"


def embedded() -> ModelSet:
    critic = OfflineCritic(Inline())
    return ModelSet(
        painter=OfflinePainter(Inline()), editor=None, critic=critic, judge=critic, styles=()
    )


async def first_post(folder: Path, goal: str) -> IterationFinished:
    world = await World(folder, model_set=embedded()).open()
    await world.send(refine(image=None, goal=goal, iterations=1, size="96x64"))
    posts = [one.update for one in await world.updates(await world.only_session())]
    await world.close()
    return next(post for post in posts if isinstance(post, IterationFinished))


async def test_the_post_says_what_is_painted_and_what_is_not(tmp_path: Path) -> None:
    post = await first_post(tmp_path, "penguins in the snow without trees")
    assert "Painted: snow" in post.critique
    assert "Not painted, I have no shape for it: penguins." in post.critique
    assert "Left out as you said: trees." in post.critique
    (candidate,) = post.candidates
    assert candidate.score is not None
    assert candidate.score.value < 100


async def test_where_nothing_can_be_asked_there_is_no_score(tmp_path: Path) -> None:
    post = await first_post(tmp_path, "something joyful")
    assert [candidate.score for candidate in post.candidates] == [None]
    assert "colour and rhythm" in post.critique


@pytest.mark.parametrize(
    ("sentence", "excluded", "kept"),
    [
        ("a meadow without flowers", ("flowers",), "a meadow"),
        ("no cars and a red bus in the city", ("cars",), "and a red bus in the city"),
        ("a house, no people, no cars, at sunset", ("people", "cars"), "a house , at sunset"),
        ("not a dog but a cat", ("dog",), "but a cat"),
        ("a lake without trees or mountains, oil", ("trees", "mountains"), "a lake , oil"),
        ("a street free of cars and people", ("cars", "people"), "a street"),
        ("not only a cat", (), "a cat"),
    ],
)
def test_negation_is_read(sentence: str, excluded: tuple[str, ...], kept: str) -> None:
    found = wanted(sentence)
    assert found.excluded == excluded
    assert found.text.strip(" ,") == kept


def shares(sentence: str, *names: str) -> list[float]:
    lab = to_lab(to_float(engine.paint(sentence, 192, 128, seed=1, plain=True)))
    return [share_of(lab, name) for name in names]


def test_what_is_excluded_is_not_painted() -> None:
    for sentence in ("a meadow without flowers", "a meadow, no cars", "une prairie sans fleurs"):
        scene = understand(sentence)
        assert (scene.ground, scene.subjects, scene.flowers) == ("meadow", (), False)
    assert [s.name for s in understand("a cat instead of a dog").subjects] == ["cat"]
    dark = engine.paint("a night without moon and stars", 96, 64, seed=1, plain=True)
    lit = engine.paint("a night with the moon and stars", 96, 64, seed=1, plain=True)
    assert dark[:30].max() < 150 < lit[:30].max()


def test_only_leaves_out_what_is_not_named() -> None:
    alone = engine.paint("only a red fox in the snow", 96, 64, seed=1, plain=True)
    among = engine.paint("a red fox in the snow", 96, 64, seed=1, plain=True)
    assert understand("only a red fox in the snow").alone
    assert (alone != among).any(-1).mean() > 0.02


def test_figures_have_their_colour_on_a_plain_ground() -> None:
    blue, green = shares("a blue square", "blue", "green")
    assert 0.05 < blue < 0.4
    assert green < 0.01
    yellow, black = shares("a yellow circle on a black background", "yellow", "black")
    assert yellow > 0.05
    assert black > 0.5
    assert shares("abstract, in teal and orange", "orange")[0] > 0.01


@pytest.mark.parametrize("sentence", ["the flag of Japan", "a German flag", "a chess board"])
def test_flags_and_boards_are_told_from_other_pictures(sentence: str) -> None:
    (question,) = [q for q in engine.questions(sentence) if "flag" in q or "board" in q]
    assert engine.answer(engine.paint(sentence, 240, 160), question) is True
    assert engine.answer(engine.paint("a red fox in the snow", 240, 160), question) is not True


def test_lettering_is_drawn_and_not_judged() -> None:
    with_word = engine.paint("the word HELLO", 192, 128, plain=True)
    assert (with_word.mean(-1) < 90).mean() > 0.03
    assert engine.answer(with_word, "Does it say “HELLO”?") is None


def test_a_subject_is_seen_by_its_outline() -> None:
    fox = engine.paint("a red fox in the snow", 480, 320, seed=1)
    assert engine.answer(fox, "Is there a fox?") is True
    assert engine.answer(fox, "Is there a lighthouse?") is not True
    assert engine.answer(np.full((64, 96, 3), 128, np.uint8), "Is there a fox?") is False


@pytest.mark.slow
def test_subjects_are_found_where_they_are_and_rarely_elsewhere() -> None:
    names = ("fox", "cat", "castle", "horse", "lighthouse", "sailboat", "robot", "elephant")
    pictures: dict[str, Pixels] = {
        name: engine.paint(f"a {name} in the evening", 480, 320, seed=3) for name in names
    }
    there = [recognising.shows(pictures[name], name) for name in names]
    elsewhere = [
        recognising.shows(pictures[one], other) for one in names for other in names if one != other
    ]
    assert sum(answer is True for answer in there) >= 6
    assert sum(answer is True for answer in elsewhere) <= 3


@pytest.mark.parametrize(
    ("sentence", "english"),
    [
        ("drei rote Häuser im Wald bei Nacht", "three red houses in forest at night"),
        ("una casa roja en el bosque", "a red house in the forest"),
        ("deux moutons blancs sur la colline", "two white sheeps on the hills"),
        ("夕焼けの海とヨット", "sunset sea and sailboat"),
        ("a chat in the garden", "a chat in the garden"),
    ],
)
def test_other_languages_become_the_words_the_engine_knows(sentence: str, english: str) -> None:
    assert tongues.english(sentence) == english


def test_the_table_has_every_language_for_every_subject() -> None:
    rows = dict(tongues.rows())
    aliases = {"bunny", "husky", "coyote", "hound", "stag", "macaw", "fortress", "mill", "camp", "hut",
               "yacht", "steamer", "ferry", "van", "locomotive", "aeroplane", "airplane", "bike", "oak",
               "spruce", "toadstool", "boulder", "spaceman", "android", "kettle", "coffee", "tea",
               "parasol", "saturn", "seagull", "farm", "orange", "hexagon", "octagon", "cross",
               "diamond", "star", "flying bird", "flying crow", "flying raven"}  # fmt: skip
    missing = [name for name in silhouettes.CATALOGUE if name not in rows and name not in aliases]
    assert missing == []
    assert [name for name, cells in rows.items() if len(cells) != 4] == []
    assert [name for name in silhouettes.CATALOGUE if name in rows and not all(rows[name])] == []


def test_only_leaves_out_the_sun_and_the_clouds() -> None:
    """The sky of "only a tree" is its gradient alone: rows of one colour."""
    alone = engine.paint("only a tree", 192, 128, seed=1, plain=True)
    among = engine.paint("a tree", 192, 128, seed=1, plain=True)
    rows = [picture[:24].astype(int).std(1).mean() for picture in (alone, among)]
    assert rows[0] < 2 < rows[1]


def test_figures_stand_alike_in_the_middle() -> None:
    ground = engine.paint("a blue square", 240, 160, seed=1, plain=True)
    blue = (ground[..., 2] > 180) & (ground[..., 0] < 100)
    assert abs(np.flatnonzero(blue.any(0)).mean() - 120) < 3
    row = engine.paint("three green triangles", 240, 160, seed=1, plain=True)
    green = (row[..., 1] > 150) & (row[..., 0] < 100)
    columns = np.flatnonzero(green.any(0))
    parts = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1)
    assert len(parts) == 3
    assert np.ptp([len(part) for part in parts]) <= 2
    assert len({int(np.flatnonzero(green[:, part].any(1))[-1]) for part in parts}) == 1


def test_letters_have_the_ink_that_is_said() -> None:
    for sentence in ("the words GOOD DAY in red", "GOOD DAY in red letters, the words GOOD DAY"):
        painted = engine.paint(sentence, 192, 128, plain=True).astype(int)
        assert ((painted[..., 0] - painted[..., 1]) > 100).mean() > 0.01
    assert engine.heard("the words GOOD DAY in red") == ""


def test_no_hills_where_no_mountains_are_wanted() -> None:
    bare = engine.paint("a lake without mountains", 192, 128, seed=1, plain=True).astype(int)
    hilly = engine.paint("a lake", 192, 128, seed=1, plain=True).astype(int)
    green = [(p[..., 1] > p[..., 2]).mean() for p in (bare, hilly)]
    assert 3 * green[0] < green[1]


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("three balloons and a penguin", "3 balloons"),
        ("two butterflies and a penguin", "2 butterflies"),
        ("two sheep and a penguin", "2 sheep"),
        ("two foxes and a penguin", "2 foxes"),
        ("birds in the sky and a penguin", "3 flying birds"),
    ],
)
def test_several_are_named_as_several(sentence: str, said: str) -> None:
    assert said in heard(sentence).painted


def test_a_hot_air_balloon_is_a_balloon() -> None:
    assert heard("a hot air balloon").unpainted == ()
    assert heard("hot air and a horse").unpainted == ("hot", "air")
