"""A vision model behind other dialects than OpenAI's: it looks, answers in the form asked for, counts
what it read and wrote, and holds requests to the same rules."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft202012Validator

from tests.standins.openai_chat import RULE, TASK, strict_complaints
from tests.standins.openai_looking import seen_in
from tests.standins.openai_sight import ANSWERS, Sight

Json = dict[str, Any]
PICTURE_TOKENS = 1100


@dataclass
class Beholder:
    """`slips` are said instead of the next answers. `violations` are the server's own."""

    violations: list[str]
    slips: deque[str] = field(default_factory=deque[str])
    tasks: list[str] = field(default_factory=list[str])

    def answer(self, system: str, content: list[Json], schema: Json | None) -> Json:
        """The right answer to the first turn, whose parts are texts and {"jpeg": base64}."""
        (task,) = TASK.findall(system)
        if RULE not in system:
            self.violations.append("the system message lacks its rules")
        looks, words, complaints = seen_in([_part(each) for each in content])
        self.violations += complaints
        self.tasks.append(task)
        found = ANSWERS[task](Sight(looks, words, 40, ""))
        if schema is not None:
            self.violations += strict_complaints(schema)
            Draft202012Validator(schema).validate(found)
        return found


def _part(part: str | Json) -> Json:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    url = f"data:image/jpeg;base64,{part['jpeg']}"
    return {"type": "image_url", "image_url": {"url": url, "detail": "high"}}


def tokens(system: str, turns: list[list[str | Json]]) -> int:
    parts = [system, *(part for turn in turns for part in turn)]
    letters = sum(len(part) for part in parts if isinstance(part, str))
    return -(-letters // 4) + PICTURE_TOKENS * sum(not isinstance(part, str) for part in parts)
