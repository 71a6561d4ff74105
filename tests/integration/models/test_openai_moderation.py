"""The second look at a picture, by the real client on the stand-in, held to OpenAI's description."""

import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from adapters.models.config import ProviderConfig
from adapters.models.openai.moderation import MODEL, Moderation
from adapters.models.scripted import flat
from core.domain.errors import ProviderError
from tests.integration.models.picklable import Picklable
from tests.standins.openai_server import KEY, OpenAIServer, broken

CATEGORIES = [
    "sexual",
    "sexual/minors",
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/intent",
    "self-harm/instructions",
    "violence",
    "violence/graphic",
]


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    made = OpenAIServer()
    made.app.router.add_post("/v1/moderations", _moderate)
    async with made:
        yield made
    assert made.violations == []


async def _moderate(request: web.Request) -> web.Response:
    """A picture that is dark all over is graphic here."""
    body = json.loads(await request.read())
    (sent,) = body["input"]
    dark = len(sent["image_url"]["url"]) < 1600
    said = {name: dark and name.startswith("violence") for name in CATEGORIES}
    result = {
        "flagged": dark,
        "categories": said,
        "category_scores": {name: float(said[name]) for name in CATEGORIES},
        "category_applied_input_types": {name: ["image"] for name in CATEGORIES},
    }
    return web.json_response({"id": "modr-1", "model": MODEL, "results": [result]})


def moderation(server: OpenAIServer) -> Moderation:
    config = ProviderConfig(kind="openai", base_url=server.url, api_key=KEY)
    return Moderation("openai", config, Picklable())


async def test_it_says_what_is_wrong_and_sends_the_picture_as_the_service_wants_it(
    server: OpenAIServer,
) -> None:
    guard = moderation(server)
    assert await guard.look(flat(0)) == ("violence", "violence/graphic")
    (call,) = server.to("/moderations")
    assert call.body["model"] == MODEL
    assert call.body["input"][0]["image_url"]["url"].startswith("data:image/jpeg;base64,")
    await guard.close()


async def test_an_outage_is_one_of_our_errors(server: OpenAIServer) -> None:
    server.faults = [broken()]
    guard = moderation(server)
    with pytest.raises(ProviderError):
        await guard.look(flat(0))
    await guard.close()
