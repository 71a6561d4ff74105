"""The command `darkroom trial`."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """Does the loop help? Run a set of sentences through it and through simpler ways, at one cap.

Each sentence is painted by every policy: one-shot, best-of-k (as many pictures as the loop's
dollars pay for), loop, and the loop without one of its rules (no-edit, no-duel, no-champion).
Where it is named, the loop in which the painter gets the best picture beside the words (picture).
Questions about each picture say what came out right. A trial that was stopped goes on where it was.

Examples:

  darkroom trial --simulate --seeds 5 --usd 200      models with known error rates, free

  darkroom trial my.jsonl --models openai:gpt-image-2,stability:core --rounds 4 --usd 2

A set is a text file with a sentence a line, JSON Lines with "prompt" and "questions", or a CSV as
DSG-1k and DrawBench publish them. Without a file: 60 sentences that come with the program."""


def trial(
    prompts: Annotated[
        Path | None, typer.Argument(help="a file of prompts; left out: the shipped set")
    ] = None,
    models: Annotated[
        str, typer.Option(help="painters by commas; left out: the configured one")
    ] = "",
    policies: Annotated[str, typer.Option(help="which ways, by commas; left out: all")] = "",
    rounds: Annotated[int, typer.Option(min=1, max=10, help="the loop's rounds")] = 4,
    seeds: Annotated[int, typer.Option(min=1, max=100, help="how often each sentence")] = 1,
    usd: Annotated[str, typer.Option(help="the most that all of it may cost, in dollars")] = "1",
    simulate: Annotated[
        bool, typer.Option("--simulate", help="models with known error rates; nothing is paid")
    ] = False,
    out: Annotated[Path, typer.Option("--out", help="where results and report go")] = Path("trial"),
    show: Annotated[
        bool, typer.Option("--list", help="print the set as JSON Lines, and end")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="a line a result")] = False,
    config: Annotated[Path | None, typer.Option("--config", help="a config.toml")] = None,
) -> None:
    from bot.cli import console, guarded, settings_of  # here: it registers this command
    from bot.trial.command import planned, run_trial, write_report
    from bot.trial.listing import line, told

    settings = settings_of(config)

    async def work() -> int:
        given, ways = planned(prompts, models, policies, rounds, seeds, usd, out)
        if show:
            for each in given.prompts:
                console().print(line(each), soft_wrap=True, highlight=False, markup=False)
            return 0
        report = await run_trial(settings, given, ways, told(as_json), simulate=simulate)
        for path in write_report(report, given):
            console(err=as_json).print(path, highlight=False)
        if not report.whole:
            console(err=True).print(
                f"The cap of ${given.usd} ended it; the same command with a larger --usd goes on.",
                highlight=False,
            )
        return 0

    guarded(work)


def add_trial(app: typer.Typer) -> None:
    app.command("trial", help=EXAMPLES)(trial)
