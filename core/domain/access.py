"""Who may do what: one table, asked by intake for every command, button, star and link."""

from collections.abc import Mapping
from typing import Literal

from core.domain.commands import Actor, Command
from core.domain.errors import NotAllowed

Who = Literal["everyone", "owner", "payer"]
"""`owner`: the session's, and whoever pays for the run meant, and moderators."""

WHO: Mapping[str, Who] = {
    "unpick": "everyone",
    "ask": "everyone",
    "stop": "owner",
    "revise": "owner",
    "review": "owner",
    "discard": "owner",
    "repost": "owner",
    "confirm": "payer",
}
"""Who may say what to a run; who may begin one stands with its job."""


def same_person(a: Actor, b: Actor) -> bool:
    return (a.platform, a.tenant, a.id) == (b.platform, b.tenant, b.id)


def authorise(
    command: Command, owner: Actor | None, charged: Actor | None = None, who: Who | None = None
) -> None:
    """Raises NotAllowed with a sentence. `owner` of the session, `charged` for the run meant;
    `who` as the command's job says."""
    who = who or WHO[command.kind]
    if who == "everyone":
        return
    actor = command.actor
    if who == "payer":
        if charged is not None and same_person(actor, charged):
            return
        raise NotAllowed("Only the person who pays for this run can confirm it.")
    allowed = [person for person in (owner, charged) if person is not None]
    if actor.moderator or actor.admin or any(same_person(actor, person) for person in allowed):
        return
    name = owner.name or "the one who started it" if owner else "its owner"
    raise NotAllowed(f"Only {name} or a moderator can do that; you can continue from any image.")


def administer(actor: Actor) -> None:
    """Raises NotAllowed for anybody but the server's admins."""
    if not actor.admin:
        raise NotAllowed("Only this server's admins can change its settings.")
