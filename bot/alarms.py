"""What the operator is told when it begins and when it is over: money, disk, providers, lost posts.

What was told stands in the database: a restart says nothing twice.
"""

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import structlog

from core.domain.budgets import WARN_AT
from core.domain.errors import StoreUnavailable
from core.domain.ledger import Limits
from core.ports.clock import Clock
from core.ports.store import Store, UnitOfWork

log = structlog.get_logger()
LOOK_S = 60.0
LATELY = timedelta(minutes=15)
ENOUGH = 3  # failures with nothing done in between
LEAST_FREE = 512 * 1024 * 1024  # bytes
FLAG = "alarms"
Tell = Callable[[str, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Alarm:
    """`on` None: it can't be told now, and stays as it was."""

    on: bool | None
    sentence: str
    over: str


class Alarms:
    def __init__(
        self, store: Store, clock: Clock, folder: Path, limits: Limits, tell: Tell
    ) -> None:
        self._store, self._clock, self._folder = store, clock, folder
        self._limits, self._tell = limits, tell

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except StoreUnavailable as exc:
                log.warning("alarms wait", sentence=exc.sentence)
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Tells what has begun and what is over since the last look."""
        async with self._store.read() as uow:
            now = await self._now(uow)
            known: dict[str, str] = json.loads(await uow.servers.flag(FLAG) or "{}")
        stamp = self._clock().isoformat(timespec="seconds")
        changed: dict[str, str] = dict(known)
        said: list[tuple[str, str]] = []
        for name, alarm in now.items():
            if alarm.on is True and name not in known:
                changed[name] = stamp
                said.append((f"{name}/{stamp}", alarm.sentence))
            elif alarm.on is False and name in known:
                since = changed.pop(name)
                said.append((f"{name}/over/{since}", alarm.over))
        if not said:
            return
        async with self._store.write() as uow:
            await uow.servers.set_flag(FLAG, json.dumps(changed))
        for about, sentence in said:
            await self._tell(about, sentence)

    async def _now(self, uow: UnitOfWork) -> Mapping[str, Alarm]:
        alarms = {"spend": await self._spend(uow), "disk": await asyncio.to_thread(self._disk)}
        alarms["posts"] = await _posts(uow)
        for model, states in (await uow.figures.lately(self._clock() - LATELY)).items():
            alarms[f"model {model}"] = _model(model, states)
        return alarms

    async def _spend(self, uow: UnitOfWork) -> Alarm:
        most = self._limits.usd_total_per_day
        usd = (await uow.ledger.usage(self._clock().date())).usd
        near = most > Decimal(0) and usd >= most * WARN_AT
        return Alarm(
            near,
            f"${usd:.2f} of the ${most:.2f} that all may spend today are spent or reserved "
            "(quotas.usd_total_per_day).",
            f"All clear: ${usd:.2f} of ${most:.2f} today.",
        )

    def _disk(self) -> Alarm:
        free = shutil.disk_usage(self._folder).free
        mb = free // (1024 * 1024)
        return Alarm(
            free < LEAST_FREE,
            f"Only {mb} MB are free where bot.data_dir is; below a few MB runs wait.",
            f"All clear: {mb} MB are free where bot.data_dir is.",
        )


async def _posts(uow: UnitOfWork) -> Alarm:
    parked = (await uow.figures.counts()).set_aside
    what = "1 post" if parked == 1 else f"{parked} posts"
    return Alarm(
        parked > 0,
        f"{what} could not be made and were set aside; they are tried again when the platform is "
        "back, and the log says why.",
        "All clear: no post is set aside any more.",
    )


def _model(model: str, states: Mapping[str, int]) -> Alarm:
    failed, done = states.get("failed", 0) + states.get("unknown", 0), states.get("done", 0)
    on = True if failed >= ENOUGH and not done else False if done else None
    return Alarm(
        on,
        f"{model}: {failed} calls came to nothing in the last 15 minutes, and none was done.",
        f"All clear: {model} answers again.",
    )
