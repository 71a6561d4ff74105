"""What was painted before, as a table of prompts and what they were worth (OPT2I, arXiv 2403.17804)."""

from collections.abc import Mapping, Sequence

from core.models.critic import PastRound
from core.models.sanitize import line

MAX_CRITIQUE, CRITIQUES_TOLD = 150, 6
MOST_TOLD = 24  # images
ROW = 110  # characters of what else is said of an image
LONGEST = MOST_TOLD * ROW + CRITIQUES_TOLD * (MAX_CRITIQUE + 20)
ANSWERED: Mapping[bool | None, str] = {True: "yes", False: "no", None: "can't be told"}


def told(history: Sequence[PastRound], room: int) -> str:
    """Oldest first. Prompts are told whole or not at all: those of the latest images that fit into
    `room` characters. What candidates share is told once."""
    rows, shown, reasons = list[str](), set[str](), set[str]()
    for past in reversed(history[-MOST_TOLD:]):
        prompt = " ".join(past.prompt.split())
        words = ""
        if prompt in shown:
            words = " Prompt: as below."
        elif len(prompt) <= room:
            words, room = f" Prompt: {line(prompt, len(prompt) + 1)}", room - len(prompt)
            shown.add(prompt)
        why = line(past.critique, MAX_CRITIQUE)
        if why and why not in reasons and len(reasons) < CRITIQUES_TOLD:
            reasons.add(why)
            words = f" Tried because: {why}{words}"
        rows.append(f"- {_worth(past)}{words}")
    return "\n".join(reversed(rows))


def _worth(past: PastRound) -> str:
    score = "no score" if past.score is None else f"score {past.score:.1f}"
    where = f"Round {past.round}.{past.candidate + 1}: " if past.round else ""
    failed = [str(n) for n, answer in enumerate(past.answers, 1) if answer is False]
    held = sum(answer is True for answer in past.answers)
    checks = f", {held} of {len(past.answers)} checks" if past.answers else ""
    checks += f" (fails {', '.join(failed)})" if failed else ""
    outcome = "became champion" if past.won else "lost"
    return f"{where}{score}{checks}, {outcome}."
