"""What "stop" means where no thread says it: in direct messages the newest session that still goes."""

from core.domain.commands import Actor, Place
from core.domain.records import OPEN
from core.ports.api import CoreApi

LOOKED_AT = 10


async def going_in(core: CoreApi, actor: Actor, place: Place) -> str:
    """Its id, "" for none."""
    for found in await core.sessions(actor, LOOKED_AT):
        home = found.session.place
        here = home.is_dm and home.platform == place.platform
        if here and found.run is not None and found.run.status in OPEN:
            return found.session.id
    return ""
