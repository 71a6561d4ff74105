"""Words to a picture become the command that they ask for: the one place where that is decided."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.domain import access
from core.domain.commands import Command, Say, Stop, Undo
from core.domain.defaults import MAX_CANDIDATES
from core.domain.errors import BadRequest, Gone
from core.domain.records import Iteration, RunRecord, Session
from core.domain.wishes import Wish, relates, wish_of
from core.domain.work import Work
from core.imaging import region_words
from core.jobs.continue_ import Continue
from core.jobs.edit import Edit
from core.jobs.journey import Journey
from core.jobs.outpaint import Outpaint
from core.jobs.paint_again import PaintAgain
from core.jobs.pick import Pick
from core.jobs.refine import Refine
from core.jobs.upscale import Upscale
from core.jobs.vary import Vary
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.service.champions import champion_of

NO_PICTURE = "There is no picture that this could mean: answer one, or say it in its thread."
LAST: Final = 25  # sessions of a place that are looked through


@dataclass(frozen=True, slots=True)
class _Meant:
    """What words are about: a session, its iteration, the run that made it; `named` by the person."""

    session: Session
    node: Iteration | None
    run: RunRecord | None
    named: bool = False


class Saying:
    """Decides by rules (`core.domain.wishes`) and by what the session's painter can do."""

    def __init__(self, ctx: RunContext) -> None:
        self._ctx = ctx

    async def meant(self, command: Say) -> Command:
        """The command that these words stand for, under the same key. Raises Refusal."""
        async with self._ctx.store.read() as uow:
            words = " ".join((command.words or await _begun_with(uow, command)).split())
            about = await _about(uow, command, words)
        if not words:
            raise BadRequest("Say what shall change, in a few words.")
        wish = wish_of(words)
        known: dict[str, Any] = {
            "dedup_key": command.dedup_key,
            "actor": command.actor,
            "place": command.place,
            "unused": command.unused,
        }
        if about is not None:
            return self._to(about, wish, words, known)
        if wish.act in ("edit", "continue"):
            return Refine(**known, goal=words)
        raise BadRequest(NO_PICTURE)

    def _to(self, about: _Meant, wish: Wish, words: str, known: dict[str, Any]) -> Command:
        if wish.act == "stop":
            return Stop(**known, session=about.session.id)
        if about.node is None:
            return Continue(**known, session=about.session.id, instruction=words)
        known["iteration"] = about.node.id
        if (turn := _turn(about.node, wish, words, known)) is not None:
            return turn
        match wish.act:
            case "undo":
                return Undo(**known)
            case "again":
                return PaintAgain(**known)
            case "bigger":
                return Upscale(**known)
            case "wider":
                return Outpaint(**known, direction="sides")
            case "several":
                return Vary(**known, candidates=_several(wish.number))
            case "edit" if (region := self._edited_in(about, words)) is not None:
                return Edit(**known, instruction=words, region=region)
            case "edit" | "continue" if about.named:
                return Pick(**known, signal="reply", instruction=words)
            case "edit" | "continue":
                del known["iteration"]
                return Continue(**known, session=about.session.id, instruction=words)

    def _edited_in(self, about: _Meant, words: str) -> str | None:
        """The region that the words name for an editor that works inside a part alone, "" where it
        takes the whole picture; None where nobody here can edit it so."""
        painter = about.run.plan.painter if about.run else ""
        model_set = self._ctx.using(painter).model_set
        if model_set.doing(Work(operation="edit", prompts=(words,))) is not None:
            return ""
        if model_set.doing(Work(operation="edit", prompts=(words,), mask="-")) is None:
            return None
        return region_in(words)


def _turn(node: Iteration, wish: Wish, words: str, known: dict[str, Any]) -> Journey | None:
    """Words to a scene of a story are what happens next; None where they are about its picture."""
    if node.chapter is None:
        return None
    if words.isdecimal() and len(words) == 1:
        return Journey(**known, choice=int(words))
    if wish.act == "undo" and node.parent:
        known["iteration"] = node.parent
        return Journey(**known)
    return Journey(**known, say=words) if wish.act in ("edit", "continue") else None


def region_in(words: str) -> str | None:
    """The longest part of a sentence that names a region of a picture."""
    said = re.findall(r"\w+", words)[:40]
    for length in (4, 3, 2, 1):
        for start in range(len(said) - length + 1):
            part = " ".join(said[start : start + length])
            if region_words.named(part) is not None:
                return part
    return None


async def _begun_with(uow: UnitOfWork, command: Say) -> str:
    """The words that began a run by mistake."""
    run = await uow.runs.get(command.instead) if command.instead else None
    session = await uow.sessions.get(run.session) if run else None
    return session.goal if session else ""


def _several(number: int) -> int | None:
    if number > MAX_CANDIDATES:
        raise BadRequest(f"{MAX_CANDIDATES} at once are the most: say “make {MAX_CANDIDATES}”.")
    return number or None


async def _about(uow: UnitOfWork, command: Say, words: str) -> _Meant | None:
    """None where a new session begins. Raises Gone where what is named is not there."""
    if command.iteration:
        node = await uow.iterations.get(command.iteration)
        session = await uow.sessions.get(node.session) if node else None
        if node is None or node.discarded or session is None:
            raise Gone(access.NOT_THERE)
        access.enter(session, command.actor)
        return _Meant(session, node, await uow.runs.get(node.run), named=True)
    session = await _session(uow, command, words)
    if session is None:
        return None
    access.enter(session, command.actor)
    node = champion_of(await uow.iterations.of_session(session.id), session)
    return _Meant(session, node, await uow.runs.get(node.run) if node else None)


async def _session(uow: UnitOfWork, command: Say, words: str) -> Session | None:
    place = command.place
    if command.session:
        session = await uow.sessions.get(command.session)
        if session is None:
            raise Gone(access.NOT_THERE)
        return session
    if command.instead:
        run = await uow.runs.get(command.instead)
        found = await before(uow, command, but=run.session if run else "")
        if found is None:
            raise Gone(access.NOT_THERE)
        return found
    if place.thread:
        here = await uow.sessions.in_thread(place.platform, place.channel, place.thread)
        if here is not None and access.is_there(here, command.actor):
            return here
    return await before(uow, command) if place.is_dm and relates(words) else None


async def before(uow: UnitOfWork, command: Command, but: str = "") -> Session | None:
    """A person's newest session in their direct messages, `but` another one than this."""
    place = command.place
    if not place.is_dm:
        return None
    rows: Sequence[Session] = await uow.sessions.in_channel(place.platform, place.channel, LAST)
    mine = (each for each in rows if each.id != but and access.is_there(each, command.actor))
    return next(mine, None)
