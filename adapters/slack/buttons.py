"""The buttons under what Slack shows."""

from adapters.slack.api import Json
from adapters.slack.kit import PART, actions, button
from adapters.texts.catalogue import t
from adapters.texts.figures import vote_label
from core.domain.updates import Accepted, IterationFinished
from core.domain.views import CandidateView


def last(update: Accepted) -> list[Json]:
    """Words in direct messages may have been meant for the picture before."""
    return [button(t("button.last"), "last", update.run)] if update.before else []


def candidate_buttons(
    view: CandidateView, n: int, of: int, masks: bool, *, rest: bool = False
) -> Json:
    def named(action: str) -> str:
        return action if of == 1 else f"{action}:{n}"

    part = [button(t("button.part"), named(PART), view.iteration)] if masks else []
    back = [button(t("button.put_back"), named("put_back"), view.iteration)] if rest else []
    return actions(
        [
            button(t("button.pick"), named("continue"), view.iteration, "primary"),
            button(t("button.again"), named("again"), view.iteration),
            button(t("button.change"), named("change"), view.iteration),
            button(t("button.prompt"), named("edit"), view.iteration),
            button(t("button.details"), named("details"), view.iteration),
            button(t("more"), named("more"), view.iteration),
            *part,
            *back,
        ]
    )


def vote_buttons(update: IterationFinished, number: int) -> Json:
    """A vote for one picture; behind the last one the end of the vote."""
    iteration = update.candidates[number].iteration
    found = [button(vote_label(update, number), f"vote:{number}", iteration)]
    if number == len(update.candidates) - 1:
        found.append(button(t("button.reveal"), "reveal", iteration))
    return actions(found)
