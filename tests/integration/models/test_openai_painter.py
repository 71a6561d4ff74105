"""The OpenAI painter with the real SDK against a stand-in that checks every request."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from PIL import Image

from adapters.models.openai import pictures
from adapters.models.openai.painter import OpenAIPainter
from core.domain.commands import QUALITIES
from core.domain.errors import ProviderError, Unavailable, Unsupported
from core.models.painter import Margins, Operation, PaintRequest
from tests.integration.models.openai_painting import (
    EDITED,
    lower_right,
    noise,
    painting_on,
    serving,
)
from tests.standins.loopback import array, png
from tests.standins.openai_server import FLARE, OpenAIServer

GENERATE, EDIT = "/images/generations", "/images/edits"
SQUARE = png(noise(1024, 1024))


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with serving() as made:
        yield made


@pytest.fixture
async def painter(server: OpenAIServer) -> AsyncIterator[OpenAIPainter]:
    async with painting_on(server) as made:
        yield made


def edit(**options: Any) -> PaintRequest:
    given: dict[str, Any] = {"operation": "edit", "prompt": "a hat", "sources": (SQUARE,)}
    return PaintRequest(**(given | options))


def usd(text_in: int, image_in: int, image_out: int) -> Decimal:
    """What tokens come to at the published 5 / 8 / 30 dollars a million."""
    return Decimal(5 * text_in + 8 * image_in + 30 * image_out) / 1_000_000


async def test_a_picture_is_asked_for_with_the_live_parameters(
    server: OpenAIServer, painter: OpenAIPainter
) -> None:
    request = PaintRequest(prompt="a red fox in snow", quality="high", n=1, user="0123abcd")
    (one,) = await painter.paint(request)
    (call,) = server.calls
    assert call.path == GENERATE
    assert call.body == {
        "model": FLARE,
        "prompt": "a red fox in snow",
        "size": "1024x1024",
        "quality": "high",
        "n": 1,
        "output_format": "png",
        "safety_identifier": "0123abcd",
    }
    assert array(one.data).shape == (1024, 1024, 3)
    assert (one.model, one.request_id) == (FLARE, "req_1")
    assert one.cost is not None
    assert one.cost.usd == usd(5, 0, 1756)
    assert (one.cost.tokens_in, one.cost.tokens_out) == (5, 1756)


@pytest.mark.parametrize("quality", QUALITIES)
async def test_quality_is_always_said_and_never_costs_more_than_its_price(
    server: OpenAIServer, painter: OpenAIPainter, quality: str
) -> None:
    for request in (PaintRequest(prompt="a fox", quality=quality), edit(quality=quality)):
        price = painter.price(request)
        (one,) = await painter.paint(request)
        assert server.calls[-1].body["quality"] == quality
        assert one.cost is not None
        assert one.cost.usd is not None
        assert price is not None
        assert price / 2 < one.cost.usd <= price


async def test_a_large_source_is_in_the_price(server: OpenAIServer) -> None:
    large = png(np.zeros((2400, 3600, 3), np.uint8))
    async with painting_on(server) as painter:
        request = edit(sources=(large,), quality="low")
        price = painter.price(request)
        (one,) = await painter.paint(request)
    assert one.cost is not None
    assert one.cost.usd is not None
    assert price is not None
    assert usd(0, 9000, 0) < one.cost.usd <= price


@pytest.mark.parametrize(
    ("wanted", "sent"), [("xhigh", "high"), ("max", "high"), ("medium", "medium"), ("auto", "low")]
)
async def test_a_quality_the_model_lacks_becomes_the_best_below_it(
    server: OpenAIServer, wanted: str, sent: str
) -> None:
    async with painting_on(server, "gpt-image-2") as painter:
        request = PaintRequest(prompt="a fox", quality=wanted)
        (one,) = await painter.paint(request)
        price = painter.price(request)
    assert server.calls[0].body["quality"] == sent
    assert one.cost is not None
    assert one.cost.usd is not None
    assert price is not None
    assert one.cost.usd <= price


async def test_moderation_is_for_generating_alone(
    server: OpenAIServer, painter: OpenAIPainter
) -> None:
    await painter.paint(PaintRequest(prompt="a fox", moderation="low", quality="low"))
    await painter.paint(edit(moderation="low", quality="low"))
    assert [call.body.get("moderation") for call in server.calls] == ["low", None]


async def test_transparency_and_what_to_avoid(server: OpenAIServer, painter: OpenAIPainter) -> None:
    await painter.paint(PaintRequest(prompt="a fox", negative="fog", transparent=True))
    body = server.calls[0].body
    assert (body["background"], body["output_format"]) == ("transparent", "png")
    assert body["prompt"] == "a fox\n\nAvoid: fog"


async def test_without_a_user_nobody_is_named(server: OpenAIServer, painter: OpenAIPainter) -> None:
    await painter.paint(PaintRequest(prompt="a fox"))
    assert not {"safety_identifier", "user"} & set(server.calls[0].body)


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [
        ((1024, 1024), "1024x1024"),
        ((512, 512), "816x816"),
        ((4000, 1000), "3456x1152"),
        ((1000, 700), "1008x704"),
        ((4000, 4000), "2880x2880"),
    ],
)
async def test_sizes_are_brought_within_the_rule(
    server: OpenAIServer, painter: OpenAIPainter, wanted: tuple[int, int], sent: str
) -> None:
    width, height = wanted
    await painter.paint(PaintRequest(prompt="a fox", width=width, height=height, quality="low"))
    assert server.calls[0].body["size"] == sent


async def test_several_come_by_one_call_and_share_its_cost(
    server: OpenAIServer, painter: OpenAIPainter
) -> None:
    paintings = await painter.paint(PaintRequest(prompt="a red fox", n=3))
    assert len(server.calls) == 1
    assert server.calls[0].body["n"] == 3
    assert len({each.data for each in paintings}) == 3
    costs = [each.cost.usd for each in paintings if each.cost and each.cost.usd]
    assert sum(costs) == usd(3, 0, 3 * 439)


async def test_where_n_is_not_taken_several_come_by_calls_at_once(server: OpenAIServer) -> None:
    server.seconds = 0.2
    async with painting_on(server, supports_n=False) as painter:
        paintings = await painter.paint(PaintRequest(prompt="a red fox", n=3, quality="low"))
    assert len(paintings) == 3
    assert ["n" in call.body for call in server.calls] == [False] * 3
    assert server.most_in_flight == 3
    assert len({each.request_id for each in paintings}) == 3
    costs = [each.cost.usd for each in paintings if each.cost and each.cost.usd]
    assert sum(costs) == 3 * usd(3, 0, 196)


async def test_an_edit_changes_what_the_mask_says_and_nothing_else(
    server: OpenAIServer, painter: OpenAIPainter
) -> None:
    (one,) = await painter.paint(edit(mask=lower_right(1024, 1024), user="0123abcd"))
    (call,) = server.calls
    assert call.path == EDIT
    assert [name for name, _ in call.files] == ["image", "mask"]
    assert call.file("image") == SQUARE
    assert call.body["safety_identifier"] == "0123abcd"
    sent = call.file("mask")
    assert len(sent) < pictures.MAX_MASK
    with Image.open(io.BytesIO(sent)) as mask:
        assert (mask.format, mask.mode, mask.size) == ("PNG", "RGBA", (1024, 1024))
        alpha = np.asarray(mask.getchannel("A"))
    assert np.array_equal(alpha == 0, array(lower_right(1024, 1024), "L") == 255)
    painted, before = array(one.data), array(SQUARE)
    assert (painted[512:, 512:] == EDITED).all()
    assert np.array_equal(painted[:512], before[:512])
    assert one.cost is not None
    assert one.cost.usd == usd(2, 1229, 439)


async def test_a_mask_of_another_size_is_fitted_to_the_picture(
    server: OpenAIServer, painter: OpenAIPainter
) -> None:
    await painter.paint(edit(sources=(png(noise(960, 800)),), mask=lower_right(96, 80)))
    with Image.open(io.BytesIO(server.calls[0].file("mask"))) as mask:
        alpha = np.asarray(mask.getchannel("A"))
    assert alpha.shape == (800, 960)
    assert np.array_equal(alpha == 0, array(lower_right(960, 800), "L") == 255)


async def test_a_mask_beyond_the_limit_is_refused_unpaid(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MAX_MASK", 1000)
    speckled = png(np.where(noise(512, 512)[..., 0] > 100, 255, 0).astype(np.uint8))
    async with painting_on(server) as painter:
        with pytest.raises(Unsupported, match="larger strokes"):
            await painter.paint(edit(mask=speckled))
    assert server.calls == []


@pytest.mark.parametrize("mask", [b"no picture", png(np.zeros((1024, 1024), np.uint8))])
async def test_a_mask_that_marks_nothing_is_refused_unpaid(
    server: OpenAIServer, painter: OpenAIPainter, mask: bytes
) -> None:
    with pytest.raises(Unsupported, match="mask"):
        await painter.paint(edit(mask=mask))
    assert server.calls == []


async def test_sixteen_pictures_go_and_seventeen_do_not(
    server: OpenAIServer, painter: OpenAIPainter
) -> None:
    many = tuple(png(noise(64 + i, 64)) for i in range(17))
    await painter.paint(edit(sources=many[:16], mask=lower_right(64, 64)))
    assert [name for name, _ in server.calls[0].files] == ["image[]"] * 16 + ["mask"]
    assert tuple(server.calls[0].images) == many[:16]
    with pytest.raises(Unsupported):
        await painter.paint(edit(sources=many))
    assert len(server.calls) == 1


@pytest.mark.parametrize(("format", "sent"), [("JPEG", "JPEG"), ("WEBP", "WEBP"), ("BMP", "WEBP")])
async def test_a_source_goes_as_it_is_where_its_format_is_taken(
    server: OpenAIServer, painter: OpenAIPainter, format: str, sent: str
) -> None:
    out = io.BytesIO()
    Image.fromarray(noise(80, 64)).save(out, format)
    await painter.paint(edit(sources=(out.getvalue(),)))
    arrived = server.calls[0].file("image")
    assert (arrived == out.getvalue()) is (format == sent)
    with Image.open(io.BytesIO(arrived)) as image:
        assert (image.format, image.size) == (sent, (80, 64))


@pytest.mark.parametrize("operation", ["edit", "vary", "outpaint"])
async def test_a_source_that_is_no_picture_is_refused_unpaid(
    server: OpenAIServer, painter: OpenAIPainter, operation: Operation
) -> None:
    with pytest.raises(Unsupported):
        await painter.paint(edit(operation=operation, sources=(b"no picture",)))
    assert server.calls == []


async def test_an_outpaint_is_an_edit_of_a_wider_canvas(
    server: OpenAIServer, painter: OpenAIPainter
) -> None:
    margins = Margins(left=256, right=128, up=64)
    request = edit(operation="outpaint", margins=margins)
    price = painter.price(request)
    (one,) = await painter.paint(request)
    (call,) = server.calls
    assert call.path == EDIT
    assert call.body["size"] == "1408x1088"
    canvas = array(call.file("image"))
    assert canvas.shape == (1088, 1408, 3)
    assert np.array_equal(canvas[64:, 256:-128], array(SQUARE))
    with Image.open(io.BytesIO(call.file("mask"))) as mask:
        added = np.asarray(mask.getchannel("A")) == 0
    assert not added[64:, 256:-128].any()
    assert added.sum() == 1408 * 1088 - 1024 * 1024
    painted = array(one.data)
    assert np.array_equal(painted[64:, 256:-128], array(SQUARE))
    assert (painted[:64] == EDITED).all()
    assert one.cost is not None
    assert one.cost.usd is not None
    assert price is not None
    assert price / 2 < one.cost.usd <= price


async def test_a_canvas_that_is_too_wide_is_made_smaller(
    server: OpenAIServer, painter: OpenAIPainter
) -> None:
    request = edit(operation="outpaint", margins=Margins(left=2000, right=2000), quality="low")
    await painter.paint(request)
    assert max(array(server.calls[0].file("image")).shape) <= 3840
    assert server.calls[0].body["size"] == "3840x1280"


async def test_a_variation_is_an_edit_without_a_mask(
    server: OpenAIServer, painter: OpenAIPainter
) -> None:
    await painter.paint(edit(operation="vary"))
    assert [name for name, _ in server.calls[0].files] == ["image"]
    assert server.calls[0].path == EDIT


async def test_a_prompt_at_the_limit_goes_and_one_beyond_is_refused_unpaid(
    server: OpenAIServer, painter: OpenAIPainter
) -> None:
    await painter.paint(PaintRequest(prompt="f" * 32_000, quality="low"))
    with pytest.raises(Unsupported, match="32000 characters"):
        await painter.paint(PaintRequest(prompt="f" * 31_995, negative="fog", quality="low"))
    assert len(server.calls) == 1


async def test_an_unknown_model_has_no_price_and_its_cost_stays_unknown(
    server: OpenAIServer,
) -> None:
    server.models.append("gpt-image-3")
    async with painting_on(server, "gpt-image-3") as painter:
        assert painter.price(PaintRequest(prompt="a fox")) is None
        (one,) = await painter.paint(PaintRequest(prompt="a fox"))
    assert one.cost is not None
    assert one.cost.usd is None
    assert one.cost.tokens_out == 439


async def test_probing_tells_the_models_last_day(
    server: OpenAIServer, painter: OpenAIPainter
) -> None:
    today = datetime.now(UTC).date()
    assert (await painter.probe()).ok
    leaving = today + timedelta(days=30)
    server.leaving[FLARE] = leaving.isoformat()
    standing = await painter.probe()
    assert (standing.ok, standing.leaves) == (True, leaving)
    server.leaving[FLARE] = today.isoformat()
    standing = await painter.probe()
    assert not standing.ok
    assert standing.sentence == f"OpenAI shut {FLARE} down on {today}."
    assert [call.method for call in server.calls] == ["GET"] * 3


async def test_probing_finds_a_wrong_key(server: OpenAIServer) -> None:
    async with painting_on(server, api_key="sk-other") as painter:
        standing = await painter.probe()
    assert not standing.ok
    assert "API key" in standing.sentence
    assert "sk-" not in standing.sentence


async def test_probing_a_server_that_is_gone(server: OpenAIServer) -> None:
    await server.stop()
    async with painting_on(server) as painter:
        with pytest.raises(Unavailable, match="OpenAI is not answering"):
            await painter.probe()


async def test_every_refusal_names_the_painter(
    server: OpenAIServer, painter: OpenAIPainter
) -> None:
    for request in (
        replace(edit(), operation="replace", search="the cat"),
        replace(edit(), sources=()),
        PaintRequest(prompt="a fox", n=11),
    ):
        with pytest.raises(ProviderError, match=f"openai:{FLARE}"):
            await painter.paint(request)
    assert server.calls == []
