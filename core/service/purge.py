"""The program was removed from a server: its runs end, then everything its people made is deleted."""

import asyncio
from collections.abc import Sequence

from core.domain.commands import Actor
from core.domain.records import OPEN, RunStatus, Signal
from core.ports.engine import Engine
from core.runtime.context import RunContext
from core.runtime.lifecycle import cancel

FLAG = "leaving"
FILES = "forgetting"  # what is still to be deleted beside the database


class Purge:
    """What is being left is a flag, so that a restart goes on with it."""

    def __init__(self, ctx: RunContext, engine: Engine) -> None:
        self._ctx, self._engine = ctx, engine
        self._one_at_a_time = asyncio.Lock()

    async def note(self, platform: str, tenant: str) -> None:
        """Writes down that the server is being left: the sweep does the rest, whatever happens."""
        async with self._ctx.store.write(urgent=True) as uow:
            places = set((await uow.servers.flag(FLAG)).split()) | {f"{platform}:{tenant}"}
            await uow.servers.set_flag(FLAG, " ".join(sorted(places)))

    async def leave(self, platform: str, tenant: str) -> bool:
        """Stops the server's runs; True once its data are gone."""
        await self.note(platform, tenant)
        async with self._one_at_a_time:
            return await self._try(platform, tenant)

    async def once(self) -> None:
        """Goes on with what could not be deleted before."""
        async with self._ctx.store.read() as uow:
            places = (await uow.servers.flag(FLAG)).split()
        for place in places:
            platform, _, tenant = place.partition(":")
            async with self._one_at_a_time:
                await self._try(platform, tenant)

    async def _try(self, platform: str, tenant: str) -> bool:
        """In two transactions, with the files deleted between them: nobody waits for a disk, and
        what a crash interrupts is done again."""
        if await self._stop_runs(platform, tenant):
            return False
        place = f"{platform}:{tenant}"
        async with self._ctx.store.write() as uow:
            purged = await uow.servers.purge(platform, tenant)
            before = await uow.servers.flag(f"{FILES}/{place}")
            files = before.split() + [*purged.images, *purged.calls]
            await uow.servers.set_flag(f"{FILES}/{place}", " ".join(files))
        await self._forget(files)
        async with self._ctx.store.write() as uow:
            places = set((await uow.servers.flag(FLAG)).split()) - {place}
            await uow.servers.set_flag(FLAG, " ".join(sorted(places)))
            await uow.servers.set_flag(f"{FILES}/{place}", "")
        return True

    async def _forget(self, files: Sequence[str]) -> None:
        """A call's key has a slash, an image's hash has none."""
        images, calls = [f for f in files if "/" not in f], [f for f in files if "/" in f]
        async with self._ctx.store.read() as uow:
            unused = await uow.servers.unused(images)
        await self._ctx.images.forget(unused, calls)

    async def _stop_runs(self, platform: str, tenant: str) -> bool:
        """Whether runs are still going; each was told to stop."""
        async with self._ctx.store.write() as uow:
            runs = [
                run
                for run in await uow.runs.with_status(sorted(OPEN))
                if (run.actor.platform, run.actor.tenant) == (platform, tenant)
            ]
            for run in runs:
                if run.status is RunStatus.CONFIRMING:
                    await cancel(self._ctx, uow, run, "The program was removed from this server.")
                else:
                    actor = Actor(platform, tenant, "")
                    await uow.runs.add_signal(
                        Signal(run=run.id, kind="stop", actor=actor, at=self._ctx.clock())
                    )
        going = [run for run in runs if run.status is not RunStatus.CONFIRMING]
        for run in going:
            await self._engine.wake(run.engine_id)
        return bool(going)
