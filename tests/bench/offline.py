"""Figures and picture sheets of the embedded engine: python -m tests.bench.offline [FOLDER].

FOLDER holds photographs; without one, a drawn picture stands in. Sheets go to bench/.
"""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from adapters.models.offline import engine, styles
from adapters.models.offline.raster import Pixels, Plane, fit, luma, to_float, to_pixels
from core.similarity import measure, structural_similarity
from tests.bench.sentences import SENTENCES
from tests.unit.offline.pictures import hill_scene

OUT = Path("bench")
ROUNDS = 8
SHOWN = (0, 1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class Figures:
    """One picture at one round."""

    characters: int
    ssim: float
    ms_ssim: float
    psnr: float
    score: float


def ms_ssim(a: Plane, b: Plane) -> float:
    """Multi-scale SSIM of two luma planes (Wang et al. 2003)."""
    product = 1.0
    for level, weight in enumerate((0.0448, 0.2856, 0.3001, 0.2363, 0.1333)):
        value = structural_similarity(a, b) if level == 4 else _contrast_structure(a, b)
        product *= max(value, 1e-6) ** weight
        a, b = (cv2.resize(p, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for p in (a, b))
    return product


def _contrast_structure(x: Plane, y: Plane) -> float:
    def blur(plane: Plane) -> Plane:
        return cv2.GaussianBlur(plane, (11, 11), 1.5, borderType=cv2.BORDER_REFLECT)

    mean_x, mean_y = blur(x), blur(y)
    var_x, var_y = blur(x * x) - mean_x**2, blur(y * y) - mean_y**2
    return float(((2 * (blur(x * y) - mean_x * mean_y) + 9e-4) / (var_x + var_y + 9e-4)).mean())


def figures(reference: Pixels, text: str) -> Figures:
    """Paint a text plainly at the reference's size and measure."""
    height, width = reference.shape[:2]
    painted = engine.paint(text, width, height, plain=True)
    a, b = to_float(reference), to_float(painted)
    light_a, light_b = (np.ascontiguousarray(luma(p), np.float32) for p in (a, b))
    psnr = float(-10 * np.log10(((a - b) ** 2).mean() + 1e-12))
    return Figures(
        len(text), structural_similarity(light_a, light_b), ms_ssim(light_a, light_b), psnr,
        measure(reference, painted).score,
    )  # fmt: skip


def refine(reference: Pixels, limit: int = 4000) -> tuple[list[str], float, float]:
    """Texts of rounds 0 to 8, seconds of describe and of a compare."""
    started = time.process_time()
    texts = [engine.describe(reference, limit=limit)]
    described = time.process_time() - started
    started = time.process_time()
    for number in range(1, ROUNDS + 1):
        texts.append(engine.compare(reference, texts[-1], limit=limit, round_number=number).prompt)
    return texts, described, (time.process_time() - started) / ROUNDS


def photographs(folder: Path | None) -> list[Pixels]:
    """The folder's pictures at 512 px, or the drawn stand-in."""
    if folder is None:
        return [hill_scene(512, 341)]
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in {".png", ".jpg", ".webp"})
    found: list[Pixels] = []
    for file in files:
        with Image.open(file) as image:
            found.append(to_pixels(fit(np.asarray(image.convert("RGB"), np.float32) / 255, 512)))
    return found


def report(pictures: list[Pixels]) -> None:
    """Run the loop over all pictures; print the table with its goals; write the sheet."""
    table: list[list[Figures]] = []
    seconds: list[tuple[float, float]] = []
    rows: list[list[Pixels]] = []
    for picture in pictures:
        texts, described, compared = refine(picture)
        table.append([figures(picture, text) for text in texts])
        seconds.append((described, compared))
        height, width = picture.shape[:2]
        rows.append([picture, *(engine.paint(texts[n], width, height) for n in SHOWN)])
    _print_rounds(table)
    _print_goals(table, seconds, pictures[0])
    sheet(rows, OUT / "refine.png", 280)


def _print_rounds(table: list[list[Figures]]) -> None:
    print("| round | characters | SSIM | MS-SSIM | PSNR dB | score |\n|---|---|---|---|---|---|")
    for number in SHOWN:
        column = [row[number] for row in table]
        means = [
            float(np.mean([getattr(f, name) for f in column]))
            for name in ("characters", "ssim", "ms_ssim", "psnr", "score")
        ]
        print("| {} | {:.0f} | {:.3f} | {:.3f} | {:.1f} | {:.1f} |".format(number, *means))


def _print_goals(
    table: list[list[Figures]], seconds: list[tuple[float, float]], picture: Pixels
) -> None:
    last = [row[-1] for row in table]
    steps = [np.diff([f.ssim for f in row]) for row in table]
    started = time.process_time()
    text = engine.describe(picture)
    described = time.process_time()
    engine.paint(text, 512, 341)
    painted = time.process_time() - described
    long_side = fit(picture, 1024)
    started = time.process_time()
    for _ in range(5):
        measure(long_side, long_side[:, ::-1].copy())
    scored = (time.process_time() - started) / 5
    goals = (
        ("SSIM", float(np.mean([f.ssim for f in last])), ">=", 0.63),
        ("MS-SSIM", float(np.mean([f.ms_ssim for f in last])), ">=", 0.84),
        ("PSNR dB", float(np.mean([f.psnr for f in last])), ">=", 24.0),
        ("score", float(np.mean([f.score for f in last])), ">=", 66.0),
        ("worst score", min(f.score for f in last), ">=", 48.0),
        ("least mean SSIM gain of a round", float(np.min(np.mean(steps, 0))), ">=", 0.005),
        ("longest text", float(max(f.characters for row in table for f in row)), "<=", 4000.0),
        ("describe s", float(np.mean([s[0] for s in seconds])), "<=", 0.8),
        ("compare s", float(np.mean([s[1] for s in seconds])), "<=", 1.0),
        ("paint 512 s", painted, "<=", 0.2),
        ("score 1024 s", scored, "<=", 0.06),
    )
    print("\n| figure | here | goal | |\n|---|---|---|---|")
    for name, value, sign, goal in goals:
        reached = value >= goal if sign == ">=" else value <= goal
        print(f"| {name} | {value:.3f} | {sign} {goal:g} | {'reached' if reached else 'missed'} |")


def styles_sheet(picture: Pixels) -> None:
    """Every style beside the others."""
    tiles = [to_pixels(styles.apply(name, to_float(picture), 1)) for name in engine.STYLES]
    sheet([tiles[i : i + 6] for i in range(0, len(tiles), 6)], OUT / "styles.png", 320)


def sentences_sheet() -> None:
    """A hundred sentences as pictures."""
    tiles = [engine.paint(text, 384, 256, seed=1) for text in SENTENCES]
    sheet([tiles[i : i + 10] for i in range(0, len(tiles), 10)], OUT / "sentences.png", 240)


def evolve_strip(picture: Pixels) -> None:
    """Ten rounds of evolve; prints how much of the first round's structure is left."""
    text = engine.describe(picture)
    for number in range(1, 5):
        text = engine.compare(picture, text, round_number=number).prompt
    height, width = picture.shape[:2]
    tiles = [engine.paint(text, width, height)]
    for number, style in enumerate(engine.STYLES[1:11], 1):
        text = engine.evolve(tiles[-1], text, style, seed=number)
        tiles.append(engine.paint(text, width, height, seed=number))
    left = measure(picture, engine.paint(text, width, height, plain=True)).detail
    print(f"\nevolve: detail of the original left in the dabs after ten rounds: {left:.2f}")
    sheet([tiles[:6], [*tiles[6:], np.zeros_like(tiles[0])]], OUT / "evolve.png", 300)


def sheet(rows: list[list[Pixels]], path: Path, width: int) -> None:
    """Save rows of pictures, each scaled to that width, as one PNG."""
    height = round(width * 2 / 3)
    lines: list[Pixels] = []
    for row in rows:
        cells = [to_pixels(_fitted(picture, width, height)) for picture in row]
        cells += [np.full((height, width, 3), 255, np.uint8)] * (len(rows[0]) - len(cells))
        lines.append(np.concatenate(cells, 1))
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(np.concatenate(lines, 0)).save(path)


def _fitted(picture: Pixels, width: int, height: int) -> Plane:
    """Scale into a cell and leave the rest white."""
    factor = min(width / picture.shape[1], height / picture.shape[0])
    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    cell = np.ones((height, width, 3), np.float32)
    scaled = cv2.resize(to_float(picture), size, interpolation=cv2.INTER_AREA)
    cell[: size[1], : size[0]] = scaled
    return cell


def main() -> None:
    cv2.setNumThreads(1)
    pictures = photographs(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    report(pictures)
    styles_sheet(pictures[-1])
    sentences_sheet()
    evolve_strip(pictures[-1])


if __name__ == "__main__":
    main()
