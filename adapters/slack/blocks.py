"""Updates as Slack messages. Pure: ids, texts and numbers in, Block Kit out."""

from collections.abc import Mapping

from adapters.slack import stories, texts
from adapters.slack.api import Json
from adapters.slack.buttons import TALL, candidate_buttons, caption, last, vote_buttons
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
from adapters.slack.native import CAROUSEL, PLAIN, PLAN, Kinds, carousel, plan
from adapters.texts.catalogue import t, title, tn
from adapters.texts.figures import money, number, span
from adapters.texts.quote import quote_line
from adapters.texts.sentences import said
from core.domain.reviews import Paused, ReviewRequested
from core.domain.updates import (
    Accepted,
    Critiqued,
    Failed,
    IterationFinished,
    Noticed,
    Progressed,
    Refused,
)
from core.domain.views import CandidateView
from core.jobs.registry import has_words

Files = Mapping[str, str]
OVER = frozenset({"paused", "done", "stopped", "refused", "failed"})


def status(
    update: Accepted, progress: Progressed | None, files: Files, native: Kinds = PLAIN
) -> Message:
    """The message in the channel: who asked what, the quote, where the run stands, Stop, the choice."""
    verb = title(update.mode)
    head = t("post.by", job=f"*{verb}*", name=f"<@{update.owner}>")
    if update.label:
        head += f" – {t('post.branch', label=texts.safe(update.label, 60))}"
    if update.goal:
        head += f"\n>{texts.safe(update.goal, 1500).replace(chr(10), chr(10) + '>')}"
    file = files.get(update.reference)
    blocks = [section(head, thumbnail(file, t("alt.reference")) if file else None)]
    embedded = t("post.embedded") if update.quote.embedded else ""
    blocks.append(context(quote_line(update.quote), embedded))
    if update.confirm and (progress is None or progress.phase == "confirming"):
        blocks.append(section(texts.sentence(update.reason or t("post.confirm_sure"))))
        blocks.append(
            actions(
                [
                    button(t("button.start"), "confirm", update.run, "primary"),
                    button(t("button.cancel"), "cancel", update.run),
                    *last(update),
                ]
            )
        )
        return Message(f"{verb}: {quote_line(update.quote)}", blocks)
    line = texts.sentence(progress.line) if progress else t("say.taken")
    line = line[:1].upper() + line[1:]
    if progress and progress.spent is not None and not update.quote.embedded:
        line += f" · {t('post.spent', spent=money(progress.spent))}"
    blocks.append(section(line))
    if PLAN in native and progress is not None:
        blocks += plan(update, progress)
    if progress and (file := files.get(progress.preview)):
        blocks.append(picture(file, t("alt.preview")))
    blocks += _status_controls(update, progress)
    return Message(f"{verb}: {line}", blocks)


def _status_controls(update: Accepted, progress: Progressed | None) -> list[Json]:
    blocks: list[Json] = []
    if progress is None or progress.phase not in OVER:
        review = progress.review if progress else update.review
        toggle = (
            button(t("button.review_off"), "review_off", update.run)
            if review
            else button(t("button.review_on"), "review_on", update.run)
        )
        stop = button(t("button.stop"), "stop", f"{update.session} {update.run}", "danger")
        blocks.append(actions([stop, toggle, *last(update)]))
    elif update.before:
        blocks.append(actions(last(update)))
    if progress and progress.candidates:
        options = [
            option(_candidate_label(n, each, progress.champion), each.iteration)
            for n, each in enumerate(progress.candidates, 1)
        ]
        blocks.append(actions([select(t("button.choose"), "choose", options)]))
    return blocks


def _candidate_label(n: int, view: CandidateView, champion: str) -> str:
    mark = "★ " if view.iteration == champion else ""
    score = f" · {number(view.score.value)}" if view.score else ""
    return f"{mark}{t('post.image', n=n)}{score}"


def round_(
    update: IterationFinished,
    files: Files,
    critique: Critiqued | None = None,
    masks: bool = False,
    native: Kinds = PLAIN,
) -> Message:
    """A round in the thread: each image with its alternative text, the figures, the buttons; `masks`:
    pictures can be painted on by hand."""
    best = update.candidates[update.best]
    if update.scene is not None:
        note = t("post.embedded") if update.embedded else ""
        return stories.scene_post(update, update.scene, files, _figures(update, best), note)
    made = update.shown == "picture"
    head = title(update.mode) if made else t("post.round", round=update.round, rounds=update.rounds)
    if update.label:
        head += f" · {update.label}"
    if update.style:
        head += f" · {update.style}"
    blocks: list[Json] = [section(f"*{texts.safe(head, 200)}* · {_figures(update, best)}")]
    if made and update.words:
        blocks.append(section(f">{texts.safe(update.words, 1500)}"))
    if update.critique:
        blocks.append(section(f"_{t('post.changed')}_ {texts.safe(update.critique, 1500)}"))
    if CAROUSEL in native and len(update.candidates) > TALL:
        blocks += carousel(update, files, masks)
    else:
        blocks += _pictures(update, files, head, masks)
    if best.checks:
        blocks.append(context(_checks(best)))
    if critique is not None:
        blocks.append(section(_critique(critique)))
    small = [texts.safe(said(update.note), 500), t("post.embedded") if update.embedded else ""]
    if any(small):
        blocks.append(context(*small))
    return Message(f"{texts.safe(head, 200)} · {_figures(update, best)}", blocks[:MAX_BLOCKS])


def _pictures(update: IterationFinished, files: Files, head: str, masks: bool) -> list[Json]:
    """One below the other, each with its buttons."""
    blocks: list[Json] = []
    for n, view in enumerate(update.candidates):
        if file := files.get(view.image):
            blocks.append(picture(file, view.alt or head, caption(update, n)))
        if update.blind:
            blocks.append(vote_buttons(update, n))
            continue
        blocks.append(candidate_buttons(view, n, len(update.candidates), masks, rest=update.rest))
    return blocks


def _figures(update: IterationFinished, best: CandidateView) -> str:
    parts: list[str] = []
    if best.score:
        change = f" ({number(update.change, sign=True)})" if update.change is not None else ""
        measure = f".{best.score.measure}" if best.score.measure else ""
        parts.append(t(f"post.score{measure}", score=number(best.score.value)) + change)
    if update.drift is not None:
        parts.append(t("post.drift", drift=number(update.drift)))
    if update.won and update.mode == "refine":
        parts.append(t("post.best"))
    if not update.embedded:
        parts.append(money(update.cost))
    parts.append(span(update.seconds))
    return " · ".join(parts)


def _checks(view: CandidateView) -> str:
    """How many of the checklist hold, and those that do not."""
    passed = sum(check.passed is True for check in view.checks)
    lines = [f"✓ {tn('post.checks', len(view.checks), passed=passed)}"]
    marks = {False: "✗", None: "?"}
    lines += [
        f"{marks[check.passed]} {texts.safe(check.told, 200)}"
        for check in view.checks
        if check.passed is not True
    ]
    return texts.clip("\n".join(lines), 2900)


def _critique(update: Critiqued) -> str:
    lines = [f"_{t('post.next')}_ {texts.safe(update.summary, 800)}"]
    news = [each for each in update.differences if each not in update.summary]
    lines += [f"• {texts.safe(each, 300)}" for each in news[:3]]
    if update.keep:
        lines.append(f"_{t('post.keep')}_ {texts.safe(', '.join(update.keep), 400)}")
    if update.idea:
        lines.append(f"_{t('post.idea')}_ {texts.safe(update.idea, 400)}")
    return "\n".join(lines)


def review(update: ReviewRequested | Paused) -> Message:
    """The critique, open for editing: a modal edits it, a button goes on with it as it is."""
    head = t("review.of", round=update.round)
    blocks = [section(f"*{head}*\n{texts.safe(update.critique, 2500)}")]
    if isinstance(update, ReviewRequested) and not update.is_open:
        blocks += _review_end(update)
        return Message(head, blocks)
    if isinstance(update, Paused):
        blocks.append(context(texts.sentence(update.reason, 1000)))
    elif update.until is not None:
        at = t("review.at", time=texts.when(update.until, "{time}"))
        blocks.append(context(t("review.until", until=at)))
    value = f"{update.run} {update.round}"
    blocks.append(
        actions(
            [
                button(t("button.revise"), "revise", value, "primary"),
                button(t("button.go_on"), "go_on", value),
            ]
        )
    )
    return Message(head, blocks)


def _review_end(update: ReviewRequested) -> list[Json]:
    closed = update.closed
    if closed is None:
        return [context(t("review.over"))]
    by = f"<@{closed.by}>" if closed.by else ""
    at = t("review.at", time=texts.when(closed.at, "{time}"))
    said = t(f"review.{closed.how}", by=by, at=at)
    words = [section(f">{texts.safe(closed.text, 2500)}")] if closed.text else []
    return [context(said), *words]


def failed(update: Failed) -> Message:
    text = texts.sentence(update.sentence)
    spent = t("post.spent", spent=money(update.spent)) if update.spent else ""
    blocks = [section(f":warning: {text}")]
    return Message(text, [*blocks, context(spent)] if spent else blocks)


def refused(update: Refused) -> Message:
    text = texts.sentence(update.sentence)
    if update.free_at is not None:
        text += f" {t('end.room', when=texts.when(update.free_at))}"
    blocks = [section(text)]
    if update.dedup_key and has_words(update.command):
        blocks.append(actions([button(t("button.retry"), "retry", update.dedup_key)]))
    return Message(text, blocks)


def noticed(update: Noticed, files: Files | None = None) -> Message:
    """A sentence for the thread; about a post of unknown outcome, with the offer to repeat it."""
    text = texts.sentence(update.sentence)
    blocks = [section(text)]
    if files and (file := files.get(update.picture)):
        blocks.append(picture(file, t("admin.plot"), t("admin.plot")))
    if update.offers:
        blocks.append(actions([button(t("button.repost"), "repost", update.offers)]))
    if update.fallback:
        value = f"{update.run} {update.fallback}"
        blocks.append(actions([button(t("button.instead"), "instead", value)]))
    return Message(text, blocks)
