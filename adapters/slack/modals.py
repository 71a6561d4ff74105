"""The dialogs. Inputs carry the option names as block ids; `private_metadata` holds ids alone."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from adapters.slack import inputs, texts
from adapters.slack.api import Json
from adapters.slack.inputs import INPUT_LIMIT
from adapters.slack.kit import section
from core.domain.commands import LEAPS, QUALITIES, Mode
from core.domain.records import Iteration

MODALS: dict[Mode, str] = {"refine": "refine_modal", "evolve": "evolve_modal"}
STOPS = (
    ("auto", texts.STOP_AUTO),
    ("never", texts.STOP_NEVER),
)
EDIT_MODAL, REVISE_MODAL = "edit_modal", "revise_modal"


@dataclass(frozen=True, slots=True)
class Where:
    """What a dialog must remember until it is sent: ids alone, never a prompt."""

    channel: str = ""
    thread: str = ""
    message: str = ""
    file: str = ""
    iteration: str = ""
    run: str = ""
    round: int = 0

    def pack(self) -> str:
        return json.dumps({key: value for key, value in asdict(self).items() if value})

    @staticmethod
    def unpack(text: str) -> "Where":
        return Where(**cast(dict[str, Any], json.loads(text or "{}")))


def starting(
    mode: Mode, where: Where, known: tuple[str, ...], painters: Sequence[str] = (), **prefill: str
) -> Json:
    """The dialog of /refine and /evolve, and of the shortcuts (there the picture is chosen already).
    `painters` are those the workspace allows; of one there is nothing to choose."""
    blocks: list[Json] = []
    if not where.channel:
        blocks.append(inputs.channel())
    if where.file:
        blocks.append(section(texts.CHOSEN_PICTURE))
    else:
        blocks.append(inputs.file(optional=mode == "refine"))
    blocks.append(inputs.text("goal", texts.GOAL, texts.GOAL_EXAMPLE, prefill.get("goal", "")))
    blocks.append(
        inputs.number("iterations", texts.ITERATIONS, 1, 20, prefill.get("iterations", ""))
    )
    blocks += _refine_options() if mode == "refine" else _evolve_options(known, prefill)
    blocks.append(inputs.choice("quality", texts.QUALITY, _named(QUALITIES)))
    blocks.append(inputs.line("size", texts.SIZE, "1024x1024", ""))
    if len(painters) > 1:
        blocks.append(inputs.choice("model", texts.MODEL, [(name, name) for name in painters]))
    return inputs.modal(MODALS[mode], mode.capitalize(), mode.capitalize(), where.pack(), blocks)


def _refine_options() -> list[Json]:
    return [
        inputs.number("candidates", texts.CANDIDATES, 1, 4, ""),
        inputs.check("review", texts.REVIEW, texts.REVIEW_ME),
        inputs.choice("stop", texts.STOPPING, STOPS),
    ]


def _evolve_options(known: tuple[str, ...], prefill: dict[str, str]) -> list[Json]:
    example = ", ".join(known[:3]) or "watercolor, woodcut"
    return [
        inputs.line(
            "styles",
            texts.STYLES_ORDER,
            example,
            prefill.get("styles", ""),
            f"{texts.STYLES} {', '.join(known)}" if known else "",
        ),
        inputs.choice("leap", texts.LEAP, _named(LEAPS)),
        inputs.check("lock", texts.SUBJECT, texts.LOCK),
    ]


def editing(node: Iteration, where: Where) -> Json:
    """The prompt of an iteration; of one too long for an input only its words."""
    where = replace(where, iteration=node.id)
    block = inputs.text(
        "prompt", texts.PROMPT, "", editable(node.prompt, node.words), optional=False
    )
    return inputs.modal(EDIT_MODAL, texts.EDIT_TITLE, texts.PAINT, where.pack(), [block])


def revising(where: Where, critique: str) -> Json:
    """The critique of a round; `where` names the run and the round."""
    block = inputs.text("critique", texts.CRITIQUE, texts.CRITIQUE_EXAMPLE, critique[:INPUT_LIMIT])
    return inputs.modal(REVISE_MODAL, texts.REVISE_TITLE, texts.GOING_ON, where.pack(), [block])


def details(node: Iteration) -> Json:
    """All that an image was made from, to read."""
    score = f"{node.score.value:.1f}" if node.score else "none"
    if node.score and node.score.measure:
        score += f" ({node.score.measure})"
    facts = [
        f"*Model* {texts.safe(node.model, 200)}",
        f"*Score* {score} · *cost* {texts.money(node.cost)} · *time* {texts.span(node.seconds)}",
        f"*Size* {node.width} × {node.height}"
        + (f" · *seed* {node.seed}" if node.seed is not None else ""),
    ]
    if node.style:
        facts.append(f"*Style* {texts.safe(node.style, 200)}")
    blocks = [section("\n".join(facts))]
    for label, text in (
        (texts.PROMPT, node.words or node.prompt),
        (texts.BECAUSE, node.because),
        (texts.UNDERSTOOD, node.revised_prompt),
        (texts.CRITIQUE, node.critique.summary if node.critique else ""),
    ):
        if text:
            blocks.append(section(f"*{label}*\n{texts.safe(text)}"))
    return inputs.reading("details_modal", f"Round {node.round}", blocks)


def editable(prompt: str, words: str) -> str:
    """The part of a prompt that a person edits, at most 3,000 characters."""
    if words and len(words) <= INPUT_LIMIT and words in prompt:
        return words
    return prompt[:INPUT_LIMIT]


def edited(prompt: str, words: str, new: str) -> str:
    """The whole prompt again, its editable part replaced and the rest kept."""
    return prompt.replace(editable(prompt, words), new, 1)


def _named(values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((value, value.capitalize()) for value in values)
