"""Nobody holds the server: bodies end in time, streams are counted, a busy database is said."""

import asyncio
import uuid
from contextlib import AsyncExitStack

import pytest
from aiohttp import ClientSession

from adapters.web.events import OpenStreams
from adapters.web.inbound import NAME_HEADER
from core.domain.errors import OverQuota

from .conftest import Stage

ADA = {NAME_HEADER: "Ada"}


def refine() -> dict[str, str]:
    return {"kind": "refine", "goal": "a fox", "key": str(uuid.uuid4())}


async def test_a_busy_database_is_said_at_once_and_said_again_it_is_one_command(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.server.BUSY_S", 0.05)
    locked, receive = asyncio.Event(), stage.core.receive

    async def waits(command):
        await locked.wait()
        return await receive(command)

    monkeypatch.setattr(stage.core, "receive", waits)
    monkeypatch.setattr(stage.core, "quota", lambda _: locked.wait())
    data = refine()
    async with ClientSession() as http:
        for method, path in (("POST", "/api/commands"), ("GET", "/api/quota")):
            body = data if method == "POST" else None
            answer = await http.request(method, stage.url + path, json=body, headers=ADA)
            assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
            assert "busy: say it again" in (await answer.json())["error"]
        locked.set()
        for fresh in (True, False):
            again = await http.post(f"{stage.url}/api/commands", json=data, headers=ADA)
            assert (await again.json())["fresh"] is fresh
    assert len(stage.core.received) == 1


async def test_a_body_that_does_not_arrive_ends(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.incoming.BODY_S", 0.1)
    monkeypatch.setattr(stage.uploads, "_within_s", 0.1)
    for path, status in (("/api/commands", b"408"), ("/login", b"408"), ("/api/uploads", b"400")):
        host, port = stage.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nX-Darkroom-Name: Ada\r\n"
        kind = "Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
        writer.write((head + kind).encode())
        async with asyncio.timeout(20):
            assert status in await reader.readline(), path
        writer.close()


async def test_streams_are_counted_and_one_that_ends_makes_room(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.events.EACH", 2)
    url = f"{stage.url}/api/events?name=Ada"
    async with ClientSession() as http:
        async with AsyncExitStack() as open_pages:
            for _ in range(2):
                stream = await open_pages.enter_async_context(http.get(url))
                assert stream.status == 200
                await stream.content.readline()
            third = await http.get(url)
            assert third.status == 429
            assert "pages are open" in (await third.json())["error"]
            other = await http.get(f"{stage.url}/api/events?name=Bob")
            assert other.status == 200
            other.close()
        async with asyncio.timeout(20):
            while (again := await http.get(url)).status != 200:
                stage.adapter.sender.close()  # what is gone is noticed when it is written to
                await asyncio.sleep(0.05)
        again.close()


def test_an_address_and_all_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.web.events.FROM_ADDRESS", 1)
    streams = OpenStreams()
    with (
        streams.one_more("ada", "192.0.2.1"),
        pytest.raises(OverQuota),
        streams.one_more("bob", "192.0.2.1"),
    ):
        pass
    with streams.one_more("bob", "192.0.2.1"), streams.one_more("bob", "192.0.2.2"):
        pass


async def test_a_stream_ends_after_a_while_and_the_page_connects_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.events.OPEN_S", 0.1)
    async with ClientSession() as http, asyncio.timeout(20):
        stream = await http.get(f"{stage.url}/api/events?name=Ada")
        assert b"event: live" in await stream.read()
