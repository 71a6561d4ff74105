"""One word, one thing: no two classes of the product have one name."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROLES = frozenset({"Composer", "Languages", "Responder"})
"""The same role at each chat platform: one thing, made twice."""
ENGINE = frozenset({"Blend", "Box", "Diagram", "Place", "Scene", "Shape", "Stage"})
"""What the embedded engine sees in a sentence or draws, inside its own folder."""
JOURNALED = frozenset({"Painted", "Pictures", "Reply", "Turn"})
"""Results of steps: the journal of a run that is under way has their names."""


def names() -> dict[str, set[str]]:
    """The files of each class's name."""
    named: dict[str, set[str]] = defaultdict(set)
    for room in ("bot", "adapters", "core"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef):
                    named[node.name].add(path.relative_to(ROOT).as_posix())
    return named


def test_no_word_is_two_things() -> None:
    twice = {name for name, files in names().items() if len(files) > 1}
    assert twice - ROLES - ENGINE - JOURNALED == set()
