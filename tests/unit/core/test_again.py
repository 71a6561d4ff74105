"""A refused command, changed and said again."""

import pytest

from core.domain.commands import Actor, ImageHandle, Place
from core.domain.errors import BadRequest
from core.domain.options import again, typed
from core.jobs.evolve import Evolve
from core.jobs.refine import Refine
from tests.harness import ANN, PAGE

PHOTO = ImageHandle("web", "1")
ASKED = Refine(
    dedup_key="1", actor=ANN, place=PAGE, image=PHOTO, goal="a fox", iterations=3, review=True,
    quality="low", unused=("a PDF",),
)  # fmt: skip
BEN, THERE = Actor("web", "", "ben"), Place("web", "", "there")


def test_what_was_said_is_said_as_it_would_be_typed() -> None:
    said = typed(ASKED)
    assert said["goal"] == "a fox"
    assert (said["iterations"], said["review"], said["quality"]) == ("3", "True", "low")
    assert "image" not in said
    styles = Evolve(dedup_key="2", actor=ANN, place=PAGE, image=PHOTO, styles=("oil", "neon"))
    assert typed(styles)["styles"] == "oil, neon"


def test_answers_replace_what_was_said_and_what_is_emptied_is_the_default() -> None:
    answers = {"goal": "a red fox", "iterations": "", "review": "", "image": None}
    told = again(ASKED, answers, dedup_key="9", actor=BEN, place=THERE)
    assert (told.goal, told.iterations, told.review) == ("a red fox", None, False)
    assert (told.quality, told.unused) == ("low", ("a PDF",))  # not asked: as it was
    assert told.image == PHOTO  # a picture stays unless another is brought
    assert (told.dedup_key, told.actor, told.place) == ("9", BEN, THERE)
    other = ImageHandle("web", "2")
    assert again(told, {"image": other}, dedup_key="10", actor=BEN, place=THERE).image == other
    with pytest.raises(BadRequest):
        again(ASKED, {"iterations": "many"}, dedup_key="9", actor=BEN, place=THERE)
