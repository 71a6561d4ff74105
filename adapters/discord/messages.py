"""What an update looks like on Discord: a page for each."""

from dataclasses import dataclass, replace
from typing import assert_never

import discord

from adapters.discord.describing import described
from adapters.discord.figures import dollars, moment, quote_line
from adapters.discord.page import Choose, Page, Press, clip, quoted
from adapters.discord.pictures import Picture
from adapters.discord.texts import counted, say
from adapters.texts.catalogue import title
from core.domain.errors import Undeliverable
from core.domain.reviews import Paused, ReviewRequested
from core.domain.updates import (
    Accepted,
    Asked,
    Critiqued,
    Described,
    Discarded,
    Failed,
    Finished,
    IterationFinished,
    Noticed,
    Progressed,
    Refused,
    Update,
)
from core.domain.views import CandidateView

GREEN, AMBER, RED, BLUE = 0x3BA55D, 0xFAA61A, 0xED4245, 0x5865F2
OVER = frozenset({"done", "stopped", "refused", "failed"})


@dataclass(frozen=True, slots=True)
class Past:
    """What a post needs of the updates before it, since an edit shows a message anew."""

    accepted: Accepted | None = None
    progressed: Progressed | None = None
    finished: IterationFinished | None = None
    critiqued: Critiqued | None = None
    base: str = ""
    emoji: str = "⭐"
    embedded: bool = False
    link: str = ""


def page_of(update: Update, past: Past) -> Page:
    """The page of an update. Raises Undeliverable for one that is not a post."""
    match update:
        case Accepted():
            page = status(update, past.progressed, past.base)
        case Progressed():
            page = status(past.accepted, update, past.base)
        case IterationFinished():
            page = round_page(update, past.critiqued, past.emoji)
        case Critiqued() if past.finished is not None and not past.finished.candidates:
            raise Undeliverable("The round was taken down.")
        case Critiqued() if past.finished is not None:
            page = round_page(past.finished, update, past.emoji)
        case Critiqued():
            page = Page(quoted(update.summary))
        case Described():
            page = described(update)
        case ReviewRequested() | Paused():
            page = review(update)
        case Finished():
            page = replace(closing(update), link=past.link)
        case Failed():
            page = Page(say("failed", sentence=quoted(update.sentence)), colour=RED)
        case Refused():
            page = refusal(update)
        case Noticed():
            page = Page(quoted(update.sentence, 1500), buttons=_repost(update))
        case Discarded() | Asked():
            raise Undeliverable("This update has its own way.")
        case _:
            assert_never(update)
    return with_engine(page) if past.embedded else page


def _repost(update: Noticed) -> tuple[Press, ...]:
    return (Press(say("repost"), "repost", (update.offers,)),) if update.offers else ()


def with_engine(page: Page) -> Page:
    """The page with a line that says no neural network painted this."""
    text = f"{clip(page.text, 3700)}\n-# {say('embedded')}"
    return replace(page, text=text)


def status(accepted: Accepted | None, progressed: Progressed | None, base: str) -> Page:
    """The message that stands for a run; `base` is the hash of the image a branch starts from."""
    lines: list[str] = []
    pictures: tuple[Picture, ...] = ()
    if accepted is not None:
        lines.append(
            f"### {title(accepted.mode)} {say('status.by', name=quoted(accepted.owner_name, 40))}"
        )
        if accepted.label:
            lines[0] += f" · {quoted(accepted.label, 60)}"
        if accepted.goal:
            lines.append(f"> {quoted(accepted.goal)}")
        lines.append(f"-# {quote_line(accepted.quote)}")
        image = base or accepted.reference
        if image:
            alt = say("alt.base" if base else "alt.reference")
            alt = f"{alt}: {quoted(accepted.goal)}" if accepted.goal else alt
            pictures = (Picture(image, "reference", alt, thumbnail=True),)
        if accepted.confirm and (progressed is None or progressed.phase == "confirming"):
            lines.append(say("confirm.ask", reason=quoted(accepted.reason)))
            return Page("\n".join(lines), pictures, _confirm(accepted), colour=AMBER)
    if progressed is not None:
        spent = f" · {say('spent', spent=dollars(progressed.spent))}" if progressed.spent else ""
        lines.append(f"**{quoted(progressed.line)}**{spent}")
    return Page(
        "\n".join(lines) or "…",
        pictures,
        _status_buttons(accepted, progressed),
        _candidates(progressed),
        _phase_colour(progressed),
    )


def _confirm(accepted: Accepted) -> tuple[Press, ...]:
    return (
        Press(say("confirm"), "yes", (accepted.run,), discord.ButtonStyle.success),
        Press(say("decline"), "no", (accepted.run,)),
    )


def _status_buttons(accepted: Accepted | None, progressed: Progressed | None) -> tuple[Press, ...]:
    known = progressed or accepted
    if known is None or (progressed is not None and progressed.phase in OVER):
        return ()
    stop = Press(say("stop"), "stop", (known.session, known.run), discord.ButtonStyle.danger)
    turn = ("review_off", "revoff") if known.review else ("review_on", "revon")
    return (stop, Press(say(turn[0]), turn[1], (known.run,)))


def _candidates(progressed: Progressed | None) -> Choose | None:
    if progressed is None or not progressed.candidates:
        return None
    return choice(progressed.run, progressed.candidates, progressed.champion)


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


def _phase_colour(progressed: Progressed | None) -> int:
    phase = progressed.phase if progressed else "queued"
    return {"done": GREEN, "failed": RED, "refused": RED, "waiting": AMBER, "paused": AMBER}.get(
        phase, BLUE
    )


def round_page(update: IterationFinished, critiqued: Critiqued | None, emoji: str) -> Page:
    best = update.candidates[update.best]
    title = say("round", round=update.round, rounds=update.rounds)
    if update.label:
        title += f" · {quoted(update.label, 60)}"
    if update.style:
        title += f" · {quoted(update.style, 60)}"
    lines = [title, " · ".join(_facts(update, best))]
    if update.critique:
        lines.append(quoted(update.critique))
    if update.note:
        lines.append(quoted(update.note))
    if critiqued is not None and critiqued.summary:
        lines.append(f"→ {quoted(critiqued.summary)}")
    lines.append(f"-# {say('star', emoji=emoji)}")
    many = len(update.candidates) > 1
    return Page(
        "\n".join(line for line in lines if line),
        tuple(
            Picture(view.image, f"round-{update.round}-{number}", view.alt)
            for number, view in enumerate(update.candidates, 1)
        ),
        round_buttons(best.iteration),
        choice(update.run, update.candidates, update.champion) if many else None,
        GREEN if update.won and update.mode == "refine" else None,
    )


def round_buttons(iteration: str) -> tuple[Press, ...]:
    return (
        Press(say("pick"), "pick", (iteration,), discord.ButtonStyle.primary),
        Press(say("again"), "again", (iteration,)),
        Press(say("prompt"), "prompt", (iteration,)),
        Press(say("details"), "details", (iteration,)),
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


def review(update: ReviewRequested | Paused) -> Page:
    ids = (update.run, str(update.round))
    buttons = (
        Press(say("revise"), "revise", ids, discord.ButtonStyle.primary),
        Press(say("go_on"), "goon", ids),
    )
    critique = f"> {quoted(update.critique, 2500)}"
    if isinstance(update, Paused):
        head = say("paused", round=update.round, reason=quoted(update.reason))
        return Page(f"{head}\n{critique}", buttons=buttons, colour=AMBER)
    if not update.is_open:
        return Page(f"{_review_end(update)}\n{critique}")
    until = say("review.until", until=moment(update.until)) if update.until else ""
    head = say("review.ask", round=update.round, until=until)
    return Page(f"{head}\n{critique}", buttons=buttons, colour=AMBER)


def _review_end(update: ReviewRequested) -> str:
    head, closed = say("review.closed", round=update.round), update.closed
    if closed is None:
        return f"{head}\n{say('review.over')}"
    by = quoted(closed.by_name or "", 80)
    said = say(f"review.{closed.how}", by=by, at=moment(closed.at))
    words = f"\n{quoted(closed.text, 1200)}" if closed.text else ""
    return f"{head}\n{said}{words}"


def closing(update: Finished) -> Page:
    lines = [say("finished", rounds=counted("rounds", update.rounds)), quoted(update.reason)]
    if update.label:
        lines[0] += f" · {quoted(update.label, 60)}"
    lines.append(_bill(update))
    if update.unknown_calls:
        lines.append(say("finished.unknown", count=update.unknown_calls))
    best = update.best
    hashes = (
        (best.image if best else "", "best", best.alt if best else ""),
        (update.contact_sheet, "rounds", say("alt.rounds")),
        (update.animation or update.animation_gif, "animation", say("alt.animation")),
        (update.plot, "plot", say("alt.plot")),
    )
    pictures = tuple(Picture(hash, stem, alt, alone=True) for hash, stem, alt in hashes if hash)
    buttons = round_buttons(best.iteration) if best else ()
    return Page("\n".join(line for line in lines if line), pictures, buttons, colour=GREEN)


def _bill(update: Finished) -> str:
    """What it cost against the quote, and what was given back."""
    images = counted("images", update.spent_images)
    if update.spent == 0 and update.quote.at_most == 0:
        return say("finished.free", images=images)
    at_most = dollars(update.quote.at_most)
    bill = say("finished.cost", images=images, spent=dollars(update.spent), at_most=at_most)
    if update.released:
        bill += f" · {say('finished.released', released=dollars(update.released))}"
    return bill


def refusal(update: Refused) -> Page:
    free = f"\n{say('refused.free', when=moment(update.free_at))}" if update.free_at else ""
    return Page(f"{update.sentence}{free}", colour=RED)
