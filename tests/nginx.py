"""A real nginx before the page: Debian's, with the locations that the documentation recommends."""

import asyncio
import os
import re
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
RECIPES = Path(__file__).parent.parent / "docs" / "proxy.md"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def recipes() -> list[str]:
    """The locations for nginx in the documentation: at the root, and below a path."""
    return re.findall(r"```nginx\n(.*?)```", RECIPES.read_text("utf-8"), re.S)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@asynccontextmanager
async def nginx(folder: Path, locations: str, port: int) -> AsyncIterator[None]:
    """Runs until the block is left; skips where there is none."""
    if NGINX is None:
        if os.environ.get("DARKROOM_REQUIRE_ALL") == "1":
            pytest.fail("the package nginx-light is missing")
        pytest.skip("the package nginx-light is not installed")
    file = folder / "nginx.conf"
    file.write_text(_config(folder, locations, port))
    arguments = ("-c", str(file), "-p", str(folder), "-e", str(folder / "error.log"))
    process = await asyncio.create_subprocess_exec(NGINX, *arguments)
    try:
        await _listening(process, port, folder)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _config(folder: Path, locations: str, port: int) -> str:
    places = "".join(f"{name}_temp_path {folder}/{name};\n" for name in TEMPORARY)
    user = "user root;" if os.getuid() == 0 else ""
    return (
        f"{user} daemon off; worker_processes 1; pid {folder}/nginx.pid;\n"
        "events { worker_connections 256; }\n"
        f"http {{ access_log off;\n{places}"
        f"server {{ listen 127.0.0.1:{port}; server_name _;\n{locations}\n}} }}\n"
    )


async def _listening(process: asyncio.subprocess.Process, port: int, folder: Path) -> None:
    async with asyncio.timeout(30):
        while True:
            if process.returncode is not None:
                pytest.fail(f"nginx ended: {(folder / 'error.log').read_text()}")
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return
