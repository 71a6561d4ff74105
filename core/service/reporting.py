"""Somebody reports a picture: the moderators are told in the channel that is set for it."""

from core.domain import access
from core.domain.admin import mention
from core.domain.commands import Place, Report
from core.domain.errors import Gone
from core.domain.records import InboxState, Iteration, Session
from core.domain.text import clip
from core.domain.updates import Noticed
from core.ports.outbox import Address
from core.ports.repositories import InboxRow
from core.runtime.context import RunContext


async def report(ctx: RunContext, row: InboxRow, command: Report) -> None:
    """Once a picture and person; in the log as well. Where no channel is set the operator is told.
    Raises Gone where the picture is not there for who reports it."""
    actor = command.actor
    async with ctx.store.write() as uow:
        node = await uow.iterations.get(command.iteration)
        session = await uow.sessions.get(node.session) if node else None
        if node is None or session is None or node.discarded:
            raise Gone("This image is not there any more.")
        access.enter(session, actor)
        home = session.place
        channel = (await uow.servers.settings(home.platform, home.tenant)).rules.reports
        sentence = _sentence(command, node, session)
        if channel:
            about = f"report/{node.id}/{actor.id}"
            place = Place(home.platform, home.tenant, channel, can_thread=False)
            notice = Noticed(session="", about=about, sentence=sentence)
            await uow.outbox.post(notice, None, Address(place))
        await uow.audit.add(
            "report",
            actor,
            ctx.clock(),
            {"image": node.id},
            whom=session.owner.id,
            platform=home.platform,
            tenant=home.tenant,
        )
        await uow.inbox.end(row.key, InboxState.TAKEN)
    ctx.nudge()
    if not channel:
        await ctx.tell(f"report/{node.id}", sentence)


def _sentence(command: Report, node: Iteration, session: Session) -> str:
    who = mention(command.actor.platform, command.actor.id)
    owner, words = mention(session.owner.platform, session.owner.id), _quiet(node.words)
    where = f"<#{session.place.channel}>" if not session.place.is_dm else "direct messages"
    return f"{who} reports picture {node.id} of {owner} in {where}: “{words}”"


def _quiet(words: str) -> str:
    """What was written, calling nobody."""
    return clip(words, 200).replace("<@", "@")
