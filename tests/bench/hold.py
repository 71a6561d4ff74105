"""What it is worth that a painter gets pictures, not words alone: `python -m tests.bench.hold FOLDER`.

Each photograph is refined by `darkroom refine`, once with `--hold words` and once with `--hold picture`,
by the models of a configuration; told are the best score of each run and what it cost. It means
something for a painter that follows pictures, with a judge that sees, and costs what those cost.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from statistics import mean
from typing import Any

HOLDS = ("words", "picture")
ENDINGS = {".png", ".jpg", ".jpeg", ".webp"}


def refined(
    photo: Path, hold: str, rounds: int, config: Path | None
) -> Sequence[Mapping[str, Any]]:
    """The events of one run, as the program tells them."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bot", "refine", str(photo.resolve()), "--hold", hold]
        command += [
            "--iterations",
            str(rounds),
            "--stop",
            "never",
            "--json",
            "--yes",
            "--out",
            folder,
        ]
        command += ["--config", str(config.resolve())] if config else []
        told = subprocess.run(command, capture_output=True, text=True, check=False)
    return [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]


def outcome(events: Sequence[Mapping[str, Any]]) -> tuple[float | None, Decimal, str]:
    """The best score, what was paid (0 where unknown), and why there is none."""
    rounds = [each for each in events if each["event"] == "round"]
    scores = [each["score"] for each in rounds if each.get("score") is not None]
    paid = sum((Decimal(each.get("cost") or 0) for each in rounds), Decimal(0))
    why = next((e["sentence"] for e in events if e["event"] in ("refused", "failed")), "")
    return (max(scores) if scores else None), paid, why


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--iterations", type=int, default=6)
    parser.add_argument("--config", type=Path)
    asked = parser.parse_args()
    photos = sorted(path for path in asked.folder.iterdir() if path.suffix.lower() in ENDINGS)
    found: dict[str, list[float]] = {hold: [] for hold in HOLDS}
    print("| photograph | hold | best score | paid |\n|---|---|---|---|")
    for photo in photos:
        for hold in HOLDS:
            score, paid, why = outcome(refined(photo, hold, asked.iterations, asked.config))
            found[hold] += [score] if score is not None else []
            told = f"{score:.1f}" if score is not None else why or "nothing was painted"
            print(f"| {photo.name} | {hold} | {told} | ${paid} |", flush=True)
    both = all(len(scores) == len(photos) > 0 for scores in found.values())
    means = {hold: round(mean(scores), 1) for hold, scores in found.items() if scores}
    print(f"mean: {means}" if both else "not measured for both: see the sentences")
    return int(not both)


if __name__ == "__main__":
    sys.exit(main())
