"""Colours of named regions: which questions are measured, and when a picture leaves no doubt."""

import io
from pathlib import Path

import pytest
from PIL import Image

from adapters.models.scripted import ScriptedCritic, ScriptedPainter
from core.domain.updates import IterationFinished
from core.imaging.region_colour import shares
from core.steps.coloured import ColourQuestion, colour_asked
from tests.harness import World, refine
from tests.unit.core.test_measured import Read

HALF, CAR = "Is the left half red?", "Is the car red?"


def halves(left: tuple[int, int, int], right: tuple[int, int, int]) -> bytes:
    out, image = io.BytesIO(), Image.new("RGB", (120, 80), right)
    image.paste(left, (0, 0, 60, 80))
    image.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (HALF, ColourQuestion("the left half", "red")),
        ("Is the background mostly gray?", ColourQuestion("the background", "grey")),
        ("Does the picture show a white background?", ColourQuestion("background", "white")),
        (CAR, None),
        ("Is there a red car?", None),
        ("Is the left half light red?", None),
    ],
)
def test_what_is_measured_names_a_region(question: str, asked: ColourQuestion | None) -> None:
    assert colour_asked(question) == asked


def test_shares_of_a_region() -> None:
    picture = halves((200, 20, 20), (20, 30, 200))
    left, right = (shares(picture, f"the {side} half", "red") for side in ("left", "right"))
    assert left.surely == left.perhaps == 1 and left.most == "red"
    assert (right.surely, right.perhaps, right.most) == (0, 0, "blue")
    assert left.box is not None and (left.box.x, left.box.width) == (0, 0.5)
    rust = shares(halves((150, 70, 40), (0, 0, 0)), "the left half", "red")
    assert rust.surely == 0 and rust.perhaps == 1  # nobody can be sure: it is not measured


@pytest.mark.parametrize(
    ("left", "passed", "claimed", "read"),
    [
        ((20, 30, 200), False, True, "blue"),
        ((200, 20, 20), True, None, ""),
        ((150, 70, 40), True, None, ""),
    ],
)
async def test_a_measured_colour_goes_before_a_claimed_one(
    tmp_path: Path, left: tuple[int, int, int], passed: bool, claimed: bool | None, read: str
) -> None:
    judge = ScriptedCritic(eyes=True, checklist=(HALF, CAR), checks=((True, True), (False,)))
    painter = ScriptedPainter((halves(left, (240, 240, 240)),))
    world = await World(tmp_path, critic=judge, reader=Read(), painter=painter).open()
    await world.send(refine(image=None, goal="halves", iterations=1))
    posts = [d.update for d in await world.updates(await world.only_session())]
    await world.close()
    (only,) = [each for each in posts if isinstance(each, IterationFinished)]
    half, car = only.candidates[0].checks
    assert (half.passed, half.claimed, half.read) == (passed, claimed, read)
    assert (car.passed, car.claimed) == (True, None)
    told = "Measured: the left half as red was taken for right, and is not. Asked once more"
    assert only.note.startswith(told) if claimed else only.note == ""
