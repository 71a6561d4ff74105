"""What a message shows."""

from typing import assert_never

from core.domain.records import Delivery
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
)


def iteration_in(delivery: Delivery) -> str:
    """The iteration a message is about: of several candidates the round's best."""
    match delivery.update:
        case IterationFinished() as update:
            return update.candidates[update.best].iteration if update.candidates else ""
        case Critiqued() as update:
            return update.iteration
        case Finished(best=best):
            return best.iteration if best else ""
        case (
            Accepted()
            | Progressed()
            | Described()
            | ReviewRequested()
            | Paused()
            | Refused()
            | Failed()
            | Noticed()
            | Discarded()
            | Asked()
        ):
            return ""
        case _:
            assert_never(delivery.update)
