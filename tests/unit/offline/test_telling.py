import re
from dataclasses import replace

import pytest

from adapters.models.offline import casting, plots, silhouettes
from adapters.models.offline.telling import next_scene
from adapters.models.offline.vocabulary import understand
from core.domain.story import Character, Scene
from core.models.story import Tell, ToldScene

PREMISES = (
    "A red fox and an owl look for the lost garden in the snow",
    "Mara, a girl in a mustard coat, follows a whale",
    "something about silence",
    "ein Fuchs, 狐狸 \ud83e {hero} %s",
    "",
    "Ein kleines Mädchen in einem gelben Mantel sucht im Wald nach dem Drachen",
)


def story(premise: str, scenes: int = 6, seed: int = 1, language: str = "") -> list[Scene]:
    """A story told to its end, by a person who always takes another way."""
    ask = Tell(premise=premise, style="watercolor", seed=seed, language=language)
    told: list[Scene] = []
    for number in range(scenes):
        last = number == scenes - 1
        told.append(next_scene(replace(ask, choices=0 if last else 3)))
        choice = "" if last else told[-1].choices[number % 3]
        ask = replace(
            ask,
            cast=told[-1].cast,
            sites=told[-1].sites,
            story=(*ask.story, ToldScene(told[-1].text, choice)),
        )
    return told


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("premise", PREMISES)
def test_twelve_scenes_are_one_story(premise: str, language: str) -> None:
    """Somebody, a wish, what is in the way, the turn, the end; nobody changes, nothing comes twice."""
    scenes = story(premise, 12, 5, language)
    said, (hero, friend) = plots.book(language), scenes[-1].cast
    assert len({scene.text for scene in scenes}) == len({scene.title for scene in scenes}) == 12
    kinds = [next((k for k, ts in said.turns.items() for t in ts if t.title == scene.title), "")
             for scene in scenes[1:]]  # fmt: skip
    assert kinds == ["meeting", "event", "gift", "event", "loss", "storm", "low", "turn",
                     "threshold", "guardian", "ending"]  # fmt: skip
    quest = next(each for each in said.quests if each in scenes[0].title)
    assert all(quest in scenes[at].text for at in (0, 1, 10, 11))
    for scene in scenes:
        assert 60 <= len(scene.text.split()) <= 120, scene.text
        assert hero.name in scene.text
        assert "{" not in scene.text.replace("{hero}", "")
        assert f"{hero.name} is {hero.look}." in scene.prompt
        assert scene.here == tuple(each.name for each in (hero, friend))[: len(scene.here)]
        named = {site.name: site.look for site in scene.sites}
        assert not scene.site or named[scene.site] in scene.prompt.lower()
    assert scenes[-1].sites[:1] == scenes[0].sites
    english = sum(scene.text.split().count("the") for scene in scenes)
    assert (english > 20) == (language == "en")


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_was_chosen_happens_in_the_next_scene(language: str) -> None:
    """Every choice of every scene: its own sentence comes first; what somebody writes is said."""
    said = plots.book(language)
    ask = Tell(premise=PREMISES[0], seed=2, language=language, choices=4)
    for _ in range(12):
        scene = next_scene(ask)
        after = (
            ToldScene(scene.text, choice) for choice in (*scene.choices, "Sing the moon asleep.")
        )
        told = [next_scene(replace(ask, story=(*ask.story, one), cast=scene.cast)) for one in after]
        assert len({each.text.split(".")[0] for each in told}) == 5, scene.choices
        assert "Sing the moon asleep" in told[-1].text
        acts = [
            turn.acts
            for turns in said.turns.values()
            for turn in turns
            if turn.title == scene.title
        ]
        for (_, followed), each in zip(acts[0] if acts else (), (told[0], told[2]), strict=False):
            names = dict(zip(("hero", "friend"), (who.name for who in each.cast), strict=False))
            assert each.text.startswith(followed.format(**names))
        ways = [place for place in said.places.values() if place.way == scene.choices[1]]
        assert ways[0].where in told[1].text
        ask = replace(
            ask, story=(*ask.story, ToldScene(scene.text, scene.choices[0])), cast=scene.cast
        )


def test_the_language_is_the_premise_s_where_none_is_asked_for() -> None:
    german = next_scene(Tell(premise=PREMISES[-1]))
    assert "ein kleines Mädchen in einem gelben Mantel" in german.text
    assert "in a yellow coat" in german.prompt
    assert "Wald" in german.site
    assert "Es war" in next_scene(Tell(premise=PREMISES[0], language="de", choices=0)).text
    assert "The " in next_scene(Tell(premise=PREMISES[-1], language="fr")).text


def test_everybody_who_may_be_in_a_story_has_a_german_look() -> None:
    for name, entry in silhouettes.CATALOGUE.items():
        subject = understand(f"a small red {name}").subjects
        if subject and casting.alive(subject[0]):
            assert plots.in_german(subject[0]), (name, entry)


def test_a_scene_keeps_the_words_asked_for() -> None:
    for least, most in ((20, 40), (60, 120), (110, 120)):
        for number in range(4):
            told = tuple(ToldScene("x", "Go on") for _ in range(number))
            scene = next_scene(Tell(premise=PREMISES[0], story=told, least=least, most=most))
            assert least <= len(scene.text.split()) <= most, (least, scene.text)


@pytest.mark.parametrize("premise", PREMISES)
def test_the_characters_stay_the_same(premise: str) -> None:
    scenes = story(premise)
    hero, friend = scenes[-1].cast
    for scene in scenes[1:]:
        assert scene.cast == (hero, friend)
        subjects = {s.name: s.colour for s in understand(scene.prompt).subjects}
        for each in (hero, friend):
            assert f"{each.name} is {each.look}." in scene.prompt
            wanted = understand(each.look).subjects[0]
            assert subjects[wanted.name] == wanted.colour
    assert scenes[0].cast == (hero,)
    assert hero.look != friend.look


@pytest.mark.parametrize("premise", PREMISES)
def test_a_story_begins_goes_on_and_ends(premise: str) -> None:
    scenes = story(premise)
    assert scenes[0].title
    assert len({scene.text for scene in scenes}) == len(scenes)
    for scene in scenes[:-1]:
        assert len(set(scene.choices)) == 3
        assert all(0 < len(choice) <= 80 for choice in scene.choices)
    assert scenes[-1].choices == ()
    quest = re.split(" and | und ", scenes[0].title, maxsplit=1)[1]
    assert quest in scenes[-1].text
    assert not any(gap in scene.text for scene in scenes for gap in ("{where", "{quest", "  "))


def test_the_premise_decides_who_and_where() -> None:
    scene = next_scene(Tell(premise=PREMISES[0]))
    assert scene.cast[0].look == "a red fox"
    assert understand(scene.prompt).ground == "snow"
    assert story(PREMISES[0])[-1].cast[1].look == "an owl"
    assert next_scene(Tell(premise=PREMISES[1])).cast[0].name == "Mara"


def test_a_choice_is_followed_into_the_picture() -> None:
    first = next_scene(Tell(premise=PREMISES[0]))
    ask = Tell(premise=PREMISES[0], cast=first.cast)
    by_sea = next_scene(replace(ask, story=(ToldScene(first.text, "down to the sea at dawn"),)))
    waiting = next_scene(replace(ask, story=(ToldScene(first.text, "Wait for the night"),)))
    seen, waited = understand(by_sea.prompt), understand(waiting.prompt)
    assert (seen.ground, seen.time, seen.shore) == ("sea", "dawn", True)
    assert (waited.ground, waited.time) == ("snow", "night")


def test_somebody_else_s_cast_is_taken_over() -> None:
    lena = Character("Lena", "a woman in a blue coat")
    scene = next_scene(Tell(premise="x", cast=(lena,), story=(ToldScene("Once.", "Go on"),)))
    assert scene.cast[0] == lena
    assert lena.look in scene.prompt


def test_a_story_is_the_same_when_told_again_and_another_with_another_seed() -> None:
    assert story(PREMISES[2]) == story(PREMISES[2])
    assert story(PREMISES[2]) != story(PREMISES[2], seed=2)


def test_the_prompt_keeps_the_limit() -> None:
    ask = Tell(premise="a fox " * 5000, style="oil", limit=60)
    assert len(next_scene(ask).prompt) <= 60
