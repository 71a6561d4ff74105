"""What a round, and what a picture job came to, looks like on Discord."""

from dataclasses import replace

import discord

from adapters.discord.page import ROW, Choose, Page, Press, quoted
from adapters.discord.pictures import Attached
from adapters.discord.stories import scene_page
from adapters.texts.catalogue import t, title, tn
from adapters.texts.figures import money, number, span, vote_label
from adapters.texts.sentences import said
from core.domain.text import clip
from core.domain.updates import Critiqued, IterationFinished
from core.domain.views import CandidateView

GREEN = 0x3BA55D
QUIET = discord.ButtonStyle.secondary
ROWS = 4  # of buttons, one for each picture


def choice(run: str, candidates: tuple[CandidateView, ...], champion: str) -> Choose:
    """A select that continues from one of these."""
    options = tuple(
        (
            f"{number}{' · ' + t('post.best') if view.iteration == champion else ''}"
            f"{' · ' + _score(view) if _score(view) else ''}",
            view.iteration,
            said(view.alt),
        )
        for number, view in enumerate(candidates, 1)
    )
    return Choose(t("button.choose"), "choose", (run,), options[-25:])


def _choices(update: IterationFinished) -> tuple[Choose, ...]:
    """Of several pictures the one to continue from, and the one to do something else with."""
    if len(update.candidates) < 2:
        return ()
    chosen = choice(update.run, update.candidates, update.champion)
    return (chosen, replace(chosen, placeholder=t("more.which"), act="which"))


def round_page(
    update: IterationFinished, critiqued: Critiqued | None, emoji: str, masks: bool = False
) -> Page:
    """`masks`: the pictures can be painted on by hand."""
    if update.scene is not None and update.candidates:
        facts = " · ".join(_facts(update, update.candidates[0]))
        return scene_page(update, update.scene, facts)
    if update.shown == "picture":
        return pictures_page(update, emoji, masks)
    best = update.candidates[update.best]
    head = f"### {t('post.round', round=update.round, rounds=update.rounds)}"
    if update.label:
        head += f" · {quoted(update.label, 60)}"
    if update.style:
        head += f" · {quoted(update.style, 60)}"
    lines = [head, " · ".join(_facts(update, best))]
    if update.critique:
        lines.append(quoted(update.critique))
    if update.note:
        lines.append(quoted(said(update.note)))
    if critiqued is not None and critiqued.summary:
        lines.append(f"→ {quoted(critiqued.summary)}")
    lines.append(f"-# {t('post.star', emoji=emoji)}")
    return Page(
        "\n".join(line for line in lines if line),
        tuple(
            Attached(view.image, f"round-{update.round}-{number}", said(view.alt))
            for number, view in enumerate(update.candidates, 1)
        ),
        round_buttons(best.iteration, masks),
        selects=_choices(update),
        colour=GREEN if update.won and update.mode == "refine" else None,
    )


def pictures_page(update: IterationFinished, emoji: str, masks: bool = False) -> Page:
    """What a job came to that paints once: its name, the person's words, each picture by name."""
    names = [_name(update, n) for n in range(len(update.candidates))]
    head = f"### {title(update.mode)}"
    lines = [f"{head} · {quoted(update.label, 60)}" if update.label else head]
    lines.append(f"> {quoted(update.words)}" if update.words else "")
    lines.append(" · ".join(quoted(name, 60) for name in names) if update.labels else "")
    lines.append(" · ".join(_facts(update, update.candidates[update.best])))
    lines += [quoted(said(update.note)) if update.note else "", f"-# {t('post.star', emoji=emoji)}"]
    pictures = tuple(
        Attached(view.image, f"round-{update.round}-{n}", said(view.alt))
        for n, view in enumerate(update.candidates, 1)
    )
    if len(names) > 1 and not update.blind:
        lines.append(f"-# {t('post.numbers', last=len(names))}")
    text = "\n".join(line for line in lines if line)
    if update.blind:
        return Page(text, pictures, rows=_votes(update))
    if len(names) == 1:
        only = update.candidates[0].iteration
        back = (Press(t("button.put_back"), "putback", (only,)),) if update.rest else ()
        return Page(text, pictures, (*round_buttons(only, masks), *back))
    if len(names) > ROWS:
        return Page(text, pictures, selects=_choices(update))
    rows = tuple(
        _row(view.iteration, name, masks)
        for view, name in zip(update.candidates, names, strict=True)
    )
    return Page(text, pictures, rows=rows)


def _votes(update: IterationFinished) -> tuple[tuple[Press, ...], ...]:
    """A vote for each picture, and the end of the vote."""
    presses = [
        Press(vote_label(update, n), "vote", (view.iteration,))
        for n, view in enumerate(update.candidates)
    ]
    if not update.voting:
        presses.append(Press(t("button.reveal"), "reveal", (update.candidates[0].iteration,)))
    return tuple(tuple(presses[n : n + ROW]) for n in range(0, len(presses), ROW))


def _name(update: IterationFinished, number: int) -> str:
    """A picture's label, or its number where it has none."""
    label = update.labels[number] if number < len(update.labels) else ""
    return f"{number + 1} {label}".strip()


def _row(iteration: str, name: str, masks: bool) -> tuple[Press, ...]:
    """The buttons of one picture of several."""
    presses = (
        ("pick", "button.pick", discord.ButtonStyle.primary),
        ("again", "button.again", QUIET),
        ("change", "button.change", QUIET),
        *((("part", "button.part", QUIET),) if masks else ()),
        ("more", "more", QUIET),
    )
    return tuple(
        Press(clip(f"{t(said)} · {name}", 80), act, (iteration,), style)
        for act, said, style in presses
    )


def round_buttons(iteration: str, masks: bool = False) -> tuple[Press, ...]:
    part = (Press(t("button.part"), "part", (iteration,)),) if masks else ()
    return (
        Press(t("button.pick"), "pick", (iteration,), discord.ButtonStyle.primary),
        Press(t("button.again"), "again", (iteration,)),
        Press(t("button.change"), "change", (iteration,)),
        Press(t("button.prompt"), "prompt", (iteration,)),
        Press(t("button.details"), "details", (iteration,)),
        Press(t("more"), "more", (iteration,)),
        *part,
    )


def _facts(update: IterationFinished, best: CandidateView) -> list[str]:
    facts = [_score(best)] if _score(best) else []
    if facts and update.change is not None:
        facts[0] += f" ({number(update.change, sign=True)})"
    if best.checks:
        passed = sum(1 for check in best.checks if check.passed)
        facts.append(tn("post.checks", len(best.checks), passed=passed))
    if update.drift is not None:
        facts.append(t("post.drift", drift=number(update.drift)))
    if update.won and update.mode == "refine":
        facts.append(f"**{t('post.best')}**")
    if not update.embedded:
        facts.append(money(update.cost))
    facts.append(span(update.seconds))
    return facts


def _score(view: CandidateView) -> str:
    if view.score is None:
        return ""
    measure = f".{view.score.measure}" if view.score.measure else ""
    return t(f"post.score{measure}", score=number(view.score.value))
