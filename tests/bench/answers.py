"""How many of the questions that follow from the hundred sentences the embedded engine's pictures
answer with yes: `python -m tests.bench.answers`."""

from collections.abc import Sequence

from adapters.models.offline import engine
from tests.bench.sentences import SENTENCES

MENDED = 3  # rounds
SIZE = (480, 320)
SEED = 1


def main() -> None:
    rows = [answered(sentence) for sentence in SENTENCES]
    print("\n| round | questions answered yes |\n|---|---|")
    for number in range(MENDED + 1):
        asked = [answer for row in rows for answer in row[number]]
        print(f"| {number} | {sum(asked)} of {len(asked)} ({sum(asked) / len(asked):.0%}) |")


def answered(sentence: str) -> list[list[bool]]:
    """The answers of each round to the questions that can be measured, without and with mending."""
    text, rounds = sentence, list[list[bool]]()
    questions = engine.questions(sentence)
    for _ in range(MENDED + 1):
        picture = engine.paint(text, *SIZE, seed=SEED)
        answers = [engine.answer(picture, question) for question in questions]
        rounds.append([answer for answer in answers if answer is not None])
        text = engine.mend(sentence, text, _failed(questions, answers))
    return rounds


def _failed(questions: Sequence[str], answers: Sequence[bool | None]) -> tuple[str, ...]:
    return tuple(q for q, answer in zip(questions, answers, strict=True) if answer is False)


if __name__ == "__main__":
    main()
