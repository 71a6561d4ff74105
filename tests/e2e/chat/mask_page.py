"""The page with the mask painter beside a program of a chat platform."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.web.config import WebConfig
from adapters.web.mask_links import MaskLinks, ticket_of
from adapters.web.masks import Editing, commands_of
from adapters.web.server import WebAdapter
from adapters.web.uploads import WebUploads
from core.jobs.edit import Edit
from core.ports.api import MaskLink
from core.ports.images import Uploads
from core.service.service import Service
from tests.harness import Inline
from tests.integration.web.conftest import serve

CONFIG = WebConfig(secret="a secret for tests only")


@dataclass
class MaskPage:
    """`link` is what the program gives its links with; it works once the page is `open`."""

    folder: Path
    url: str = ""

    def link(self, asked: MaskLink) -> str:
        return self.url + MaskLinks(CONFIG).path(ticket_of(asked))

    @asynccontextmanager
    async def open(self, service: Service, uploads: dict[str, Uploads]) -> AsyncGenerator[None]:
        kept = WebUploads(self.folder / "uploads", limit_mb=20)
        uploads["web"] = kept
        editing = Editing(Inline(), commands_of(Edit))
        runner, self.url = await serve(WebAdapter(service, CONFIG, kept, editing=editing))
        try:
            yield
        finally:
            await runner.cleanup()
