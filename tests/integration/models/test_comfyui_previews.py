"""ComfyUI: what is painted is seen as it comes, by the websocket's binary messages."""

from dataclasses import replace

import pytest

from tests.integration.models.jobs import started
from tests.integration.models.test_comfyui import FOX, painter_on
from tests.standins.comfy_server import Comfy


@pytest.mark.parametrize("previews", ["free", "off"])
async def test_the_picture_is_seen_as_it_comes(previews: str) -> None:
    seen, told = list[bytes](), list[float]()
    async with started(Comfy()) as server:
        painter = painter_on(server, previews=previews)
        server.pending = 5
        await painter.paint(replace(FOX, report=told.append, preview=seen.append))
        assert seen == (list(server.previews) if previews == "free" else [])
        await painter.close()
