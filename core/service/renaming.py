"""A session gets a name of its owner's."""

from dataclasses import replace

from core.domain.access import allow
from core.domain.commands import Actor
from core.domain.errors import Gone
from core.domain.records import Session
from core.domain.text import clean, clip
from core.ports.store import Store
from core.service.identity import known

MAX_NAME = 80


async def rename_session(store: Store, actor: Actor, id: str, name: str) -> Session:
    """The session with its new name in one line, of 80 characters at most; "" takes its name back.
    Raises Gone, or NotAllowed: whoever may delete it may name it."""
    async with store.write() as uow:
        session = await uow.sessions.get(id)
        if session is None:
            raise Gone(f"There is no session {id}.")
        allow(await known(uow, actor), "owner", session)
        named = replace(session, name=clip(" ".join(clean(name).split()), MAX_NAME))
        await uow.sessions.save(named)
    return named
