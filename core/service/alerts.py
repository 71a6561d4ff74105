"""Notices to the person who runs the program: in the log always, by direct message where one is named."""

import logging

from core.domain.commands import Place
from core.domain.updates import Noticed
from core.ports.clock import Clock
from core.ports.outbox import Address
from core.ports.store import Store

log = logging.getLogger(__name__)
DIRECT = "user:"  # a place whose channel is a person's direct messages


class Operator:
    """Tells each thing once a day. `admin`: "discord:USER_ID", "slack:USER_ID", "" = the log alone."""

    def __init__(self, store: Store, clock: Clock, admin: str) -> None:
        self._store, self._clock = store, clock
        self._platform, _, self._user = admin.partition(":")
        self._told: set[str] = set()

    async def tell(self, about: str, sentence: str) -> None:
        about = f"operator/{about}/{self._clock().date().isoformat()}"
        if about in self._told:
            return
        self._told.add(about)
        log.error("operator: %s", sentence)
        if not self._user:
            return
        place = Place(self._platform, "", f"{DIRECT}{self._user}", is_dm=True, can_thread=False)
        async with self._store.write() as uow:
            update = Noticed(session="", about=about, sentence=sentence)
            await uow.outbox.post(update, None, Address(place))
