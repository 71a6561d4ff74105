"""What a person may ask for themselves: all that is kept of them, and to be forgotten."""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.domain.admin import ActAnswer, Link, MyData, TypedAct, Unlink
from core.domain.commands import Actor
from core.domain.errors import BadRequest, PictureLost
from core.domain.records import OPEN, Iteration, RunRecord, Session, Signal
from core.ports.engine import Engine
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.runtime.lifecycle import cancel
from core.service.identity import Identities

MOST_BYTES = 8 * 1024 * 1024  # what both chats let everybody send
NAME = "my-data.zip"
ENDS = "Its person asked to be forgotten."


class Mine:
    def __init__(self, ctx: RunContext, engine: Engine) -> None:
        self._ctx, self._engine = ctx, engine
        self._identities = Identities(ctx.store, ctx.clock)

    async def act(self, command: TypedAct) -> ActAnswer:
        """Raises a Refusal with a sentence."""
        if isinstance(command, Link | Unlink):
            return await self._identities.act(command)
        if isinstance(command, MyData):
            return await self._data(command.actor)
        if command.sure.strip().casefold() not in ("yes", "ja"):
            raise BadRequest(
                "Everything you made here is deleted, and what was spent loses your name; there is no "
                'way back. Say it with sure: "yes".'
            )
        return await self._forget(command.actor)

    async def _data(self, actor: Actor) -> ActAnswer:
        sessions: list[dict[str, Any]] = []
        images: list[str] = []
        async with self._ctx.store.read() as uow:
            for session in await uow.sessions.of_person(actor.platform, actor.id):
                runs = await uow.runs.of_session(session.id)
                nodes = await uow.iterations.of_session(session.id)
                sessions.append(_of(session, runs, nodes))
                images += [node.image for node in nodes if not node.discarded]
                images += [session.reference] if session.reference else []
            spent = await _spent(uow, actor)
            linked = await uow.people.also(actor)
            given = await uow.budgets.grants(actor.platform, actor.tenant, actor.id)
        data, left = await self._zip(
            {
                "person": {"platform": actor.platform, "id": actor.id, "name": actor.name},
                "linked": linked,
                "sessions": sessions,
                "spent": spent,
                "grants": [asdict(grant) for grant in given],
            },
            list(dict.fromkeys(images)),
        )
        count = "1 session" if len(sessions) == 1 else f"{len(sessions)} sessions"
        lines = [f"All that is kept of you: {count}, in {NAME}."]
        if left:
            lines.append(
                f"{left} pictures did not fit into one file; their names are in data.json, and each "
                "can be had from its post."
            )
        return ActAnswer(lines=tuple(lines), file=(NAME, data))

    async def _zip(self, facts: dict[str, Any], images: Sequence[str]) -> tuple[bytes, int]:
        """The file, and how many pictures had no room in it."""
        out, left = io.BytesIO(), 0
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr(
                "data.json", json.dumps(facts, default=_plain, ensure_ascii=False, indent=1)
            )
            for hash in images:
                try:
                    data = await self._ctx.images.get(hash)
                except PictureLost:
                    continue
                if out.tell() + len(data) > MOST_BYTES:
                    left += 1
                else:
                    file.writestr(zipfile.ZipInfo(f"images/{hash}.png"), data)
        return out.getvalue(), left

    async def _forget(self, actor: Actor) -> ActAnswer:
        if await self._stopped(actor):
            raise BadRequest("Your runs are ending now; say it again in a minute.")
        async with self._ctx.store.write() as uow:
            await uow.people.unlink(actor)
            gone = await uow.servers.forget(actor.platform, actor.id)
            unused = await uow.servers.unused(gone.images)
        await self._ctx.images.forget(unused, gone.calls)
        return ActAnswer(
            lines=(
                "You are forgotten here: your sessions and pictures are deleted, and what was spent has "
                "no name. Posts that stand in channels are the platform's: delete their threads there.",
            )
        )

    async def _stopped(self, actor: Actor) -> bool:
        """Whether a run of theirs, or on a session of theirs, still goes; each was told to stop."""
        going: list[RunRecord] = []
        async with self._ctx.store.write() as uow:
            mine = {each.id for each in await uow.sessions.of_person(actor.platform, actor.id)}
            for run in await uow.runs.with_status(sorted(OPEN)):
                same = (run.actor.platform, run.actor.id) == (actor.platform, actor.id)
                if not same and run.session not in mine:
                    continue
                if not await cancel(self._ctx, uow, run, ENDS):
                    word = Signal(run=run.id, kind="stop", actor=actor, at=self._ctx.clock())
                    await uow.runs.add_signal(word)
                    going.append(run)
        self._ctx.nudge()
        for run in going:
            await self._engine.wake(run.engine_id)
        return bool(going)


def _of(session: Session, runs: Sequence[RunRecord], nodes: Sequence[Iteration]) -> dict[str, Any]:
    return {
        "session": asdict(session),
        "runs": [{"id": run.id, "plan": asdict(run.plan), "at": run.created} for run in runs],
        "images": [asdict(node) for node in nodes],
    }


async def _spent(uow: UnitOfWork, actor: Actor) -> list[dict[str, Any]]:
    """Each booking of theirs."""
    return [
        {"at": row.at, "run": row.run, "kind": row.kind, "images": row.images, "usd": row.usd}
        for row in await uow.ledger.of_person(actor)
    ]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return str(value)
