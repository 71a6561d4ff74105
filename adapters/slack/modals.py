"""The dialogs. Inputs carry the option names as block ids; `private_metadata` holds ids alone."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from adapters.slack import texts
from adapters.slack.api import Json
from adapters.slack.kit import option, plain, section
from core.commands import LEAPS, QUALITIES, Mode
from core.session import Iteration

INPUT_LIMIT = 3000
FILE_TYPES = ["png", "jpg", "jpeg", "gif", "webp", "heic", "bmp", "tiff"]
VALUE = "value"
MODALS: dict[Mode, str] = {"refine": "refine_modal", "evolve": "evolve_modal"}
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


def starting(mode: Mode, where: Where, known: tuple[str, ...], **prefill: str) -> Json:
    """The dialog of /refine and /evolve, and of the shortcuts (there the picture is chosen already)."""
    blocks: list[Json] = []
    if not where.channel:
        blocks.append(_channel())
    if where.file:
        blocks.append(section("The picture is the one you chose."))
    else:
        blocks.append(_file(optional=mode == "refine"))
    blocks.append(
        _text("goal", "Goal", "What it shall become, in a sentence", prefill.get("goal", ""))
    )
    blocks.append(_number("iterations", "Iterations", 1, 20, prefill.get("iterations", "")))
    blocks += _refine_options() if mode == "refine" else _evolve_options(known, prefill)
    blocks.append(_choice("quality", "Quality", list(QUALITIES)))
    blocks.append(_line("size", "Size", "1024x1024", ""))
    return _modal(MODALS[mode], mode.capitalize(), mode.capitalize(), where, blocks)


def _refine_options() -> list[Json]:
    return [
        _number("candidates", "Candidates per round", 1, 4, ""),
        _check("review", "Review", "Let me edit each critique"),
        _choice("stop", "Stop", ["auto", "never"]),
    ]


def _evolve_options(known: tuple[str, ...], prefill: dict[str, str]) -> list[Json]:
    hint = ", ".join(known[:3]) or "watercolor, woodcut"
    return [
        _line("styles", "Styles, in this order", hint, prefill.get("styles", "")),
        _choice("leap", "Leap", list(LEAPS)),
        _check("lock", "Subject", "Keep the subject as it is"),
    ]


def editing(node: Iteration, where: Where) -> Json:
    """The prompt of an iteration; of one too long for an input only its words."""
    where = replace(where, iteration=node.id)
    block = _text("prompt", "Prompt", "", editable(node.prompt, node.words), optional=False)
    return _modal(EDIT_MODAL, "Edit prompt", "Paint this", where, [block])


def revising(where: Where, critique: str) -> Json:
    """The critique of a round; `where` names the run and the round."""
    block = _text("critique", "Critique", "What shall change", critique[:INPUT_LIMIT])
    return _modal(REVISE_MODAL, "Edit critique", "Go on", where, [block])


def details(node: Iteration) -> Json:
    """All that an image was made from, to read."""
    score = f"{node.score.value:.1f}" if node.score else "none"
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
        ("Prompt", node.words or node.prompt),
        ("Because", node.because),
        ("As the painter understood it", node.revised_prompt),
        ("Critique", node.critique.summary if node.critique else ""),
    ):
        if text:
            blocks.append(section(f"*{label}*\n{texts.safe(text)}"))
    return {
        "type": "modal",
        "callback_id": "details_modal",
        "title": plain(f"Round {node.round}", 24),
        "close": plain("Close", 24),
        "blocks": blocks,
    }


def editable(prompt: str, words: str) -> str:
    """The part of a prompt that a person edits, at most 3,000 characters."""
    if words and len(words) <= INPUT_LIMIT and words in prompt:
        return words
    return prompt[:INPUT_LIMIT]


def edited(prompt: str, words: str, new: str) -> str:
    """The whole prompt again, its editable part replaced and the rest kept."""
    return prompt.replace(editable(prompt, words), new, 1)


def _modal(callback: str, title: str, submit: str, where: Where, blocks: list[Json]) -> Json:
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title, 24),
        "submit": plain(submit, 24),
        "close": plain("Cancel", 24),
        "private_metadata": where.pack(),
        "blocks": blocks,
    }


def _input(block: str, label: str, element: Json, optional: bool = True) -> Json:
    return {
        "type": "input",
        "block_id": block,
        "label": plain(label, 2000),
        "element": element | {"action_id": VALUE},
        "optional": optional,
    }


def _channel() -> Json:
    element = {
        "type": "conversations_select",
        "default_to_current_conversation": True,
        "filter": {"include": ["public", "private", "im"]},
    }
    return _input("channel", "Where to post", element, optional=False)


def _file(optional: bool) -> Json:
    element = {"type": "file_input", "filetypes": FILE_TYPES, "max_files": 1}
    return _input("image", "Picture", element, optional)


def _text(block: str, label: str, hint: str, value: str, optional: bool = True) -> Json:
    element: Json = {"type": "plain_text_input", "multiline": True, "max_length": INPUT_LIMIT}
    return _input(block, label, _filled(element, hint, value[:INPUT_LIMIT]), optional)


def _line(block: str, label: str, hint: str, value: str) -> Json:
    element: Json = {"type": "plain_text_input", "max_length": 400}
    return _input(block, label, _filled(element, hint, value[:400]))


def _filled(element: Json, hint: str, value: str) -> Json:
    element = element | {"placeholder": plain(hint, 150)} if hint else element
    return element | {"initial_value": value} if value else element


def _number(block: str, label: str, low: int, high: int, value: str) -> Json:
    element: Json = {
        "type": "number_input",
        "is_decimal_allowed": False,
        "min_value": str(low),
        "max_value": str(high),
    }
    if value.isdecimal() and low <= int(value) <= high:
        element["initial_value"] = value
    return _input(block, label, element)


def _choice(block: str, label: str, values: list[str]) -> Json:
    options = [option(value, value) for value in values]
    return _input(block, label, {"type": "static_select", "options": options})


def _check(block: str, label: str, text: str) -> Json:
    return _input(block, label, {"type": "checkboxes", "options": [option(text, "yes")]})
