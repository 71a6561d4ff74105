"""Who acts on the page. Where nobody is asked for a token a name is all there is of a person; where
the token is needed, the session is the person, and a name is bound to the session that took it."""

from collections import Counter, OrderedDict
from dataclasses import replace

from aiohttp import web

from adapters.web.inbound import NAME_HEADER, actor_of
from adapters.web.names import Names
from adapters.web.visits import Visit
from core.domain.commands import Actor
from core.domain.errors import NotAllowed

VISIT = web.RequestKey("visit", Visit)
NAMES_EACH = 5
REMEMBERED = 5_000


class PagePeople:
    """Makes actors of requests that were let in."""

    def __init__(self, register: Names) -> None:
        self._register = register
        self._taken: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._names: Counter[str] = Counter()

    async def actor(self, request: web.Request) -> Actor:
        """Raises BadRequest without a name, NotAllowed where it is somebody else's."""
        return await self.named(request, request.headers.get(NAME_HEADER, ""))

    async def named(self, request: web.Request, name: str) -> Actor:
        """The same, with a name that did not come in the header (percent-encoded)."""
        visit, actor = request[VISIT], actor_of(name)
        if not visit.session:
            return actor
        await self._take(actor, visit.person)
        return replace(actor, id=visit.person)

    async def _take(self, actor: Actor, person: str) -> None:
        """A name that reads alike is the same name: `actor.id` is what it folds to."""
        if (actor.id, person) in self._taken:
            return
        if self._names[person] >= NAMES_EACH:
            raise NotAllowed("You have had five names here already: use one of them.")
        if not await self._register.take(actor.id, person):
            raise NotAllowed(f"“{actor.name}” is somebody else here: choose another name.")
        self._names[person] += 1
        self._taken[(actor.id, person)] = None
        while len(self._taken) > REMEMBERED:
            (_, forgotten), _ = self._taken.popitem(last=False)
            self._names.pop(forgotten, None)
