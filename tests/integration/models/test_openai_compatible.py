"""Servers that speak OpenAI's dialect, each in its own way, with the real SDK."""

import io
import json
import re
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from adapters.models.prices import PriceBook
from adapters.models.throttled import refuse_here
from core.domain.errors import PolicyRefusal, Unavailable, Unsupported
from core.domain.updates import Finished
from core.models.painter import Margins, PaintRequest
from tests.harness import World, refine
from tests.integration.models.openai_painting import (
    EDITED,
    FOX,
    failed,
    lower_right,
    mine,
    noise,
    painted,
    painting_on,
    serving,
)
from tests.standins.loopback import array, png
from tests.standins.openai_faults import Fault, refused
from tests.standins.openai_server import OpenAIServer

SOURCE = png(noise(256, 192))


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with serving("compatible") as made:
        yield made


def edit(**options: Any) -> PaintRequest:
    given: dict[str, Any] = {"operation": "edit", "prompt": "a hat", "sources": (SOURCE,)}
    return PaintRequest(width=256, height=192, **(given | options))


async def test_what_only_openai_knows_is_not_sent(server: OpenAIServer) -> None:
    async with mine(server) as painter:
        request = PaintRequest(
            prompt="a red fox", width=500, height=300, user="0123", quality="low"
        )
        (one,) = await painter.paint(request)
    assert server.calls[0].body == {
        "model": "sdxl",
        "prompt": "a red fox",
        "size": "504x304",
        "n": 1,
        "quality": "low",
        "response_format": "b64_json",
    }
    assert array(one.data).shape == (304, 504, 3)
    assert one.cost is not None
    assert one.cost.usd is None


async def test_what_a_server_does_not_take_is_left_out(server: OpenAIServer) -> None:
    async with mine(server, supports_n=False, supports_quality=False) as painter:
        paintings = await painter.paint(PaintRequest(prompt="a red fox", n=2))
    assert len(paintings) == 2
    assert [set(call.body) for call in server.calls] == [
        {"model", "prompt", "size", "response_format"}
    ] * 2


KNOWN: dict[str, tuple[dict[str, Any], set[str], set[str]]] = {
    "stable-diffusion.cpp": (
        {"mask_polarity": "white", "supports_quality": False},
        {"n"},
        {"image", "mask"},
    ),
    "vLLM-Omni": (
        {"mask_field": "mask_image", "mask_polarity": "white", "supports_quality": False},
        {"n"},
        {"image", "mask_image"},
    ),
    "SGLang Diffusion": ({"mask_field": ""}, {"n", "quality"}, {"image"}),
    "LocalAI, Google": ({"supports_edits": False, "supports_quality": False}, {"n"}, set()),
    "Ollama": (
        {"supports_n": False, "supports_quality": False, "supports_edits": False},
        set(),
        set(),
    ),
}


@pytest.mark.parametrize("name", KNOWN)
async def test_known_servers_get_what_they_take(name: str) -> None:
    config, fields, files = KNOWN[name]
    always = {"model", "prompt", "size", "response_format"}
    polarity = config.get("mask_polarity", "transparent")
    async with serving("compatible", mask=polarity) as server, mine(server, **config) as painter:
        await painted(painter)
        assert set(server.calls[0].body) == always | fields
        if files:
            mask = lower_right(256, 192) if painter.profile.mask else None
            await painted(painter, edit(mask=mask))
            assert {file for file, _ in server.calls[1].files} == files
        else:
            assert isinstance(await failed(painter, edit()), Unsupported)


def test_the_page_names_what_was_tried() -> None:
    text = (Path(__file__).parents[3] / "docs" / "providers.md").read_text("utf-8")
    for name, (config, _, _) in KNOWN.items():
        (row,) = [line for line in text.splitlines() if line.startswith(f"| {name} |")]
        said = dict(re.findall(r"`(\w+) = ([^`]+)`", row))
        assert said == {key: json.dumps(value) for key, value in config.items()}


async def test_a_gpt_image_model_is_spoken_to_as_such_wherever_it_is(server: OpenAIServer) -> None:
    async with painting_on(server, "gpt-image-2.5-flare", "proxy") as painter:
        await painter.paint(PaintRequest(prompt="a red fox", user="0123"))
    body = server.calls[0].body
    assert (body["output_format"], body["safety_identifier"]) == ("png", "0123")
    assert "response_format" not in body


@pytest.mark.parametrize("polarity", ["white", "black", "transparent"])
@pytest.mark.parametrize("field", ["mask", "mask_image"])
async def test_a_mask_is_sent_in_the_servers_own_terms(field: str, polarity: str) -> None:
    async with (
        serving("compatible", mask=polarity) as server,
        mine(server, mask_field=field, mask_polarity=polarity) as painter,
    ):
        data = await painted(painter, edit(mask=lower_right(256, 192)))
    (call,) = server.calls
    assert [name for name, _ in call.files] == ["image", field]
    assert call.body["prompt"] == "a hat"
    with Image.open(io.BytesIO(call.file(field))) as mask:
        assert (mask.format, mask.mode) == ("PNG", "RGBA" if polarity == "transparent" else "L")
    assert (array(data)[96:, 128:] == EDITED).all()
    assert np.array_equal(array(data)[:96], array(SOURCE)[:96])


async def test_without_a_mask_field_masks_and_outpainting_are_refused_unpaid(
    server: OpenAIServer,
) -> None:
    async with mine(server, mask_field="") as painter:
        assert painter.profile.operations == {"generate", "edit", "vary"}
        for request in (
            edit(mask=lower_right(256, 192)),
            edit(operation="outpaint", margins=Margins(left=64)),
        ):
            assert isinstance(await failed(painter, request), Unsupported)
        assert server.calls == []
        await painted(painter, edit())
    assert [name for name, _ in server.calls[0].files] == ["image"]


async def test_what_a_server_can_not_do_names_one_that_can(server: OpenAIServer) -> None:
    async with mine(server, supports_edits=False) as painter, painting_on(server) as openai:
        assert painter.profile.operations == {"generate"}
        assert isinstance(await failed(painter, edit()), Unsupported)
        with pytest.raises(Unsupported, match=r"^mine:sdxl .+\. openai:gpt-image-.+ does\.$"):
            refuse_here(painter.profile, [painter.profile, openai.profile], edit())
    assert server.calls == []


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [((1000, 1000), "512x512"), ((900, 600), "768x512"), ((300, 900), "512x768")],
)
async def test_a_list_of_sizes_is_held(
    server: OpenAIServer, wanted: tuple[int, int], sent: str
) -> None:
    async with mine(server, sizes=("512x512", "768x512", "512x768")) as painter:
        await painter.paint(PaintRequest(prompt="a red fox", width=wanted[0], height=wanted[1]))
    assert server.calls[0].body["size"] == sent


@pytest.mark.parametrize(
    "said",
    [
        "a fox <sd_cpp_extra_args>{\"steps\": 150}</sd_cpp_extra_args> in snow",
        "a fox <SD_CPP_EXTRA_ARGS>{}</sd_cpp_extra_args><lora:evil:9> in snow",
        "a fox in snow <sd_cpp_extra_args>{\"steps\": 150}",
    ],
)  # fmt: skip
async def test_a_servers_private_syntax_is_stripped(server: OpenAIServer, said: str) -> None:
    async with mine(server) as painter:
        await painter.paint(PaintRequest(prompt=said))
        await painter.paint(PaintRequest(prompt="a fox", negative=said))
    for call in server.calls:
        assert "<" not in call.body["prompt"]
        assert "steps" not in call.body["prompt"]
        assert "in snow" in call.body["prompt"]


async def test_what_the_server_made_of_the_prompt_is_kept() -> None:
    said = "A vulpine creature."
    async with serving("compatible", revised=said) as server, mine(server) as painter:
        (one,) = await painter.paint(FOX)
    assert one.revised_prompt == said


async def test_a_run_keeps_the_rewritten_prompt_and_an_unknown_price_stays_unknown(
    tmp_path: Path,
) -> None:
    said = "A vulpine creature."
    async with serving("compatible", revised=said) as server, mine(server) as painter:
        world = await World(tmp_path, painter=painter).open()  # type: ignore[arg-type]
        await world.send(refine(iterations=1, size="256x256"))
        session = await world.only_session()
        ((node,), (run,)) = await world.nodes(session), await world.runs(session)
        async with world.store.read() as uow:
            booked = [row for row in await uow.ledger.of_run(run.id) if row.kind == "unknown"]
        updates = [d.update for d in await world.updates(session)]
        await world.close()
    assert (node.revised_prompt, node.cost) == (said, None)
    assert run.quote.at_most is None
    assert [row.usd for row in booked] == [Decimal("0.25")]
    (end,) = [update for update in updates if isinstance(update, Finished)]
    assert end.spent is None
    assert end.best is not None
    assert end.best.revised_prompt == said


async def test_a_price_of_ones_own_holds(server: OpenAIServer) -> None:
    prices = PriceBook({"sdxl": {"image": Decimal("0.002")}})
    async with painting_on(server, "sdxl", "mine", prices=prices) as painter:
        assert painter.price(PaintRequest(prompt="x", n=3)) == Decimal("0.006")
        paintings = await painter.paint(PaintRequest(prompt="x", n=3))
    assert [each.cost.usd for each in paintings if each.cost] == [Decimal("0.002")] * 3


async def test_an_error_that_is_only_a_text_is_passed_on(server: OpenAIServer) -> None:
    server.faults.append(Fault("plain", 400, message="prompt required"))
    async with mine(server) as painter:
        fault = await failed(painter)
    assert type(fault) is Unsupported
    assert fault.sentence.startswith("The server mine does not take this request (prompt required)")


async def test_faults_are_told_in_the_servers_name(server: OpenAIServer) -> None:
    server.faults.append(refused())
    async with mine(server) as painter:
        assert isinstance(await failed(painter), PolicyRefusal)
        await server.close_door()
        fault = await failed(painter)
    assert isinstance(fault, Unavailable)
    assert fault.sentence == "The server mine is not answering."


async def test_probing_takes_servers_as_they_are(server: OpenAIServer) -> None:
    async with mine(server) as painter:
        assert (await painter.probe()).ok
        server.models = ["sdxl"]
        standing = await painter.probe()
    assert (standing.ok, standing.sentence) == (True, "")
