"""Is a prompt English? Some painters were taught nothing else.

No model: the commonest words of the languages people write decide, and any other alphabet does at
once. A prompt of names and nouns alone counts as English: painters know those.
"""

import re
import unicodedata

WORD = re.compile(r"[^\W\d_]+")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


ENGLISH = _set(
    "the a an and or of in on at with without to from by for is are this that its his her their "
    "as into over under behind near very more less like"
)
OTHERS = _set(
    # German, Dutch
    "der die das den dem des ein eine einen einem einer und oder im am mit ohne auf aus bei von "
    "vor hinter unter nach zum zur ist sind sehr mehr wie nicht het een en met zonder op van bij "
    "voor achter naar zijn "
    # French, Spanish, Portuguese, Italian
    "le la les un une du et ou dans avec sans sur sous devant derrière est sont très plus comme "
    "el los las una unos unas y o con sin sobre bajo del al es son muy más como "
    "os uma umas e ou com sem em no na nos nas do da dos das é são muito mais "
    "il lo gli uno ed nel nella con senza sopra sotto della dello dei delle più molto come "
    # Polish, Turkish, Scandinavian, Indonesian
    "w na z ze i oraz bez pod nad bardzo jest są ve ile bir bu çok için gibi och med utan på från "
    "är ett av og uten fra er ikke meget dan dengan tanpa di yang untuk dari"
) - (ENGLISH | {"no", "do", "as", "die"})
FOREIGN_LETTERS = 0.2  # a share of another alphabet above this is not English


def reads_english(text: str) -> bool:
    """Whether a painter that knows only English would understand most of this text."""
    words = [word.lower() for word in WORD.findall(text)]
    letters = "".join(words)
    if not letters:
        return True
    foreign = sum(not _latin(letter) for letter in letters)
    if foreign / len(letters) > FOREIGN_LETTERS:
        return False
    ours = sum(word in ENGLISH for word in words)
    theirs = sum(word in OTHERS for word in words)
    return ours >= theirs


def _latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.name(letter, "").startswith("LATIN")
