"""A private PostgreSQL, and databases on it that are copies of one that was made first."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path

import asyncpg
import pytest

from adapters.storage.sql import open_store

Fill = Callable[[str], Awaitable[None]]
_TEMPLATES: dict[tuple[str, Fill], str] = {}


@pytest.fixture(scope="session")
def cluster() -> Generator[str]:
    """A private PostgreSQL on a loopback port; skipped where Debian's postgresql is missing."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        if os.environ.get("DARKROOM_REQUIRE_ALL"):
            pytest.fail("Debian's package postgresql is missing")
        pytest.skip("Debian's package postgresql is missing")
    folder = Path(tempfile.mkdtemp(prefix="darkroom-pg-"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data, control = str(folder / "data"), str(found[-1].with_name("pg_ctl"))
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    subprocess.run([*as_user, str(found[-1]), "-D", data, "-A", "trust", "-U", "postgres"], **quiet)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    start = [*as_user, control, "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start"]
    subprocess.run(start, **quiet)
    yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    subprocess.run([*as_user, control, "-D", data, "-m", "immediate", "stop"], **quiet)
    shutil.rmtree(folder, ignore_errors=True)


async def copied(cluster: str, fill: Fill) -> str:
    """The address of a new database; `fill` is called once, with the one that is copied."""
    template = _TEMPLATES.get((cluster, fill))
    if template is None:
        template = await _created(cluster)
        await fill(_address(cluster, template))
        _TEMPLATES[cluster, fill] = template
    return _address(cluster, await _created(cluster, template))


async def migrated(url: str) -> None:
    await (await open_store(url)).close()


def _address(cluster: str, name: str) -> str:
    return cluster.rsplit("/", 1)[0] + f"/{name}"


async def _created(cluster: str, template: str = "template1") -> str:
    name = f"t{os.urandom(6).hex()}"
    connection = await asyncpg.connect(cluster)
    try:
        await connection.execute(f"create database {name} template {template}")
    finally:
        await connection.close()
    return name
