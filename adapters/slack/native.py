"""Blocks that not every workspace has: carousel, plan, chart. Each has plain blocks that say the
same, which a workspace gets that answers `invalid_blocks`.

https://docs.slack.dev/reference/block-kit/blocks
"""

import logging
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal

from adapters.slack import texts
from adapters.slack.api import Json
from adapters.slack.buttons import caption, card_buttons, rest_of_cards
from adapters.slack.kit import MAX_ALT, Message
from adapters.texts.catalogue import t
from adapters.texts.figures import number
from adapters.texts.sentences import said
from core.domain.updates import Accepted, IterationFinished, Progressed
from core.jobs.registry import is_picture

log = logging.getLogger(__name__)
CAROUSEL: Final = "carousel"
PLAN: Final = "plan"
CHART: Final = "data_visualization"
Kinds = frozenset[str]
PLAIN: Kinds = frozenset()
ALL: Kinds = frozenset({CAROUSEL, PLAN, CHART})
Status = Literal["pending", "in_progress", "complete", "error"]

MOST_TASKS = 20  # of a run with more rounds the newest
MOST_POINTS = 20
SCORE_LENGTH = 20
REMEMBERED = 500


class Native:
    """What this workspace takes, found out once: a post that is refused is made again of plain
    blocks, and where that is taken so is every later one. Where it is refused as well the blocks
    were not to blame."""

    def __init__(self) -> None:
        self._refused: set[str] = set()
        self._plainly: OrderedDict[int, Kinds] = OrderedDict()

    @property
    def kinds(self) -> Kinds:
        return ALL - self._refused

    def blamed(self, delivery: int, message: Message) -> bool:
        """Whether a refused message shall be made again of plain blocks."""
        used = frozenset(str(block["type"]) for block in message.blocks) & ALL
        if used:
            self._refused |= used
            self._plainly[delivery] = used
            while len(self._plainly) > REMEMBERED:
                self._plainly.popitem(last=False)
            log.info("Slack refuses %s: plain blocks are tried", ", ".join(sorted(used)))
            return True
        self._refused -= self._plainly.pop(delivery, PLAIN)
        return False


def carousel(update: IterationFinished, files: Mapping[str, str], masks: bool) -> list[Json]:
    """Many pictures side by side, each a card with three buttons (Slack takes no more); what else
    can be done with one is below, to be chosen with the picture."""
    cards = [_card(update, n, files) for n in range(len(update.candidates))]
    return [{"type": CAROUSEL, "elements": cards[:10]}, *rest_of_cards(update, masks)]


def _card(update: IterationFinished, n: int, files: Mapping[str, str]) -> Json:
    view = update.candidates[n]
    card: Json = {
        "type": "card",
        "title": _mrkdwn(caption(update, n), 150),
        "actions": card_buttons(update, n),
    }
    if view.score:
        card["subtitle"] = _mrkdwn(t("post.score", score=number(view.score.value)), 150)
    if file := files.get(view.image):
        alt = texts.clip(said(view.alt) or caption(update, n), MAX_ALT)
        card["hero_image"] = {"type": "image", "slack_file": {"id": file}, "alt_text": alt}
    return card


def _mrkdwn(text: str, limit: int) -> Json:
    return {"type": "mrkdwn", "text": texts.safe(text, limit)}


def plan(update: Accepted, progress: Progressed) -> list[Json]:
    """A task for each round of a run: done with its score, going on, to come."""
    if is_picture(update.mode) or progress.rounds < 2 or progress.phase == "confirming":
        return []
    scores = _scores(progress)
    over = progress.phase in ("done", "stopped", "refused", "failed")
    last = max([*scores, progress.round if progress.phase == "failed" else 0], default=0)
    shown = range(1, (last if over else progress.rounds) + 1)[-MOST_TASKS:]
    tasks = [_task(n, scores, progress) for n in shown]
    title = t("post.plan", done=len(scores), rounds=progress.rounds)
    return [{"type": PLAN, "title": title, "tasks": tasks}] if tasks else []


def _scores(progress: Progressed) -> dict[int, float | None]:
    """The best score of each round that is painted; None where none was measured."""
    found: dict[int, float | None] = {}
    for view in progress.candidates:
        score = view.score.value if view.score else None
        known = found.get(view.round)
        found[view.round] = score if known is None else max(known, score or 0.0)
    return found


def _task(n: int, scores: dict[int, float | None], progress: Progressed) -> Json:
    title = t("post.round_alone", round=n)
    status: Status = "pending"
    if n in scores:
        status = "complete"
        if (score := scores[n]) is not None:
            title += f" · {t('post.score', score=number(score))}"
    elif progress.phase == "failed":
        status = "error"
    elif n == min(set(range(1, progress.rounds + 1)) - set(scores)):
        status = "in_progress" if progress.phase == "running" else "pending"
    return {
        "type": "task_card",
        "task_id": f"round-{n}",
        "title": texts.clip(title, 150),
        "status": status,
    }


def charted(scores: Collection[object]) -> bool:
    """Whether there are rounds enough for a chart, and no more than Slack draws."""
    return 2 <= len(scores) <= MOST_POINTS


def chart(scores: Sequence[tuple[int, float]]) -> list[Json]:
    """The score of each round as a line; nothing where that is none, see `charted`."""
    if not charted(scores):
        return []
    labels = [str(round_) for round_, _ in scores]
    data = [
        {"label": label, "value": round(value, 1)}
        for label, (_, value) in zip(labels, scores, strict=True)
    ]
    axis = {
        "categories": labels,
        "x_label": texts.clip(t("chart.round"), 50),
        "y_label": texts.clip(t("chart.of_100"), 50),
    }
    series = [{"name": texts.clip(t("chart.score"), SCORE_LENGTH), "data": data}]
    drawn: Json = {"type": "line", "series": series, "axis_config": axis}
    return [{"type": CHART, "title": texts.clip(t("alt.plot"), 50), "chart": drawn}]
