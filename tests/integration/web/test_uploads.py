"""Uploads are streamed, capped, kept until they are fetched, and swept."""

import json
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from adapters.web.inbound import NAME_HEADER
from adapters.web.uploads import WebUploads
from core.commands import ImageHandle
from core.errors import BadImage, BadRequest

from .conftest import Stage


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


async def test_old_files_go_and_fetched_ones_sooner(tmp_path: Path) -> None:
    uploads = WebUploads(tmp_path)
    old, _ = await uploads.keep(chunks(b"old"))
    fetched, _ = await uploads.keep(chunks(b"fetched"))
    waiting, _ = await uploads.keep(chunks(b"waiting"))
    await uploads.fetch(handle(fetched))
    day_ago = time.time() - 25 * 3600
    os.utime(tmp_path / old, (day_ago, day_ago))
    an_hour_on = (tmp_path / fetched).stat().st_mtime - 3700
    os.utime(tmp_path / fetched, (an_hour_on, an_hour_on))
    newest, _ = await uploads.keep(chunks(b"new"))
    assert {path.name for path in tmp_path.iterdir()} == {waiting, newest}
    with pytest.raises(BadImage, match="again"):
        await uploads.fetch(handle(old))


async def test_a_full_folder_refuses(tmp_path: Path) -> None:
    uploads = WebUploads(tmp_path, limit_mb=2, room_mb=1)
    await uploads.keep(chunks(b"x" * 1_100_000))
    with pytest.raises(BadRequest):
        await uploads.keep(chunks(b"y"))


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
