"""The page's catalogue: each sentence that the page says, none that it doesn't, the same blanks."""

import re
from pathlib import Path

from adapters.texts.catalogue import ENGLISH, languages
from adapters.texts.pages import MARKED, filled, table
from adapters.web.pages import STATIC

STRING = r'"((?:[^"\\]|\\.)*)"'
ONE = re.compile(rf"(?<![\w.])t\({STRING}")
MANY = re.compile(rf"(?<![\w.])tn\([^\"`]*?{STRING},\s*{STRING}")
CALLS = re.compile(r"(?<![\w.$])tn?\(")
BLANK = re.compile(r"\{(\w+)\}")
TAG = re.compile(r"<[^>]+>")


def scripts() -> list[Path]:
    return sorted(each for each in STATIC.glob("*.js") if each.name != "texts.js")


def said() -> dict[str, str]:
    """Every sentence that is looked up, with what it is of many ("" for one alone)."""
    found: dict[str, str] = {}
    for file in scripts():
        text = file.read_text("utf-8")
        found |= dict.fromkeys(ONE.findall(text), "")
        found |= dict(MANY.findall(text))
    for file in STATIC.glob("*.html"):
        text = file.read_text("utf-8")
        found |= dict.fromkeys((" ".join(each.split()) for each in MARKED.findall(text)), "")
    return found


def forms(entry: str | list[str]) -> list[str]:
    return [entry] if isinstance(entry, str) else entry


def test_each_sentence_is_there_in_every_language_and_none_is_dead() -> None:
    wanted = said()
    assert len(wanted) > 50
    for language in languages():
        if language == ENGLISH:
            continue
        known = table(language)
        assert set(wanted) - set(known) == set(), language
        assert set(known) - set(wanted) == set(), language
        for sentence, many in wanted.items():
            entry = known[sentence]
            assert isinstance(entry, str) == (many == ""), sentence
            for each in forms(entry):
                assert set(BLANK.findall(each)) <= {*BLANK.findall(sentence), *BLANK.findall(many)}
                assert TAG.findall(each) == TAG.findall(sentence), sentence
                assert '"' not in each, sentence  # it may stand in an attribute
            assert set(BLANK.findall(forms(entry)[-1])) == set(BLANK.findall(many or sentence))


def test_what_is_looked_up_is_written_there() -> None:
    """A sentence that is put together would not be found in the catalogue."""
    for file in scripts():
        text = file.read_text("utf-8")
        read = len(ONE.findall(text)) + len(MANY.findall(text))
        assert len(CALLS.findall(text)) == read, file.name


def test_html_is_filled_in_whatever_its_line_ends() -> None:
    html = '<p title="{{Undo}}">{{The mask painter\n   needs JavaScript.}}</p>'
    assert filled(html, ENGLISH) == '<p title="Undo">The mask painter needs JavaScript.</p>'
    assert filled(html, "de") == '<p title="Rückgängig">Der Maskenmaler braucht JavaScript.</p>'
