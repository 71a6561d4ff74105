"""What the page's sources and windows say: its literals, and English that should be another language."""

import re
from collections.abc import Iterable, Iterator

from adapters.texts.pages import table
from adapters.texts.sentences import Pattern

STRING = r'"((?:[^"\\\n]|\\.)*)"'
LOOKED_UP = re.compile(rf"(?<![\w.$])(?:t\({STRING}|tn\([^\"`]*?{STRING},\s*{STRING})")
SHOWN = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { parentElement, textContent } = walk.currentNode;
    if (!parentElement.closest("script, style, noscript")) found.push(textContent.trim());
  }
  for (const name of ["aria-label", "aria-valuetext", "title", "placeholder", "alt"]) {
    for (const each of document.querySelectorAll(`[${name}]`)) found.push(each.getAttribute(name).trim());
  }
  return found.filter(Boolean);
}"""
"""Whatever a window says, to be read and to be heard."""


def literals(source: str) -> Iterator[tuple[str, str]]:
    """(what stands before, the literal) of a script, but for what is looked up and for comments; of a
    template its words alone."""
    code = LOOKED_UP.sub("t()", source)
    start, at = 0, 0
    while at < len(code):
        if code.startswith("//", at):
            at = _end(code, "\n", at)
        elif code.startswith("/*", at):
            at = _end(code, "*/", at)
        elif code[at] == "/" and re.search(r"[(,=:?&|!]\s*$", code[max(0, at - 9) : at]):
            at = _regex_end(code, at)
        elif code[at] == '"':
            match = re.compile(STRING).match(code, at)
            assert match, code[at : at + 80]
            yield code[max(start, at - 60) : at], match[1]
            at = match.end()
        elif code[at] == "`":
            before, (words, inner, end) = code[max(start, at - 60) : at], _template(code, at + 1)
            yield before, words
            for each in inner:
                yield from literals(each)
            at = end
        else:
            at += 1


def _end(code: str, mark: str, at: int) -> int:
    found = code.find(mark, at + 2)
    return len(code) if found < 0 else found + len(mark)


def _regex_end(code: str, at: int) -> int:
    inside, at = False, at + 1
    while code[at] != "/" or inside:
        inside = (inside or code[at] == "[") and code[at] != "]"
        at += 2 if code[at] == "\\" else 1
    return at + 1


def _template(code: str, at: int) -> tuple[str, list[str], int]:
    """Its words, the code within, and where it ends."""
    words, inner = "", list[str]()
    while code[at] != "`":
        if code.startswith("${", at):
            end = _brace_end(code, at + 2)
            inner.append(code[at + 2 : end])
            words, at = f"{words}\0", end + 1
        else:
            words, at = words + code[at], at + 1
    return words, inner, at + 1


def _brace_end(code: str, at: int) -> int:
    deep = 1
    while deep:
        if code[at] == "`":
            at = _template(code, at + 1)[2]
            continue
        deep += {"{": 1, "}": -1}.get(code[at], 0)
        at += 1
    return at - 1


def english(shown: Iterable[str], language: str) -> list[str]:
    """Of what a window says in a language, what the page's table has in English."""
    entries = table(language).items()
    pairs = [(key, said if isinstance(said, str) else said[0]) for key, said in entries]
    theirs = [Pattern.of(key, "") for key, said in pairs if key != said]
    theirs = [each for each in theirs if each.letters > (8 if each.names else 3)]
    ours = [Pattern.of(said, "") for _, said in pairs]
    return [
        words for words in dict.fromkeys(shown)
        if any(each.letters > 1 and each.read(words) is not None for each in theirs)
        and not any(each.letters > 1 and each.read(words) is not None for each in ours)
    ]  # fmt: skip
