"""A picture as it comes: partial images of OpenAI, the current image of a stable-diffusion server."""

import asyncio
import base64
from decimal import Decimal

import pytest

from adapters.models.config import ProviderConfig
from adapters.models.prices import PriceBook
from adapters.models.sdwebui.painter import SdWebuiPainter
from core.domain.errors import BadAnswer, InDoubt, PolicyRefusal, ProviderError
from core.models.painter import PaintRequest
from tests.harness import Inline
from tests.integration.models.openai_painting import FOX, lower_right, noise, painting_on, serving
from tests.standins.loopback import png
from tests.standins.openai_pictures import painted
from tests.standins.openai_server import Fault
from tests.standins.sdwebui_server import SdWebui

EDIT = PaintRequest(
    operation="edit",
    prompt="a red fox",
    width=1024,
    height=1024,
    sources=(png(noise(1024, 1024)),),
    mask=lower_right(1024, 1024),
)


@pytest.mark.parametrize("asked", [FOX, EDIT], ids=["generate", "edit"])
async def test_partial_images_are_shown_paid_for_and_in_the_price(asked: PaintRequest) -> None:
    seen: list[bytes] = []
    request = PaintRequest(**{**_fields(asked), "quality": "low", "preview": seen.append})
    async with serving() as server:
        async with painting_on(server, previews="all") as painter:
            (one,) = await painter.paint(request)
            most = painter.price(request)
        async with painting_on(server, previews="free") as painter:
            (plain,) = await painter.paint(request)
            least = painter.price(request)
        first, second = server.calls
    assert (first.body["stream"], first.body["partial_images"]) == (True, 2)
    assert "stream" not in second.body
    assert seen == [painted(f"grey {90 + n}", 64, 64, "png") for n in range(2)]
    assert one.data == plain.data and one.request_id == ""
    assert one.cost and plain.cost and one.cost.usd and plain.cost.usd and most and least
    both = Decimal(200 * 30) / 1_000_000  # two partial images of 100 tokens
    assert one.cost.usd - plain.cost.usd == both == most - least
    assert one.cost.usd <= most


def _fields(request: PaintRequest) -> dict[str, object]:
    return {name: getattr(request, name) for name in PaintRequest.__dataclass_fields__}


@pytest.mark.parametrize(
    ("kind", "error", "said"),
    [
        ("broken stream", PolicyRefusal, "safety system"),
        ("cut stream", BadAnswer, "before the picture was done"),
    ],
)
async def test_a_stream_that_ends_too_early_is_what_it_was(
    kind: str, error: type[ProviderError], said: str
) -> None:
    asked = PaintRequest(**{**_fields(FOX), "preview": lambda _: None})
    async with serving() as server, painting_on(server, previews="all") as painter:
        server.faults.append(Fault(kind))  # type: ignore[arg-type]
        with pytest.raises(error, match=said):
            await painter.paint(asked)


async def test_a_stream_that_never_ends_is_in_doubt() -> None:
    asked = PaintRequest(**{**_fields(FOX), "preview": lambda _: None})
    async with serving() as server, painting_on(server, previews="all", timeout_s=0.4) as painter:
        server.partly = asyncio.Event()
        with pytest.raises(InDoubt, match="no answer in time"):
            await painter.paint(asked)
        server.partly.set()


async def test_a_server_without_streams_answers_at_once() -> None:
    asked = PaintRequest(**{**_fields(FOX), "preview": lambda _: None})
    async with (
        serving("compatible") as server,
        painting_on(server, "mine", "mine", previews="all", dialect="gpt-image") as painter,
    ):
        server.streams = False
        (one,) = await painter.paint(asked)
    assert one.data.startswith(b"\x89PNG")


async def test_the_current_image_of_a_server_of_ones_own() -> None:
    server, seen = SdWebui(), list[bytes]()
    await server.start()
    encoded = base64.b64encode(painted("grey 7", 64, 64, "png")).decode()
    for previews, shown in (("off", 0), ("free", 1)):
        config = ProviderConfig(kind="sdwebui", base_url=server.url, previews=previews)  # type: ignore[arg-type]
        painter = SdWebuiPainter("mine", "default", config, PriceBook(), Inline())
        painter.poll_s = 0.001
        server.progress = [
            {"progress": 0.2, "current_image": encoded},
            {"progress": 0.4, "current_image": None},
            {"progress": 0.6, "current_image": "%%%"},
        ]
        server.go_on.clear()
        server.faults.append("wait")
        request = PaintRequest(
            prompt="x", width=64, height=64, report=lambda _: None, preview=seen.append
        )
        await painter.paint(request)
        assert len(seen) == shown
        assert set(server.asked_images) == {"true" if previews == "off" else "false"}
        server.asked_images.clear()
        await painter.close()
    await server.stop()
    assert server.violations == []
