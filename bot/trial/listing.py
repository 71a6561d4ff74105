"""What a trial prints: its set, and each result as it comes."""

import json
from collections.abc import Callable
from dataclasses import asdict

from rich.console import Console

from core.domain.trial import TrialPrompt, TrialResult


def line(prompt: TrialPrompt) -> str:
    """A prompt as a line of a set."""
    questions = [{"text": q.text, "kind": q.kind} for q in prompt.questions]
    row = {"id": prompt.id, "set": prompt.group, "prompt": prompt.prompt, "questions": questions}
    return json.dumps(row, ensure_ascii=False)


def told(as_json: bool) -> Callable[[TrialResult, int, int], None]:
    """Prints a line a result: JSON on standard output, or words on standard error."""
    err, out = Console(stderr=True), Console()

    def say(result: TrialResult, done: int, total: int) -> None:
        if as_json:
            row = {"event": "result", "done": done, "of": total, **asdict(result)}
            text = json.dumps(row, default=str, ensure_ascii=False)
            out.print(text, soft_wrap=True, highlight=False, markup=False)
            return
        came = result.error or f"{sum(result.passed)} of {len(result.passed)}"
        err.print(
            f"{done}/{total}  {result.policy}  {result.prompt}  {came}  ${result.usd}",
            highlight=False,
            markup=False,
        )

    return say
