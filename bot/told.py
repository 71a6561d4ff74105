"""What the terminal says of each update, in the language spoken."""

from typing import assert_never

from adapters.texts.catalogue import t
from adapters.texts.figures import number, span
from adapters.texts.quote import quote_line
from adapters.texts.sentences import said
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
from core.domain.views import SceneView


def lines(update: Update) -> tuple[str, ...]:
    """The lines that stay; the closing sentence and where a run stands have ways of their own."""
    match update:
        case Accepted():
            engine = f"  [{t('post.embedded')}]" if update.quote.embedded else ""
            return (quote_line(update.quote, to_the_cent=False) + engine,)
        case IterationFinished():
            return (_round(update), *filter(None, (said(update.note),)))
        case Noticed():
            return (said(update.sentence),)
        case (
            Progressed()
            | Critiqued()
            | Described()
            | ReviewRequested()
            | Paused()
            | Finished()
            | Failed()
            | Refused()
            | Discarded()
            | Asked()
        ):
            return ()
        case _:
            assert_never(update)


def scene(update: IterationFinished, told: SceneView) -> tuple[str, ...]:
    """A scene of a story, its ways on, and how one is taken."""
    head = t("story.scene", scene=told.scene, scenes=told.scenes)
    ways = [f"  {number}  {way}" for number, way in enumerate(told.choices, 1)]
    how = t("story.how", iteration=update.champion) if ways else t("story.end")
    return (f"{head}  {told.title}".rstrip(), told.text, *ways, how)


def refusal(update: Refused) -> str:
    """Why nothing was begun, and when it could be."""
    if update.free_at is None:
        return said(update.sentence)
    return f"{said(update.sentence)} {t('end.room', when=f'{update.free_at:%H:%M} UTC')}"


def _round(update: IterationFinished) -> str:
    shown = update.candidates[update.best]
    parts = [t("terminal.round", round=update.round), update.style]
    if shown.score is not None:
        measure = f".{shown.score.measure}" if shown.score.measure else ""
        change = f" ({number(update.change, sign=True)})" if update.change is not None else ""
        mark = " ★" if update.won and update.mode == "refine" else ""
        parts.append(t(f"post.score{measure}", score=number(shown.score.value)) + change + mark)
    return "  ".join(filter(None, (*parts, span(update.seconds))))
