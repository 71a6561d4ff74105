"""What it is worth that a painter gets pictures beside the words.

`python -m tests.bench.hold` simulates: the product's loop over the sentences of `darkroom trial`, on a
painter that keeps what a picture shows at a set rate. It says from which rate on the picture helps,
not where a real painter is. `python -m tests.bench.hold FOLDER` refines photographs by the configured
models, with each kind of hold: that costs what those cost and means something for a painter that
follows pictures and a judge that sees.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from statistics import mean
from typing import Any

from adapters.models.simulated.world import WorldRates
from bot.config import Settings
from bot.trial.command import run_trial
from bot.trial.policies import policies
from bot.trial.runner import Trial
from bot.trial.sets import SHIPPED, read_set
from bot.trial.statistics import Interval, Summary, summarise
from core.domain.trial import TrialPrompt, TrialResult

HOLDS = ("words", "picture")
ENDINGS = {".png", ".jpg", ".jpeg", ".webp"}
FOLLOWED = (0.4, 0.6, 0.8, 0.95)
AMPLE = Decimal(1_000_000)


def _untold(result: TrialResult, done: int, of: int) -> None:
    return None


async def simulated(
    policy: str, follow: float, prompts: Sequence[TrialPrompt], *, rounds: int, seeds: int
) -> Summary:
    """What `darkroom trial` says of a policy on a painter that keeps so much of a picture."""
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(
            prompts=tuple(prompts), painters=("",), seeds=seeds, rounds=rounds, usd=AMPLE,
            folder=Path(folder),
        )  # fmt: skip
        ways, rates = policies(policy), WorldRates(follow=follow)
        report = await run_trial(Settings(), trial, ways, _untold, simulate=True, rates=rates)
    (found,) = summarise(report.results)
    return found


async def table(rounds: int, seeds: int, every: int) -> None:
    prompts = read_set(SHIPPED)[::every]
    print(f"{len(prompts)} sentences, {seeds} seeds, at most {rounds} rounds, simulated.")
    print(
        "| painter gets | kept of a picture | questions | sentences whole | dollars a whole one |"
    )
    print("|---|---|---|---|---|")
    each = [("words", "loop", 0.0), *(("picture", "picture", follow) for follow in FOLLOWED)]
    for hold, policy, follow in each:
        found = await simulated(policy, follow, prompts, rounds=rounds, seeds=seeds)
        usd = f"${found.usd_per_solved:.2f}" if found.usd_per_solved is not None else "-"
        kept = f"{follow:.0%}" if hold == "picture" else ""
        print(f"| {hold} | {kept} | {_said(found.questions)} | {_said(found.solved)} | {usd} |",
              flush=True)  # fmt: skip


def _said(share: Interval) -> str:
    return f"{share.value:.0%} ({share.low:.0%}-{share.high:.0%})"


def refined(
    photo: Path, hold: str, rounds: int, config: Path | None
) -> Sequence[Mapping[str, Any]]:
    """The events of one run, as the program tells them."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bot", "refine", str(photo.resolve()), "--hold", hold]
        command += ["--iterations", str(rounds), "--stop", "never", "--json", "--yes"]
        command += ["--out", folder]
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


def photographed(folder: Path, rounds: int, config: Path | None) -> int:
    photos = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)
    found: dict[str, list[float]] = {hold: [] for hold in HOLDS}
    print("| photograph | hold | best score | paid |\n|---|---|---|---|")
    for photo in photos:
        for hold in HOLDS:
            score, paid, why = outcome(refined(photo, hold, rounds, config))
            found[hold] += [score] if score is not None else []
            told = f"{score:.1f}" if score is not None else why or "nothing was painted"
            print(f"| {photo.name} | {hold} | {told} | ${paid} |", flush=True)
    both = all(len(scores) == len(photos) > 0 for scores in found.values())
    means = {hold: round(mean(scores), 1) for hold, scores in found.items() if scores}
    print(f"mean: {means}" if both else "not measured for both: see the sentences")
    return int(not both)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--iterations", type=int, default=6)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, help="every n-th sentence")
    parser.add_argument("--config", type=Path)
    asked = parser.parse_args()
    if asked.folder is not None:
        return photographed(asked.folder, asked.iterations, asked.config)
    asyncio.run(table(asked.iterations, asked.seeds, asked.every))
    return 0


if __name__ == "__main__":
    sys.exit(main())
