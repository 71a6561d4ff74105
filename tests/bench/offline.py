"""Figures and picture sheets of the embedded engine: python -m tests.bench.offline [FOLDER].

FOLDER holds photographs (else those beside the repository, else a drawn one). Sheets go to bench/.
Rounds are those of the product's own loop (tests.bench.loop).
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from adapters.models.offline import engine, styles
from adapters.models.offline.describing import FIRST_LENGTH
from adapters.models.offline.raster import Pixels, fit, resize, to_float, to_pixels
from core.imaging import codec
from core.imaging.similarity import Similarity, measure
from tests.bench import metrics
from tests.bench.loop import Round, Timed, rounds_of
from tests.bench.orderings import ORDERINGS, agreed
from tests.bench.sentences import SENTENCES
from tests.bench.sheets import sheet
from tests.unit.offline.pictures import hill_scene

OUT = Path("bench")
PHOTOGRAPHS = Path(__file__).parents[3] / "shared" / "images"
ROUNDS = 8
SHOWN = (1, 2, 3, 5, 8)
COLUMNS = ("characters", "ssim", "ms_ssim", "psnr", "score")
Goal = tuple[str, float, str, float]


@dataclass(frozen=True, slots=True)
class Figures:
    """One picture at one round."""

    characters: int
    ssim: float
    ms_ssim: float
    psnr: float
    score: float


def figures(reference: Pixels, text: str) -> Figures:
    """Paint a text plainly at the reference's size and measure."""
    height, width = reference.shape[:2]
    return _measured(reference, engine.paint(text, width, height, plain=True), len(text))


def _measured(reference: Pixels, painted: Pixels, characters: int) -> Figures:
    return Figures(
        characters, metrics.ssim(reference, painted), metrics.ms_ssim(reference, painted),
        metrics.psnr(reference, painted), metrics.score(reference, painted),
    )  # fmt: skip


def chained(
    reference: Pixels, *, limit: int = 4000, length: int = FIRST_LENGTH, rounds: int = ROUNDS
) -> list[str]:
    """Texts of the engine alone, at lengths that the product does not ask for."""
    texts = [engine.describe(reference, limit=limit, length=length)]
    for number in range(1, rounds + 1):
        texts.append(engine.compare(reference, texts[-1], limit=limit, round_number=number).prompt)
    return texts


def photographs(folder: Path | None) -> list[Pixels]:
    """The folder's pictures at 512 px, or the drawn stand-in."""
    if folder is None or not folder.is_dir():
        return [hill_scene(512, 341)]
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in {".png", ".jpg", ".webp"})
    found: list[Pixels] = []
    for file in files:
        with Image.open(file) as image:
            found.append(to_pixels(fit(np.asarray(image.convert("RGB"), np.float32) / 255, 512)))
    return found


def report(pictures: list[Pixels]) -> None:
    """Run the product's loop over all pictures; print the tables with their goals; write the sheet."""
    timed = Timed()
    runs = [asyncio.run(rounds_of(codec.encode_array(p), ROUNDS, timed)) for p in pictures]
    _print_rounds(
        [
            [_figures_of(picture, one) for one in run]
            for picture, run in zip(pictures, runs, strict=True)
        ]
    )
    _print_goals(
        [*_loop_goals(pictures, runs), *_length_goals(pictures), *_speeds(timed, pictures[0])]
    )
    shown = [number - 1 for number in SHOWN]
    rows = [
        [picture, *(run[n].image for n in shown)]
        for picture, run in zip(pictures, runs, strict=True)
    ]
    sheet(rows, OUT / "refine.jpg", 240)


def _figures_of(picture: Pixels, one: Round) -> Figures:
    """The best image so far, as it was posted."""
    best = resize(to_float(one.best), picture.shape[1], picture.shape[0])
    return _measured(picture, to_pixels(best), len(one.best_prompt))


def _print_rounds(table: list[list[Figures]]) -> None:
    print("| round | characters | SSIM | MS-SSIM | PSNR dB | score |\n|---|---|---|---|---|---|")
    for number in SHOWN:
        column = [row[number - 1] for row in table]
        means = [_mean(getattr(f, name) for f in column) for name in COLUMNS]
        print("| {} | {:.0f} | {:.3f} | {:.3f} | {:.1f} | {:.1f} |".format(number, *means))


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def _loop_goals(pictures: list[Pixels], runs: list[list[Round]]) -> list[Goal]:
    table = [[_figures_of(p, one) for one in run] for p, run in zip(pictures, runs, strict=True)]
    last = [row[-1] for row in table]
    steps = np.array([np.diff([f.ssim for f in row]) for row in table])
    best = np.array([[one.best_score for one in run] for run in runs])
    again = sum(len(run) - len({one.dabs for one in run}) for run in runs)
    return [
        ("SSIM", _mean(f.ssim for f in last), ">=", 0.63),
        ("MS-SSIM", _mean(f.ms_ssim for f in last), ">=", 0.84),
        ("PSNR dB", _mean(f.psnr for f in last), ">=", 24.0),
        ("score", float(best[:, -1].mean()), ">=", 72.0),
        ("worst score", float(best[:, -1].min()), ">=", 60.0),
        ("gain of the last round, SSIM", float(steps.mean(0)[-1]), ">=", 0.004),
        ("challengers painted before", again, "<=", 0),
        ("falls of the best so far", float((np.diff(best) < 0).sum()), "<=", 0),
        ("longest text", max(len(one.prompt) for run in runs for one in run), "<=", 4000),
    ]


def _length_goals(pictures: list[Pixels]) -> list[Goal]:
    """The engine alone: at the full length from the start, and at eight times the length."""
    short = [figures(picture, chained(picture, rounds=1)[-1]) for picture in pictures]
    full = [chained(picture, length=4000) for picture in pictures]
    blind = [figures(picture, texts[0]) for picture, texts in zip(pictures, full, strict=True)]
    constant = [figures(picture, texts[-1]) for picture, texts in zip(pictures, full, strict=True)]
    long = [
        figures(picture, chained(picture, limit=32_000, length=32_000, rounds=2)[-1])
        for picture in pictures
    ]
    gained = _mean(f.ssim for f in constant) - _mean(f.ssim for f in blind)
    ahead = _mean(f.ssim for f in short) - _mean(f.ssim for f in blind)
    share = _mean(f.characters for f in short) / _mean(f.characters for f in blind)
    return [
        ("gain at constant length, SSIM", gained, ">=", 0.10),
        ("round 1 before a blind text of 4,000 characters, SSIM", ahead, ">=", 0.0),
        ("length of round 1 to that of the blind text", share, "<=", 0.5),
        ("SSIM at 32,000 characters", _mean(f.ssim for f in long), ">=", 0.76),
    ]


def _speeds(timed: Timed, picture: Pixels) -> list[Goal]:
    """Seconds of processor time on one core."""
    text = engine.describe(picture)
    wide = resize(picture, 1024, round(1024 * picture.shape[0] / picture.shape[1]))
    return [
        ("describe, s", _mean(timed.seconds["described"]), "<=", 0.8),
        ("compare, s", _mean(timed.seconds["compared"]), "<=", 1.0),
        ("paint at 512 px, s", _took(lambda: engine.paint(text, 512, 341)), "<=", 0.2),
        ("score at 1024 px, s", _took(lambda: metrics.score(wide, _softened(wide))), "<=", 0.06),
    ]


def _softened(picture: Pixels) -> Pixels:
    """What a round of the loop compares: the same picture, less exact."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 3), np.uint8)


def _took(call: Callable[[], object]) -> float:
    """The middle of seven calls, in seconds of processor time."""
    spans: list[float] = []
    for _ in range(7):
        started = time.process_time()
        call()
        spans.append(time.process_time() - started)
    return float(np.median(spans))


def _print_goals(goals: list[Goal]) -> None:
    print("\n| figure | here | goal | |\n|---|---|---|---|")
    for name, value, sign, goal in goals:
        reached = value >= goal if sign == ">=" else value <= goal
        print(f"| {name} | {value:.3f} | {sign} {goal:g} | {'reached' if reached else 'missed'} |")


def measures(pictures: list[Pixels]) -> None:
    """How many of the forty orderings each measure agrees with, and what it takes."""
    count = len(ORDERINGS)
    wide = [resize(p, 1024, round(1024 * p.shape[0] / p.shape[1])) for p in pictures[:1]]
    print("\n| measure | orderings agreed | share | ms a pair at 1024 px |\n|---|---|---|---|")
    for name, likeness in metrics.MEASURES.items():
        number = len(agreed(likeness, pictures))
        took = 1000 * _took(partial(likeness, wide[0], _softened(wide[0])))
        print(f"| {name} | {number} of {count} | {number / count:.0%} | {took:.0f} |")


def styles_sheet(picture: Pixels) -> None:
    """Every style beside the others."""
    tiles = [to_pixels(styles.apply(name, to_float(picture), 1)) for name in engine.STYLES]
    sheet([tiles[i : i + 6] for i in range(0, len(tiles), 6)], OUT / "styles.jpg", 300)


def sentences_sheet() -> None:
    """A hundred sentences as pictures, in two halves."""
    tiles = [engine.paint(text, 480, 320, seed=1) for text in SENTENCES]
    for half in (0, 1):
        part = tiles[50 * half : 50 * half + 50]
        sheet([part[i : i + 10] for i in range(0, 50, 10)], OUT / f"sentences{half + 1}.jpg", 180)


def evolve_strip(picture: Pixels) -> None:
    """Ten rounds of evolve with each leap; prints what is left of the subject, and the drift."""
    text = engine.describe(picture)
    for number in range(1, 5):
        text = engine.compare(picture, text, round_number=number).prompt
    rows: list[list[Pixels]] = []
    print(
        "\n| leap | detail left after 1, 5, 10 rounds | score against the original |\n|---|---|---|"
    )
    for leap in ("subtle", "medium", "drastic"):
        tiles, plain = evolved(picture, text, leap)
        found = [_left(picture, plain[n]) for n in (1, 5, 10)]
        print(f"| {leap} | {' '.join(f'{f.detail:.2f}' for f in found)} | "
              f"{' '.join(f'{f.score:.0f}' for f in found)} |")  # fmt: skip
        rows.append(tiles)
    sheet(rows, OUT / "evolve.jpg", 170)


def _left(picture: Pixels, image: Pixels) -> Similarity:
    """What is left of a picture that may have been mirrored on the way."""
    turned = np.ascontiguousarray(image[:, ::-1])
    return max((measure(picture, image), measure(picture, turned)), key=lambda s: s.score)


def evolved(picture: Pixels, text: str, leap: str) -> tuple[list[Pixels], list[Pixels]]:
    """The pictures of rounds 0 to 10, as posted and without their styles."""
    height, width = picture.shape[:2]
    tiles = [engine.paint(text, width, height)]
    plain = [engine.paint(text, width, height, plain=True)]
    for number, style in enumerate(engine.STYLES[1:11], 1):
        text = engine.evolve(tiles[-1], text, style, leap=leap, seed=number)
        tiles.append(engine.paint(text, width, height, seed=number))
        plain.append(engine.paint(text, width, height, plain=True))
    return tiles, plain


def main() -> None:
    cv2.setNumThreads(1)
    pictures = photographs(Path(sys.argv[1]) if len(sys.argv) > 1 else PHOTOGRAPHS)
    report(pictures)
    measures(pictures)
    styles_sheet(pictures[-1])
    sentences_sheet()
    evolve_strip(pictures[-1])


def with_one_thread() -> None:
    """Starts this anew where numpy would take several threads: processor time is what is counted,
    and the program's workers for pixels have one."""
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        again = [sys.executable, "-m", "tests.bench.offline", *sys.argv[1:]]
        os.execve(sys.executable, again, os.environ | {"OPENBLAS_NUM_THREADS": "1"})


if __name__ == "__main__":
    with_one_thread()
    main()
