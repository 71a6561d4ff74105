"""The dialogs. Inputs carry the option names as block ids; `private_metadata` holds ids alone."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from adapters.slack import inputs, texts
from adapters.slack.api import Json
from adapters.slack.inputs import INPUT_LIMIT
from adapters.slack.kit import actions, button, section
from adapters.texts.catalogue import t
from adapters.texts.figures import exact, number
from core.domain.records import Iteration

# no job's name with "_modal": those are the jobs' own dialogs
EDIT_MODAL, REVISE_MODAL, CHANGE_MODAL = "prompt_edited", "critique_edited", "change_said"


@dataclass(frozen=True, slots=True)
class Where:
    """What a dialog must remember until it is sent: ids alone, never a prompt. `file` is the picture
    chosen already, `further` are those that came with it,
    `unused` what else did, by kind; `refused` the key of a command that is changed and said again."""

    channel: str = ""
    thread: str = ""
    message: str = ""
    file: str = ""
    further: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    iteration: str = ""
    run: str = ""
    round: int = 0
    refused: str = ""

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


def editing(node: Iteration, where: Where, said: str = "") -> Json:
    """The prompt of an iteration; of one too long for an input only its words. `said`: a whole
    prompt that was refused."""
    where, shown = replace(where, iteration=node.id), editable(node.prompt, node.words)
    before, _, after = node.prompt.partition(shown)
    if said:
        shown = said.removeprefix(before).removesuffix(after)[:INPUT_LIMIT]
    block = inputs.text("prompt", t("details.prompt"), "", shown, optional=False)
    return inputs.modal(
        EDIT_MODAL, t("form.title.prompt"), t("button.paint"), where.pack(), [block]
    )


def changing(node: Iteration, where: Where) -> Json:
    """One field: what shall be different."""
    where = replace(where, iteration=node.id)
    block = inputs.text("words", t("form.words"), t("form.words.hint"), "", optional=False)
    return inputs.modal(
        CHANGE_MODAL, t("form.title.change"), t("form.submit.change"), where.pack(), [block]
    )


def revising(where: Where, critique: str) -> Json:
    """The critique of a round; `where` names the run and the round."""
    block = inputs.text("critique", t("details.critique"), t("form.change"), critique[:INPUT_LIMIT])
    return inputs.modal(
        REVISE_MODAL, t("form.title.revise"), t("form.submit.revise"), where.pack(), [block]
    )


def details(node: Iteration) -> Json:
    """All that an image was made from, to read."""
    facts = [
        ("model", texts.safe(node.model, 200)),
        ("score", _score(node)),
        ("cost", exact(node.cost)),
        ("time", t("figure.seconds", n=number(node.seconds))),
        ("size", f"{node.width} × {node.height}"),
        ("seed", "" if node.seed is None else str(node.seed)),
        ("style", texts.safe(node.style, 200)),
    ]
    named = [f"*{t(f'details.{name}')}* {value}" for name, value in facts if value]
    blocks = [section("\n".join(named))]
    if node.chapter and node.chapter.likeness:
        alike = [
            t("details.likeness", name=texts.safe(e.name, 40), share=number(100 * e.colours))
            for e in node.chapter.likeness
        ]
        blocks.append(section("\n".join(alike)))
    for label, text in (
        (t("details.prompt"), node.words or node.prompt),
        (t("details.because"), node.because),
        (t("details.revised"), node.revised_prompt),
        (t("details.critique"), node.critique.summary if node.critique else ""),
    ):
        if text:
            blocks.append(section(f"*{label}*\n{texts.safe(text)}"))
    blocks.append(actions([button(t("button.report"), "report", node.id)]))
    return inputs.reading("details_modal", t("post.round_alone", round=node.round), blocks)


def _score(node: Iteration) -> str:
    if node.score is None:
        return t("details.none")
    measure = f".{node.score.measure}" if node.score.measure else ""
    return t(f"post.score{measure}", score=number(node.score.value))


def editable(prompt: str, words: str) -> str:
    """The part of a prompt that a person edits, at most 3,000 characters."""
    if words and len(words) <= INPUT_LIMIT and words in prompt:
        return words
    return prompt[:INPUT_LIMIT]


def edited(prompt: str, words: str, new: str) -> str:
    """The whole prompt again, its editable part replaced and the rest kept."""
    return prompt.replace(editable(prompt, words), new, 1)
