"""What an update says once pictures were taken down: nothing that shows them, or leads to them."""

from collections.abc import Collection
from dataclasses import replace

from core.domain.updates import Described, Finished, IterationFinished, Progressed, Update
from core.domain.views import CandidateView


def without(update: Update, gone: Collection[str]) -> Update:
    """The same update without these iterations; the very same object where it shows none of them."""
    match update:
        case IterationFinished():
            left = _left(update.candidates, gone)
            if len(left) == len(update.candidates):
                return update
            shown = update.candidates[update.best].iteration
            votes = tuple(
                count
                for view, count in zip(update.candidates, update.votes, strict=False)
                if view in left
            )
            best = next((n for n, view in enumerate(left) if view.iteration == shown), 0)
            return replace(update, candidates=left, best=best, votes=votes)
        case Progressed():
            left = _left(update.candidates, gone)
            champion = "" if update.champion in gone else update.champion
            same = len(left) == len(update.candidates) and champion == update.champion
            return update if same else replace(update, candidates=left, champion=champion)
        case Finished(best=CandidateView(iteration=best)) if best in gone:
            return replace(update, best=None)
        case Described() if update.is_of(gone):
            return replace(update, image="", alt="", prompts=(), checklist=(), question="", note="")
        case _:
            return update


def closed_without(update: Finished, gone: Collection[str]) -> Finished:
    """The closing of a run that painted some of these: its pictures show every round."""
    best = None if update.best is None or update.best.iteration in gone else update.best
    return replace(update, best=best, contact_sheet="", animation="", animation_gif="")


def pictures_of(update: Finished) -> set[str]:
    """Hashes of the pictures in which all rounds are seen."""
    return {update.contact_sheet, update.animation, update.animation_gif} - {""}


def _left(
    candidates: tuple[CandidateView, ...], gone: Collection[str]
) -> tuple[CandidateView, ...]:
    return tuple(view for view in candidates if view.iteration not in gone)


def seen_in(update: Update) -> frozenset[str]:
    """The hashes of the pictures that an update shows."""
    if isinstance(update, IterationFinished):
        return frozenset(each.image for each in update.candidates)
    if isinstance(update, Finished):
        return frozenset(pictures_of(update) | {update.plot}) - {""}
    return frozenset()
