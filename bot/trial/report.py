"""The report of a trial: the same figures as a page, as Markdown and as JSON."""

import html
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.trial.policies import POLICIES
from bot.trial.statistics import Interval, Summary, difference, ratio, summarise
from core.domain.trial import TrialPrompt, TrialResult

HEAD = (
    "Policy",
    "Painter",
    "Cells",
    "Prompts solved",
    "Questions passed",
    "Kept of its peak",
    "$ a prompt",
    "$ a solved prompt",
    "Seconds a solved prompt",
)
STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { padding: .4rem .7rem; text-align: right; border-bottom: 1px solid #8886 }
th:first-child, td:first-child, th:nth-child(2), td:nth-child(2) { text-align: left }
svg { width: 100%; height: auto; max-width: 40rem }
"""
COLOURS = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialReport:
    """What was measured and on what. `note` says what the figures are not."""

    prompts: tuple[TrialPrompt, ...]
    results: tuple[TrialResult, ...]
    note: str
    whole: bool  # False: the cap or a person ended it

    @property
    def summaries(self) -> list[Summary]:
        order = list(POLICIES)
        return sorted(summarise(self.results), key=lambda s: (s.model, order.index(s.policy)))


def write(report: TrialReport, folder: Path) -> tuple[Path, ...]:
    """The report's three files."""
    made = {
        "report.md": markdown(report),
        "report.html": page(report),
        "report.json": json.dumps(facts(report), indent=1, default=str, ensure_ascii=False),
    }
    for name, text in made.items():
        (folder / name).write_text(text, "utf-8")
    return tuple(folder / name for name in made)


def facts(report: TrialReport) -> dict[str, Any]:
    """The figures as JSON has them; shares are 0-1, dollars strings."""
    return {
        "schema": 1,
        "note": report.note,
        "whole": report.whole,
        "prompts": len(report.prompts),
        "policies": [asdict(each) for each in report.summaries],
        "comparisons": [
            {"model": m, "what": what, **asdict(i)} for m, what, i in comparisons(report.results)
        ],
        "results": [asdict(each) for each in report.results],
    }


def comparisons(results: Sequence[TrialResult]) -> list[tuple[str, str, Interval]]:
    """By painter: the loop against the simple ways, and each of its rules on against off."""
    found: list[tuple[str, str, Interval]] = []
    for model in sorted({each.model for each in results}):
        mine = [each for each in results if each.model == model]
        for name in ("best-of-k", "one-shot"):
            if times := ratio(mine, "loop", name):
                found.append((model, f"prompts solved, loop ÷ {name}", times))
        for name in [each.name for each in POLICIES.values() if each.off]:
            if more := difference(mine, "loop", name):
                found.append((model, f"share solved, loop − {name}", more))
    return found


def markdown(report: TrialReport) -> str:
    rows = ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    rows += ["| " + " | ".join(cells(each)) + " |" for each in report.summaries]
    compared = ["| Painter | Comparison | | 95 % |", "|---|---|---|---|"]
    compared += [
        f"| {model or 'configured'} | {what} | {i.value:.2f} | {i.low:.2f} to {i.high:.2f} |"
        for model, what, i in comparisons(report.results)
    ]
    return "\n".join(["# Trial", "", *_about(report), "", *rows, "", *compared, ""])


def _about(report: TrialReport) -> list[str]:
    seeds = len({each.seed for each in report.results})
    spent = sum((each.usd + each.grading_usd for each in report.results), Decimal(0))
    end = "" if report.whole else " It was ended before all cells were done."
    return [
        f"{len(report.prompts)} prompts, {seeds} seeds, {len(report.results)} cells, "
        f"${spent:.2f}.{end}",
        report.note,
    ]


def cells(each: Summary) -> list[str]:
    """A row of the table, as people read it."""
    per = each.usd / each.cells if each.cells else Decimal(0)
    solved = each.usd_per_solved
    return [
        each.policy,
        each.model or "configured",
        f"{each.cells} ({each.failed} without a picture)" if each.failed else str(each.cells),
        _percent(each.solved),
        _percent(each.questions),
        f"{100 * each.retention:.0f} %",
        f"{per:.3f}",
        "–" if solved is None else f"{solved:.2f}",
        "–" if each.seconds_per_solved is None else f"{each.seconds_per_solved:.1f}",
    ]


def _percent(i: Interval) -> str:
    return f"{100 * i.value:.1f} % ({100 * i.low:.0f}–{100 * i.high:.0f})"


def page(report: TrialReport) -> str:
    head = "".join(f"<th scope=col>{html.escape(each)}</th>" for each in HEAD)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells(each)) + "</tr>"
        for each in report.summaries
    )
    compared = "".join(
        f"<tr><td>{html.escape(model or 'configured')}</td><td>{html.escape(what)}</td>"
        f"<td>{i.value:.2f}</td><td>{i.low:.2f} to {i.high:.2f}</td></tr>"
        for model, what, i in comparisons(report.results)
    )
    about = "".join(f"<p>{html.escape(line)}</p>" for line in _about(report))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Trial</title>'
        f"<style>{STYLE}</style><h1>Trial</h1>{about}"
        f"<h2>Policies</h2><div class=wide><table><tr>{head}</tr>{body}</table></div>"
        f"<h2>Solved by round</h2>{plot(report.summaries)}"
        "<h2>Compared</h2><div class=wide><table><tr><th scope=col>Painter</th>"
        "<th scope=col>Comparison</th><th scope=col>Value</th><th scope=col>95 %</th></tr>"
        f"{compared}</table></div></html>\n"
    )


def plot(summaries: Sequence[Summary]) -> str:
    """Share of prompts solved after each round, a line a policy, as SVG; "" without rounds."""
    lines = [each for each in summaries if each.by_round]
    most = max((len(each.by_round) for each in lines), default=0)
    if not lines:
        return ""
    step, drawn = 440 / max(1, most - 1), [""]
    for number, each in enumerate(lines):
        colour = COLOURS[number % len(COLOURS)]
        points = [(60 + step * n, 220 - 200 * share) for n, share in enumerate(each.by_round)]
        path = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="3"/>')
        drawn += [f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="{colour}"/>' for x, y in points]
        name = html.escape(f"{each.policy} {each.model}".strip())
        drawn.append(f'<text x="520" y="{30 + 22 * number}" fill="{colour}">{name}</text>')
    drawn += [
        f'<text x="50" y="{225 - 200 * share:.0f}" text-anchor="end" fill="currentColor">'
        f"{100 * share:.0f} %</text>"
        for share in (0, 0.5, 1)
    ]
    drawn += [
        f'<text x="{60 + step * n:.0f}" y="245" text-anchor="middle" fill="currentColor">{n + 1}</text>'
        for n in range(most)
    ]
    height = max(260, 40 + 22 * len(lines))
    said = "Share of prompts solved after each round"
    return f'<svg viewBox="0 0 720 {height}" role="img" aria-label="{said}">{"".join(drawn)}</svg>'
