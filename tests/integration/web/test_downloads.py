"""Download all: whole, behind its link, so many at once and no more, and never for ever."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from adapters.web.config import WebConfig
from adapters.web.downloads import ALL, FROM_ADDRESS
from adapters.web.server import WebAdapter
from adapters.web.uploads import WebUploads

from .conftest import serve
from .fake_door import FakeDoor


class Packing:
    """Archives of this size; `ready` is when they are packed."""

    def __init__(self) -> None:
        self.size, self.begun, self.folders = 1_000, 0, set[Path]()
        self.ready = asyncio.Event()
        self.ready.set()

    async def __call__(self, session: str, path: Path) -> bool:
        self.begun += 1
        self.folders.add(path.parent)
        await self.ready.wait()
        path.write_bytes(b"x" * self.size)
        return session == "s"


@pytest.fixture
async def packing() -> Packing:
    return Packing()


@pytest.fixture
async def page(tmp_path: Path, packing: Packing) -> AsyncGenerator[tuple[WebAdapter, str]]:
    config = WebConfig(secret="a secret for tests only")
    core: Any = FakeDoor()
    adapter = WebAdapter(core, config, WebUploads(tmp_path / "uploads"), archive=packing)
    runner, url = await serve(adapter)
    yield adapter, url
    await runner.cleanup()


async def test_it_is_whole_behind_its_link_and_leaves_nothing_behind(
    page: tuple[WebAdapter, str], packing: Packing
) -> None:
    adapter, url = page
    async with ClientSession() as http:
        assert (await http.get(f"{url}/s/s/all.zip")).status == 403
        answer = await http.get(f"{url}/s/s/all.zip?t={adapter.links.sign('s', 's')}")
        assert (answer.status, len(await answer.read())) == (200, packing.size)
        gone = await http.get(f"{url}/s/other/all.zip?t={adapter.links.sign('s', 'other')}")
        assert gone.status == 404
    assert len(packing.folders) == 2
    assert not any(folder.exists() for folder in packing.folders)


async def test_so_many_at_once_and_no_more(page: tuple[WebAdapter, str], packing: Packing) -> None:
    adapter, url = page
    packing.ready.clear()
    link = f"{url}/s/s/all.zip?t={adapter.links.sign('s', 's')}"

    async def got(http: ClientSession, address: str) -> int:
        async with http.get(link, headers={"X-Forwarded-For": address}) as answer:
            await answer.read()
            return answer.status

    async with ClientSession() as http, asyncio.timeout(20):
        asked = [
            asyncio.create_task(got(http, f"10.0.0.{n}")) for n in range(ALL) for _ in range(2)
        ]
        same = [asyncio.create_task(got(http, "10.9.9.9")) for _ in range(FROM_ADDRESS + 1)]
        while sum(task.done() for task in (*asked, *same)) < len(asked) + len(same) - ALL:
            await asyncio.sleep(0.01)
        packing.ready.set()
        answers = await asyncio.gather(*asked, *same)
        assert sorted(set(answers)) == [200, 429]
        assert (answers.count(200), packing.begun) == (ALL, ALL)
        assert await got(http, "10.0.0.1") == 200


async def test_an_address_has_so_many(page: tuple[WebAdapter, str], packing: Packing) -> None:
    adapter, url = page
    packing.ready.clear()
    link = f"{url}/s/s/all.zip?t={adapter.links.sign('s', 's')}"
    async with ClientSession() as http, asyncio.timeout(20):
        asked = [asyncio.create_task(http.get(link)) for _ in range(FROM_ADDRESS)]
        while packing.begun < FROM_ADDRESS:
            await asyncio.sleep(0.01)
        refused = await http.get(link)
        assert (refused.status, "Retry-After" in refused.headers) == (429, True)
        packing.ready.set()
        for answer in await asyncio.gather(*asked):
            assert answer.status == 200
            await answer.read()


async def test_whoever_takes_nothing_is_let_go(
    page: tuple[WebAdapter, str], packing: Packing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.downloads.WRITE_S", 0.1)
    adapter, url = page
    packing.size = 64_000_000  # more than the sockets between hold
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    path = f"/s/s/all.zip?t={adapter.links.sign('s', 's')}"
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    async with asyncio.timeout(20):
        assert b"200" in await reader.readline()
        while any(folder.exists() for folder in packing.folders):
            await asyncio.sleep(0.02)
    writer.close()
