"""The program was removed from a server: its runs end, then everything its people made is deleted."""

from core.domain.commands import Actor
from core.domain.records import OPEN, RunStatus, Signal
from core.ports.engine import Engine
from core.runtime.context import RunContext
from core.runtime.lifecycle import cancel

FLAG = "leaving"


class Purge:
    """What is being left is a flag, so that a restart goes on with it."""

    def __init__(self, ctx: RunContext, engine: Engine) -> None:
        self._ctx, self._engine = ctx, engine

    async def leave(self, platform: str, tenant: str) -> bool:
        """Stops the server's runs; True once its data are gone."""
        async with self._ctx.store.write() as uow:
            places = set((await uow.servers.flag(FLAG)).split()) | {f"{platform}:{tenant}"}
            await uow.servers.set_flag(FLAG, " ".join(sorted(places)))
        return await self._try(platform, tenant)

    async def once(self) -> None:
        """Goes on with what could not be deleted before."""
        async with self._ctx.store.read() as uow:
            places = (await uow.servers.flag(FLAG)).split()
        for place in places:
            platform, _, tenant = place.partition(":")
            await self._try(platform, tenant)

    async def _try(self, platform: str, tenant: str) -> bool:
        if await self._stop_runs(platform, tenant):
            return False
        async with self._ctx.store.write() as uow:
            purged = await uow.servers.purge(platform, tenant)
            # before the commit: a crash in between leaves the flag, and the sweep does it again
            await self._ctx.images.forget(purged.images, purged.calls)
            places = set((await uow.servers.flag(FLAG)).split()) - {f"{platform}:{tenant}"}
            await uow.servers.set_flag(FLAG, " ".join(sorted(places)))
        return True

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
