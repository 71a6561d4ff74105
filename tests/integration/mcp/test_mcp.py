"""The door for assistants, driven by the real client."""

import base64
import io
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from PIL import Image

from core.imaging.formats import MAX_BYTES

ROOT = Path(__file__).parents[3]
Heard = list[tuple[float, float | None, str | None]]


@asynccontextmanager
async def program(folder: Path, log: Path) -> AsyncGenerator[Client]:
    """A real client on the real program, in a folder and without anybody's keys."""
    environ = {k: v for k, v in os.environ.items() if not k.endswith(("_TOKEN", "_API_KEY"))}
    started = StdioServerParameters(
        command=sys.executable,
        args=["-m", "bot", "mcp"],
        cwd=folder,
        env={**environ, "PYTHONPATH": str(ROOT)},
    )
    with log.open("w") as errors:
        async with Client(stdio_client(started, errlog=errors)) as client:
            yield client


async def test_an_assistant_refines_a_picture_with_the_real_program(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    Image.effect_mandelbrot((96, 64), (-2, -1.5, 1, 1.5), 20).convert("RGB").save(photo)
    heard: Heard = []

    async def progress(at: float, total: float | None, message: str | None) -> None:
        heard.append((at, total, message))

    async with program(tmp_path, tmp_path / "log") as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert {"refine", "evolve", "continue", "confirm", "sessions", "quota"} <= tools.keys()
        iterations = tools["refine"].input_schema["properties"]["iterations"]
        assert (iterations["minimum"], iterations["maximum"], iterations["default"]) == (1, 10, 4)
        assert tools["evolve"].input_schema["required"] == ["image"]
        refused = await client.call_tool("refine", {"image": str(photo), "iterations": 99})
        assert refused.is_error
        assert refused.content[0].text == "iterations: 99 is greater than the maximum of 10."
        given = {"image": str(photo), "iterations": 2, "stop": "never"}
        done = await client.call_tool("refine", given, progress_callback=progress)
        print(done, heard)
        assert not done.is_error
        assert done.structured_content["rounds"] == 2
        kinds = [block.type for block in done.content]
        assert kinds[:3] == ["text", "image", "resource_link"]
        got = await client.read_resource(done.content[2].uri)
        with Image.open(io.BytesIO(base64.b64decode(got.contents[0].blob))) as painted:
            assert painted.format == "PNG"
    assert [at for at, _, _ in heard] == sorted({at for at, _, _ in heard})
    assert {total for _, total, _ in heard} == {2}
    assert [m for _, _, m in heard if m.startswith("round 1,")]
    assert '"ready"' in (tmp_path / "log").read_text() or "ready" in (tmp_path / "log").read_text()
