"""`darkroom mcp`: the real client on the real program, over standard input and output."""

import base64
import importlib.util
import io
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from PIL import Image

from bot.mcp import MISSING
from tests.integration.bot.conftest import Say
from tests.integration.bot.conftest import say as say

ROOT = Path(__file__).parents[3]
Heard = list[tuple[float, float | None, str | None]]


@asynccontextmanager
async def program(folder: Path) -> AsyncGenerator[Client]:
    """In a folder, without anybody's keys; what it logs is in `log`."""
    environ = {k: v for k, v in os.environ.items() if not k.endswith(("_TOKEN", "_API_KEY"))}
    started = StdioServerParameters(
        command=sys.executable,
        args=["-m", "bot", "mcp"],
        cwd=folder,
        env={**environ, "PYTHONPATH": str(ROOT)},
    )
    with (folder / "log").open("w") as errors:
        async with Client(stdio_client(started, errlog=errors)) as client:
            yield client


@pytest.mark.slow
async def test_an_assistant_refines_a_picture(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    Image.effect_mandelbrot((96, 64), (-2, -1.5, 1, 1.5), 20).convert("RGB").save(photo)
    heard: Heard = []

    async def progress(at: float, total: float | None, message: str | None) -> None:
        heard.append((at, total, message))

    async with program(tmp_path) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        assert {"refine", "evolve", "continue", "confirm", "sessions", "quota"} <= names
        refused = await client.call_tool("refine", {"image": "nowhere.png"})
        assert refused.is_error
        assert refused.content[0].text == f"There is no file {tmp_path / 'nowhere.png'}."
        given = {"image": "photo.png", "iterations": 2, "stop": "never"}
        done = await client.call_tool("refine", given, progress_callback=progress)
        assert not done.is_error, done
        assert (done.structured_content["rounds"], done.structured_content["cost_usd"]) == (2, "0")
        assert [block.type for block in done.content][:3] == ["text", "image", "resource_link"]
        with Image.open(io.BytesIO(base64.b64decode(done.content[1].data))) as small:
            assert small.format == "WEBP"
        for link in done.content[2:]:
            got = (await client.read_resource(link.uri)).contents[0]
            with Image.open(io.BytesIO(base64.b64decode(got.blob))) as painted:
                assert got.mime_type == f"image/{painted.format.lower()}"
        listed = await client.list_resources()
        assert [row.uri for row in listed.resources] == [done.content[2].uri]
        with pytest.raises(MCPError, match="There is no such picture in your sessions"):
            await client.read_resource(f"darkroom://image/{'0' * 64}")
        sessions = (await client.call_tool("sessions")).structured_content["sessions"]
        assert sessions[0]["session"] == done.structured_content["session"]
    places = [at for at, _, _ in heard]
    assert places == sorted(set(places))
    assert {total for _, total, _ in heard} == {2}
    assert [at for at, _, line in heard if line.startswith(("round 1,", "round 2,"))] == [1, 2]
    assert "ready" in (tmp_path / "log").read_text()


def test_without_the_extra_it_says_what_to_install(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *more: None if name == "mcp" else found(name, *more),
    )
    code, out, err = say("mcp")
    assert (code, out) == (2, "")
    assert " ".join(err.split()) == MISSING
