"""Who may do what: one table, asked by intake for every command, button, star and link, and by every
read. It compares platform and server, in direct messages the person as well: what belongs to another
server or another person's direct messages is not there. A person's own sessions follow them through the
doors that they linked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from core.domain.commands import Actor, Command
from core.domain.errors import Gone, NotAllowed
from core.domain.records import Delivery, Session
from core.domain.updates import Asked, Refused

Who = Literal["everyone", "owner", "payer"]
"""`owner`: the session's, and whoever pays for the run meant, and moderators."""

WHO: Mapping[str, Who] = {
    "unpick": "everyone",
    "question": "everyone",
    "say": "everyone",
    "undo": "owner",
    "vote": "everyone",
    "reveal": "owner",
    "stop": "owner",
    "revise": "owner",
    "review": "owner",
    "discard": "owner",
    "report": "everyone",
    "repost": "owner",
    "confirm": "payer",
    "instead": "payer",
}
"""Who may say what to a run; who may begin one stands with its job."""

NOBODY = "purged"  # whose a session is that was deleted: of it only what was booked is left
DIRECT = "dm"


def own_tenant(person: str) -> str:
    """Direct messages that belong to no server are a tenant of their own: no settings, limits or
    leaving of anybody else's reach them, and their person meets them from every server. Those of a
    workspace keep its tenant, since its settings, limits and leaving hold there, and an id means a
    person in that workspace alone; each person's are apart by the person (`is_there`)."""
    return f"{DIRECT}:{person}"


NOT_THERE = "This session is not there any more."


@dataclass(frozen=True, slots=True)
class ProgramReader:
    """The program itself: a sender that composes posts for a session's own place, a page that was
    opened by its signed link, a look at what was missed."""


PROGRAM = ProgramReader()
Reader = Actor | ProgramReader


def same_person(a: Actor, b: Actor) -> bool:
    """A person is the same in every server of a platform, and at every door they linked."""
    return (b.platform, b.id) in a.known or (a.platform, a.id) in b.known


def is_there(session: Session, reader: Reader) -> bool:
    """Whether this session exists for who asks."""
    if session.owner.id == NOBODY:
        return False
    if isinstance(reader, ProgramReader):
        return True
    owner = session.owner
    if (owner.platform, owner.id) in reader.known[1:]:
        return True  # begun at another door of theirs
    if owner.platform != reader.platform:
        return False
    if session.place.is_dm:
        return _own_direct(owner.tenant, owner.id, reader)
    return owner.tenant == reader.tenant


def _own_direct(tenant: str, person: str, reader: Actor) -> bool:
    """Whether direct messages of `person` in `tenant` are the reader's own; 0.1.0 wrote "dm" alone."""
    return person == reader.id and tenant in (reader.tenant, own_tenant(person), DIRECT)


def may_read(delivery: Delivery, session: Session | None, reader: Reader) -> bool:
    """Whether this post exists for who asks: of a session by the session, an answer to a person
    for that person alone, where they asked and in their own direct messages."""
    if isinstance(reader, ProgramReader):
        return True
    if session is not None and not is_there(session, reader):
        return False
    match delivery.update:
        case Refused(actor=person):
            if delivery.platform != reader.platform or person != reader.id:
                return False
            tenant = delivery.place.tenant
            direct = delivery.place.is_dm and _own_direct(tenant, person, reader)
            return tenant == reader.tenant or direct
        case Asked(actor=person):
            own = (person.platform, person.id) == (reader.platform, reader.id)
            return same_person(person, reader) or (own and delivery.place.is_dm)
        case _:
            return session is not None


def enter(session: Session, actor: Actor) -> None:
    """Raises Gone where the session is not there for this person."""
    if not is_there(session, actor):
        raise Gone(NOT_THERE)


def authorise(
    command: Command, who: Who, session: Session | None, charged: Actor | None = None
) -> None:
    """Raises Gone where the session is not there for the actor, NotAllowed with a sentence where it
    is not theirs. `charged` pays for the run meant."""
    allow(command.actor, who, session, charged)


def allow(actor: Actor, who: Who, session: Session | None, charged: Actor | None = None) -> None:
    """The same, of an act that is no command yet: before a form is shown."""
    if session is not None:
        enter(session, actor)
    if who == "everyone":
        return
    if who == "payer":
        if charged is not None and same_person(actor, charged):
            return
        raise NotAllowed("Only the person who pays for this run can confirm it.")
    owner = session.owner if session else None
    allowed = [person for person in (owner, charged) if person is not None]
    if actor.moderator or actor.admin or any(same_person(actor, person) for person in allowed):
        return
    name = owner.name or "the one who started it" if owner else "its owner"
    raise NotAllowed(f"Only {name} or a moderator can do that; you can continue from any image.")


def administer(actor: Actor) -> None:
    """Raises NotAllowed for anybody but the server's admins."""
    if not actor.admin:
        raise NotAllowed("Only the admins here can change the settings.")
