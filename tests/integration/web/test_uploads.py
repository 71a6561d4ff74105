"""Uploads are streamed, capped, kept until they are fetched, and swept."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp import ClientSession

from adapters.web.inbound import NAME_HEADER
from adapters.web.upload_room import Holder, UploadCaps
from adapters.web.uploads import AFTER_FETCH_S, WebUploads
from core.domain.commands import ImageHandle
from core.domain.errors import BadImage, BadRequest, OverQuota

from .conftest import Stage


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not done():
            await asyncio.sleep(0.01)


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def handle(id: str) -> ImageHandle:
    return ImageHandle("web", json.dumps({"upload": id}))


async def test_what_went_up_is_fetched_more_than_once(tmp_path: Path) -> None:
    uploads = WebUploads(tmp_path / "new")
    id, size = await uploads.keep(chunks(b"abc", b"def"))
    assert size == 6
    assert await uploads.fetch(handle(id)) == b"abcdef"
    assert await uploads.fetch(handle(id)) == b"abcdef"


async def test_too_large_leaves_nothing_behind(tmp_path: Path) -> None:
    uploads = WebUploads(tmp_path, limit_mb=1)
    with pytest.raises(BadImage, match="1 MB"):
        await uploads.keep(chunks(b"x" * 600_000, b"x" * 600_000))
    with pytest.raises(BadImage, match="empty"):
        await uploads.keep(chunks())
    assert list(tmp_path.iterdir()) == []


async def test_what_waits_is_gone_within_the_hour_and_what_was_fetched_sooner(
    tmp_path: Path,
) -> None:
    clock = Clock()
    uploads = WebUploads(tmp_path, clock=clock)
    waiting, _ = await uploads.keep(chunks(b"waiting"))
    fetched, _ = await uploads.keep(chunks(b"fetched"))
    await uploads.fetch(handle(fetched))
    clock.now += AFTER_FETCH_S - 1
    assert await uploads.fetch(handle(fetched)) == b"fetched"  # a few minutes more
    clock.now += AFTER_FETCH_S
    newest, _ = await uploads.keep(chunks(b"new"))
    assert names(tmp_path) == {waiting, newest}
    clock.now += 3_600 - 2 * AFTER_FETCH_S + 1
    await uploads.keep(chunks(b"newer"))
    assert waiting not in names(tmp_path)
    with pytest.raises(BadImage, match="again"):
        await uploads.fetch(handle(waiting))


async def test_what_an_earlier_program_left_has_an_hour_and_no_more(tmp_path: Path) -> None:
    before = WebUploads(tmp_path)
    left, _ = await before.keep(chunks(b"left"))
    (tmp_path / f"{left[:-1]}x.part").write_bytes(b"half")
    clock = Clock()
    uploads = WebUploads(tmp_path, clock=clock)
    await uploads.open()
    assert names(tmp_path) == {left}
    assert await uploads.fetch(handle(left)) == b"left"
    clock.now += 3_600
    await uploads.keep(chunks(b"new"))
    assert left not in names(tmp_path)


async def test_nobody_is_needed_for_what_is_over_to_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.uploads.HOUR", -0.99)
    uploads = WebUploads(tmp_path)
    await uploads.keep(chunks(b"over"))
    async with asyncio.timeout(10):
        while names(tmp_path):
            await asyncio.sleep(0.01)


async def test_the_folder_is_looked_through_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Path] = []
    real = Path.iterdir

    def counting(path: Path):
        looked.append(path)
        return real(path)

    monkeypatch.setattr(Path, "iterdir", counting)
    uploads = WebUploads(tmp_path)
    await asyncio.gather(*(uploads.keep(chunks(b"x"), length=1) for _ in range(40)))
    assert looked == [tmp_path]


CAPS = UploadCaps(person_mb=2, address_mb=3, all_mb=4, person_at_once=2, all_at_once=3)


async def test_one_person_can_not_take_everybodys_room(tmp_path: Path) -> None:
    uploads = WebUploads(tmp_path, caps=CAPS)
    mb = b"x" * 1_000_000

    async def keep(person: str, address: str) -> None:
        await uploads.keep(chunks(mb), Holder(person, address), len(mb))

    await keep("ada", "1")
    await keep("ada", "1")
    with pytest.raises(OverQuota, match=r"your uploads.*hour"):
        await keep("ada", "2")
    await keep("bob", "1")
    with pytest.raises(OverQuota, match=r"your network.*hour"):
        await keep("eve", "1")
    await keep("eve", "2")
    with pytest.raises(OverQuota, match="Too many uploads are waiting"):
        await keep("zoe", "3")


async def test_room_is_reserved_before_a_byte_is_read(tmp_path: Path) -> None:
    """Two that arrive at the same time share the room; what fails gives its part back."""
    uploads = WebUploads(tmp_path, caps=CAPS)
    ada, hold = Holder("ada", "1"), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b"x"
        await hold.wait()

    first = asyncio.create_task(uploads.keep(slowly(), ada, 1_500_000))
    await until(lambda: any(tmp_path.glob("*.part")))

    async def never() -> AsyncIterator[bytes]:
        pytest.fail("it was read")
        yield b""

    for size, trouble in ((1_000_000, OverQuota), (30_000_000, BadImage)):
        with pytest.raises(trouble):
            await uploads.keep(never(), ada, size)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert names(tmp_path) == set()
    await uploads.keep(chunks(b"x" * 1_900_000), ada, 1_900_000)
    with pytest.raises(BadRequest, match="larger than it was said"):
        await uploads.keep(chunks(b"x" * 9, b"x" * 9), ada, 10)


async def test_so_many_at_once_and_no_more(tmp_path: Path) -> None:
    uploads = WebUploads(tmp_path, caps=CAPS, within_s=0.2)
    hold = asyncio.Event()

    async def never_ends() -> AsyncIterator[bytes]:
        yield b"x"
        await hold.wait()

    waiting = [
        asyncio.create_task(uploads.keep(never_ends(), Holder("ada", "1"), 10)) for _ in range(2)
    ]
    await until(lambda: len(list(tmp_path.glob("*.part"))) == 2)
    with pytest.raises(OverQuota, match="at once"):
        await uploads.keep(chunks(b"x"), Holder("ada", "1"), 1)
    await uploads.keep(chunks(b"x"), Holder("bob", "2"), 1)
    for task in waiting:
        with pytest.raises(BadRequest, match="in time"):
            await task
    await uploads.keep(chunks(b"x"), Holder("ada", "1"), 1)


@pytest.mark.parametrize("ref", ["", "{}", "[]", '{"upload": "../../etc/passwd"}', '{"upload": 3}'])
async def test_a_made_up_handle_reads_no_file(tmp_path: Path, ref: str) -> None:
    with pytest.raises(BadImage):
        await WebUploads(tmp_path).fetch(ImageHandle("web", ref))


async def test_over_http(stage: Stage) -> None:
    headers = {NAME_HEADER: "Ada", "X-Darkroom-Filename": "f%C3%B6x.png"}
    async with ClientSession() as http:
        url = f"{stage.url}/api/uploads"
        answer = await http.post(url, data=b"pixels", headers=headers)
        assert answer.status == 201
        data = await answer.json()
        assert (data["name"], data["size"]) == ("föx.png", 6)
        assert await stage.uploads.fetch(handle(data["upload"])) == b"pixels"
        large = await http.post(url, data=b"x" * 1_000_001, headers=headers)
        assert large.status == 400
        assert "1 MB" in (await large.json())["error"]
        nameless = await http.post(url, data=b"pixels")
        assert nameless.status == 400


@pytest.mark.parametrize("times", [12, pytest.param(94, marks=pytest.mark.slow)])
async def test_so_many_in_a_row_are_all_answered_in_sentences(
    stage: Stage, caplog: pytest.LogCaptureFixture, times: int
) -> None:
    """32 at once, 3,008 in all: what broke by scanning a folder that others changed. The last are as
    fast as the first."""
    headers, took = {NAME_HEADER: "Ada"}, list[float]()
    async with ClientSession() as http:

        async def upload() -> int:
            async with http.post(f"{stage.url}/api/uploads", data=b"x", headers=headers) as answer:
                assert "upload" in await answer.json()
                return answer.status

        for _ in range(times):
            began = time.perf_counter()
            assert set(await asyncio.gather(*(upload() for _ in range(32)))) == {201}
            took.append(time.perf_counter() - began)
    assert not caplog.records
    few = times // 4
    assert sorted(took[-few:])[few // 2] < 3 * sorted(took[:few])[few // 2] + 0.1


async def test_a_declared_length_is_refused_before_the_body(stage: Stage) -> None:
    """Nothing is sent after the head: the answer does not wait for it."""
    host, port = stage.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"POST /api/uploads HTTP/1.1\r\nHost: {host}\r\nX-Darkroom-Name: Ada\r\n"
        "Content-Length: 50000000\r\n\r\n".encode()
    )
    async with asyncio.timeout(10):
        assert b" 400 " in await reader.readline()
    writer.close()
