"""Results that come as links: fetched at once, from the server itself or an allowed host only."""

from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from adapters.models import links
from adapters.models.policy import FETCHING
from core.domain.errors import BadAnswer
from tests.integration.models.openai_painting import failed, mine, painted, serving
from tests.standins.loopback import array


def as_they_are(link: str) -> str:
    return link


def from_the_root(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def by_name(link: str) -> str:
    return link.replace("127.0.0.1", "localhost")


@pytest.mark.parametrize("form", [as_they_are, from_the_root])
async def test_a_link_is_fetched_at_once_and_without_the_key(form: Any) -> None:
    async with (
        serving("compatible", links=form) as server,
        mine(server, api_key="sk-secret") as painter,
    ):
        data = await painted(painter)
    assert array(data).shape == (512, 512, 3)
    assert data == server.files["0.png"]
    assert len(server.fetches) == 1
    assert "Authorization" not in server.fetches[0]
    assert server.calls[0].headers["Authorization"] == "Bearer sk-secret"


async def test_a_link_elsewhere_is_followed_only_where_it_is_allowed() -> None:
    async with serving("compatible", links=by_name) as server:
        async with mine(server) as painter:
            fault = await failed(painter)
        assert type(fault) is BadAnswer
        assert "a link to localhost, which is not allowed" in fault.sentence
        assert "image_hosts" in fault.sentence
        assert server.fetches == []
        async with mine(server, image_hosts=(f"http://localhost:{server.port}",)) as painter:
            assert await painted(painter) == server.files["1.png"]
    assert len(server.fetches) == 1


@pytest.mark.parametrize(
    "link",
    ["file:///etc/passwd", "http://169.254.169.254/latest", "https://127.0.0.1/x.png", "//a.b/x"],
)
async def test_a_link_never_leads_anywhere_else(link: str) -> None:
    async with serving("compatible", links=lambda _: link) as server, mine(server) as painter:
        fault = await failed(painter)
    assert type(fault) is BadAnswer
    assert "not allowed" in fault.sentence


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (web.Response(status=302, headers={"Location": "/files/0.png"}), "answers 302"),
        (web.Response(status=404), "answers 404"),
        (web.Response(body=b""), "damaged or incomplete"),
    ],
)
async def test_a_link_that_does_not_lead_to_a_picture(answer: web.Response, says: str) -> None:
    async with serving("compatible", links=as_they_are) as server:
        server.other_files.append(answer)
        async with mine(server) as painter:
            fault = await failed(painter)
    assert type(fault) is BadAnswer
    assert says in fault.sentence
    assert len(server.fetches) == 1


async def test_a_link_is_tried_again_where_its_server_stumbles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(links, "PAUSE_S", 0.001)
    async with serving("compatible", links=as_they_are) as server:
        server.other_files += [web.Response(status=503), web.Response(status=500)]
        async with mine(server) as painter:
            assert await painted(painter) == server.files["0.png"]
            monkeypatch.setattr(links, "LASTING_S", 0.004)
            server.other_files += [web.Response(status=503) for _ in range(9)]
            fault = await failed(painter)
    assert type(fault) is BadAnswer
    assert fault.sentence == "The server mine sent a link to its picture that does not work."
    assert 3 < len(server.fetches) < 12


async def test_a_picture_behind_a_link_has_a_size_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving("compatible", links=as_they_are) as server, mine(server) as painter:
        await painted(painter)
        monkeypatch.setattr(links, "FETCHING", replace(FETCHING, most_bytes=100))
        fault = await failed(painter)
    assert type(fault) is BadAnswer
    assert "an answer of over 1 MiB" in fault.sentence


async def test_a_picture_may_come_as_a_data_uri() -> None:
    data = "data:image/webp;base64,UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="
    async with serving("compatible", links=lambda _: data) as server, mine(server) as painter:
        assert array(await painted(painter)).shape == (1, 1, 3)
