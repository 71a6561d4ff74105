"""What the page sends becomes a command, or a sentence."""

import json

import pytest

from adapters.web.inbound import MAKERS, actor_of, command_from
from core.domain.commands import Revise, pick_key
from core.domain.errors import BadRequest
from core.jobs.evolve import Evolve
from core.jobs.pick import Pick
from core.jobs.refine import Refine

KEY = "6b1e2a52-5c3f-4a54-8e43-0a9df6b8f4d1"
ADA = actor_of("Ada%20L%C3%B6velace")


def make(**data: object):
    return command_from({"key": KEY, **data}, ADA)


def test_a_person_is_a_name() -> None:
    assert (ADA.id, ADA.name, ADA.platform) == ("ada-lövelace", "Ada Lövelace", "web")
    assert actor_of("%F0%9F%A6%8A").id
    assert len(actor_of("x" * 900).name) == 40
    with pytest.raises(BadRequest):
        actor_of("%20%00")


def test_refine_with_everything() -> None:
    command = make(
        kind="refine", goal=" a fox\x00 ", iterations=6, candidates=2, quality="high",
        size="1024x1024", review=True, stop="never", session="s9", model="mine:Flux",
        image={"upload": "ab", "name": "fox.png", "size": 12, "type": "image/png"},
    )  # fmt: skip
    assert isinstance(command, Refine)
    assert command.goal == "a fox"
    assert (command.iterations, command.candidates, command.stop) == (6, 2, "never")
    assert command.painter == "mine:Flux"
    assert command.dedup_key == f"web::{KEY}"
    assert command.place.thread == ""
    assert command.image is not None
    assert json.loads(command.image.ref) == {"upload": "ab"}


@pytest.mark.parametrize("size", [1_000_001, 12_400_000, 20_000_000])
def test_a_phones_picture_has_more_bytes_than_a_person_types_rounds(size: int) -> None:
    command = make(kind="refine", image={"upload": "ab", "name": "fox.jpg", "size": size})
    assert isinstance(command, Refine)
    assert command.image is not None
    assert command.image.claimed_size == size
    with pytest.raises(BadRequest, match="at most 1,000,000"):
        make(kind="refine", goal="a fox", iterations=size)


def test_what_is_not_said_is_the_default() -> None:
    command = make(kind="evolve", styles=["oil", "neon"], leap="drastic", lock=True)
    assert isinstance(command, Evolve)
    assert command.iterations is None
    assert command.quality is None
    assert command.painter == ""
    assert (command.styles, command.leap, command.lock) == (("oil", "neon"), "drastic", True)


def test_a_star_and_a_button_are_one_command() -> None:
    button = make(kind="pick", iteration="i1")
    star = make(kind="pick", iteration="i1", signal="reaction")
    assert isinstance(button, Pick)
    assert button.dedup_key == star.dedup_key == pick_key("web", "", "i1", ADA.id)


def test_round_zero_can_be_revised() -> None:
    command = make(kind="revise", run="r", round=0, critique="warmer")
    assert isinstance(command, Revise)
    assert (command.round, command.critique) == (0, "warmer")


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "refine", "iterations": "many"},
        {"kind": "refine", "iterations": True},
        {"kind": "refine", "goal": ["a"]},
        {"kind": "refine", "goal": "x" * 9000},
        {"kind": "refine", "stop": "later"},
        {"kind": "refine", "review": "yes"},
        {"kind": "refine", "image": "path"},
        {"kind": "refine", "image": {}},
        {"kind": "evolve", "styles": "oil"},
        {"kind": "evolve", "styles": [1]},
        {"kind": "evolve", "leap": "huge"},
        {"kind": "pick"},
        {"kind": "revise", "run": "r"},
        {"kind": "confirm", "run": ""},
        {"kind": "repost"},
        {"kind": "instead", "run": "r"},
        {"kind": "instead", "run": "", "number": 0},
        {"kind": "refine", "key": "not-a-uuid"},
    ],
)
def test_a_wrong_field_is_a_sentence(data: dict[str, object]) -> None:
    with pytest.raises(BadRequest) as caught:
        command_from({"key": KEY, **data}, ADA)
    assert caught.value.sentence.endswith(".")


@pytest.mark.parametrize("data", [None, [], "refine", 3])
def test_only_objects_are_commands(data: object) -> None:
    with pytest.raises(BadRequest):
        command_from(data, ADA)


def test_every_maker_makes_its_kind() -> None:
    fields = {"iteration": "i", "session": "s", "run": "r", "round": 1, "prompt": "p", "yes": True}
    fields |= {"delivery": "d", "words": "darker", "number": 0}
    for kind in MAKERS:
        assert make(kind=kind, **fields).kind == kind
