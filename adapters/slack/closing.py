"""The closing post: the best image, what the run was like, what it cost."""

from collections.abc import Mapping, Sequence

from adapters.slack import texts
from adapters.slack.api import Json
from adapters.slack.buttons import candidate_buttons
from adapters.slack.kit import Message, context, picture, section
from adapters.slack.native import chart
from adapters.texts.catalogue import t, tn
from adapters.texts.figures import rounds, span
from adapters.texts.quote import bill
from core.domain.updates import Finished
from core.jobs.registry import is_picture

Scores = Sequence[tuple[int, float]]


def final(
    update: Finished,
    files: Mapping[str, str],
    link: str = "",
    masks: bool = False,
    scores: Scores = (),
) -> Message:
    """The closing post: best image, contact sheet, plot, animation, cost against quote; `link` is the
    session's page. With `scores`, of each round, the plot is a chart of Slack's own."""
    page = f"<{texts.escape(link)}|{t('post.page')}>" if link else ""
    if is_picture(update.mode):
        return _bill_alone(update, files, page)
    branch = f" {texts.safe(update.label, 60)}." if update.label else ""
    said = f"*{t('end.finished')}*{branch} {texts.sentence(update.reason, 800)}"
    blocks = [section(said)]
    best = update.best
    if best and (file := files.get(best.image)):
        blocks.append(picture(file, best.alt or t("alt.best"), t("alt.best")))
        blocks.append(candidate_buttons(best, 0, 1, masks))
    drawn = chart(scores)
    blocks += _shown(files, update.contact_sheet, t("alt.rounds"))
    blocks += drawn or _shown(files, update.plot, t("alt.plot"))
    blocks += _shown(files, update.animation_gif, t("alt.animation"))
    blocks.append(context(_bill(update), t("post.embedded") if update.embedded else "", page))
    return Message(texts.clip(said, 3000), blocks)


def _shown(files: Mapping[str, str], hash: str, alt: str) -> list[Json]:
    file = files.get(hash) if hash else ""
    return [picture(file, alt, alt)] if file else []


def _bill_alone(update: Finished, files: Mapping[str, str], page: str) -> Message:
    """The post that shows the pictures says the rest; those that are compared are on a sheet."""
    why = [] if update.best else [section(texts.sentence(update.reason, 800))]
    said, sheet = bill(update), _shown(files, update.contact_sheet, t("alt.sheet"))
    return Message(said, [*why, *sheet, context(said, page)])


def _bill(update: Finished) -> str:
    parts = [rounds(update.rounds), bill(update)]
    if update.unknown_calls:
        parts.append(tn("end.unknown", update.unknown_calls))
    parts.append(span(update.seconds))
    return " · ".join(parts)
