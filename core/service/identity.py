"""One person at several doors: linked by a code that works once, for ten minutes."""

import hashlib
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from core.domain.access import ProgramReader
from core.domain.admin import ActAnswer, Link, Unlink
from core.domain.commands import Actor, Command
from core.domain.errors import BadRequest
from core.ports.clock import Clock
from core.ports.store import Store, UnitOfWork

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read for another
LENGTH, GROUP = 12, 4  # 60 bits: guessing is hopeless while a code holds
HOLDS = timedelta(minutes=10)
UNKNOWN = (
    "This code is not known, was used, or is too old: ask for a new one where you were before."
)
C = TypeVar("C", bound=Command)
R = TypeVar("R", Actor, Actor | ProgramReader)


async def known(uow: UnitOfWork, reader: R) -> R:
    """The person with who they are at other doors, as it is now."""
    if isinstance(reader, ProgramReader):
        return reader
    return replace(reader, also=await uow.people.also(reader))


async def as_known(uow: UnitOfWork, command: C) -> C:
    """The same command, of a person with who they are at other doors."""
    return replace(command, actor=await known(uow, command.actor))


class Identities:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def act(self, command: Link | Unlink) -> ActAnswer:
        """Raises a Refusal with a sentence."""
        if isinstance(command, Unlink):
            return await self._unlink(command.actor)
        if command.code.strip():
            return await self._link(command.actor, command.code)
        return await self._offer(command.actor)

    async def _offer(self, actor: Actor) -> ActAnswer:
        code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        async with self._store.write() as uow:
            await uow.people.offer(_hash(code), actor, self._clock() + HOLDS)
            also = await uow.people.also(actor)
        shown = "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))
        minutes = int(HOLDS.total_seconds() // 60)
        return ActAnswer(
            lines=(
                f"Your code is {shown}. Say it once within {minutes} minutes where else you are: "
                f"/link {shown} on Discord, /darkroom link {shown} on Slack, `darkroom link {shown}` "
                "in the terminal, under Preferences on the page. Whoever says it is you: show it to "
                "nobody.",
                *_listed(also),
            )
        )

    async def _link(self, actor: Actor, text: str) -> ActAnswer:
        code = "".join(letter for letter in text.upper() if letter in LETTERS)
        async with self._store.write() as uow:
            other = await uow.people.redeem(_hash(code), self._clock())
            if other is not None and (other.platform, other.id) != (actor.platform, actor.id):
                await uow.people.link(actor, other)
                await uow.audit.add("link", actor, self._clock(), {"to": other.platform})
            also = await uow.people.also(actor)
        if other is None:
            raise BadRequest(UNKNOWN)
        if (other.platform, other.id) == (actor.platform, actor.id):
            raise BadRequest("This code was made here: say it at the other door.")
        return ActAnswer(
            lines=(
                "Linked: your sessions are found at both doors, and your limits count once.",
                *_listed(also),
            )
        )

    async def _unlink(self, actor: Actor) -> ActAnswer:
        async with self._store.write() as uow:
            if not await uow.people.unlink(actor):
                raise BadRequest("Nothing is linked here.")
            await uow.audit.add("unlink", actor, self._clock(), {})
        return ActAnswer(lines=("Unlinked: this door knows nothing of the others any more.",))


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _listed(also: tuple[str, ...]) -> tuple[str, ...]:
    if not also:
        return ()
    doors = sorted({each.partition(":")[0] for each in also})
    return (f"You are linked with: {', '.join(doors)}.",)
