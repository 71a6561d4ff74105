"""The painter's text comes from people and models: whatever it is, it paints, soon and in little room."""

import os
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from adapters.models.offline import colours, engine, language, mixture, tokens
from adapters.models.offline.mixture import COLUMNS
from adapters.models.offline.raster import Plane
from tests.unit.offline.pictures import hill_scene

ROOT = Path(__file__).parents[3]
ODD_TEXTS = (
    "", " \n\t", "Dabs 0x0:", "Dabs -5x-7:\nred: 00000000", "Dabs 99999x1:\nred: zzzzzzzz",
    "Dabs 64x64:\nred: NaNNaNNa inf -1 zzzzzzz 123456789 ../../etc",
    "Dabs 64x64:\nno such colour: 00000000\nred", "Style: " + "x" * 5000, "\x00\ud800\U0001f98a",
    "Palette: red; Composition: ; Wish: ;;;", "Dabs 64x64:\nred: 00000000",
    "A wide dark picture\nPalette: " + "red, " * 4000 + "\nDabs 64x48:\nblue: 0000zz00",
)  # fmt: skip


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_odd_text_is_painted(text: str) -> None:
    picture = engine.paint(text, 64, 48)
    assert picture.shape == (48, 64, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_odd_text_can_be_compared(text: str) -> None:
    revision = engine.compare(hill_scene(48, 32), text, limit=1500)
    assert len(revision.prompt) <= 1500
    assert engine.paint(revision.prompt, 48, 32).shape == (32, 48, 3)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000_000,
        "Dabs 512x341:\nred: " + "0z1y2x3w " * 1_000_000,
        "Dabs 512x341:\n" + "red: 00000000\n" * 700_000,
        "a fox " * 1_500_000,
    ],
    ids=["10 MB of one letter", "a million dabs", "many lines", "many words"],
)
def test_huge_text_costs_little(text: str) -> None:
    """Within a second of processor time and 300 MB, at the largest usual size."""
    size = (1024, 683) if text.startswith("Dabs 512x341:\nred: 0z") else (256, 171)
    tracemalloc.start()
    engine.paint(text, *size, plain=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    started = time.process_time()
    picture = engine.paint(text, 1024, 683, plain=True)
    seconds = time.process_time() - started
    assert picture.shape == (683, 1024, 3)
    assert peak < 300_000_000
    assert seconds < 1.5  # 0.2-0.7 s on a machine with nothing else to do


def test_dabs_are_capped() -> None:
    text = "Dabs 512x341:\nred: " + "0z1y2x3w " * 100_000
    assert len(language.read(text).dabs) == language.MAX_DABS


def _random_dabs(count: int) -> Plane:
    random = np.random.default_rng(1)
    dabs = random.random((count, COLUMNS)).astype(np.float32)
    dabs[:, 2:4] = np.log(0.01 + 0.2 * dabs[:, 2:4])
    dabs[:, 4] *= np.pi
    dabs[:, 6:] = dabs[:, 6:] - 0.5
    return dabs


def test_what_is_written_is_read_back() -> None:
    dabs = _random_dabs(60)
    names = language.palette(dabs, 12)
    text = language.write("Words.", dabs, names, 300, 200)
    read = language.read(text)
    assert (read.words, read.width, read.height) == ("Words.", 300, 200)
    expected = language.rounded(dabs, names, 300, 200)
    assert sorted(map(tuple, read.dabs.round(4).tolist())) == sorted(
        map(tuple, expected.round(4).tolist())
    )


def test_texts_of_before_are_read_as_they_were() -> None:
    """Sessions keep texts whose tokens have eight digits and stand apart."""
    prompt = language.read("A dark picture.\nDabs 512x341:\nred: 5Kz27aVh 00000000\nblue: zzzzzzzz")
    assert (prompt.words, prompt.width, prompt.height) == ("A dark picture.", 512, 341)
    assert len(prompt.dabs) == 3
    assert prompt.dabs[0, 0] == pytest.approx((5 * 62 + 20) / 3843)
    assert prompt.dabs[0, 1] == pytest.approx((61 * 62 + 2) / 3843)
    assert prompt.dabs[1, :2].tolist() == [0, 0]
    assert prompt.dabs[2, :2].tolist() == [1, 1]
    assert prompt.dabs[2, mixture.LONG] == pytest.approx(mixture.LARGEST)


def test_texts_of_a_little_before_are_read_as_they_were() -> None:
    """Seven digits whose hue is the name's alone, marked "by 7"."""
    steps = (1000, 1000, 40, 40, 32, 62)
    number = 0
    for value, most in zip((250, 999, 39, 0, 8, 31), steps, strict=True):
        number = number * most + value
    token = "".join(tokens.DIGITS[number // 62**power % 62] for power in reversed(range(7)))
    prompt = language.read(f"A dark picture.\nDabs 512x341 by 7:\nred: {token}")
    red = colours.lab_named("red")
    assert red is not None
    wanted = (250 / 999, 1, mixture.LARGEST, mixture.SMALLEST, np.pi / 4, 31 / 61, red[1], red[2])
    assert prompt.dabs[0].tolist() == pytest.approx([float(value) for value in wanted], rel=1e-5)


def test_what_a_token_says_is_near_what_was_meant() -> None:
    """Places within a pixel of 512, hues within two units of Lab, whatever the format."""
    dabs = _random_dabs(200)
    dabs[:, 6:] *= 0.1
    for width, height in ((512, 341), (341, 512), (512, 64)):
        inside = dabs * 1.0
        inside[:, :2] *= np.array([width, height]) / max(width, height)
        read = language.rounded(inside, language.palette(inside, 12), width, height)
        away = np.abs(read - language.ordered(inside))
        assert away[:, :2].max() < 1 / 512
        assert away[:, mixture.LIGHT].max() < 0.012
        assert away[:, 6:].max() < 0.02


def test_nan_dabs_are_written_as_something_readable() -> None:
    dabs = _random_dabs(5)
    dabs[0, :6] = np.nan
    dabs[1, 0] = np.inf
    text = language.write("", dabs, ["red", "blue"], 64, 64)
    assert np.isfinite(language.read(text).dabs).all()


PAINTER = """
import sys
from adapters.models.offline import engine
text = sys.stdin.buffer.read().decode("utf-8")
sys.stdout.buffer.write(engine.paint(text, 144, 96, seed=7).tobytes())
"""


def test_the_painter_sees_nothing_but_the_text() -> None:
    """Another process that gets the text alone paints the same picture."""
    picture = hill_scene(144, 96)
    text = engine.describe(picture, style="oil")
    done = subprocess.run(
        [sys.executable, "-c", PAINTER],
        input=text.encode(),
        capture_output=True,
        check=True,
        cwd=ROOT,
        timeout=60,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT)},
    )
    elsewhere = np.frombuffer(done.stdout, np.uint8).reshape(96, 144, 3)
    here = engine.paint(text, 144, 96, seed=7)
    assert np.abs(elsewhere.astype(int) - here).max() <= 1
