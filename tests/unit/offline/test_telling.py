from dataclasses import replace

import pytest

from adapters.models.offline.telling import next_scene
from adapters.models.offline.vocabulary import understand
from core.domain.story import Character, Scene
from core.models.story import Tell, Told

PREMISES = (
    "A red fox and an owl look for the lost garden in the snow",
    "Mara, a girl in a mustard coat, follows a whale",
    "something about silence",
    "ein Fuchs, 狐狸 \ud83e {hero} %s",
    "",
)


def story(premise: str, scenes: int = 6, seed: int = 1) -> list[Scene]:
    """A story told to its end, by a person who always takes another way."""
    ask = Tell(premise=premise, style="watercolor", seed=seed)
    told: list[Scene] = []
    for number in range(scenes):
        last = number == scenes - 1
        told.append(next_scene(replace(ask, choices=0 if last else 3)))
        choice = "" if last else told[-1].choices[number % 3]
        ask = replace(ask, cast=told[-1].cast, story=(*ask.story, Told(told[-1].text, choice)))
    return told


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
    quest = scenes[0].title.split(" and ", 1)[1]
    assert quest in scenes[-1].text
    assert not any(gap in scene.text for scene in scenes for gap in ("{where", "{hero}'s", "  "))


def test_the_premise_decides_who_and_where() -> None:
    scene = next_scene(Tell(premise=PREMISES[0]))
    assert scene.cast[0].look == "a red fox"
    assert understand(scene.prompt).ground == "snow"
    assert story(PREMISES[0])[-1].cast[1].look == "an owl"
    assert next_scene(Tell(premise=PREMISES[1])).cast[0].name == "Mara"


def test_a_choice_is_followed_into_the_picture() -> None:
    first = next_scene(Tell(premise=PREMISES[0]))
    ask = Tell(premise=PREMISES[0], cast=first.cast)
    by_sea = next_scene(replace(ask, story=(Told(first.text, "down to the sea at dawn"),)))
    waiting = next_scene(replace(ask, story=(Told(first.text, "Wait for the night"),)))
    seen, waited = understand(by_sea.prompt), understand(waiting.prompt)
    assert (seen.ground, seen.time, seen.shore) == ("sea", "dawn", True)
    assert (waited.ground, waited.time) == ("snow", "night")


def test_somebody_else_s_cast_is_taken_over() -> None:
    lena = Character("Lena", "a woman in a blue coat")
    scene = next_scene(Tell(premise="x", cast=(lena,), story=(Told("Once.", "Go on"),)))
    assert scene.cast[0] == lena
    assert lena.look in scene.prompt


def test_a_story_is_the_same_when_told_again_and_another_with_another_seed() -> None:
    assert story(PREMISES[2]) == story(PREMISES[2])
    assert story(PREMISES[2]) != story(PREMISES[2], seed=2)


def test_the_prompt_keeps_the_limit() -> None:
    ask = Tell(premise="a fox " * 5000, style="oil", limit=60)
    assert len(next_scene(ask).prompt) <= 60
