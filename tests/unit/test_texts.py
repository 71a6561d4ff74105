"""Every sentence of every update, at each door, in each language: nothing that nobody should meet."""

from core.domain.updates import Asked, Discarded, Update
from tests.preview.texts import faults, page
from tests.preview.updates import samples


def test_nobody_meets_a_broken_sentence() -> None:
    assert faults() == []


def test_the_page_shows_every_kind_of_update() -> None:
    kinds = {type(update) for update in samples().values()}
    assert kinds == set(Update.__args__) - {Asked, Discarded}
    made = page()
    assert made.count("<tr>") == len(samples()) + 1
    assert "Von hier weiter" in made and "Continue from this" in made
