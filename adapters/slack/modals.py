"""The dialogs. Inputs carry the option names as block ids; `private_metadata` holds ids alone."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from adapters.slack import inputs, texts
from adapters.slack.api import Json
from adapters.slack.inputs import INPUT_LIMIT
from adapters.slack.kit import section
from core.domain.records import Iteration

EDIT_MODAL, REVISE_MODAL = "edit_modal", "revise_modal"


@dataclass(frozen=True, slots=True)
class Where:
    """What a dialog must remember until it is sent: ids alone, never a prompt. `file` is the picture
    chosen already, `further` are those that came with it,
    `unused` what else did, by kind."""

    channel: str = ""
    thread: str = ""
    message: str = ""
    file: str = ""
    further: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    iteration: str = ""
    run: str = ""
    round: int = 0

    @property
    def files(self) -> tuple[str, ...]:
        return (self.file, *self.further) if self.file else ()

    def pack(self) -> str:
        return json.dumps({key: value for key, value in asdict(self).items() if value})

    @staticmethod
    def unpack(text: str) -> "Where":
        known = cast(dict[str, Any], json.loads(text or "{}"))
        for name in ("further", "unused"):
            known[name] = tuple(cast(list[str], known.get(name, [])))
        return Where(**known)


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
