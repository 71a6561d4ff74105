"""Who may do what: one table, asked by intake for every command, button, star and link."""

from core.domain.commands import (
    Actor,
    Command,
    Confirm,
    Continue,
    Discard,
    EditPrompt,
    Evolve,
    PaintAgain,
    Pick,
    Refine,
    Repost,
    Review,
    Revise,
    Stop,
    Unpick,
)
from core.domain.errors import NotAllowed

EVERYONE = (Refine, Evolve, Pick, Unpick, PaintAgain, Continue)
OWNER_OR_MODERATOR = (Stop, EditPrompt, Revise, Review, Discard, Repost)
WHO_IS_CHARGED = (Confirm,)


def same_person(a: Actor, b: Actor) -> bool:
    return (a.platform, a.tenant, a.id) == (b.platform, b.tenant, b.id)


def authorise(command: Command, owner: Actor | None, charged: Actor | None = None) -> None:
    """Raises NotAllowed with a sentence. `owner` of the session, `charged` for the run meant."""
    if isinstance(command, EVERYONE):
        return
    actor = command.actor
    if isinstance(command, WHO_IS_CHARGED):
        if charged is not None and same_person(actor, charged):
            return
        raise NotAllowed("Only the person who pays for this run can confirm it.")
    allowed = [person for person in (owner, charged) if person is not None]
    if actor.moderator or actor.admin or any(same_person(actor, person) for person in allowed):
        return
    who = owner.name or "the one who started it" if owner else "its owner"
    raise NotAllowed(f"Only {who} or a moderator can do that; you can continue from any image.")


def administer(actor: Actor) -> None:
    """Raises NotAllowed for anybody but the server's admins."""
    if not actor.admin:
        raise NotAllowed("Only this server's admins can change its settings.")
