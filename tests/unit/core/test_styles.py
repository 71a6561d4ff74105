from itertools import pairwise

from core.domain.styles import DECK, draw, style_for


def test_the_deck_repeats_nothing_before_it_is_through() -> None:
    drawn = [draw(DECK, "session", i) for i in range(2 * len(DECK))]
    assert sorted(drawn[: len(DECK)]) == sorted(DECK)
    assert sorted(drawn[len(DECK) :]) == sorted(DECK)
    assert all(a != b for a, b in pairwise(drawn))


def test_two_sessions_meet_different_decks() -> None:
    assert [draw(DECK, "a", i) for i in range(6)] != [draw(DECK, "b", i) for i in range(6)]


def test_a_person_s_list_comes_in_its_own_order_and_again() -> None:
    chosen = ("oil", "neon")
    assert [style_for(chosen, DECK, "s", i) for i in range(3)] == ["oil", "neon", "oil"]
