"""Keys of calls are in people's databases: they stay what they are, to the byte."""

import pytest

from core.domain.call_key import CallKey, StepName

KEYS = [  # as 0.1.0 wrote them
    "0a1b2c3d4e5f/open/again1#0",
    "0a1b2c3d4e5f/open#0",
    "0a1b2c3d4e5f/paint/3#2",
    "0a1b2c3d4e5f/paint/3/softened/again12#0",
    "0a1b2c3d4e5f/paint/3/repeated#1",
    "0a1b2c3d4e5f/judge/2/again1/inspect/1#0",
    "0a1b2c3d4e5f/judge/2/duel/0#0",
    "0a1b2c3d4e5f/critique/2/edited#0",
    "r1/paint#0",
]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_read_and_written_to_the_byte(key: str) -> None:
    assert str(CallKey.parse(key)) == key


def test_parts_of_a_key() -> None:
    key = CallKey.parse("0a1b2c3d4e5f/judge/2/again1/inspect/1#3")
    assert (key.run, key.part, key.step.act, key.step.round) == ("0a1b2c3d4e5f", 3, "judge", 2)
    assert str(key.base) == "0a1b2c3d4e5f/judge/2/inspect/1#3"


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("paint/3/again2", "paint/3"),
        ("paint/3/repeated/again1", "paint/3"),
        ("paint/3/softened", "paint/3/softened"),
        ("critique/2/edited/again3", "critique/2/edited"),
        ("paint/3/repeatedly", "paint/3/repeatedly"),
        ("open/again1", "open"),
    ],
)
def test_the_base_of_a_step_is_its_first_try(name: str, base: str) -> None:
    assert str(StepName(name).base) == base


def test_what_comes_before_the_first_round_is_round_0() -> None:
    assert [StepName(name).round for name in ("open", "open/again1", "soften/4")] == [0, 0, 4]


def test_names_of_tries() -> None:
    step = StepName("paint/2")
    assert [str(step.again(tries)) for tries in (0, 1, 12)] == [
        "paint/2",
        "paint/2/again1",
        "paint/2/again12",
    ]
    assert str(step.repeated().again(1)) == "paint/2/repeated/again1"


@pytest.mark.parametrize(
    "text", ["", "run", "run/step", "run#0", "/step#0", "run/#0", "run/step#x"]
)
def test_what_is_no_key_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="no key of a call"):
        CallKey.parse(text)
