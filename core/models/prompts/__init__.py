"""The texts that instruct a critic, as files, and the way people's words are put into a request."""

import re
from functools import cache
from importlib.resources import files
from typing import get_args

from core.models.critic import Task

TASKS: tuple[Task, ...] = get_args(Task)
TAGS = (
    "goal",
    "wish",
    "challenger",
    "prompt",
    "history",
    "checklist",
    "style",
    "instruction",
    "premise",
    "cast",
    "places",
    "story",
    "choice",
    "question",
    "earlier",
)
_OUR_TAG = re.compile(rf"<(?=\s*(?:/\s*)?(?:{'|'.join(TAGS)})\b)", re.I)


@cache
def instructions(task: Task) -> str:
    """The rules every critic keeps, then the task: the same text at every call of a task, so that
    a provider can cache it."""
    return f"{_text('rules')}\n\n{_text(task)}"


def quoted(tag: str, text: str) -> str:
    """Somebody's words between `<tag>` and `</tag>`; they can't close the tag or open another.
    Half characters, which no request can carry, become question marks."""
    if tag not in TAGS:
        raise ValueError(f"{tag} is none of {', '.join(TAGS)}")
    words = text.encode("utf-8", "replace").decode("utf-8")
    return f"<{tag}>\n{_OUR_TAG.sub('‹', words.strip())}\n</{tag}>"


def _text(name: str) -> str:
    return files(__name__).joinpath(f"{name}.md").read_text("utf-8").strip()
