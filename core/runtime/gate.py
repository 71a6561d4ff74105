"""What keeps everybody out, or one person: the brake of the operator and of a server's admins, blocks."""

from datetime import datetime, timedelta

from core.domain.commands import Actor, Place
from core.domain.errors import Frozen, NotAllowed
from core.ports.store import UnitOfWork

FROZEN = "The operator has stopped all runs for now; nothing was charged."
FROZEN_HERE = "The admins here have stopped all runs for now; nothing was charged."
DAY = timedelta(hours=24)
REFUSED_TOO_OFTEN = (
    "The providers' safety systems refused too much of yours in the last 24 hours: "
    "come back tomorrow."
)
BLOCKED = "The admins here let you start no runs; ask one of them."


async def frozen(uow: UnitOfWork, home: Place) -> str:
    """Why no run may begin or go on at `home`, in a sentence; "" where nothing stops them."""
    if await uow.servers.flag("frozen"):
        return FROZEN
    settings = await uow.servers.settings(home.platform, home.tenant)
    return FROZEN_HERE if settings.frozen else ""


async def let_in(
    uow: UnitOfWork, actor: Actor, home: Place, most_refusals: int, now: datetime
) -> None:
    """Raises Frozen, or NotAllowed to somebody who is blocked there, or of whom providers have
    refused so many runs in the last 24 hours (0 = any number)."""
    if said := await frozen(uow, home):
        raise Frozen(said)
    blocked = await uow.budgets.blocked(home.platform, home.tenant)
    if {actor.id, *actor.ids_on(home.platform)} & set(blocked):
        raise NotAllowed(BLOCKED)
    if most_refusals and await uow.calls.refusals(actor, now - DAY) >= most_refusals:
        raise NotAllowed(REFUSED_TOO_OFTEN)
