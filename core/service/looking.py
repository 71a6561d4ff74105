"""Looking back over what one painted: found by its words, starred, shown in a channel's gallery."""

from collections import Counter
from collections.abc import Mapping, Sequence

from core.domain import access
from core.domain.access import Reader
from core.domain.commands import Actor
from core.domain.errors import BadRequest, Gone
from core.domain.records import Iteration
from core.ports.looking import FoundImage
from core.runtime.context import RunContext
from core.service.identity import known

MOST_SESSIONS = 500
MOST_READ = 2_000  # images that are looked through for words
MOST_STARRED = 200  # at once
MOST_SHOWN = 200  # of a gallery
MOST_WORDS = 12


class Looking:
    """Implements `core.ports.looking.LookingApi`."""

    def __init__(self, ctx: RunContext) -> None:
        self._ctx = ctx

    async def find(self, actor: Actor, words: str, limit: int = 40) -> Sequence[FoundImage]:
        wanted = words.casefold().split()[:MOST_WORDS]
        async with self._ctx.store.read() as uow:
            actor = await known(uow, actor)
            mine = await uow.sessions.of_actor(actor, MOST_SESSIONS)
            here = {each.id: each for each in mine if access.is_there(each, actor)}
            nodes = await uow.stars.search(list(here), wanted, MOST_READ)
        found = [
            FoundImage(here[node.session], node)
            for node in nodes
            if not node.discarded and _has(node, wanted)
        ]
        if not wanted:
            found = list({each.session.id: each for each in reversed(found)}.values())[::-1]
        return found[:limit]

    async def star(self, actor: Actor, iterations: Sequence[str], *, on: bool) -> None:
        if len(iterations) > MOST_STARRED:
            raise BadRequest(f"{MOST_STARRED} images at once are the limit.")
        async with self._ctx.store.write() as uow:
            actor = await known(uow, actor)
            for id in iterations:
                node = await uow.iterations.get(id)
                session = await uow.sessions.get(node.session) if node else None
                if node is None or session is None or node.discarded:
                    raise Gone("This image is not there any more.")
                access.enter(session, actor)
                if on:
                    await uow.stars.star(actor, session.id, id, self._ctx.clock())
                else:
                    await uow.stars.unstar(actor, id)

    async def stars(self, session: str, reader: Reader) -> Mapping[str, int]:
        async with self._ctx.store.read() as uow:
            found = await uow.sessions.get(session)
            if found is None or not access.is_there(found, await known(uow, reader)):
                return {}
            starred = set(await uow.stars.of_session(session))
            for run in await uow.runs.of_session(session):
                if run.command_key.startswith("pick:"):
                    starred.add((run.plan.base, run.actor.platform, run.actor.id))
        return Counter(iteration for iteration, _, _ in starred)

    async def gallery(self, platform: str, tenant: str, channel: str) -> Sequence[Iteration] | None:
        async with self._ctx.store.read() as uow:
            settings = await uow.servers.settings(platform, tenant)
            if channel not in settings.galleries:
                return None
            return await uow.stars.in_channel(platform, tenant, channel, MOST_SHOWN)


def _has(node: Iteration, wanted: Sequence[str]) -> bool:
    """Whether all words are in what people wrote and read of it."""
    told = node.chapter.scene.text if node.chapter else ""
    text = "\n".join((node.prompt, node.words, node.because, node.style, told)).casefold()
    return all(word in text for word in wanted)
