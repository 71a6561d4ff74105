"""No door knows a job's option by its name: it must know of one, the option says."""

import ast
from pathlib import Path

import pytest

from core.domain.options import options
from core.jobs.registry import JOBS

ROOT = Path(__file__).parents[2]
DOORS = ("bot", "adapters/discord", "adapters/slack", "adapters/web", "adapters/mcp")
WORDS = frozenset(
    [
        "by",
        "choice",
        "details",
        "goal",
        "image",
        "instead",
        "instruction",
        "iterations",
        "marks",
        "mask",
        "model",
        "painter",
        "picture",
        "prompt",
        "quality",
        "ratio",
        "resume",
        "review",
        "role",
        "say",
        "seed",
        "session",
        "size",
        "stop",
        "style",
        "styles",
        "subject",
        "transparent",
        "candidates",
    ]
)
"""Also fields of records and settings, acts of buttons, kinds of options, words of messages: where one
of these stands it means those. Only ever shorter: a new option's name does not belong here."""


def names() -> set[str]:
    fields = [field for job in JOBS.values() for field in options(job.command)]
    return {field.name for field in fields} | {field.attr for field in fields}


def said_in(path: Path) -> set[str]:
    """The texts of a file that are a name and nothing else."""
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return {str(each.value) for each in nodes if isinstance(each, ast.Constant)}


@pytest.mark.parametrize("door", DOORS)
def test_no_door_knows_an_option_by_its_name(door: str) -> None:
    mine = names() - WORDS
    files = [path for path in (ROOT / door).rglob("*.py") if "trial" not in path.parts]
    found = {path.name: said for path in files if (said := said_in(path) & mine)}
    assert files and mine and not found


def test_what_only_those_who_watch_can_answer_is_no_flag_of_a_terminal_and_no_field_of_a_call() -> (
    None
):
    watched = {
        field.name for job in JOBS.values() for field in options(job.command) if field.watched
    }
    assert watched == {"review", "decides", "blind", "crowd"}
