"""Recorded calls: what the critic sends on the way of one session, and what comes of the answers.

Each file of recorded/ holds a request as the stand-in got it (pictures as fingerprints, the system
message as the files it is made of), the answer's JSON, and the value core got. No live model was
called: the answers were written by hand, for what the pictures show. After a wanted change:
DARKROOM_RECORD=1 pytest tests/integration/models/test_openai_recorded.py
"""

import base64
import io
import json
import os
import re
from collections.abc import AsyncIterator
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from numpy.typing import NDArray
from PIL import Image

from core.models.prompts import TASKS, instructions
from tests.integration.models.lighthouse import ASKS, fingerprint, known
from tests.integration.models.seeing import Seeing, seeing
from tests.standins.openai_chat import says

Json = dict[str, Any]
Sketch = NDArray[np.float32]
FOLDER = Path(__file__).parent / "recorded"
RECORDING = bool(os.environ.get("DARKROOM_RECORD"))
CARRIED = re.compile(r"^(?:IMAGE: (\w+)$|<(\w+)>$|([A-Z]+): )", re.M)
UNLIKE = 1.5  # mean difference in grey values from which a picture is another one


@pytest.fixture
async def world() -> AsyncIterator[Seeing]:
    async with seeing() as made:
        yield made


@pytest.mark.parametrize("name", ASKS)
async def test_the_adapter_sends_what_was_recorded_and_understands_the_answer(
    world: Seeing, name: str
) -> None:
    about, ask = ASKS[name]
    file = FOLDER / f"{name}.json"
    recorded: Json = json.loads(file.read_text("utf-8"))
    world.eye.slips.append(says(json.dumps(recorded["answer"])))
    answer = await ask(world.critic)
    (call,) = world.server.to("/chat/completions")
    schema = call.body["response_format"]["json_schema"]["schema"]
    Draft202012Validator(schema).validate(recorded["answer"])
    now = {
        "about": about,
        "request": readable(call.body),
        "answer": recorded["answer"],
        "value": json.loads(json.dumps(asdict(answer.value))),
    }
    if RECORDING:
        file.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert now == recorded


def test_every_recording_is_played() -> None:
    assert sorted(ASKS) == sorted(file.stem for file in FOLDER.glob("*.json"))


def test_every_task_is_recorded() -> None:
    tasks = {
        json.loads(file.read_text("utf-8"))["request"]["messages"][0]["content"][-1]
        for file in FOLDER.glob("*.json")
    }
    assert tasks == {f"core/prompts/{task}.md" for task in TASKS}


def test_whatever_a_question_carries_is_explained_in_its_instructions() -> None:
    for file in FOLDER.glob("*.json"):
        request = json.loads(file.read_text("utf-8"))["request"]
        system, user = request["messages"]
        told = instructions(Path(system["content"][-1]).stem)  # type: ignore[arg-type]
        texts = [part["text"] for part in user["content"] if part["type"] == "text"]
        for name in map("".join, CARRIED.findall("\n".join(texts))):
            assert re.search(rf"\b{name}\b", told, re.I), f"{file.stem}: {name}"


def test_every_field_of_an_answer_is_explained_in_its_instructions() -> None:
    for file in FOLDER.glob("*.json"):
        request = json.loads(file.read_text("utf-8"))["request"]
        told = instructions(Path(request["messages"][0]["content"][-1]).stem)  # type: ignore[arg-type]
        schema = request["response_format"]["json_schema"]["schema"]
        for form in (schema, *schema.get("$defs", {}).values()):
            for name in form["properties"]:
                assert re.search(rf"\b{name}\b", told), f"{file.stem}: {name}"


def test_no_recording_holds_a_picture_or_a_key() -> None:
    for file in FOLDER.glob("*.json"):
        text = file.read_text("utf-8")
        assert len(text) < 16_000
        assert "base64" not in text
        assert "sk-" not in text


def readable(body: Json) -> Json:
    """A request with what is long in it replaced by what it was made of."""
    system, *rest = body["messages"]
    (task,) = [task for task in TASKS if instructions(task) == system["content"]]
    files = [f"core/prompts/{name}.md" for name in ("rules", task)]
    messages = [{"role": "system", "content": files}]
    for message in rest:
        messages.append(message | {"content": [_part(part) for part in message["content"]]})
    most = body["max_completion_tokens"]
    assert 1000 < most < 10_000  # what the question's price leaves for its answer
    return body | {"messages": messages, "max_completion_tokens": "what its price leaves"}


def _part(part: Json) -> Json:
    if part["type"] != "image_url":
        return part
    return part | {"image_url": part["image_url"] | {"url": _named(part["image_url"]["url"])}}


def _named(uri: str) -> str:
    """Which of the session's pictures this is, and the size it is sent in."""
    kind, data = uri.removeprefix("data:").split(";base64,")
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        size, sent = image.size, _small(image)
    far = {name: float(np.abs(each - sent).mean()) for name, each in _sketches().items()}
    name = min(far, key=lambda each: far[each])
    assert far[name] < UNLIKE, f"a picture of {size} is none of the session's"
    return f"{kind}, {size[0]}x{size[1]}: {name}, sha256 {fingerprint(name)}"


@cache
def _sketches() -> dict[str, Sketch]:
    return {name: _small(Image.fromarray(each)) for name, each in known().items()}


def _small(image: Image.Image) -> Sketch:
    return np.asarray(image.convert("RGB").resize((120, 80), Image.Resampling.BOX), np.float32)
