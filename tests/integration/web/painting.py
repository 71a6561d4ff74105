"""A page with the mask painter, an image to paint on, and what came of it."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.web.config import WebConfig
from adapters.web.mask_links import MaskLinks, ticket_of
from adapters.web.masks import Editing, Submitted
from adapters.web.server import WebAdapter
from adapters.web.uploads import WebUploads
from core.domain.commands import Actor, Command, ImageHandle, Place
from core.jobs.edit_prompt import EditPrompt
from core.jobs.refine import Refine
from core.ports.api import MaskLink
from tests.harness import Inline

from .conftest import serve
from .fake_door import FakeDoor

CONFIG = WebConfig(secret="a secret for tests only", public_url="https://pictures.example/lab")
ADA = Actor("discord", "42", "7", "Ada Ünal 🦊", "de", ("cooks",), moderator=True)
THREAD = Place("discord", "42", "100", thread="200", upload_limit=8_000_000)


@dataclass
class Easel:
    """`sent` are the things people submitted, newest last."""

    core: FakeDoor
    uploads: WebUploads
    url: str
    iteration: str
    sent: list[Submitted] = field(default_factory=list[Submitted])
    clock: list[float] = field(default_factory=lambda: [0.0])
    links: Any = None

    def link(self, *, marks: bool = False, iteration: str = "") -> str:
        """A new one, of this server's own address."""
        asked = MaskLink(
            actor=ADA, place=THREAD, iteration=iteration or self.iteration, marks=marks
        )
        return self.url + self.links.path(ticket_of(asked))

    async def picture(self) -> bytes:
        """What was painted last."""
        handle = self.sent[-1].mask or self.sent[-1].marks
        assert handle is not None
        return await self.uploads.fetch(handle)


@asynccontextmanager
async def painting(folder: Path, picture: bytes, *, local: bool = False) -> AsyncIterator[Easel]:
    """`local`: a playground without a token, as on one's own machine."""
    core = FakeDoor()
    core.steps[0] = picture
    uploads = WebUploads(folder / "uploads", limit_mb=20)
    easel = Easel(core, uploads, "", "")

    def command_of(made: Submitted) -> Command:
        easel.sent.append(made)
        return EditPrompt(
            dedup_key=made.key,
            actor=made.actor,
            place=made.place,
            iteration=made.iteration,
            prompt=made.instruction,
        )

    config = WebConfig(secret="a secret for tests only") if local else CONFIG
    adapter = WebAdapter(core, config, uploads, editing=Editing(Inline(), command_of))
    core.sender = adapter.sender
    easel.links = MaskLinks(config, lambda: time.time() - easel.clock[0])
    runner, easel.url = await serve(adapter)
    image = ImageHandle("discord", "ref")
    owner = Actor("web", "", "ada", "Ada") if local else ADA
    place = Place("web", "", "playground") if local else THREAD
    begun = Refine(dedup_key="r", actor=owner, place=place, image=image)
    easel.iteration = (await core.round(await core.begin(begun), "s1-r1", 0)).id
    try:
        yield easel
    finally:
        await runner.cleanup()
