"""Updates as Slack messages. Pure: ids, texts and numbers in, Block Kit out."""

from collections.abc import Mapping

from adapters.slack import texts
from adapters.slack.api import Json
from adapters.slack.kit import (
    MAX_BLOCKS,
    Message,
    actions,
    button,
    context,
    option,
    picture,
    section,
    select,
    thumbnail,
)
from adapters.texts.catalogue import text, title
from core.domain.reviews import Paused, ReviewRequested
from core.domain.updates import (
    Accepted,
    Critiqued,
    Failed,
    Finished,
    IterationFinished,
    Noticed,
    Progressed,
    Refused,
)
from core.domain.views import CandidateView, Quote
from core.jobs.registry import is_picture

Files = Mapping[str, str]
OVER = frozenset({"paused", "done", "stopped", "refused", "failed"})


def quote_line(quote: Quote) -> str:
    """The ceiling, the likely cost and time, in a line."""
    parts = [f"{texts.many(quote.rounds, 'round')}, {texts.many(quote.images, 'image')}"]
    if quote.embedded:
        parts.append(f"free ({texts.EMBEDDED})")
    else:
        parts.append(f"at most {texts.money(quote.at_most)}, likely {texts.money(quote.likely)}")
    if quote.minutes is not None:
        parts.append(f"about {texts.span(quote.minutes * 60)}")
    if quote.models:
        parts.append(texts.safe(" · ".join(quote.models), 400))
    return " · ".join(parts)


def status(update: Accepted, progress: Progressed | None, files: Files) -> Message:
    """The message in the channel: who asked what, the quote, where the run stands, Stop, the choice."""
    verb = title(update.mode)
    head = f"*{verb}* for <@{update.owner}>" + (
        f" – branch {texts.safe(update.label, 60)}" if update.label else ""
    )
    if update.goal:
        head += f"\n>{texts.safe(update.goal, 1500).replace(chr(10), chr(10) + '>')}"
    file = files.get(update.reference)
    blocks = [section(head, thumbnail(file, texts.REFERENCE) if file else None)]
    blocks.append(context(quote_line(update.quote)))
    if update.confirm and (progress is None or progress.phase == "confirming"):
        blocks.append(section(texts.sentence(update.reason or texts.START_SURE)))
        blocks.append(
            actions(
                [
                    button(texts.START, "confirm", update.run, "primary"),
                    button(texts.CANCEL, "cancel", update.run),
                ]
            )
        )
        return Message(f"{verb}: {quote_line(update.quote)}", blocks)
    line = texts.sentence(progress.line) if progress else texts.TAKEN
    line = line[:1].upper() + line[1:]
    if progress and progress.spent is not None and not update.quote.embedded:
        line += f" · spent {texts.money(progress.spent)}"
    blocks.append(section(line))
    blocks += _status_controls(update, progress)
    return Message(f"{verb}: {line}", blocks)


def _status_controls(update: Accepted, progress: Progressed | None) -> list[Json]:
    blocks: list[Json] = []
    if progress is None or progress.phase not in OVER:
        review = progress.review if progress else update.review
        toggle = (
            button(texts.REVIEW_OFF, "review_off", update.run)
            if review
            else button(texts.REVIEW_ON, "review_on", update.run)
        )
        stop = button(texts.STOP, "stop", f"{update.session} {update.run}", "danger")
        blocks.append(actions([stop, toggle]))
    if progress and progress.candidates:
        options = [
            option(_candidate_label(n, each, progress.champion), each.iteration)
            for n, each in enumerate(progress.candidates, 1)
        ]
        blocks.append(actions([select(texts.CHOOSE, "choose", options)]))
    return blocks


def _candidate_label(n: int, view: CandidateView, champion: str) -> str:
    mark = "★ " if view.iteration == champion else ""
    score = f" · {view.score.value:.1f}" if view.score else ""
    return f"{mark}Image {n}{score}"


def round_(update: IterationFinished, files: Files, critique: Critiqued | None = None) -> Message:
    """A round in the thread: each image with its alternative text, the figures, the four buttons."""
    best = update.candidates[update.best]
    made = update.shown == "picture"
    head = title(update.mode) if made else f"Round {update.round} of {update.rounds}"
    if update.label:
        head += f" · {update.label}"
    if update.style:
        head += f" · {update.style}"
    blocks: list[Json] = [section(f"*{texts.safe(head, 200)}* · {_figures(update, best)}")]
    if made and update.words:
        blocks.append(section(f">{texts.safe(update.words, 1500)}"))
    if update.critique:
        blocks.append(section(f"_{texts.CHANGED}_ {texts.safe(update.critique, 1500)}"))
    for n, view in enumerate(update.candidates):
        file = files.get(view.image)
        if file:
            blocks.append(picture(file, view.alt or head, _caption(update, n)))
        blocks.append(_candidate_buttons(view, n, len(update.candidates)))
    if best.checks:
        blocks.append(context(_checks(best)))
    if critique is not None:
        blocks.append(section(_critique(critique)))
    small = [texts.safe(update.note, 500), texts.EMBEDDED if update.embedded else ""]
    if any(small):
        blocks.append(context(*small))
    return Message(f"{texts.safe(head, 200)} · {_figures(update, best)}", blocks[:MAX_BLOCKS])


def _caption(update: IterationFinished, number: int) -> str:
    """What tells a picture from the others of its post."""
    if number < len(update.labels) and update.labels[number]:
        return f"{number + 1} {update.labels[number]}"
    return text("more.image", number=number + 1) if len(update.candidates) > 1 else ""


def _figures(update: IterationFinished, best: CandidateView) -> str:
    parts: list[str] = []
    if best.score:
        change = f" ({update.change:+.1f})" if update.change is not None else ""
        measured = texts.MEASURES[best.score.measure]
        parts.append(f"{measured} {best.score.value:.1f}{change}")
    if update.drift is not None:
        parts.append(f"likeness to the original {update.drift:.1f}")
    if update.won and update.mode == "refine":
        parts.append("best so far")
    if not update.embedded:
        parts.append(texts.money(update.cost))
    parts.append(texts.span(update.seconds))
    return " · ".join(parts)


def _checks(view: CandidateView) -> str:
    """How many of the checklist hold, and those that do not."""
    passed = sum(check.passed is True for check in view.checks)
    lines = [f"✓ {passed} of {len(view.checks)} checks"]
    marks = {False: "✗", None: "?"}
    lines += [
        f"{marks[check.passed]} {texts.safe(check.question, 200)}"
        for check in view.checks
        if check.passed is not True
    ]
    return texts.clip("\n".join(lines), 2900)


def _candidate_buttons(view: CandidateView, n: int, of: int) -> Json:
    def named(action: str) -> str:
        return action if of == 1 else f"{action}:{n}"

    return actions(
        [
            button(texts.CONTINUE, named("continue"), view.iteration, "primary"),
            button(texts.AGAIN, named("again"), view.iteration),
            button(texts.EDIT, named("edit"), view.iteration),
            button(texts.DETAILS, named("details"), view.iteration),
            button(text("more"), named("more"), view.iteration),
        ]
    )


def _critique(update: Critiqued) -> str:
    lines = [f"_Next:_ {texts.safe(update.summary, 800)}"]
    news = [each for each in update.differences if each not in update.summary]
    lines += [f"• {texts.safe(each, 300)}" for each in news[:3]]
    if update.keep:
        lines.append(f"_Keep:_ {texts.safe(', '.join(update.keep), 400)}")
    if update.idea:
        lines.append(f"_An idea for a branch:_ {texts.safe(update.idea, 400)}")
    return "\n".join(lines)


def review(update: ReviewRequested | Paused) -> Message:
    """The critique, open for editing: a modal edits it, a button goes on with it as it is."""
    head = f"*Review of round {update.round}*"
    blocks = [section(f"{head}\n{texts.safe(update.critique, 2500)}")]
    if isinstance(update, ReviewRequested) and not update.is_open:
        blocks += _review_end(update)
        return Message(f"Review of round {update.round}", blocks)
    if isinstance(update, Paused):
        blocks.append(context(texts.sentence(update.reason, 1000)))
    elif update.until is not None:
        blocks.append(context(f"It goes on by itself at {texts.when(update.until, '{time}')}."))
    value = f"{update.run} {update.round}"
    blocks.append(
        actions(
            [
                button(texts.EDIT_CRITIQUE, "revise", value, "primary"),
                button(texts.GO_ON, "go_on", value),
            ]
        )
    )
    return Message(f"Review of round {update.round}", blocks)


def _review_end(update: ReviewRequested) -> list[Json]:
    closed = update.closed
    if closed is None:
        return [context(texts.REVIEW_ENDS["over"])]
    by = f"<@{closed.by}>" if closed.by else ""
    said = texts.REVIEW_ENDS[closed.how].format(by=by, at=texts.when(closed.at, "{time}"))
    words = [section(f">{texts.safe(closed.text, 2500)}")] if closed.text else []
    return [context(said), *words]


def final(update: Finished, files: Files, link: str = "") -> Message:
    """The closing post: best image, contact sheet, plot, animation, cost against quote; `link` is the
    session's page."""
    page = f"<{texts.escape(link)}|{texts.PAGE}>" if link else ""
    if is_picture(update.mode):
        return _bill_alone(update, page)
    branch = f" {texts.safe(update.label, 60)}." if update.label else ""
    said = f"*Finished.*{branch} {texts.sentence(update.reason, 800)}"
    blocks = [section(said)]
    best = update.best
    if best and (file := files.get(best.image)):
        blocks.append(picture(file, best.alt or texts.BEST, texts.BEST))
        blocks.append(_candidate_buttons(best, 0, 1))
    for hash_, alt in (
        (update.contact_sheet, texts.SHEET),
        (update.plot, texts.PLOT),
        (update.animation_gif, texts.ANIMATION),
    ):
        if hash_ and (file := files.get(hash_)):
            blocks.append(picture(file, alt, alt))
    blocks.append(context(_bill(update), texts.EMBEDDED if update.embedded else "", page))
    return Message(texts.clip(said, 3000), blocks)


def _bill_alone(update: Finished, page: str) -> Message:
    """The post that shows the pictures says the rest."""
    why = [] if update.best else [section(texts.sentence(update.reason, 800))]
    return Message(_bill(update), [*why, context(_bill(update), page)])


def _bill(update: Finished) -> str:
    parts = [f"{texts.many(update.rounds, 'round')}, {texts.many(update.spent_images, 'image')}"]
    if update.embedded:
        parts.append("free")
    else:
        parts.append(f"{texts.money(update.spent)} of at most {texts.money(update.quote.at_most)}")
        if update.released:
            parts.append(f"{texts.money(update.released)} given back")
    if update.unknown_calls:
        calls = texts.many(update.unknown_calls, "call")
        parts.append(f"{calls} of unknown outcome, booked as spent")
    parts.append(texts.span(update.seconds))
    return " · ".join(parts)


def failed(update: Failed) -> Message:
    text = texts.sentence(update.sentence)
    spent = f"spent {texts.money(update.spent)}" if update.spent is not None else ""
    blocks = [section(f":warning: {text}")]
    return Message(text, [*blocks, context(spent)] if spent else blocks)


def refused(update: Refused) -> Message:
    text = texts.sentence(update.sentence)
    if update.free_at is not None:
        text += f" There is room again: {texts.when(update.free_at)}."
    return Message(text, [section(text)])


def noticed(update: Noticed) -> Message:
    """A sentence for the thread; about a post of unknown outcome, with the offer to repeat it."""
    text = texts.sentence(update.sentence)
    blocks = [section(text)]
    if update.offers:
        blocks.append(actions([button(texts.REPOST, "repost", update.offers)]))
    return Message(text, blocks)
