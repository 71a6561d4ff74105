"""What a server's admins let be kept for so many days only: older sessions are deleted, with their
pictures and words; those with a favourite stay. Where they keep no prompts, words go within the hour
after a run."""

from datetime import datetime, timedelta

from core.ports.clock import Clock
from core.ports.images import Images
from core.ports.store import Store

EVERY = timedelta(hours=1)
AT_ONCE = 50  # sessions of a server a round: nobody waits for it
FILES = "forgetting/retention"


class Retention:
    """A round an hour. What is still to be deleted beside the database is a flag, so that a restart
    goes on with it."""

    def __init__(self, store: Store, images: Images, clock: Clock) -> None:
        self._store, self._images, self._clock = store, images, clock
        self._due: datetime | None = None

    async def once(self) -> None:
        now = self._clock()
        if self._due is not None and now < self._due:
            return
        async with self._store.read() as uow:
            everybody = await uow.servers.all_settings()
        bounded = [row for row in everybody if row[2].rules.keep_days]
        more = False
        for platform, tenant, settings in bounded:
            before = now - timedelta(days=settings.rules.keep_days)
            more |= await self._round(platform, tenant, before)
        for platform, tenant, settings in everybody:
            if not settings.rules.store_prompts:
                more |= await self._blank(platform, tenant)
        await self._forget()
        self._due = now if more else now + EVERY

    async def _round(self, platform: str, tenant: str, before: datetime) -> bool:
        """Whether there is more to delete."""
        async with self._store.write() as uow:
            old = await uow.servers.outdated(platform, tenant, before, AT_ONCE)
            files = (await uow.servers.flag(FILES)).split()
            for session in old:
                purged = await uow.servers.purge_session(session)
                files += [*purged.images, *purged.calls]
            if old:
                await uow.servers.set_flag(FILES, " ".join(files))
        return len(old) == AT_ONCE

    async def _blank(self, platform: str, tenant: str) -> bool:
        """Whether there is more to blank. Notes of calls beside the pictures have words as well."""
        async with self._store.write() as uow:
            worded = await uow.servers.worded(platform, tenant, AT_ONCE)
            files = (await uow.servers.flag(FILES)).split()
            for session in worded:
                files += await uow.servers.blank(session)
            if worded:
                await uow.servers.set_flag(FILES, " ".join(files))
        return len(worded) == AT_ONCE

    async def _forget(self) -> None:
        """A call's key has a slash, an image's hash has none."""
        async with self._store.read() as uow:
            files = (await uow.servers.flag(FILES)).split()
            if not files:
                return
            unused = await uow.servers.unused([file for file in files if "/" not in file])
        await self._images.forget(unused, [file for file in files if "/" in file])
        async with self._store.write() as uow:
            await uow.servers.set_flag(FILES, "")
