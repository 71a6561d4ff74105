"""The painter for Stability AI against a stand-in that checks every form."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from adapters.models.config import ProviderConfig
from adapters.models.http import File, HttpClient
from adapters.models.prices import PriceBook
from adapters.models.sending import nearest_ratio
from adapters.models.stability.forms import RATIOS
from adapters.models.stability.painter import POLICY, StabilityPainter
from core.domain.errors import (
    AccountProblem,
    BadAnswer,
    InDoubt,
    Misconfigured,
    ModelGone,
    PolicyRefusal,
    ProviderError,
    Unavailable,
    Unsupported,
)
from core.models.painter import Margins, PaintRequest
from tests.standins.loopback import PAINT, array, png
from tests.standins.stability_server import KEY, Stability
from tests.standins.stability_spec import MISSING, Forms

from .picklable import Picklable

MODELS = ("ultra", "core", "sd3.5-large", "sd3.5-large-turbo", "sd3.5-medium", "sd3.5-flash")


@pytest.fixture
async def server() -> AsyncIterator[Stability]:
    standin = Stability()
    await standin.start()
    yield standin
    await standin.stop()
    assert standin.violations == []


@pytest.fixture
async def painter(server: Stability) -> AsyncIterator[StabilityPainter]:
    made = make(server)
    yield made
    await made.close()


def make(
    server: Stability, model: str = "ultra", key: str = KEY, prices: PriceBook | None = None
) -> StabilityPainter:
    config = ProviderConfig(kind="stability", base_url=server.url, api_key=key)
    return StabilityPainter("stability", model, config, prices or PriceBook(), Picklable())


def noise(width: int, height: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(5).integers(0, 255, (height, width, 3), np.uint8)


def test_the_description_finds_mistakes() -> None:
    forms = Forms()
    if not forms.there:
        pytest.skip(MISSING)
    path = "/v2beta/stable-image/edit/inpaint"
    found = forms.complaints(
        path, {"prompt": "", "seed": "x", "grow_mask": "900", "n": "2", "mask": "x"}, {}
    )
    assert len(found) == 6
    assert forms.complaints(path, {"prompt": "a hat"}, {"image": b"x"}) == []
    assert forms.complaints("/v2beta/nowhere", {}, {})


async def test_the_stand_in_writes_mistakes_down(server: Stability) -> None:
    if not server.forms.there:
        pytest.skip(MISSING)
    headers = {"Authorization": f"Bearer {KEY}"}
    config = ProviderConfig(kind="stability")
    client = HttpClient("x", "x", config, POLICY, base_url=server.url, headers=headers)
    fields: dict[str, str | File] = {"prompt": "x", "aspect_ratio": "7:5", "strenght": "1"}
    await client.post_form("/v2beta/stable-image/generate/ultra", fields)
    await client.close()
    found = set(server.violations)
    server.violations.clear()  # the fixture wants none
    path = "/v2beta/stable-image/generate/ultra"
    assert found == {
        "Accept is not application/json",
        f"{path}: aspect_ratio is '7:5'",
        f"{path}: unknown field strenght",
    }


@pytest.mark.parametrize("model", MODELS)
async def test_every_model_generates(server: Stability, model: str) -> None:
    painter = make(server, model)
    request = PaintRequest(prompt="a fox", negative="fog", width=1536, height=1024, seed=9)
    (one,) = await painter.paint(request)
    call = server.calls[-1]
    name = "sd3" if model.startswith("sd3") else model
    assert call.path == f"/v2beta/stable-image/generate/{name}"
    assert call.fields["aspect_ratio"] == "3:2"
    assert call.fields.get("model", model) == model
    quick = model in ("sd3.5-large-turbo", "sd3.5-flash")
    assert ("negative_prompt" in call.fields) is not quick
    assert (one.seed, one.model, one.request_id) == (9, model, "req-1")
    assert array(one.data).shape == (64, 96, 3)
    await painter.close()


async def test_what_it_should_never_show_is_sent_each_time(server: Stability) -> None:
    config = ProviderConfig(
        kind="stability", base_url=server.url, api_key=KEY, negative="watermark"
    )
    painter = StabilityPainter("stability", "core", config, PriceBook(), Picklable())
    await painter.paint(PaintRequest(prompt="x", negative="fog"))
    assert server.calls[-1].fields["negative_prompt"] == "fog, watermark"
    await painter.close()


async def test_without_a_seed_the_one_it_took_is_kept(
    server: Stability, painter: StabilityPainter
) -> None:
    (one,) = await painter.paint(PaintRequest(prompt="a fox"))
    assert "seed" not in server.calls[-1].fields
    assert one.seed == 77


@pytest.mark.parametrize(("asked", "sent"), [(0, 4294967294), (1, 1), (2**33 + 5, 9)])
async def test_a_seed_is_never_the_one_that_means_any(
    server: Stability, painter: StabilityPainter, asked: int, sent: int
) -> None:
    await painter.paint(PaintRequest(prompt="a fox", seed=asked))
    assert server.calls[-1].fields["seed"] == str(sent)


@pytest.mark.parametrize(
    ("size", "ratio"),
    [
        ((1024, 1024), "1:1"),
        ((1920, 1080), "16:9"),
        ((3072, 1024), "21:9"),
        ((1024, 3072), "9:21"),
        ((1000, 800), "5:4"),
        ((810, 1000), "4:5"),
        ((640, 960), "2:3"),
        ((1100, 1024), "1:1"),
    ],
)
def test_the_shape_is_the_nearest_of_nine(size: tuple[int, int], ratio: str) -> None:
    assert nearest_ratio(*size, RATIOS) == ratio
    assert ratio in RATIOS


@pytest.mark.parametrize("model", ["ultra", "sd3.5-large", "sd3.5-large-turbo", "sd3.5-medium"])
async def test_vary_sends_picture_and_strength(server: Stability, model: str) -> None:
    painter = make(server, model)
    picture = png(noise(80, 64))
    await painter.paint(
        PaintRequest(operation="vary", prompt="a fox", sources=(picture,), strength=0.35)
    )
    call = server.calls[-1]
    assert call.fields["strength"] == "0.35"
    assert np.array_equal(array(call.files["image"]), array(picture))
    await painter.close()


async def test_core_can_not_vary(server: Stability) -> None:
    painter = make(server, "core")
    assert not painter.profile.image_to_image
    with pytest.raises(Unsupported):
        await painter.paint(
            PaintRequest(operation="vary", prompt="x", sources=(png(noise(64, 64)),))
        )
    await painter.close()


def halved() -> np.ndarray[Any, Any]:
    mask = np.zeros((70, 90), np.uint8)
    mask[10:40, 20:60] = 255
    return mask


async def test_inpainting_changes_white_and_nothing_else(
    server: Stability, painter: StabilityPainter
) -> None:
    picture, mask = noise(90, 70), halved()
    (one,) = await painter.paint(
        PaintRequest(operation="edit", prompt="a hat", sources=(png(picture),), mask=png(mask))
    )
    call = server.calls[-1]
    assert call.path.endswith("/edit/inpaint")
    assert np.array_equal(array(call.files["mask"], "L"), mask)
    assert int(call.fields["grow_mask"]) > 0
    result = array(one.data)
    assert (result[mask == 255] == PAINT).all()
    assert np.array_equal(result[mask == 0], picture[mask == 0])


async def test_an_edit_without_a_prompt_erases(
    server: Stability, painter: StabilityPainter
) -> None:
    request = PaintRequest(
        operation="edit", prompt=" ", sources=(png(noise(90, 70)),), mask=png(halved())
    )
    await painter.paint(request)
    call = server.calls[-1]
    assert call.path.endswith("/edit/erase")
    assert "prompt" not in call.fields
    assert painter.price(request) == Decimal("0.05")


async def test_a_grey_mask_of_another_size_is_brought_to_the_pictures(
    server: Stability, painter: StabilityPainter
) -> None:
    grey = np.zeros((32, 32), np.uint8)
    grey[:16], grey[16:] = 200, 90
    await painter.paint(
        PaintRequest(operation="edit", prompt="x", sources=(png(noise(64, 64)),), mask=png(grey))
    )
    mask = array(server.calls[-1].files["mask"], "L")
    assert (mask[:32] == 255).all()
    assert (mask[32:] == 0).all()


async def test_outpaint_adds_exactly_its_margins(
    server: Stability, painter: StabilityPainter
) -> None:
    picture = noise(90, 70)
    margins = Margins(left=30, up=2000, down=7)
    (one,) = await painter.paint(
        PaintRequest(operation="outpaint", prompt="", sources=(png(picture),), margins=margins)
    )
    call = server.calls[-1]
    assert call.path.endswith("/edit/outpaint")
    sides = {side: call.fields.get(side) for side in ("left", "right", "up", "down")}
    assert sides == {"left": "30", "right": None, "up": "2000", "down": "7"}
    assert "prompt" not in call.fields
    result = array(one.data)
    assert result.shape == (70 + 2007, 120, 3)
    assert np.array_equal(result[2000:2070, 30:], picture)


async def test_replace_style_and_upscale(server: Stability, painter: StabilityPainter) -> None:
    source = (png(noise(90, 70)),)
    for request, path, fields, usd in (
        (
            PaintRequest(operation="replace", prompt="a cat", search="dog", sources=source),
            "edit/search-and-replace",
            {"prompt": "a cat", "search_prompt": "dog"},
            "0.05",
        ),
        (
            PaintRequest(operation="style", prompt="a cat", strength=0.25, sources=source),
            "control/style",
            {"prompt": "a cat", "fidelity": "0.75", "aspect_ratio": "1:1"},
            "0.05",
        ),
        (
            PaintRequest(operation="upscale", prompt="", seed=3, sources=source),
            "upscale/fast",
            {"output_format": "png"},
            "0.02",
        ),
    ):
        (one,) = await painter.paint(request)
        call = server.calls[-1]
        assert call.path == f"/v2beta/stable-image/{path}"
        assert call.fields.items() >= fields.items()
        assert one.cost is not None
        assert one.cost.usd == painter.price(request) == Decimal(usd)
    assert set(server.calls[-1].fields) == {"output_format"}
    assert array(one.data).shape == (280, 360, 3)


@pytest.mark.slow
async def test_an_upload_is_brought_under_ten_mebibytes(
    server: Stability, painter: StabilityPainter
) -> None:
    picture = noise(2400, 1600)  # 11.5 MB as PNG
    mask = np.zeros((1600, 2400), np.uint8)
    mask[:800] = 255
    await painter.paint(
        PaintRequest(operation="edit", prompt="x", sources=(png(picture),), mask=png(mask))
    )
    call = server.calls[-1]
    assert int(call.headers["Content-Length"]) <= 10 * 2**20
    assert call.files["image"].startswith(b"\xff\xd8"), "no JPEG"
    assert array(call.files["image"]).shape == (1600, 2400, 3)


@pytest.mark.parametrize(
    ("operation", "size", "sent"),
    [
        ("edit", (40, 80), (64, 128)),
        ("upscale", (2000, 1000), (1448, 724)),
        ("upscale", (1600, 400), (1536, 384)),
        ("replace", (40, 32), (80, 64)),
    ],
)
async def test_pictures_are_brought_within_its_bounds(
    server: Stability,
    painter: StabilityPainter,
    operation: Any,
    size: tuple[int, int],
    sent: tuple[int, int],
) -> None:
    width, height = size
    mask = png(np.full((height, width), 255, np.uint8)) if operation == "edit" else None
    source = png(np.zeros((height, width, 3), np.uint8))
    await painter.paint(
        PaintRequest(operation=operation, prompt="x", search="y", sources=(source,), mask=mask)
    )
    assert array(server.calls[-1].files["image"]).shape == (sent[1], sent[0], 3)


async def test_margins_shrink_with_a_picture_that_is_too_large(
    server: Stability, painter: StabilityPainter
) -> None:
    source = png(np.zeros((3200, 3200, 3), np.uint8))
    await painter.paint(
        PaintRequest(
            operation="outpaint", prompt="x", sources=(source,), margins=Margins(left=400, up=1)
        )
    )
    call = server.calls[-1]
    assert array(call.files["image"]).shape == (3072, 3072, 3)
    assert (call.fields["left"], call.fields["up"]) == ("384", "1")


SOURCE = (png(np.zeros((64, 64, 3), np.uint8)),)
IMPOSSIBLE = [
    PaintRequest(prompt=" "),
    PaintRequest(prompt="x" * 10_001),
    PaintRequest(prompt="x", n=2),
    PaintRequest(prompt="x", transparent=True),
    PaintRequest(operation="edit", prompt="x", sources=SOURCE),
    PaintRequest(operation="vary", prompt="x"),
    PaintRequest(operation="replace", prompt="x", sources=SOURCE),
    PaintRequest(operation="style", prompt="", sources=SOURCE),
    PaintRequest(operation="outpaint", prompt="x", sources=SOURCE),
    PaintRequest(operation="outpaint", prompt="x", sources=SOURCE, margins=Margins(left=2001)),
    PaintRequest(operation="upscale", prompt="", sources=(b"no picture",)),
]


@pytest.mark.parametrize("request_", IMPOSSIBLE)
async def test_what_it_can_not_do_is_refused_before_anything_is_sent(
    server: Stability, painter: StabilityPainter, request_: PaintRequest
) -> None:
    with pytest.raises(Unsupported):
        await painter.paint(request_)
    assert not server.calls


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("400", ProviderError, "aspect ratio must be under 2.5"),
        ("402", AccountProblem, "no credits left"),
        ("403", PolicyRefusal, "safety system"),
        ("403 other", AccountProblem, r"providers\.stability\.api_key"),
        ("404", ModelGone, "any more"),
        ("413", ProviderError, "10 MiB"),
        ("422", ProviderError, "only English"),
        ("429", Unavailable, "too many requests"),
        ("500", Unavailable, "fault of its own"),
        ("drop", InDoubt, "broke off"),
        ("filtered", PolicyRefusal, "safety system"),
        ("empty", BadAnswer, "no picture"),
        ("error", BadAnswer, "no picture"),
        ("garbage", BadAnswer, "no picture"),
        ("no base64", BadAnswer, "base64"),
    ],
)
async def test_faults_are_told_apart(
    server: Stability, painter: StabilityPainter, fault: str, error: type[Exception], words: str
) -> None:
    server.faults.append(fault)
    with pytest.raises(error, match=words) as caught:
        await painter.paint(PaintRequest(prompt="x"))
    assert type(caught.value) is error
    assert "Stability AI" in str(caught.value)
    if isinstance(caught.value, Unavailable):
        assert caught.value.retry_after == (60.0 if fault == "429" else 10.0)
    if fault in ("403", "429", "413"):
        assert isinstance(caught.value, ProviderError)
        assert caught.value.request_id == "err-1"
    await painter.paint(PaintRequest(prompt="x"))


async def test_before_and_after_the_request_was_sent(
    server: Stability, painter: StabilityPainter
) -> None:
    painter._http.policy = replace(POLICY, whole_s=0.6)
    server.faults.append("hang")
    with pytest.raises(InDoubt, match="no answer in time"):
        await painter.paint(PaintRequest(prompt="x"))
    await server.stop()
    with pytest.raises(Unavailable, match="Stability AI is not answering"):
        await painter.paint(PaintRequest(prompt="x"))


async def test_a_wrong_key_and_none_at_all(server: Stability) -> None:
    painter = make(server, key="sk-wrong")
    with pytest.raises(AccountProblem, match=r"providers\.stability\.api_key") as caught:
        await painter.paint(PaintRequest(prompt="x"))
    assert "sk-wrong" not in str(caught.value)
    assert not (await painter.probe()).ok
    await painter.close()
    with pytest.raises(Misconfigured, match="needs a key"):
        make(server, key="")


def test_an_unknown_model_is_answered_with_those_there_are() -> None:
    config = ProviderConfig(kind="stability", api_key="x")
    with pytest.raises(Misconfigured, match=r"sdxl.*ultra, core, sd3\.5-large"):
        StabilityPainter("stability", "sdxl", config, PriceBook(), Picklable())


@pytest.mark.parametrize(
    ("model", "usd"),
    [
        ("ultra", "0.08"),
        ("core", "0.03"),
        ("sd3.5-large", "0.065"),
        ("sd3.5-large-turbo", "0.04"),
        ("sd3.5-medium", "0.035"),
    ],
)
async def test_credits_are_dollars(server: Stability, model: str, usd: str) -> None:
    painter = make(server, model)
    request = PaintRequest(prompt="x")
    (one,) = await painter.paint(request)
    assert one.cost is not None
    assert one.cost.usd == painter.price(request) == Decimal(usd)
    edit = replace(request, operation="edit", mask=b"", sources=SOURCE)
    assert painter.price(edit) == Decimal("0.05")
    assert painter.price(replace(edit, operation="outpaint")) == Decimal("0.04")
    await painter.close()


async def test_a_price_nobody_knows_stays_unknown(server: Stability) -> None:
    painter = make(server, "sd3.5-flash")
    assert painter.price(PaintRequest(prompt="x")) is None
    (one,) = await painter.paint(PaintRequest(prompt="x"))
    assert one.cost is None
    await painter.close()


async def test_a_configured_price_wins(server: Stability) -> None:
    painter = make(server, prices=PriceBook({"ultra": {"image": Decimal("0.5")}}))
    assert painter.price(PaintRequest(prompt="x")) == Decimal("0.5")
    await painter.close()


async def test_probe_tells_the_credits(server: Stability, painter: StabilityPainter) -> None:
    assert (await painter.probe()).sentence == "Stability AI: 100.0 credits are left."
    server.credits = 7.9
    standing = await painter.probe()
    assert not standing.ok
    assert "less than one image" in standing.sentence
    server.credits = None
    assert (await painter.probe()).ok
    server.faults.append("500")
    with pytest.raises(Unavailable):
        await painter.probe()
    await server.stop()
    with pytest.raises(Unavailable):
        await painter.probe()
