"""The cast of a story: first looks stay, and pictures say them in the same words."""

from core.domain.story import Character
from core.models.story import MAX_CAST, grown, shown

MARA = Character("Mara", "a girl with two black plaits and a mustard coat.")


def test_a_first_look_stays_and_new_people_come_after() -> None:
    said = (Character("MARA", "a tall man"), Character("Fox", "a fox with one ear"))
    assert grown((MARA,), said) == (MARA, said[1])


def test_nobody_without_a_name_or_a_look_comes_in() -> None:
    assert grown((), (Character("", "tall"), Character("Bo", ""), MARA)) == (MARA,)


def test_a_full_cast_takes_nobody_else() -> None:
    crowd = tuple(Character(f"P{i}", "tall") for i in range(MAX_CAST))
    assert grown(crowd, (MARA,)) == crowd
    assert grown((*crowd, MARA), ()) == (*crowd, MARA)


def test_only_those_in_the_picture_are_shown_in_the_order_of_the_cast() -> None:
    fox = Character("Fox", "a fox with one ear")
    cast = (MARA, Character("Bo", "a boy"), fox)
    assert shown(cast, (" fox", "mara", "nobody")) == (
        "Mara is a girl with two black plaits and a mustard coat. Fox is a fox with one ear."
    )
    assert shown(cast, ()) == ""
