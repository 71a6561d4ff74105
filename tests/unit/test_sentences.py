"""Core's sentences in another language: each pattern is one of core's, none of core's refusals lacks one."""

import ast
import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import get_args

from adapters.storage.faults import AWAY, BUSY, FULL
from adapters.texts.catalogue import speak
from adapters.texts.sentences import AMOUNTS, BLANK, END, NUMBERS, Pattern, patterns, said
from core.domain import errors
from core.domain.budgets import (
    DAYS,
    SCOPES,
    Claim,
    DailyLayer,
    Layer,
    Limit,
    Unit,
    Usage,
    Window,
    span_of,
)
from core.steps.finish import REASONS

CORE = Path(__file__).parents[2] / "core"
ADAPTERS = CORE.parent / "adapters"
PAGE = (
    *sorted((ADAPTERS / "web").glob("*.py")),
    ADAPTERS / "incoming.py",
    ADAPTERS / "credentials/telling.py",
)
COMPOSED = (
    *DAYS,
    "bottom ",
    "top ",
    "middle ",
    "This needs",
    "This could",
    "you have",
    " has ",
    "the role",
    "the channel",
)
REFUSALS = {
    name for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.Refusal)
}  # fmt: skip
OURS = (
    "domain/access", "domain/ledger", "domain/options", "domain/settings", "runtime",
    "service/asking", "service/references",
)  # fmt: skip


def text_of(node: ast.expr, fill: Iterator[str] | None = None) -> str | None:
    """A literal; of an f-string its text, the blanks filled in, or as {} where nothing is given."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    text = ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        elif isinstance(part, ast.FormattedValue):
            chosen = part.value.body if isinstance(part.value, ast.IfExp) else part.value
            if isinstance(chosen, ast.Constant) and fill is not None:
                text += str(chosen.value)
            elif fill is None:
                text += "{x}"
            else:
                text += "0.50" if text.endswith("$") else next(fill)
    return text


def trees() -> Iterator[tuple[str, ast.Module]]:
    for file in sorted(CORE.rglob("*.py")):
        yield file.relative_to(CORE).as_posix(), ast.parse(file.read_text("utf-8"))


def test_every_pattern_is_a_sentence_of_core() -> None:
    every = [*(tree for _, tree in trees()), *(ast.parse(file.read_text("utf-8")) for file in PAGE)]
    nodes = [node for tree in every for node in ast.walk(tree) if isinstance(node, ast.expr)]
    texts = {text for node in nodes if (text := text_of(node))}
    texts |= {text.replace("${x}", "{x}") for text in texts}
    texts |= {BUSY, FULL, AWAY}
    texts |= {part for text in texts for part in END.split(text)}
    known = [Pattern.of(text, "") for text in texts if len(BLANK.sub("", text)) >= 4]
    for pattern in patterns("de"):
        if pattern.letters < 8 or pattern.pieces[0].startswith(COMPOSED):
            continue  # what stands in no one place of core: see the next test
        sample = "x".join(pattern.pieces)
        both = (sample, f"{sample}s")  # of one, and of many
        assert any(each.read(text) is not None for each in known for text in both), pattern


def test_every_limit_is_said_in_german() -> None:
    speak("de")
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    claim = Claim(images=4, usd=Decimal("0.50"))
    for scope, unit, window in itertools.product(SCOPES, get_args(Unit), get_args(Window)):
        kinds: list[tuple[type[Layer], Window]] = [(Layer, window), (DailyLayer, "day")]
        for layer, days in kinds:
            limit = Limit(scope=scope, unit=unit, amount=Decimal(2), window=days, name="Artists")
            used = Usage(images=1, usd=Decimal(1))
            english = layer(limit=limit, used=used, span=span_of(days, now)).refusal(claim, now)
            told = said(str(english))
            assert not re.search(r"\b(This|needs|could|left|has|have|images?)\b", told), told


def test_each_is_said_with_what_was_filled_in() -> None:
    speak("de")
    for pattern in patterns("de"):
        words = {name: _sample(name) for name in pattern.names}
        english = pattern.pieces[0] + "".join(
            words[name] + piece
            for name, piece in zip(pattern.names, pattern.pieces[1:], strict=True)
        )
        wanted = {name: "0,50\xa0$" if name in AMOUNTS else each for name, each in words.items()}
        assert said(english) == pattern.said.format(**wanted)


def _sample(name: str) -> str:
    return "7" if name in NUMBERS else "$0.50" if name in AMOUNTS else f"⟨{name}⟩"


def test_no_refusal_of_these_rooms_is_english_alone() -> None:
    speak("de")
    raised: list[ast.expr] = []
    for file, tree in trees():
        for node in ast.walk(tree) if file.startswith(OURS) else ():
            name = getattr(getattr(node, "func", None), "id", "")
            if isinstance(node, ast.Call) and name in REFUSALS and node.args:
                raised.append(node.args[0])
    assert len(raised) > 20
    left: list[str] = []
    for node in raised:
        tries = list(itertools.product(("7", "⟨x⟩", "7 images"), repeat=4))
        told = [text_of(node, iter((*each, "7", "7"))) for each in tries]
        if told[0] is not None and not any(said(text) != text for text in told if text):
            left.append(told[0])
    assert left == []
    assert all(said(reason) != reason for reason in REASONS.values() if reason != "Done.")


def test_whatever_the_page_refuses_is_said_in_german() -> None:
    speak("de")
    left: list[str] = []
    for node in (node for file in PAGE for node in ast.walk(ast.parse(file.read_text("utf-8")))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        words = [each.value for each in node.keywords if each.arg == "text" and "HTTP" in name]
        words += node.args[:1] if name in REFUSALS else []
        told = [text_of(each, itertools.repeat("7")) for each in words]
        left += [text for text in told if text and said(text) == text]
    assert left == []


def test_several_sentences_what_nobody_knows_and_english() -> None:
    speak("de")
    told = said("Branch B: Ann picked round 2; a new branch grows from it. Nobody knows this.")
    assert (
        told
        == "Zweig B: Ann hat Runde 2 gewählt; daraus wächst ein neuer Zweig. Nobody knows this."
    )
    assert said("painting round 2 of 4: 35 %") == "Runde 2 von 4 wird gemalt: 35 %"
    assert said("a. " * 900) == "a. " * 900
    assert re.search("noch 2 übrig", said("This needs 4 images and 2 of your 30 a day are left."))
    speak("en")
    assert said("All rounds are done.") == "All rounds are done."
