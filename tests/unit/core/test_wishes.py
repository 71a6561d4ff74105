"""What is said to a picture: a table of sentences, and what each does."""

import pytest

from core.domain.talk import meaning_of
from core.domain.wishes import Wish, relates, wish_of

SAID: dict[str, Wish] = {
    "stop": Wish("stop"),
    "please stop": Wish("stop"),
    "Stopp!": Wish("stop"),
    "undo": Wish("undo"),
    "Undo that, please": Wish("undo"),
    "go back": Wish("undo"),
    "mach das rückgängig": Wish("undo"),
    "zurück": Wish("undo"),
    "again": Wish("again"),
    "do it again": Wish("again"),
    "once more": Wish("again"),
    "noch einmal bitte": Wish("again"),
    "nochmal": Wish("again"),
    "bigger": Wish("bigger"),
    "make it bigger": Wish("bigger"),
    "mach es größer": Wish("bigger"),
    "wider": Wish("wider"),
    "make it a bit wider": Wish("wider"),
    "breiter": Wish("wider"),
    "make 4": Wish("several", 4),
    "Mach mir vier davon": Wish("several", 4),
    "give me 3 variations": Wish("several", 3),
    "variations": Wish("several"),
    "make 12": Wish("several", 12),
    "make the hat bigger": Wish("edit"),
    "paint the door red": Wish("edit"),
    "Male die Tür rot": Wish("edit"),
    "mach den Himmel blau": Wish("edit"),
    "add a small boat on the left": Wish("edit"),
    "please remove the car in the background": Wish("edit"),
    "Entferne bitte das Auto": Wish("edit"),
    "füge links ein Boot hinzu": Wish("edit"),
    "give him a red hat": Wish("edit"),
    "change the background to a forest": Wish("edit"),
    "number the lug nuts": Wish("edit"),
    "without the watermark": Wish("edit"),
    "the roof should be green": Wish("edit"),
    "die Tür soll offen sein": Wish("edit"),
    "make it darker": Wish("continue"),
    "darker": Wish("continue"),
    "more dramatic, in the evening": Wish("continue"),
    "make it snow": Wish("continue"),
    "turn it into a watercolour": Wish("continue"),
    "change the style to pop art": Wish("continue"),
    "make the whole picture warmer": Wish("continue"),
    "mach das Bild dunkler": Wish("continue"),
    "mach es düsterer": Wish("continue"),
    "paint a red fox": Wish("continue"),
    "another angle, closer to the tower": Wish("continue"),
    "a lighthouse in a storm": Wish("continue"),
    "4 foxes in the snow": Wish("continue"),
    "ändere die Perspektive": Wish("continue"),
}


def test_every_sentence_does_what_it_says() -> None:
    assert {text: wish_of(text) for text in SAID} == SAID


def test_a_word_that_does_something_is_a_wish_for_the_doors() -> None:
    for text, wish in SAID.items():
        assert meaning_of(text) == ("stop" if wish.act == "stop" else "wish"), text


def test_all_is_told_from_one() -> None:
    for text in (
        "stop all",
        "cancel all of mine",
        "stop everything",
        "stopp alle",
        "alles abbrechen",
    ):
        assert meaning_of(text) == "stop_all", text
    for text in ("stop", "please stop now", "stopp bitte"):
        assert meaning_of(text) == "stop", text


@pytest.mark.parametrize(
    ("about_it", "texts"),
    [
        (True, "darker|make it snow|undo|add a hat|more contrast|mach es heller|again|make 4"),
        (True, "in the style of van Gogh|the same at night|turn it into a poster"),
        (False, "a green elephant|paint a red fox|a castle with a moat around it|foxes in snow"),
        (False, "ein grüner Elefant|male einen Leuchtturm im Sturm"),
    ],
)
def test_a_new_wish_is_told_from_one_about_the_picture_before(about_it: bool, texts: str) -> None:
    for text in texts.split("|"):
        assert relates(text) is about_it, text
