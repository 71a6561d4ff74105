"""The stand-in's checks find what is wrong: without this, "zero violations" would say nothing."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import numpy as np
import openai
import pytest
from PIL import Image

from tests.integration.models.openai_painting import lower_right, noise
from tests.standins.loopback import png
from tests.standins.openai_pictures import encoded
from tests.standins.openai_server import FLARE, KEY, OpenAIServer
from tests.standins.openai_spec import load_spec

GOOD: dict[str, Any] = {"model": FLARE, "prompt": "a fox", "quality": "low", "size": "1024x1024"}
SOURCE = png(noise(64, 64))
ALPHA = encoded(Image.new("RGBA", (64, 64), (0, 0, 0, 0)), "png")
SOLID = encoded(Image.new("RGBA", (64, 64), (0, 0, 0, 255)), "png")
SPECKLED = encoded(
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (1100, 1100, 4), np.uint8)), "png"
)


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as made:
        yield made


@pytest.fixture
async def client(server: OpenAIServer) -> AsyncIterator[openai.AsyncOpenAI]:
    limits = httpx2.Limits(max_keepalive_connections=0)
    http = openai.DefaultAsyncHttpxClient(limits=limits)
    async with openai.AsyncOpenAI(
        api_key=KEY, base_url=server.url, max_retries=0, http_client=http
    ) as made:
        yield made


async def generate(client: openai.AsyncOpenAI, **fields: Any) -> None:
    body = {key: value for key, value in (GOOD | fields).items() if value is not None}
    await client.post("/images/generations", cast_to=object, body=body)


async def edit(client: openai.AsyncOpenAI, files: list[Any], **fields: Any) -> None:
    await client.post(
        "/images/edits",
        cast_to=object,
        body=GOOD | fields,
        files=[(name, (f"{name}.png", data, "image/png")) for name, data in files],
        options={"headers": {"Content-Type": "multipart/form-data"}},
    )


async def test_what_is_right_passes(server: OpenAIServer, client: openai.AsyncOpenAI) -> None:
    await generate(client, n=2, moderation="low", output_format="webp", background="transparent")
    await edit(client, [("image", SOURCE), ("mask", ALPHA)], safety_identifier="0123", n=2)
    await edit(client, [("image[]", SOURCE)] * 16)
    assert server.violations == []


BY_DESCRIPTION: dict[str, dict[str, Any]] = {
    "unknown field sampler": {"sampler": "Euler"},
    "'best' is not": {"quality": "best"},
    "11 is greater than the maximum of 10": {"n": 11},
    "'gif' is not": {"output_format": "gif"},
    "'none' is not": {"moderation": "none"},
    "'prompt' is a required property": {"prompt": None},
    "is too long": {"safety_identifier": "x" * 65},
}


@pytest.mark.parametrize("says", BY_DESCRIPTION)
async def test_what_breaks_openais_description_is_found(
    server: OpenAIServer, client: openai.AsyncOpenAI, says: str
) -> None:
    if load_spec() is None:
        pytest.skip("specs/openai/openapi.json is missing")
    try:
        await generate(client, **BY_DESCRIPTION[says])
    except openai.APIStatusError:
        assert says == "'prompt' is a required property"  # the stand-in paints without nothing else
    assert len(server.violations) == 1
    assert says in server.violations[0]


BY_RULE: dict[str, dict[str, Any]] = {
    "quality is not said": {"quality": None},
    "response_format is not taken any more": {"response_format": "b64_json"},
    "size 512x512: area out of range": {"size": "512x512"},
    "size 1000x1000: not a multiple of 16": {"size": "1000x1000"},
    "size 2048x640: ratio beyond 1:3": {"size": "2048x640"},
    "size 3856x2000: edge too long": {"size": "3856x2000"},
    "no transparency in jpeg": {"background": "transparent", "output_format": "jpeg"},
    "no compression level for png": {"output_compression": 50},
    "the prompt is too long": {"prompt": "f" * 32_001},
}


@pytest.mark.parametrize("says", BY_RULE)
async def test_what_breaks_a_rule_of_the_images_is_found(
    server: OpenAIServer, client: openai.AsyncOpenAI, says: str
) -> None:
    await generate(client, **BY_RULE[says])
    assert any(says in violation for violation in server.violations)


BY_FILE: dict[str, list[Any]] = {
    "17 images": [("image[]", SOURCE)] * 17,
    "mask has no alpha": [("image", SOURCE), ("mask", lower_right(64, 64))],
    "mask has nothing to edit": [("image", SOURCE), ("mask", SOLID)],
    "mask is (64, 64)": [("image", png(noise(80, 64))), ("mask", ALPHA)],
    "mask is too large": [("image", SOURCE), ("mask", SPECKLED)],
    "unknown file mask_image": [("image", SOURCE), ("mask_image", ALPHA)],
}


@pytest.mark.parametrize("says", BY_FILE)
async def test_what_is_wrong_with_a_file_is_found(
    server: OpenAIServer, client: openai.AsyncOpenAI, says: str
) -> None:
    await edit(client, BY_FILE[says])
    assert any(says in violation for violation in server.violations)


async def test_moderation_in_an_edit_is_found(
    server: OpenAIServer, client: openai.AsyncOpenAI
) -> None:
    await edit(client, [("image", SOURCE)], moderation="low")
    assert any("moderation is for generate only" in each for each in server.violations)
