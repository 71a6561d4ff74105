"""A session is deleted: all that grew from it, and the pictures that nobody else uses."""

from core.domain.access import allow
from core.domain.commands import Actor
from core.domain.errors import Gone, NotAllowed
from core.domain.records import OPEN
from core.ports.images import Images
from core.ports.store import Store
from core.service.identity import known


async def delete_session(store: Store, images: Images, actor: Actor, id: str) -> None:
    """Raises Gone, or NotAllowed: whoever may take its pictures down may delete it, once its runs are
    over. What was spent stays booked, without names."""
    async with store.write() as uow:
        session = await uow.sessions.get(id)
        if session is None:
            raise Gone(f"There is no session {id}.")
        allow(await known(uow, actor), "owner", session)
        if any(run.status in OPEN for run in await uow.runs.of_session(id)):
            raise NotAllowed("A run of this session is still going: stop it first.")
        purged = await uow.servers.purge_session(session)
    async with store.read() as uow:
        unused = await uow.servers.unused(purged.images)
    await images.forget(unused, purged.calls)
