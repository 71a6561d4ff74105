"""What a sentence said to a picture asks for. Pure; by rules, English and German: the same words are
always the same act."""

import re
from dataclasses import dataclass
from typing import Final, Literal

Act = Literal["stop", "undo", "again", "bigger", "wider", "several", "edit", "continue"]

_WORD: Final = re.compile(r"[^\W_]+")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


@dataclass(frozen=True, slots=True)
class Wish:
    """`number`: how many pictures, of "several"; 0 where nobody said."""

    act: Act
    number: int = 0


_FILLERS: Final = _set(
    "please pls now bot darkroom it this that the picture image photo me can could you just do make"
    " let a bit little much bitte mal es das dies den bild foto jetzt mir kannst du könntest mach"
    " mache doch einfach ein bisschen etwas viel und and to"
)
_PHRASES: Final[dict[Act, str]] = {
    "stop": "stop|halt|cancel|abort|quit|stopp|stoppen|abbrechen|anhalten|aufhören|hör auf",
    "undo": "undo|back|go back|step back|one step back|revert|take back|undo last step|zurück"
    "|rückgängig|rückgängig machen|schritt zurück|einen schritt zurück|geh zurück|nimm zurück",
    "again": "again|once more|one more|one more time|another|another one|another try|try again"
    "|paint again|repaint|retry|redo|run again|noch einmal|nochmal|noch|noch eins|erneut|neu malen"
    "|noch einmal malen|nochmal malen|male noch einmal|male nochmal|neuer versuch|versuch nochmal",
    "bigger": "bigger|larger|upscale|enlarge|double size|higher resolution|größer|grösser"
    "|vergrößern|vergrößere|hochskalieren|höhere auflösung|groß",
    "wider": "wider|broader|widen|extend sides|more on sides|breiter|verbreitern|weiter",
    "several": "variations|variants|versions|vary|varianten|variationen|versionen|variiere",
}
_ACTS: Final[dict[str, Act]] = {
    phrase: act for act, phrases in _PHRASES.items() for phrase in phrases.split("|")
}
_NUMBERS: Final = {
    word: number
    for number, words in enumerate(("two zwei", "three drei", "four vier", "five fünf"), 2)
    for word in words.split()
}
_COUNTED: Final = _set(
    "more variations variants versions others pictures images ones of them these weitere mehr davon"
    " varianten variationen versionen andere bilder stück"
)
_ASKING: Final = _set("make give paint show create draw mach mache male zeig zeige gib erstelle")

_PUTTING: Final = _set(
    "add remove erase delete put place replace swap exchange insert write number label cover hide fix"
    " straighten recolor recolour attach cut füge entferne entfernen lösche löschen ersetze ersetzen"
    " tausche tauschen setze setz schreib schreibe nummeriere beschrifte ergänze hinzufügen hinzu weg"
    " verdecke repariere radiere"
)
_CHANGING: Final = _set(
    "make turn change paint color colour let shift move mach mache male ändere ändern färbe lass"
    " verwandle rücke verschiebe"
)
_GIVING: Final = _set("give gib")
_DEFINITE: Final = _set(
    "the his her its their my your this that these those him them der die das den dem des sein seine"
    " seinen ihr ihre ihren ihm ihnen diese dieser dieses diesen"
)
_INDEFINITE: Final = _set("a an some one ein eine einen einem einer")
_WHOLE: Final = _set(
    "picture image photo painting scene whole everything all style mood composition perspective angle"
    " viewpoint light lighting colors colours palette contrast atmosphere format bild foto gemälde"
    " szene ganze ganzen alles stil stimmung komposition perspektive blickwinkel licht farben kontrast"
    " atmosphäre"
)
_IT: Final = _set("it this that everything es das dies alles")
_SHOULD: Final = _set("should must needs soll sollte sollen muss")
_WITHOUT: Final = _set("without no ohne kein keine keinen")
_COMPARED: Final = _set(
    "darker brighter lighter warmer colder cooler softer sharper closer further more less simpler"
    " wilder calmer dunkler heller wärmer kälter weicher schärfer näher weiter mehr weniger einfacher"
    " wilder ruhiger same different instead like style stil anders stattdessen gleiche"
)


def wish_of(text: str) -> Wish:
    """What these words ask to be done with a picture. What is to change in one place is "edit",
    anything else "continue"."""
    words = _words(text)
    said = [word for word in words if word not in _FILLERS]
    if act := _ACTS.get(" ".join(said)):
        return Wish(act)
    if number := _counted(words):
        return Wish("several", number)
    return Wish("edit" if _is_local(words) else "continue")


def relates(text: str) -> bool:
    """Whether words without an address are about the picture before, and no new wish."""
    words = _words(text)
    if wish_of(text).act != "continue":
        return True
    if not words or words[0] in _INDEFINITE:
        return False
    if words[0] in _ASKING and len(words) > 1 and words[1] in _INDEFINITE:
        return False
    return any(word in _COMPARED or word in _IT for word in words[:4])


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _counted(words: list[str]) -> int:
    """How many pictures are asked for by nothing but a number ("make 4", "vier davon"), else 0."""
    numbers = [_number(word) for word in words if _number(word)]
    rest = [word for word in words if not _number(word) and word not in _FILLERS]
    known = _COUNTED | _ASKING
    if len(numbers) != 1 or not all(word in known for word in rest):
        return 0
    asked = any(word in known or word in ("make", "mach", "mache") for word in words)
    return numbers[0] if asked else 0


def _number(word: str) -> int:
    return int(word) if word.isdecimal() and len(word) < 3 else _NUMBERS.get(word, 0)


def _is_local(words: list[str]) -> bool:
    """Whether one thing in the picture shall change, and the rest stay."""
    while words and words[0] in ("please", "bitte", "now", "jetzt", "and", "und", "then", "dann"):
        words = words[1:]
    if not words or _said_of_all(words):
        return False
    if words[0] in _PUTTING | _GIVING | _WITHOUT or words[-1] in _PUTTING:
        return True
    if words[0] in _DEFINITE and any(word in _SHOULD for word in words[1:]):
        return True
    return words[0] in _CHANGING and _names_a_thing(words[1:])


def _said_of_all(words: list[str]) -> bool:
    """What is named first is the picture as a whole."""
    thing = [w for w in words if w not in _DEFINITE | _INDEFINITE | _CHANGING | _FILLERS]
    whole = any(word in _WHOLE for word in words[:4])
    return whole and (not thing or thing[0] in _WHOLE or words[0] in _CHANGING)


def _names_a_thing(words: list[str]) -> bool:
    """ "the door red", "den Himmel blau"; not "it red", "a fox"."""
    if len(words) < 2 or words[0] not in _DEFINITE:
        return False
    return words[0] not in _IT or (words[1] not in _COMPARED and len(words) > 2)
