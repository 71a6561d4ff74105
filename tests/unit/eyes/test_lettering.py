"""Lettering: what a question asks for, what was read, and what is made of a contradiction."""

import random
from collections.abc import Sequence

import pytest

from adapters.eyes.ocr import read_lettering
from core.domain.answers import Box
from core.domain.lettering import Word, distance, found, wanted
from core.domain.views import Check
from core.steps.measured import contradictions
from tests.unit.eyes.lettered import planted

PLACE = Box(0.1, 0.1, 0.5, 0.1)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Does the sign say “OPEN”?", "OPEN"),
        ('Is the word "Mira" written on the cup?', "Mira"),
        ("Does the picture show the title BLUE NIGHT?", "BLUE NIGHT"),
        ("Steht „Bäckerei“ als text über der Tür?", "Bäckerei"),
        ("Does the picture show the sum 7 + 5 = 12?", ""),
        ("Is there a red boat?", ""),
        ("Is the sign red?", ""),
        ("Is there an “old” house?", ""),
    ],
)
def test_what_a_question_asks_to_be_lettered(question: str, word: str) -> None:
    assert wanted(question) == word


def words(*texts: str, sure: float = 0.95) -> Sequence[Word]:
    return [Word(text, sure, PLACE) for text in texts]


def test_lettering_is_there_however_it_is_set() -> None:
    assert found("OPEN", words("We are open!")).held
    assert found("HAPPY 80", words("HAPPY80")).times == 1
    assert found("BLUE NIGHT", words("BLUE", "NIGHT")).held
    assert found("EXIT", words("EXIT", "exit")).times == 2
    assert found("NIGHT", words("BLUENIGHT")).held  # run together


def test_what_stands_there_instead_is_named() -> None:
    there = found("OPEN", words("LAKE", "OPNE"))
    assert (there.held, there.read, there.box) == (False, "OPNE", PLACE)
    assert found("OPEN", words("BAKERY")).read == ""
    assert found("OPEN", words("OPEN", sure=0.3)).held is False
    assert found("", words("OPEN")).held is False
    doubled = found("HONEY 2026", words("HHONEY 2026"))
    assert (doubled.held, doubled.read) == (False, "HHONEY 2026")


def test_letters_apart() -> None:
    assert [distance("open", each) for each in ("open", "opne", "ope", "oopen", "")] == [
        0,
        2,
        1,
        1,
        4,
    ]
    assert distance("a" * 100_000, "b" * 100_000) == 80  # long ones cost no more


def test_a_contradiction_is_a_sentence() -> None:
    asked = "Does the sign say “OPEN”?"
    checks = [
        Check(asked, False, "OPNE", True, PLACE),
        Check("Is it red?", True),
        Check("Is “EXIT” written there?", True, "", False, PLACE),
    ]
    assert contradictions(checks) == (
        "Read by measurement at the top: “OPEN” was taken for right, and “OPNE” stands there. "
        "Read by measurement at the top: “EXIT” was taken for wrong, and reads right."
    )
    assert contradictions([Check(asked, True), Check(asked, False, "OPNE")]) == ""
    assert checks[0].told == f"{asked} (“OPNE”)"


@pytest.mark.slow
def test_measured_verdicts_are_wrong_a_fifth_as_often_as_a_critics() -> None:
    """Forty pictures; the critic is wrong of a quarter of the faults and a sixteenth of the rest
    (the rates of the simulated one)."""
    chance, critic, eye = random.Random(3), 0, 0
    for word, lettered, image in planted(40):
        right = word == lettered
        critic += chance.random() < (0.06 if right else 0.25)
        eye += found(word, read_lettering(image)).held is not right
    assert critic >= 4
    assert eye <= critic * 0.2, (eye, critic)
