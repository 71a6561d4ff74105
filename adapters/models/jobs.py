"""Painters whose server takes jobs: one is sent, its name told, its result waited for. A program that
was killed meanwhile finds the picture by the name instead of paying again."""

import asyncio
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from adapters.models.http import Reply
from adapters.models.polling import finished
from adapters.models.sending import Sent
from adapters.models.served import ServedPainter
from core.domain.errors import BadAnswer, Unavailable
from core.models.painter import Painting, PaintRequest

PATIENCE_S = (0.5, 1.0, 2.0, 4.0, 8.0)
SENDING_S = 60.0  # a job is taken at once; the wait for its picture comes after
JOBS = "Works on jobs: one that was begun is found again after a restart."
Result = dict[str, object]


class Lost(BadAnswer):
    """The server has forgotten the job."""


class JobPainter(ServedPainter):
    """`begin`, `address`, `result` and `link` are the provider's own; `billed` may be."""

    sending_s = SENDING_S

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._polls = self._client()

    async def begin(self, request: PaintRequest, pictures: list[Sent]) -> str:
        """The name of the job that was begun. Raises a ProviderError."""
        raise NotImplementedError

    def address(self, job: str) -> str:
        """Where a job is asked for."""
        raise NotImplementedError

    def result(self, reply: Reply, job: str, request: PaintRequest) -> Result | None:
        """What a look at the job found; None while it is under way. Raises where it came to nothing."""
        raise NotImplementedError

    async def whole(self, result: Result, job: str) -> Result:
        """The result with what has to be fetched besides."""
        return result

    async def alive(self, job: str) -> bool:
        """Whether the server still works on it, where it can be asked."""
        return True

    def link(self, result: Result) -> object:
        """Where the picture is."""
        raise NotImplementedError

    def billed(self, request: PaintRequest, job: str, result: Result) -> Decimal | None:
        """In dollars, None where nobody knows."""
        return self.price(request)

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        """With `request.job` nothing is sent: that one is waited for. Raises a ProviderError;
        Unsupported before anything is sent."""
        if request.job:
            return (await self._waited(request, request.job),)
        return await super().paint(request)

    async def painted(self, request: PaintRequest, pictures: list[Sent]) -> tuple[Painting, ...]:
        job = await self.begin(request, pictures)
        if request.begun is not None:
            await request.begun(job)
        return (await self._waited(request, job),)

    async def close(self) -> None:
        await super().close()
        await self._polls.close()

    async def _waited(self, request: PaintRequest, job: str) -> Painting:
        def look(reply: Reply) -> Result | None:
            return self.result(reply, job, request)

        whole_s = self._policy.whole_s
        found = await finished(self._polls, self.address(job), look, whole_s, job, self._known)
        found = await self.whole(found, job)
        usd = self.billed(request, job, found)
        return await self._painting(self.link(found), request, usd, id=job, seed=found.get("seed"))

    async def _known(self, job: str) -> None:
        """Raises Lost where the server has no such job and no result of it."""
        if await self.alive(job):
            return
        reply = await self._polls.get(self.address(job))
        if self.result(reply, job, PaintRequest(prompt="")) is None and not await self.alive(job):
            raise Lost(f"{self._who.label} does not know the job any more.", request_id=job)

    async def _polled(self, url: str) -> Reply | None:
        """What is behind an address, asked for some times; None where nobody says anything."""
        for pause in PATIENCE_S:
            try:
                reply = await self._polls.get(url)
                if reply.status != 429 and reply.status < 500:
                    return reply
            except Unavailable:
                pass
            await asyncio.sleep(pause)
        return None

    def _theirs(self, told: str) -> str:
        """An address of an answer, without its fragment, if it is the server's own: the key goes along.
        "" where it is not."""
        parts, base = urlsplit(told), urlsplit(self._base)
        host, domain = parts.hostname or "", self.site.domain
        https = parts.scheme == "https" and bool(domain)
        own = https and (host == domain or host.endswith(f".{domain}"))
        if own or (parts.scheme, parts.netloc) == (base.scheme, base.netloc):
            return told.partition("#")[0]
        return ""

    def _nameless(self) -> BadAnswer:
        return BadAnswer(f"{self._who.label} took a job and did not say which.")
