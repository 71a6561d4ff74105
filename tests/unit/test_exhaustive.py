"""A door that forgets a kind of update is a type error: no match over updates has a catch-all."""

import ast
from pathlib import Path
from typing import get_args

import pytest

from core.domain.updates import Update

ROOT = Path(__file__).parents[2]
KINDS = {kind.__name__ for kind in get_args(Update)}
DOORS = [
    path
    for folder in ("adapters", "bot")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "match " in path.read_text("utf-8")
]


def named(case: ast.match_case) -> set[str]:
    """The kinds of update that a case takes."""
    patterns = [node for node in ast.walk(case.pattern) if isinstance(node, ast.MatchClass)]
    return {node.cls.id for node in patterns if isinstance(node.cls, ast.Name)} & KINDS


def over_updates(path: Path) -> list[ast.Match]:
    tree = ast.parse(path.read_text("utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Match)]
    return [node for node in found if any(named(case) for case in node.cases)]


def catches_all(case: ast.match_case) -> bool:
    last = case.pattern
    return isinstance(last, ast.MatchAs) and last.pattern is None


def never(case: ast.match_case) -> bool:
    return len(case.body) == 1 and ast.unparse(case.body[0]).startswith("assert_never(")


def test_the_doors_that_are_looked_at_are_there() -> None:
    names = {path.relative_to(ROOT).parts[1] for path in DOORS if over_updates(path)}
    assert names >= {"discord", "slack", "web", "terminal.py"}


@pytest.mark.parametrize("path", DOORS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_match_over_updates_ends_in_assert_never(path: Path) -> None:
    for match in over_updates(path):
        assert catches_all(match.cases[-1]), f"{path}:{match.lineno}"
        assert never(match.cases[-1]), f"{path}:{match.cases[-1].pattern.lineno}"
        assert set().union(*map(named, match.cases)) == KINDS, f"{path}:{match.lineno}"
