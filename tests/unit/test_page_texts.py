"""The page's catalogue: each sentence that the page says, none that it doesn't, the same blanks."""

import re
from pathlib import Path

from adapters.texts.catalogue import ENGLISH, languages
from adapters.texts.pages import MARKED, filled, table
from adapters.web.pages import STATIC
from tests.page_words import literals

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


NO_WORDS = re.compile(
    r"(?:from|class:|\bclass=|key ===|\(pointer|matchMedia\(|closest\(|matches\(|querySelector\(|"
    r"querySelectorAll\(|includes\(|\bat\(|style\.transform =)\s*$"
)
"""What stands before a literal that nobody reads: an address, a class, a key, a selector."""
UNREAD = {
    "X-Darkroom-Name", "X-Darkroom-Filename", "Content-Type", "Darkroom", "Notification", "WebP",
    "DOMContentLoaded", "best.png", "contact-sheet.png", "evolution.webp", "evolution.gif",
    "primary", "danger", "wide more", "\0 · Darkroom", "\0 px", "/evolve styles:\0 ",
}  # fmt: skip
"""Headers, names that are the same in every language, files, classes handed on, what is typed."""
SENTENCE = re.compile(r"\b[A-Z][a-z]{2,}|[a-z]{2,}[ ,.:] ?[a-z]{2,}")
CHILD = re.compile(r"(?:\}, |textContent = )$")
IN_HTML = re.compile(r'>([^<>]*)<|(?:aria-label|title|placeholder|alt|content)="([^"]*)"')
SAME = re.compile(r"\b(?:Darkroom|noindex|width=device-width, initial-scale=1|light dark)\b")


def test_whatever_people_read_is_looked_up() -> None:
    left: list[str] = []
    for file in scripts():
        for before, words in literals(file.read_text("utf-8")):
            read = SENTENCE.search(words) or (
                CHILD.search(before) and re.search("[a-z]{2,}", words)
            )
            if read and not NO_WORDS.search(before) and words not in UNREAD:
                left.append(f"{file.name}: {before[-30:]} | {words}")
    assert left == []


def test_whatever_people_read_in_html_is_marked() -> None:
    for file in STATIC.glob("*.html"):
        bare = re.sub(r"<!--.*?-->", "", MARKED.sub("", file.read_text("utf-8")))
        for text, attribute in IN_HTML.findall(bare):
            words = SAME.sub("", text or attribute)
            assert not re.search(r"[A-Za-z]{2,}", words), (file.name, words)


def test_literals_are_told_from_what_is_looked_up() -> None:
    source = """// "a comment"
      const a = t("Looked up", { n }); /* "another" */ b = /"[^/"]*"/.test(c);
      h("p", {}, `Round ${n ? `of ${t("Many")} and "x"` : "none"}`, "Bare");"""
    found = [words for _, words in literals(source)]
    assert found == ["p", "Round \0", 'of \0 and "x"', "none", "Bare"]
