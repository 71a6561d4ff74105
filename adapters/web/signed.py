"""What a signed link opens, and the files of the pages."""

from typing import Any

from aiohttp import web

from adapters.web.checks import answer
from adapters.web.config import WebConfig
from adapters.web.inbound import VISITOR
from adapters.web.pages import STATIC, UP, page, picture, tree_json
from adapters.web.security import Gate, Links
from core.domain.access import PROGRAM
from core.domain.errors import PictureLost
from core.ports.api import CoreApi

SERVED = (".js", ".css", ".svg", ".webp")


class SignedPages:
    """Handlers of session pages, their data, pictures and static files."""

    def __init__(self, core: CoreApi, config: WebConfig, gate: Gate, links: Links) -> None:
        self._core, self._config, self._gate, self._links = core, config, gate, links

    async def page(self, request: web.Request) -> web.StreamResponse:
        self._check_link(request, "s", request.match_info["session"])
        return page("session.html", up=UP)

    async def session(self, request: web.Request) -> web.StreamResponse:
        """The session page's data: for who has its link, and for the playground."""
        id = request.match_info["session"]
        inside = self._config.playground and self._gate.visit(request) is not None
        if request.query.get("t") or not inside:
            self._check_link(request, "s", id)
        self._gate.check_origin(request)
        reader = PROGRAM if request.query.get("t") else VISITOR
        tree = await self._core.tree(id, reader)
        if tree is None:
            raise web.HTTPNotFound(text="There is no such session.")
        return answer(tree_json(tree, self._links, people=inside))

    async def image(self, request: web.Request) -> web.StreamResponse:
        hash = request.match_info["hash"]
        self._check_link(request, "i", hash)
        thumb = request.query.get("thumb") == "1"
        images = self._core.images
        try:
            if await self._core.taken_down(hash):
                raise PictureLost("It was taken down.")
            return picture(await (images.thumbnail(hash) if thumb else images.get(hash)))
        except KeyError as error:
            raise web.HTTPNotFound(text="The picture is not there any more.") from error

    def _check_link(self, request: web.Request, kind: Any, id: str) -> None:
        if not self._links.valid(kind, id, request.query.get("t", "")):
            raise web.HTTPForbidden(text="This link is not valid (any more).")

    async def static(self, request: web.Request) -> web.StreamResponse:
        path = STATIC / request.match_info["name"]
        if path.parent != STATIC or path.suffix not in SERVED or not path.is_file():
            raise web.HTTPNotFound(text="There is no such file.")
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})
