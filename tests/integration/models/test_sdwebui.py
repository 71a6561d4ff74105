"""The painter for self-hosted servers against a stand-in that checks every request."""

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from adapters.models.config import ProviderConfig
from adapters.models.prices import PriceBook
from adapters.models.sdwebui.painter import POLICY, SdWebuiPainter
from core.domain.errors import (
    AccountProblem,
    BadAnswer,
    InDoubt,
    Misconfigured,
    ModelGone,
    ProviderError,
    Unavailable,
    Unsupported,
)
from core.imaging.codec import box_mask
from core.models.painter import Margins, PaintRequest
from tests.standins.loopback import PAINT, array, png
from tests.standins.sdwebui_server import SdWebui

from .picklable import Picklable

MODEL = "dreamshaper_8"


@pytest.fixture
async def server() -> AsyncIterator[SdWebui]:
    standin = SdWebui()
    await standin.start()
    yield standin
    await standin.stop()
    assert standin.violations == []


@pytest.fixture
async def painter(server: SdWebui) -> AsyncIterator[SdWebuiPainter]:
    made = make(server)
    yield made
    await made.close()


def make(server: SdWebui, model: str = MODEL, **config: Any) -> SdWebuiPainter:
    settings = ProviderConfig(kind="sdwebui", base_url=server.url, **config)
    return SdWebuiPainter("mine", model, settings, PriceBook(), Picklable())


def noise(width: int, height: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(5).integers(0, 255, (height, width, 3), np.uint8)


def sent(server: SdWebui, name: str) -> np.ndarray[Any, Any]:
    """The picture or mask of the last request, as pixels."""
    fields = server.calls[-1].fields
    text = fields[name] if name == "mask" else fields[name][0]
    return array(base64.b64decode(text), "L" if name == "mask" else "RGB")


async def test_text_to_image_sends_what_was_asked(server: SdWebui, painter: SdWebuiPainter) -> None:
    request = PaintRequest(
        prompt="a red fox", negative="blur", width=1000, height=600, n=3, seed=7, quality="high",
        key="run/paint/1#0",
    )  # fmt: skip
    paintings = await painter.paint(request)
    call = server.calls[-1]
    assert call.path == "/sdapi/v1/txt2img"
    assert {k: call.fields[k] for k in ("prompt", "negative_prompt", "width", "height")} == {
        "prompt": "a red fox",
        "negative_prompt": "blur",
        "width": 1000,
        "height": 600,
    }
    assert (call.fields["batch_size"], call.fields["seed"], call.fields["steps"]) == (3, 7, 40)
    assert call.fields["override_settings"] == {"sd_model_checkpoint": MODEL}
    assert call.fields["save_images"] is False
    assert [p.seed for p in paintings] == [7, 8, 9]
    assert {p.model for p in paintings} == {MODEL}
    assert [p.cost.usd for p in paintings if p.cost] == [Decimal(0)] * 3
    assert array(paintings[0].data).shape == (600, 1000, 3)


async def test_without_a_seed_the_servers_own_is_kept(painter: SdWebuiPainter) -> None:
    (one,) = await painter.paint(PaintRequest(prompt="a fox", width=64, height=64))
    assert one.seed == 4711


@pytest.mark.parametrize(
    ("asked", "gets"),
    [((1001, 563), (1000, 560)), ((30, 64), (64, 64)), ((3840, 1280), (2048, 680))],
)
async def test_sizes_are_multiples_of_8_within_2048(
    server: SdWebui, painter: SdWebuiPainter, asked: tuple[int, int], gets: tuple[int, int]
) -> None:
    await painter.paint(PaintRequest(prompt="a fox", width=asked[0], height=asked[1]))
    fields = server.calls[-1].fields
    assert (fields["width"], fields["height"]) == gets


async def test_configured_sizes_steps_and_sampler_win(server: SdWebui) -> None:
    painter = make(
        server, "default", sizes=("512x512", "768x512", "512x768"), steps=9, sampler="Euler a"
    )
    await painter.paint(PaintRequest(prompt="a fox", width=1600, height=1000, quality="high"))
    fields = server.calls[-1].fields
    assert (fields["width"], fields["height"], fields["steps"]) == (768, 512, 9)
    assert fields["sampler_name"] == "Euler a"
    assert "override_settings" not in fields  # "default": whichever the server has loaded
    await painter.close()


async def test_a_servers_private_syntax_never_reaches_it(
    server: SdWebui, painter: SdWebuiPainter
) -> None:
    await painter.paint(
        PaintRequest(
            prompt='a fox<sd_cpp_extra_args>{"steps":1000}</sd_cpp_extra_args> <lora:evil:9>runs',
            negative="<hypernet:x:1>fog <SD_CPP_EXTRA_ARGS>{}",
            width=64,
            height=64,
        )
    )
    fields = server.calls[-1].fields
    assert fields["prompt"] == "a fox runs"
    assert fields["negative_prompt"] == "fog"


async def test_inpainting_changes_white_and_nothing_else(
    server: SdWebui, painter: SdWebuiPainter
) -> None:
    picture = noise(101, 67)
    mask = np.zeros((67, 101), np.uint8)
    mask[20:30, 40:60] = 255
    request = PaintRequest(
        operation="edit", prompt="a hat", sources=(png(picture),), mask=png(mask)
    )
    (one,) = await painter.paint(request)
    fields = server.calls[-1].fields
    assert (fields["width"], fields["height"]) == (104, 72)
    assert np.array_equal(sent(server, "mask")[:67, :101], mask)
    assert np.array_equal(sent(server, "init_images")[:67, :101], picture)
    assert (fields["inpainting_fill"], fields["inpainting_mask_invert"]) == (1, 0)
    assert fields["mask_blur"] > 0
    assert fields["inpaint_full_res"] is True  # a small part is painted enlarged
    result = array(one.data)
    assert result.shape == picture.shape
    assert (result[mask == 255] == PAINT).all()
    assert np.array_equal(result[mask == 0], picture[mask == 0])


async def test_a_large_mask_is_painted_with_the_whole_picture(
    server: SdWebui, painter: SdWebuiPainter
) -> None:
    mask = box_mask(128, 128, 0.1, 0.1, 0.8, 0.8)
    await painter.paint(
        PaintRequest(operation="edit", prompt="x", sources=(png(noise(128, 128)),), mask=mask)
    )
    assert server.calls[-1].fields["inpaint_full_res"] is False


async def test_a_mask_of_another_size_or_depth_is_brought_to_the_pictures(
    server: SdWebui, painter: SdWebuiPainter
) -> None:
    grey = np.zeros((32, 32), np.uint8)
    grey[:16] = 200
    grey[16:] = 90
    await painter.paint(
        PaintRequest(operation="edit", prompt="x", sources=(png(noise(64, 64)),), mask=png(grey))
    )
    mask = sent(server, "mask")
    assert (mask[:32] == 255).all()
    assert (mask[32:] == 0).all()


async def test_outpaint_adds_exactly_its_margins(server: SdWebui, painter: SdWebuiPainter) -> None:
    picture = noise(96, 80)
    margins = Margins(left=24, right=9, up=16, down=3)
    (one,) = await painter.paint(
        PaintRequest(operation="outpaint", prompt="sea", sources=(png(picture),), margins=margins)
    )
    white = sent(server, "mask")
    assert (white[16:96, 24:120] == 0).all()
    assert (white[:16] == 255).all()
    assert (white[96:99] == 255).all()
    assert (white[:99, :24] == 255).all()
    assert (white[:99, 120:129] == 255).all()
    canvas = sent(server, "init_images")
    assert np.array_equal(canvas[:16, 24:120], np.repeat(picture[:1], 16, axis=0))
    result = array(one.data)
    assert result.shape == (80 + 16 + 3, 96 + 24 + 9, 3)
    assert np.array_equal(result[16:96, 24:120], picture)
    assert (result[:16] == PAINT).all()


async def test_a_picture_too_large_for_the_server_is_scaled_with_its_mask(
    server: SdWebui, painter: SdWebuiPainter
) -> None:
    picture = np.zeros((1000, 4000, 3), np.uint8)
    mask = np.zeros((1000, 4000), np.uint8)
    mask[:, 2000:] = 255
    (one,) = await painter.paint(
        PaintRequest(operation="edit", prompt="x", sources=(png(picture),), mask=png(mask))
    )
    assert array(one.data).shape == (512, 2048, 3)
    assert (sent(server, "mask")[:, :1024] == 0).all()
    assert (sent(server, "mask")[:, 1024:] == 255).all()


async def test_megabytes_are_sent_piece_by_piece(server: SdWebui, painter: SdWebuiPainter) -> None:
    picture = noise(800, 640)  # 1.5 MB: as one block it would hold the event loop
    await painter.paint(
        PaintRequest(
            operation="vary", prompt="x", sources=(png(picture),), width=800, height=640
        )
    )  # fmt: skip
    assert int(server.calls[-1].headers["Content-Length"]) > 2**20
    assert np.array_equal(sent(server, "init_images"), picture)


async def test_vary_keeps_the_strength_and_fits_the_shape(
    server: SdWebui, painter: SdWebuiPainter
) -> None:
    picture = np.zeros((100, 200, 3), np.uint8)
    picture[:, 50:150] = (10, 200, 30)
    await painter.paint(
        PaintRequest(
            operation="vary", prompt="x", sources=(png(picture),), strength=0.35, width=128,
            height=128,
        )
    )  # fmt: skip
    fields = server.calls[-1].fields
    assert fields["denoising_strength"] == 0.35
    assert "mask" not in fields
    assert (sent(server, "init_images")[64, 64] == (10, 200, 30)).all()
    assert sent(server, "init_images").shape == (128, 128, 3)


async def test_a_grid_in_front_is_passed_over(server: SdWebui, painter: SdWebuiPainter) -> None:
    server.grid_first = True
    paintings = await painter.paint(PaintRequest(prompt="x", width=64, height=64, n=2))
    assert [array(p.data).shape for p in paintings] == [(64, 64, 3)] * 2


IMPOSSIBLE = [
    replace(PaintRequest(prompt="x"), transparent=True),
    PaintRequest(prompt="x", n=9),
    PaintRequest(prompt="x" * 2001),
    PaintRequest(prompt=" "),
    PaintRequest(operation="edit", prompt="x", mask=b"x"),
    PaintRequest(operation="edit", prompt="x", sources=(b"x",)),
    PaintRequest(operation="vary", prompt="x", sources=(b"x", b"y")),
    PaintRequest(operation="upscale", prompt="x", sources=(b"x",)),
]


@pytest.mark.parametrize("request_", IMPOSSIBLE)
async def test_what_it_can_not_do_is_refused_before_anything_is_sent(
    server: SdWebui, painter: SdWebuiPainter, request_: PaintRequest
) -> None:
    with pytest.raises(Unsupported):
        await painter.paint(request_)
    assert not server.calls


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("429", Unavailable, "is busy"),
        ("500", Unavailable, "fault of its own"),
        ("oom", ProviderError, "smaller size"),
        ("422", ProviderError, "too many"),
        ("400", ProviderError, "invalid params"),
        ("drop", InDoubt, "broke off"),
        ("empty", BadAnswer, "0 of 1"),
        ("blank", BadAnswer, "empty picture"),
        ("garbage", BadAnswer, "0 of 1"),
        ("no base64", BadAnswer, "base64"),
    ],
)
async def test_faults_are_told_apart(
    server: SdWebui, painter: SdWebuiPainter, fault: str, error: type[Exception], words: str
) -> None:
    server.faults.append(fault)
    with pytest.raises(error, match=words) as caught:
        await painter.paint(PaintRequest(prompt="x", width=64, height=64))
    assert type(caught.value) is error
    assert "The image server mine" in str(caught.value)
    if isinstance(caught.value, Unavailable):
        assert caught.value.retry_after == (7.0 if fault == "429" else 10.0)
    await painter.paint(PaintRequest(prompt="x", width=64, height=64))


async def test_a_server_that_is_not_there_took_nothing(
    server: SdWebui, painter: SdWebuiPainter
) -> None:
    await server.stop()
    with pytest.raises(Unavailable, match="The image server mine is not answering"):
        await painter.paint(PaintRequest(prompt="x", width=64, height=64))


async def test_a_server_that_is_silent_is_in_doubt(
    server: SdWebui, painter: SdWebuiPainter
) -> None:
    server.faults.append("hang")
    painter._http.policy = replace(POLICY, whole_s=0.6)
    with pytest.raises(InDoubt, match="no answer in time"):
        await painter.paint(PaintRequest(prompt="x", width=64, height=64))
    server.go_on.set()


async def test_a_broken_image_with_padding_is_a_bad_answer(
    server: SdWebui, painter: SdWebuiPainter
) -> None:
    server.faults.append("truncated")
    with pytest.raises(BadAnswer, match="broken image"):
        await painter.paint(
            PaintRequest(
                operation="edit",
                prompt="x",
                sources=(png(noise(99, 99)),),
                mask=box_mask(99, 99, 0.2, 0.2, 0.3, 0.3),
            )
        )


async def test_password_model_and_sampler_errors_name_the_key(server: SdWebui) -> None:
    server.auth, server.strict = "ann:secret", True
    request = PaintRequest(prompt="x", width=64, height=64)
    for painter, error, words in (
        (make(server), AccountProblem, "providers.mine.api_key"),
        (make(server, api_key="ann:wrong"), AccountProblem, "providers.mine.api_key"),
        (make(server, "gone", api_key="ann:secret"), ModelGone, "no model gone"),
        (make(server, api_key="ann:secret", sampler="Foo"), ProviderError, "mine.sampler"),
    ):
        with pytest.raises(error, match=words):
            await painter.paint(request)
        await painter.close()
    good = make(server, api_key="ann:secret")
    assert len(await good.paint(request)) == 1
    await good.close()


async def test_a_token_without_a_colon_is_a_bearer(server: SdWebui) -> None:
    painter = make(server, api_key="abc")
    await painter.paint(PaintRequest(prompt="x", width=64, height=64))
    assert server.calls[-1].headers["Authorization"] == "Bearer abc"
    await painter.close()


async def test_without_an_address_the_key_is_named() -> None:
    with pytest.raises(Misconfigured, match=r"providers\.mine\.base_url"):
        SdWebuiPainter("mine", "x", ProviderConfig(kind="sdwebui"), PriceBook(), Picklable())


async def test_the_price_is_nothing_unless_configured(server: SdWebui) -> None:
    free = make(server)
    assert free.price(PaintRequest(prompt="x", n=2)) == 0
    book = PriceBook({MODEL: {"image": Decimal("0.004")}})
    config = ProviderConfig(kind="sdwebui", base_url=server.url)
    paid = SdWebuiPainter("mine", MODEL, config, book, Picklable())
    assert paid.price(PaintRequest(prompt="x", n=2)) == Decimal("0.008")
    paintings = await paid.paint(PaintRequest(prompt="x", n=2, width=64, height=64))
    assert [p.cost.usd for p in paintings if p.cost] == [Decimal("0.004")] * 2
    await free.close()
    await paid.close()


async def painted_with(
    server: SdWebui, painter: SdWebuiPainter, pages: list[dict[str, Any]]
) -> list[float]:
    """What is reported while the server works through these progress pages."""
    server.progress, server.polls = pages, 0
    server.go_on.clear()
    server.faults.append("wait")
    seen: list[float] = []
    painter.poll_s = 0.001
    request = PaintRequest(prompt="x", width=64, height=64, key="a", report=seen.append)
    await painter.paint(request)
    return seen


async def test_progress_is_reported_while_it_works(
    server: SdWebui, painter: SdWebuiPainter
) -> None:
    pages = [{"progress": p} for p in (0.0, 0.25, 0.2, 0.75, 7)]
    assert await painted_with(server, painter, pages) == [0.25, 0.75, 1.0]


async def test_progress_of_another_job_is_not_ours(
    server: SdWebui, painter: SdWebuiPainter
) -> None:
    seen = await painted_with(server, painter, [{"progress": 0.5, "current_task": "theirs"}])
    assert seen == []
    ours = server.calls[-1].fields["force_task_id"]
    seen = await painted_with(server, painter, [{"progress": 0.5, "current_task": ours}])
    assert seen == [0.5]


async def test_without_a_progress_page_it_is_asked_for_once(
    server: SdWebui, painter: SdWebuiPainter
) -> None:
    server.faults.append("hang")
    painter.poll_s = 0.001
    request = PaintRequest(prompt="x", width=64, height=64, report=lambda _: None)
    task = asyncio.create_task(painter.paint(request), name="paint")
    await server.arrived.wait()
    (watch,) = [t for t in asyncio.all_tasks() if t.get_name().startswith("progress of")]
    await watch  # it ends by itself, while the picture is still being painted
    server.go_on.set()
    with pytest.raises(InDoubt):
        await task
    assert server.polls == 1


@pytest.mark.parametrize(
    "name",
    ["dreamshaper_8", "Dreamshaper_8.safetensors", "879db523c3", "sub/dreamshaper_8.gguf [12ab]"],
)
async def test_whatever_the_checkpoint_is_called_it_is_known(server: SdWebui, name: str) -> None:
    painter = make(server, name)
    (one,) = await painter.paint(PaintRequest(prompt="x", width=64, height=64))
    assert one.model == "dreamshaper_8"
    await painter.close()


async def test_a_picture_of_another_checkpoint_is_not_passed_off(server: SdWebui) -> None:
    painter = make(server, "sdxl")
    with pytest.raises(ModelGone, match=r"has no model sdxl; it has: dreamshaper_8"):
        await painter.paint(PaintRequest(prompt="x", width=64, height=64))
    server.models.append("sdxl.safetensors [31e35c80fc]")
    (one,) = await painter.paint(PaintRequest(prompt="x", width=64, height=64))
    assert one.model == "dreamshaper_8"  # it has the model and says so; its word is kept
    await painter.close()


async def test_stable_diffusion_cpp_is_understood(server: SdWebui) -> None:
    server.cpp = True  # no index, no page for progress, the model with its ending
    for name in ("default", "dreamshaper_8", "dreamshaper_8.gguf"):
        painter = make(server, name, sampler="Euler a")
        request = PaintRequest(prompt="x", width=64, height=64, n=2, seed=5, report=lambda _: None)
        assert [each.seed for each in await painter.paint(request)] == [5, 6]
        await painter.close()


async def test_what_a_provider_should_never_show_is_sent_each_time(server: SdWebui) -> None:
    painter = make(server, negative="watermark, text")
    await painter.paint(PaintRequest(prompt="x", width=64, height=64))
    assert server.calls[-1].fields["negative_prompt"] == "watermark, text"
    await painter.paint(PaintRequest(prompt="x", width=64, height=64, negative="fog "))
    assert server.calls[-1].fields["negative_prompt"] == "fog, watermark, text"
    await painter.close()


@pytest.mark.parametrize("name", ["dreamshaper_8", "dreamshaper_8.safetensors", "879db523c3"])
async def test_probe_finds_the_model_by_any_of_its_names(server: SdWebui, name: str) -> None:
    painter = make(server, name)
    assert (await painter.probe()).ok
    await painter.close()


async def test_probe_says_what_is_wrong(server: SdWebui) -> None:
    missing = make(server, "sdxl")
    standing = await missing.probe()
    assert not standing.ok
    assert "has no model sdxl; it has: dreamshaper_8.safetensors" in standing.sentence
    server.auth = "ann:secret"
    assert "providers.mine.api_key" in (await missing.probe()).sentence
    assert (await missing.probe()).ok is False
    await server.stop()
    with pytest.raises(Unavailable):
        await missing.probe()
    await missing.close()
