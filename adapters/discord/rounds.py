"""What a round, and what a picture job came to, looks like on Discord."""

from dataclasses import replace

import discord

from adapters.discord.figures import dollars
from adapters.discord.page import Choose, Page, Press, clip, quoted
from adapters.discord.pictures import Picture
from adapters.discord.texts import say
from adapters.texts.catalogue import title
from core.domain.updates import Critiqued, IterationFinished
from core.domain.views import CandidateView

GREEN = 0x3BA55D
QUIET = discord.ButtonStyle.secondary
ROWS = 4  # of buttons, one for each picture


def choice(run: str, candidates: tuple[CandidateView, ...], champion: str) -> Choose:
    """A select that continues from one of these."""
    options = tuple(
        (
            f"{number}{' · ' + say('best') if view.iteration == champion else ''}"
            f"{' · ' + _score(view) if _score(view) else ''}",
            view.iteration,
            view.alt,
        )
        for number, view in enumerate(candidates, 1)
    )
    return Choose(say("choose"), "choose", (run,), options[-25:])


def _choices(update: IterationFinished) -> tuple[Choose, ...]:
    """Of several pictures the one to continue from, and the one to do something else with."""
    if len(update.candidates) < 2:
        return ()
    chosen = choice(update.run, update.candidates, update.champion)
    return (chosen, replace(chosen, placeholder=say("more.which"), act="which"))


def round_page(update: IterationFinished, critiqued: Critiqued | None, emoji: str) -> Page:
    if update.shown == "picture":
        return pictures_page(update, emoji)
    best = update.candidates[update.best]
    head = say("round", round=update.round, rounds=update.rounds)
    if update.label:
        head += f" · {quoted(update.label, 60)}"
    if update.style:
        head += f" · {quoted(update.style, 60)}"
    lines = [head, " · ".join(_facts(update, best))]
    if update.critique:
        lines.append(quoted(update.critique))
    if update.note:
        lines.append(quoted(update.note))
    if critiqued is not None and critiqued.summary:
        lines.append(f"→ {quoted(critiqued.summary)}")
    lines.append(f"-# {say('star', emoji=emoji)}")
    return Page(
        "\n".join(line for line in lines if line),
        tuple(
            Picture(view.image, f"round-{update.round}-{number}", view.alt)
            for number, view in enumerate(update.candidates, 1)
        ),
        round_buttons(best.iteration),
        selects=_choices(update),
        colour=GREEN if update.won and update.mode == "refine" else None,
    )


def pictures_page(update: IterationFinished, emoji: str) -> Page:
    """What a job came to that paints once: its name, the person's words, each picture by name."""
    names = [_name(update, n) for n in range(len(update.candidates))]
    head = f"### {title(update.mode)}"
    lines = [f"{head} · {quoted(update.label, 60)}" if update.label else head]
    lines.append(f"> {quoted(update.words)}" if update.words else "")
    lines.append(" · ".join(quoted(name, 60) for name in names) if update.labels else "")
    lines.append(" · ".join(_facts(update, update.candidates[update.best])))
    lines += [quoted(update.note) if update.note else "", f"-# {say('star', emoji=emoji)}"]
    pictures = tuple(
        Picture(view.image, f"round-{update.round}-{n}", view.alt)
        for n, view in enumerate(update.candidates, 1)
    )
    text = "\n".join(line for line in lines if line)
    if len(names) == 1:
        return Page(text, pictures, round_buttons(update.candidates[0].iteration))
    if len(names) > ROWS:
        return Page(text, pictures, selects=_choices(update))
    rows = tuple(
        _row(view.iteration, name) for view, name in zip(update.candidates, names, strict=True)
    )
    return Page(text, pictures, rows=rows)


def _name(update: IterationFinished, number: int) -> str:
    """A picture's label, or its number where it has none."""
    label = update.labels[number] if number < len(update.labels) else ""
    return f"{number + 1} {label}".strip()


def _row(iteration: str, name: str) -> tuple[Press, ...]:
    """The buttons of one picture of several."""
    presses = (("pick", discord.ButtonStyle.primary), ("again", QUIET), ("more", QUIET))
    return tuple(
        Press(clip(f"{say(act)} · {name}", 80), act, (iteration,), style) for act, style in presses
    )


def round_buttons(iteration: str) -> tuple[Press, ...]:
    return (
        Press(say("pick"), "pick", (iteration,), discord.ButtonStyle.primary),
        Press(say("again"), "again", (iteration,)),
        Press(say("prompt"), "prompt", (iteration,)),
        Press(say("details"), "details", (iteration,)),
        Press(say("more"), "more", (iteration,)),
    )


def _facts(update: IterationFinished, best: CandidateView) -> list[str]:
    facts = [_score(best)] if _score(best) else []
    if facts and update.change is not None:
        facts[0] += f" ({update.change:+.1f})"
    if best.checks:
        passed = sum(1 for check in best.checks if check.passed)
        facts.append(say("checks", passed=passed, all=len(best.checks)))
    if update.drift is not None:
        facts.append(say("drift", drift=f"{update.drift:.1f}"))
    if update.won and update.mode == "refine":
        facts.append(f"**{say('best')}**")
    facts.append(dollars(update.cost))
    facts.append(say("seconds", seconds=f"{update.seconds:.1f}"))
    return facts


def _score(view: CandidateView) -> str:
    if view.score is None:
        return ""
    measure = f".{view.score.measure}" if view.score.measure else ""
    return say(f"score{measure}", score=f"{view.score.value:.1f}")
