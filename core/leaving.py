"""The program was removed from a server: its runs end, then everything its people made is deleted."""

from core.commands import Actor
from core.engine import Engine
from core.obedience import cancel
from core.session import OPEN, RunStatus, Signal
from core.studio import Tools

FLAG = "leaving"


class Leaving:
    """What is being left is a flag, so that a restart goes on with it."""

    def __init__(self, tools: Tools, engine: Engine) -> None:
        self._tools, self._engine = tools, engine

    async def leave(self, platform: str, tenant: str) -> bool:
        """Stops the server's runs; True once its data are gone."""
        async with self._tools.store.write() as uow:
            places = set((await uow.flag(FLAG)).split()) | {f"{platform}:{tenant}"}
            await uow.set_flag(FLAG, " ".join(sorted(places)))
        return await self._try(platform, tenant)

    async def once(self) -> None:
        """Goes on with what could not be deleted before."""
        async with self._tools.store.read() as uow:
            places = (await uow.flag(FLAG)).split()
        for place in places:
            platform, _, tenant = place.partition(":")
            await self._try(platform, tenant)

    async def _try(self, platform: str, tenant: str) -> bool:
        if await self._stop_runs(platform, tenant):
            return False
        async with self._tools.store.write() as uow:
            purged = await uow.purge(platform, tenant)
            # before the commit: a crash in between leaves the flag, and the sweep does it again
            await self._tools.images.forget(purged.images, purged.calls)
            places = set((await uow.flag(FLAG)).split()) - {f"{platform}:{tenant}"}
            await uow.set_flag(FLAG, " ".join(sorted(places)))
        return True

    async def _stop_runs(self, platform: str, tenant: str) -> bool:
        """Whether runs are still going; each was told to stop."""
        async with self._tools.store.write() as uow:
            runs = [
                run
                for run in await uow.runs_in(sorted(OPEN))
                if (run.actor.platform, run.actor.tenant) == (platform, tenant)
            ]
            for run in runs:
                if run.status is RunStatus.CONFIRMING:
                    await cancel(self._tools, uow, run, "The program was removed from this server.")
                else:
                    actor = Actor(platform, tenant, "")
                    await uow.add_signal(
                        Signal(run=run.id, kind="stop", actor=actor, at=self._tools.clock())
                    )
        going = [run for run in runs if run.status is not RunStatus.CONFIRMING]
        for run in going:
            await self._engine.wake(run.engine_id)
        return bool(going)
