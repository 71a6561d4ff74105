"""What admins do to limits, grants, people and runs: each act in one transaction with its line in the
log, each refused to everybody else."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from core.domain import access, admin
from core.domain.admin import ActAnswer, amount_of, id_of, mention
from core.domain.budgets import Grant, Limit, said
from core.domain.defaults import LoopDefaults
from core.domain.errors import BadRequest, Gone, NotAllowed
from core.domain.ledger import Limits
from core.domain.records import OPEN, RunRecord, Signal
from core.ports.clock import Clock
from core.ports.pixels import Pixels
from core.ports.store import Store, UnitOfWork
from core.runtime.lifecycle import cancel_at
from core.service.admin_acts import (
    Now,
    block,
    freeze,
    gallery,
    of_a_server,
    rule,
    stories,
    time_zone,
)
from core.service.admin_reports import Realm, Reports

ENDED = "Stopped by an admin before it started."
Wake = Callable[[str], Awaitable[None]]


async def nobody_wakes(run: str) -> None:
    """Where the runs are carried by another process: a run finds the word between two steps."""


class Admin:
    """`limits` are the operator's; `wake` tells a run that there is a word for it."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        pixels: Pixels,
        limits: Limits,
        wake: Wake = nobody_wakes,
        nudge: Callable[[], None] = lambda: None,
        loop: LoopDefaults | None = None,
    ) -> None:
        self._loop = loop or LoopDefaults()
        self._store, self._clock, self._limits = store, clock, limits
        self._wake, self._nudge = wake, nudge
        self._reports = Reports(store, clock, pixels, limits)

    async def act(self, command: admin.Act, realm: Realm | None = None) -> ActAnswer:
        """Raises a Refusal with a sentence. `realm` is for the operator alone: the server meant, or
        the whole program; anybody else's is their own server."""
        if realm is None:
            access.administer(command.actor)
            realm = Realm(command.actor.platform, command.actor.tenant)
        if isinstance(command, admin.ShowLimits | admin.Spend | admin.Going | admin.Log):
            return await self._reports.tell(command, realm)
        if isinstance(command, admin.End):
            return await self._end(command, realm)
        async with self._store.write() as uow:
            now = Now(uow, command.actor, realm, self._clock())
            return ActAnswer(lines=(await self._change(command, now),))

    async def _change(
        self,
        command: admin.SetLimit
        | admin.Give
        | admin.Block
        | admin.Unblock
        | admin.Freeze
        | admin.Thaw
        | admin.TimeZone
        | admin.Stories
        | admin.SetRule
        | admin.Gallery,
        now: Now,
    ) -> str:
        match command:
            case admin.SetLimit():
                return await self._limit(command, now)
            case admin.Give():
                return await self._give(command, now)
            case admin.Block() | admin.Unblock():
                return await block(command, now)
            case admin.Freeze() | admin.Thaw():
                return await freeze(command.kind == "freeze", now)
            case admin.TimeZone():
                return await time_zone(command, now)
            case admin.SetRule():
                return await rule(command, now)
            case admin.Stories():
                return await stories(command, now, self._loop)
            case admin.Gallery():
                return await gallery(command, now)
        assert_never(command)

    async def _limit(self, command: admin.SetLimit, now: Now) -> str:
        limit = _limit_of(command, now.realm)
        asked = amount_of(command.amount)
        what = {"scope": limit.scope, "window": limit.window, "amount": command.amount.strip()}
        whom = limit.id if limit.scope == "person" else ""
        if limit.scope in ("role", "channel"):
            what["id"] = limit.id
        await now.log("limit", whom, **what)
        if asked is None:
            pair = [replace(limit, unit=unit) for unit in ("images", "usd")]
            gone = [await now.uow.budgets.drop_limit(each) for each in pair]
            if not any(gone):
                raise Gone("There is no such limit here; /darkroom limits shows those there are.")
            return "This limit is gone."
        unit, amount = asked
        limit = replace(limit, unit=unit, amount=amount)
        await now.uow.budgets.set_limit(limit, now.actor.id, now.at)
        return f"From now on {_worded(limit)} may take {said(amount, unit)} {_per(limit)}."

    async def _give(self, command: admin.Give, now: Now) -> str:
        asked, person = amount_of(command.amount), id_of(command.person)
        of_a_server(now.realm)
        if not now.realm.operator and not self._limits.admins_grant:
            raise NotAllowed("The operator keeps grants to themselves (quotas.admins_grant).")
        if asked is None or asked[1] <= 0:
            raise BadRequest("A grant is more than nothing; it ends by itself after its days.")
        unit, amount = asked
        until = admin.expiry(command.days, now.at)
        grant = Grant(
            id=hashlib.sha256(command.dedup_key.encode()).hexdigest()[:16],
            platform=now.realm.platform,
            tenant=now.realm.tenant,
            actor=person,
            name=command.name,
            unit=unit,
            amount=amount,
            expires=until,
            at=now.at,
            by=now.actor.id,
        )
        who = mention(now.realm.platform, person)
        if await now.uow.budgets.give(grant):
            await now.log("grant", person, amount=said(amount, unit), days=str(command.days or ""))
        more = said(amount, unit)
        if until is None:
            return f"{who} has {more} more, beside their own limits."
        return f"{who} has {more} more, beside their own limits until {until:%Y-%m-%d %H:%M} UTC."

    async def _end(self, command: admin.End, realm: Realm) -> ActAnswer:
        """Between two steps; one that waits for a yes ends at once."""
        async with self._store.write() as uow:
            now = Now(uow, command.actor, realm, self._clock())
            going = await runs_in(uow, realm)
            meant = [run for run in going if command.run.strip() in ("all", run.id)]
            if not meant:
                raise Gone("There is no such run going here; /darkroom runs shows those there are.")
            for run in meant:
                word = Signal(run=run.id, kind="stop", actor=command.actor, at=now.at)
                await uow.runs.add_signal(word)
                await cancel_at(uow, run, ENDED, now.at)
                await now.log("stop", run.actor.id, run=run.id)
        self._nudge()
        for run in meant:
            await self._wake(run.engine_id)
        count = "1 run stops" if len(meant) == 1 else f"{len(meant)} runs stop"
        return ActAnswer(
            lines=(f"{count} after the step that is going on; what is painted is kept.",)
        )


async def runs_in(uow: UnitOfWork, realm: Realm) -> list[RunRecord]:
    """The runs that are going on a server, or everywhere."""
    return [run for run in await uow.runs.with_status(sorted(OPEN)) if realm.has(run)]


def _limit_of(command: admin.SetLimit, realm: Realm) -> Limit:
    """Whom a limit is for. Raises BadRequest."""
    scope, whom = command.scope, command.whom.strip()
    if scope == "bot" and realm.platform:
        raise BadRequest(
            "bot is everybody together, over all servers: that limit is the operator's."
        )
    if scope == "role" and not whom:
        raise BadRequest("Say which role it is for.")
    if scope in ("run", "bot", "server") and whom:
        raise BadRequest(f"A limit of the scope {scope} is for nobody in particular.")
    return Limit(
        scope=scope,
        unit="images",
        amount=Decimal(0),
        window="day" if scope == "run" else command.window,
        id=id_of(whom) if whom else "",
        name=command.name.strip()[:80],
        platform=realm.platform,
        tenant=realm.tenant,
    )


def _worded(limit: Limit) -> str:
    who = mention(limit.platform, limit.id) if limit.id else ""
    return {
        "run": "one run",
        "person": who or "each person",
        "role": f"the role {limit.name or limit.id} together",
        "channel": f"the channel {limit.name or limit.id}" if limit.id else "each channel",
        "server": "this server together" if limit.platform else "each server together",
        "bot": "everybody together",
    }[limit.scope]


def _per(limit: Limit) -> str:
    per = {"day": "a day", "week": "a week", "month": "a month", "rolling": "in any 24 hours"}
    return "at most" if limit.scope == "run" else per[limit.window]
