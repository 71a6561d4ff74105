"""A sentence becomes a diagram, by a grammar for English: who does what with whom.

"A client sends a request to a server which asks a database." Also steps ("first wash, then dry"),
decisions ("if it rains, stay, otherwise go") and arrows ("client -> server: request").
"""

import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from adapters.models.offline.diagrams.structure import Diagram, Edge, Node

_LONGEST: Final = 2000
_MOST: Final = 40  # boxes
_ASKED: Final = re.compile(
    r"^\s*(?:please )?(?:draw |make |show |paint |create )?(?:me )?(?:an? |the )?(?:\w+ )?"
    r"(?:diagrams?|flow ?charts?|flow diagrams?)\b\s*(?:of how|of|for|where|in which|with|showing|that shows|:|-)*\s*",
    re.I,
)
_ARROW: Final = re.compile(
    r"[ \t]{0,4}(?:-{1,3}[ \t]{0,4}(?P<label>[^->\n]{1,60}?)[ \t]{0,4}-{1,3}>|-{1,3}>|={1,3}>|→|⟶)"
    r"[ \t]{0,4}"
)
_IF: Final = re.compile(r"\bif ", re.I)
_THEN: Final = re.compile(r",? then |, ", re.I)
_ELSE: Final = re.compile(r"[,;.]? (?:otherwise|else|if not)[, ]", re.I)
_BEFORE_IF: Final = re.compile(r"(?:,| and)? ?(?:then)?,? ?$", re.I)
_STEPS: Final = re.compile(
    r"\s{0,3}(?:[,;.]?\s{0,3}\b(?:and then|after that|then|next|finally|afterwards|at last|at the end)"
    r"\b,?|[;\n]|\s\d{1,2}[.)])\s{0,3}",
    re.I,
)
_ARTICLES: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "its",
        "their",
        "his",
        "her",
        "another",
        "each",
        "every",
        "some",
        "all",
        "this",
        "that",
    ]
)
_BEFORE_NOUNS: Final = _ARTICLES - {"that"} | frozenset(
    ["to", "of", "from", "into", "with", "for", "by", "in", "on", "at", "via"]
)
_RELATIVE: Final = frozenset({"which", "that", "who"})
_LINKS: Final = frozenset({",", ".", ";", "and", "then", "while", "when", "but", "or"})
_TOWARDS: Final = frozenset(
    ["to", "into", "from", "in", "on", "at", "through", "via", "onto", "against", "over"]
)
_BESIDE: Final = frozenset(["with", "for", "by", "about", "of", "as"])
_PARTICLES: Final = frozenset({"in", "back", "up", "out", "off", "on", "down", "over"})


@dataclass(slots=True)
class _Draft:
    nodes: dict[str, Node] = field(default_factory=dict[str, Node])
    edges: list[Edge] = field(default_factory=list[Edge])

    def node(self, words: str, shape: str = "box") -> str:
        """The label of the node of that name, new or known."""
        label = _name(words)
        known = next((each for each in self.nodes if _same(each, label)), label)
        if known not in self.nodes:
            self.nodes[known] = Node(known, "question" if shape == "question" else "box")
        return known

    def edge(self, source: str, target: str, label: str = "") -> None:
        edge = Edge(source, target, " ".join(label.split()))
        if edge not in self.edges:
            self.edges.append(edge)

    def done(self) -> Diagram | None:
        if len(self.nodes) < 2 or not self.edges or len(self.nodes) > _MOST:
            return None
        return Diagram(tuple(self.nodes.values()), tuple(self.edges))


def asked_for(text: str) -> bool:
    """Whether a prompt asks for a diagram."""
    return _ASKED.match(text) is not None


def read(text: str) -> Diagram | None:
    """The diagram of a sentence; None where its grammar says of nothing what it does with what."""
    text = _ASKED.sub("", text[:_LONGEST].strip()).strip().rstrip(".!")
    if _ARROW.search(text):
        return _arrows(text)
    if parts := _question(text):
        return _decision(*parts)
    return _clauses(text) or _steps(text)


def _arrows(text: str) -> Diagram | None:
    draft = _Draft()
    for line in re.split(r"[;\n]|,\s+(?=\S+ *-)", text):
        before, label = "", ""
        at = 0
        for match in [*_ARROW.finditer(line), None]:
            part = line[at : match.start()] if match else line[at:]
            words, _, beside = part.partition(":")
            if not words.strip():
                break
            here = draft.node(words)
            if before:
                draft.edge(before, here, label or beside.strip())
            before = here
            if match:
                label, at = (match["label"] or "").strip(), match.end()
    return draft.done()


def _question(text: str) -> tuple[str, str, str, str] | None:
    """What comes before it, the question, what follows a yes, what follows a no; None where the text
    decides nothing."""
    if not (opening := _IF.search(text)):
        return None
    first, rest = text[: opening.start()].strip(), text[opening.end() :]
    if not (then := _THEN.search(rest)):
        return None
    asked, rest = rest[: then.start()], rest[then.end() :]
    if not (otherwise := _ELSE.search(rest)):
        return None
    yes, no = rest[: otherwise.start()], rest[otherwise.end() :].lstrip(", ")
    return (_BEFORE_IF.sub("", first[-_LONGEST:]), asked, yes, no) if asked and yes and no else None


def _decision(first: str, question: str, yes: str, no: str) -> Diagram | None:
    draft = _Draft()
    before = [draft.node(step) for step in _split(first)]
    asked = draft.node(question.rstrip("?") + "?", "question")
    for one, other in pairwise([*before, asked]):
        draft.edge(one, other)
    for answer, steps in (("yes", yes), ("no", no)):
        last = asked
        for number, step in enumerate(_split(steps)):
            here = draft.node(step)
            draft.edge(last, here, answer if number == 0 else "")
            last = here
    return draft.done()


def _steps(text: str) -> Diagram | None:
    draft = _Draft()
    parts = _split(re.sub(r"^\s*(?:first(?:ly)?,?|1[.)])\s*", "", text, flags=re.I))
    labels = [draft.node(part) for part in parts]
    for one, other in pairwise(labels):
        draft.edge(one, other)
    return draft.done()


def _split(text: str) -> list[str]:
    return [part.strip(" ,.;") for part in _STEPS.split(text) if part and part.strip(" ,.;")]


def _clauses(text: str) -> Diagram | None:
    """Every verb with who is before it and whom is behind it."""
    words = re.findall(r"[^\s,.;:]+|[,.;:]", text)
    at = [n for n in range(len(words)) if _is_verb(words, n)]
    draft = _Draft()
    subjects: list[str] = []
    targets: list[str] = []
    start = 0
    for number, verb in enumerate(at):
        end = at[number + 1] if number + 1 < len(at) else len(words)
        before = words[start:verb]
        while before and before[-1].lower() in {"then", "also", "again", "directly", "only"}:
            before.pop()
        if before and before[-1].lower() in _RELATIVE and targets:
            subjects = targets[-1:]
        elif [word for word in before if word.lower() not in _LINKS]:
            subjects = [draft.node(name) for name in _names(before)]
        if not subjects:
            return None
        stop = end if end == len(words) else _end_of_object(words, verb + 1, end)
        label, names = _object(words[verb], words[verb + 1 : stop])
        targets = [draft.node(name) for name in names]
        for subject in subjects:
            for target in targets:
                draft.edge(subject, target, label)
        start = stop
    return draft.done()


def _is_verb(words: list[str], n: int) -> bool:
    word = words[n].lower()
    if word not in _verbs() or n in {0, len(words) - 1} or words[n + 1] in {",", ".", ";"}:
        return False
    before = words[n - 1].lower()
    return before not in _BEFORE_NOUNS and before not in _verbs()


def _end_of_object(words: list[str], start: int, verb: int) -> int:
    """Where what belongs to the verb before ends: at the last link before the next one's subject."""
    for n in range(verb - 1, start - 1, -1):
        if words[n].lower() in _RELATIVE:
            return n
        if words[n].lower() in _LINKS:
            while n > start and words[n - 1].lower() in _LINKS:
                n -= 1
            return n
    return verb


def _object(verb: str, rest: list[str]) -> tuple[str, list[str]]:
    """What stands beside the arrow, and whom it goes to."""
    label, rest = [verb], list(rest)
    while rest and rest[0].lower() in _PARTICLES and len(rest) > 1 and rest[1].lower() in _TOWARDS:
        label.append(rest.pop(0))
    towards = next((n for n, word in enumerate(rest) if word.lower() in _TOWARDS), None)
    beside = next(
        (n for n, word in enumerate(rest) if word.lower() in _BESIDE and n > 0), len(rest)
    )
    if towards is None:
        return " ".join([*label, *rest[beside:]]), _names(rest[:beside])
    label += rest[:towards]
    if towards == 0 or rest[towards].lower() not in {"to", "into"}:
        label.append(rest[towards])
    tail = rest[towards + 1 :]
    beside = next((n for n, word in enumerate(tail) if word.lower() in _BESIDE), len(tail))
    return " ".join([*label, *tail[beside:]]), _names(tail[:beside])


def _names(words: list[str]) -> list[str]:
    """The things in "a cache, a queue and the database"."""
    parts: list[list[str]] = [[]]
    for word in words:
        if word.lower() in _LINKS or word.lower() in _RELATIVE or word == ":":
            parts.append([])
        else:
            parts[-1].append(word)
    return [" ".join(part) for part in parts if _name(" ".join(part))]


def _name(words: str) -> str:
    parts = words.strip(" ,.;:").split()
    while len(parts) > 1 and parts[0].lower() in _ARTICLES:
        parts = parts[1:]
    return " ".join(parts)


def _same(one: str, other: str) -> bool:
    one, other = one.lower(), other.lower()
    return one == other or one in {f"{other}s", other.removesuffix("s")}


@cache
def _verbs() -> frozenset[str]:
    """With and without the s of "it sends": clouds send, too."""
    text = files("adapters.models.offline.diagrams").joinpath("verbs.txt").read_text("utf-8")
    third = [w for line in text.splitlines() if not line.startswith("#") for w in line.split()]
    return frozenset(third) | {_plural(word) for word in third}


def _plural(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes", "oes")):
        return word[:-2]
    return word[:-1]
