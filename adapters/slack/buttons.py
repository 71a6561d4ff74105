"""The buttons under what Slack shows."""

from adapters.slack.api import Json
from adapters.slack.kit import PART, actions, button, option, select
from adapters.texts.catalogue import t
from adapters.texts.figures import vote_label
from core.domain.updates import Accepted, IterationFinished
from core.domain.views import CandidateView

TALL = 4  # more pictures than this below each other are a long way to scroll


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
    if number == len(update.candidates) - 1 and not update.voting:
        found.append(button(t("button.reveal"), "reveal", iteration))
    return actions(found)


def caption(update: IterationFinished, number: int) -> str:
    """What tells a picture from the others of its post, "" where it is the only one."""
    if number < len(update.labels) and update.labels[number]:
        return f"{number + 1} {update.labels[number]}"
    return t("post.image", n=number + 1) if len(update.candidates) > 1 else ""


def card_buttons(update: IterationFinished, n: int) -> list[Json]:
    """What is done most with one of many, three at most; of a blind comparison the vote."""
    iteration = update.candidates[n].iteration
    if update.blind:
        return [button(vote_label(update, n), f"vote:{n}", iteration)]
    return [
        button(t("button.pick"), f"continue:{n}", iteration, "primary"),
        button(t("button.change"), f"change:{n}", iteration),
        button(t("more"), f"more:{n}", iteration),
    ]


def rest_of_cards(update: IterationFinished, masks: bool) -> list[Json]:
    """What else can be done with one of many: chosen first, the picture then."""
    if update.voting:
        return []
    if update.blind:
        return [actions([button(t("button.reveal"), "reveal", update.candidates[-1].iteration)])]
    options = [option(caption(update, n), v.iteration) for n, v in enumerate(update.candidates)]
    acts = [("again", "button.again"), ("edit", "button.prompt"), ("details", "button.details")]
    acts += [(PART, "button.part")] if masks else []
    acts += [("put_back", "button.put_back")] if update.rest else []
    return [actions([select(t(text), act, options) for act, text in acts])]
