"""Pictures as resources: those of the person's own sessions, by darkroom://image/HASH."""

import base64
from typing import Any

import mcp_types as t
from mcp.server import ServerRequestContext
from mcp.shared.exceptions import MCPError

from adapters.mcp.pictures import SCHEME
from adapters.texts.catalogue import t as words
from core.domain.commands import Actor
from core.domain.errors import BadRequest, DarkroomError, Gone
from core.imaging.formats import kind_of
from core.ports.api import CoreApi

Context = ServerRequestContext[Any, Any]


class Shelf:
    def __init__(self, core: CoreApi, actor: Actor) -> None:
        self._core, self._actor = core, actor

    async def list(self, _: Context, __: object) -> t.ListResourcesResult:
        """The best picture of each of the newest sessions."""
        found = await self._core.sessions(self._actor)
        rows = [
            t.Resource(
                uri=f"{SCHEME}{each.best.image}", name=each.session.known_as or each.session.id
            )
            for each in found
            if each.best is not None
        ]
        return t.ListResourcesResult(resources=rows)

    async def templates(self, _: Context, __: object) -> t.ListResourceTemplatesResult:
        row = t.ResourceTemplate(uri_template=f"{SCHEME}{{hash}}", name="image")
        return t.ListResourceTemplatesResult(resource_templates=[row])

    async def open(self, _: Context, params: t.ReadResourceRequestParams) -> t.ReadResourceResult:
        try:
            data = await self.read(str(params.uri))
        except DarkroomError as exc:
            raise MCPError(t.INVALID_PARAMS, exc.sentence) from exc
        blob = t.BlobResourceContents(
            uri=str(params.uri),
            blob=base64.b64encode(data).decode(),
            mime_type=f"image/{kind_of(data).lower() or 'png'}",
        )
        return t.ReadResourceResult(contents=[blob])

    async def read(self, uri: str) -> bytes:
        """Raises BadRequest, Gone or PictureLost; a hash alone opens nothing."""
        if not uri.startswith(SCHEME):
            raise BadRequest(words("mcp.address", scheme=SCHEME))
        hash = uri.removeprefix(SCHEME)
        if not await self._core.owns(hash, self._actor):
            raise Gone(words("mcp.not_yours"))
        return await self._core.images.get(hash)
