"""What an update looks like on Discord: a page for each."""

from dataclasses import dataclass, replace
from typing import assert_never

import discord

from adapters.discord.describing import described
from adapters.discord.figures import moment
from adapters.discord.page import Choose, Page, Press, quoted
from adapters.discord.pictures import Attached
from adapters.discord.rounds import GREEN, choice, round_buttons, round_page
from adapters.texts.catalogue import t, title, tn
from adapters.texts.figures import money
from adapters.texts.quote import bill, quote_line
from adapters.texts.sentences import said
from core.domain.errors import Undeliverable
from core.domain.reviews import Paused, ReviewRequested
from core.domain.text import clip
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
from core.jobs.registry import has_words, is_picture

AMBER, RED, BLUE = 0xFAA61A, 0xED4245, 0x5865F2
RETRY, LONGEST_KEY = "retry", 85
OVER = frozenset({"done", "stopped", "refused", "failed"})


@dataclass(frozen=True, slots=True)
class Past:
    """What a post needs of the updates before it, since an edit shows a message anew; `masks`:
    whether its pictures can be painted on by hand."""

    accepted: Accepted | None = None
    progressed: Progressed | None = None
    finished: IterationFinished | None = None
    critiqued: Critiqued | None = None
    base: str = ""
    emoji: str = "⭐"
    embedded: bool = False
    links: tuple[tuple[str, str], ...] = ()
    masks: bool = False


def page_of(update: Update, past: Past) -> Page:
    """The page of an update. Raises Undeliverable for one that is not a post."""
    match update:
        case Accepted():
            page = status(update, past.progressed, past.base)
        case Progressed():
            page = status(past.accepted, update, past.base)
        case IterationFinished():
            page = round_page(update, past.critiqued, past.emoji, past.masks)
        case Critiqued() if past.finished is not None and not past.finished.candidates:
            raise Undeliverable("The round was taken down.")
        case Critiqued() if past.finished is not None:
            page = round_page(past.finished, update, past.emoji, past.masks)
        case Critiqued():
            page = Page(quoted(update.summary))
        case Described():
            page = described(update)
        case ReviewRequested() | Paused():
            page = review(update)
        case Finished():
            page = replace(closing(update, past.masks), links=past.links)
        case Failed():
            page = Page(f"### {t('end.failed')}\n{quoted(said(update.sentence))}", colour=RED)
        case Refused():
            page = refusal(update)
        case Noticed():
            shown = (Attached(update.picture, "plot", t("admin.plot")),) if update.picture else ()
            page = Page(quoted(said(update.sentence), 1500), shown, buttons=_offered(update))
        case Discarded() | Asked():
            raise Undeliverable("This update has its own way.")
        case _:
            assert_never(update)
    return with_engine(page) if past.embedded else page


def _offered(update: Noticed) -> tuple[Press, ...]:
    if update.fallback:
        return (Press(t("button.instead"), "instead", (update.run, update.fallback)),)
    return (Press(t("button.repost"), "repost", (update.offers,)),) if update.offers else ()


def with_engine(page: Page) -> Page:
    """The page with a line that says no neural network painted this."""
    text = f"{clip(page.text, 3700)}\n-# {t('post.embedded')}"
    return replace(page, text=text)


def status(accepted: Accepted | None, progressed: Progressed | None, base: str) -> Page:
    """The message that stands for a run; `base` is the hash of the image a branch starts from."""
    lines: list[str] = []
    pictures: tuple[Attached, ...] = ()
    if accepted is not None:
        lines.append(
            f"### {t('post.by', job=title(accepted.mode), name=quoted(accepted.owner_name, 40))}"
        )
        if accepted.label:
            lines[0] += f" · {quoted(accepted.label, 60)}"
        if accepted.goal:
            lines.append(f"> {quoted(accepted.goal)}")
        lines.append(f"-# {quote_line(accepted.quote)}")
        image = base or accepted.reference
        if image:
            alt = t("alt.base" if base else "alt.reference")
            alt = f"{alt}: {quoted(accepted.goal)}" if accepted.goal else alt
            pictures = (Attached(image, "reference", alt, thumbnail=True),)
        if accepted.confirm and (progressed is None or progressed.phase == "confirming"):
            lines.append(t("post.confirm", reason=quoted(said(accepted.reason))))
            return Page("\n".join(lines), pictures, _confirm(accepted), colour=AMBER)
    if progressed is not None:
        spent = f" · {t('post.spent', spent=money(progressed.spent))}" if progressed.spent else ""
        lines.append(f"**{quoted(said(progressed.line))}**{spent}")
        if progressed.preview:
            pictures += (Attached(progressed.preview, "preview", t("alt.preview"), fresh=True),)
    return Page(
        "\n".join(lines) or "…",
        pictures,
        _status_buttons(accepted, progressed),
        selects=_candidates(progressed),
        colour=_phase_colour(progressed),
    )


def _confirm(accepted: Accepted) -> tuple[Press, ...]:
    return (
        Press(t("button.start"), "yes", (accepted.run,), discord.ButtonStyle.success),
        Press(t("button.leave"), "no", (accepted.run,)),
        *_last(accepted),
    )


def _last(accepted: Accepted | None) -> tuple[Press, ...]:
    """Words in direct messages may have been meant for the picture before."""
    if accepted is None or not accepted.before:
        return ()
    return (Press(t("button.last"), "last", (accepted.run,)),)


def _status_buttons(accepted: Accepted | None, progressed: Progressed | None) -> tuple[Press, ...]:
    known = progressed or accepted
    if known is None or (progressed is not None and progressed.phase in OVER):
        return _last(accepted)
    stop = Press(t("button.stop"), "stop", (known.session, known.run), discord.ButtonStyle.danger)
    on = Press(t("button.review_off"), "revoff", (known.run,))
    off = Press(t("button.review_on"), "revon", (known.run,))
    return (stop, on if known.review else off, *_last(accepted))


def _candidates(progressed: Progressed | None) -> tuple[Choose, ...]:
    if progressed is None or not progressed.candidates:
        return ()
    return (choice(progressed.run, progressed.candidates, progressed.champion),)


def _phase_colour(progressed: Progressed | None) -> int:
    phase = progressed.phase if progressed else "queued"
    return {"done": GREEN, "failed": RED, "refused": RED, "waiting": AMBER, "paused": AMBER}.get(
        phase, BLUE
    )


def review(update: ReviewRequested | Paused) -> Page:
    ids = (update.run, str(update.round))
    buttons = (
        Press(t("button.revise"), "revise", ids, discord.ButtonStyle.primary),
        Press(t("button.go_on"), "goon", ids),
    )
    critique = f"> {quoted(update.critique, 2500)}"
    if isinstance(update, Paused):
        head = f"### {t('review.paused', round=update.round)}\n{quoted(said(update.reason))}"
        return Page(f"{head}\n{critique}", buttons=buttons, colour=AMBER)
    if not update.is_open:
        return Page(f"{_review_end(update)}\n{critique}")
    ask = t("review.until", until=moment(update.until)) if update.until else t("review.ask")
    head = f"### {t('review.of', round=update.round)}"
    return Page(f"{head}\n{ask}\n{critique}", buttons=buttons, colour=AMBER)


def _review_end(update: ReviewRequested) -> str:
    head, closed = f"### {t('review.of', round=update.round)}", update.closed
    if closed is None:
        return f"{head}\n{t('review.over')}"
    by = quoted(closed.by_name or "", 80)
    said = t(f"review.{closed.how}", by=by, at=moment(closed.at))
    words = f"\n{quoted(closed.text, 1200)}" if closed.text else ""
    return f"{head}\n{said}{words}"


def closing(update: Finished, masks: bool = False) -> Page:
    if is_picture(update.mode):
        reason = "" if update.best else quoted(said(update.reason))
        sheet = Attached(update.contact_sheet, "sheet", t("alt.sheet"), alone=True)
        shown = (sheet,) if update.contact_sheet else ()
        return Page("\n".join(filter(None, (reason, f"-# {bill(update)}"))), shown)
    lines = [f"### {tn('end.done', update.rounds)}", quoted(said(update.reason))]
    if update.label:
        lines[0] += f" · {quoted(update.label, 60)}"
    lines.append(bill(update))
    if update.unknown_calls:
        lines.append(tn("end.unknown", update.unknown_calls))
    best = update.best
    hashes = (
        (best.image if best else "", "best", said(best.alt) if best else ""),
        (update.contact_sheet, "rounds", t("alt.rounds")),
        (update.animation or update.animation_gif, "animation", t("alt.animation")),
        (update.plot, "plot", t("alt.plot")),
    )
    pictures = tuple(Attached(hash, stem, alt, alone=True) for hash, stem, alt in hashes if hash)
    buttons = round_buttons(best.iteration, masks) if best else ()
    return Page("\n".join(line for line in lines if line), pictures, buttons, colour=GREEN)


def refusal(update: Refused) -> Page:
    free = f"\n{t('end.room', when=moment(update.free_at))}" if update.free_at else ""
    return Page(f"{said(update.sentence)}{free}", colour=RED, buttons=_change(update))


def _change(update: Refused) -> tuple[Press, ...]:
    """The way back to the form, with what was typed in it."""
    fits = 0 < len(update.dedup_key) <= LONGEST_KEY and "|" not in update.dedup_key
    return (
        (Press(t("button.retry"), RETRY, (update.dedup_key,)),)
        if (fits and has_words(update.command))
        else ()
    )
