"""What a signed link opens, and the files of the pages."""

import asyncio
from typing import Any

from aiohttp import web

from adapters.credentials.telling import changed, lines, origin_of
from adapters.web.checks import answer
from adapters.web.config import WebConfig
from adapters.web.inbound import VISITOR
from adapters.web.pages import STATIC, UP, gallery_json, page, picture, tree_json
from adapters.web.security import Gate, Links, gallery_of
from core.domain.access import PROGRAM
from core.domain.errors import PictureLost
from core.domain.records import Tree
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
        stars = await self._core.stars(id, reader)
        data = {**tree_json(tree, self._links, people=inside), "starred": dict(stars)}
        return answer({**data, "inside": inside, "gallery": await self._gallery_of(tree)})

    async def _gallery_of(self, tree: Tree) -> str:
        """The address of the channel's gallery, "" where none is open."""
        home = tree.session.place
        settings = await self._core.settings(home.platform, home.tenant)
        is_open = not home.is_dm and home.channel in settings.galleries
        return self._links.gallery(home.platform, home.tenant, home.channel) if is_open else ""

    async def gallery_page(self, request: web.Request) -> web.StreamResponse:
        self._check_link(request, "g", request.match_info["gallery"])
        return page("gallery.html", up=UP)

    async def gallery(self, request: web.Request) -> web.StreamResponse:
        """The starred images of a channel, where its admins opened a gallery."""
        id = request.match_info["gallery"]
        self._check_link(request, "g", id)
        self._gate.check_origin(request)
        nodes = await self._core.gallery(*gallery_of(id))
        if nodes is None:
            raise web.HTTPNotFound(text="There is no gallery of this channel (any more).")
        return answer({"images": [gallery_json(node, self._links) for node in nodes]})

    async def origin(self, request: web.Request) -> web.StreamResponse:
        """What a picture's file says of where it comes from, read back as it leaves."""
        hash = request.match_info["hash"]
        self._check_link(request, "i", hash)
        try:
            if await self._core.taken_down(hash):
                raise PictureLost("It was taken down.")
            data = await self._core.images.get(hash)
        except KeyError as error:
            raise web.HTTPNotFound(text="The picture is not there any more.") from error
        said = await asyncio.to_thread(origin_of, data)
        return answer({"lines": lines(said), "changed": changed(said)})

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
