"""Every Python that pyproject.toml allows and that this machine has starts the real program and
develops a picture with it: `make pythons`. One that is not here is skipped, with a word.

Each gets what the lock names, in an environment of its own under .pythons/ in this folder.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
import uuid
from collections.abc import AsyncGenerator
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import pytest

pytestmark = [pytest.mark.pythons, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements" / "run.txt"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
UV = shutil.which("uv", path=Path(sys.executable).parent) or shutil.which("uv")
ASK = "import ensurepip, sqlite3, sys, venv; print('%d.%d' % sys.version_info[:2])"


def is_python(path: Path | str, version: str) -> bool:
    """Really that version, and whole: a shim may stand for one that is not chosen."""
    with contextlib.suppress(OSError):
        asked = subprocess.run([path, "-c", ASK], capture_output=True, text=True, timeout=60)
        return asked.returncode == 0 and asked.stdout.strip() == version
    return False


def _said(*command: str) -> str:
    """What a command prints, "" where it fails."""
    asked = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return asked.stdout.strip() if asked.returncode == 0 else ""


def candidates(version: str) -> list[Path | str]:
    found: list[Path | str] = [sys.executable]
    if on_path := shutil.which(f"python{version}"):
        found.append(on_path)
    if UV and (known := _said(UV, "python", "find", "--no-python-downloads", version)):
        found.append(known)
    if pyenv := shutil.which("pyenv"):
        root = subprocess.run([pyenv, "root"], capture_output=True, text=True, check=True)
        found += sorted(Path(root.stdout.strip()).glob(f"versions/{version}*/bin/python3"))
    return found


@cache
def python_of(version: str) -> Path | None:
    """An interpreter with the locked dependencies; None where there is none of this version."""
    base = next((each for each in candidates(version) if is_python(each, version)), None)
    if base is None:
        return None
    if base == sys.executable:
        return Path(sys.executable)
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    folder = ROOT / ".pythons" / version
    stamp = folder / "locked"
    python = folder / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != digest or not is_python(python, version):
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([base, "-m", "venv", folder], check=True, timeout=120)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if UV:  # a tenth of the time
            install = [UV, "pip", "install", "--quiet", "--system-certs", "--python", python]
        subprocess.run([*install, "--require-hashes", "-r", LOCK], check=True, timeout=400)
        stamp.write_text(digest)
    return python


def needed(version: str) -> Path:
    python = python_of(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here, neither on PATH nor in uv or pyenv")
    return python


class Program:
    """`darkroom run` in a folder, and a person at its page."""

    def __init__(self, url: str, page: aiohttp.ClientSession) -> None:
        self._url, self._page = url, page

    async def develop(self) -> dict[str, Any]:
        """A session of two rounds, to its end; its tree."""
        body = {
            "kind": "refine",
            "goal": "a red fox in the snow at sunset",
            "iterations": 2,
            "size": "256x256",
            "stop": "never",
            "key": str(uuid.uuid4()),
        }
        async with self._page.post(self._url + "api/commands", json=body) as answer:
            session = (await answer.json())["session"]
        while True:
            async with self._page.get(self._url + f"api/sessions/{session}") as answer:
                tree = await answer.json()
            if {run["status"] for run in tree["runs"]} <= {"done", "failed"}:
                return tree
            await asyncio.sleep(0.2)

    async def sessions(self) -> int:
        async with self._page.get(self._url + "api/sessions") as answer:
            return len((await answer.json())["sessions"])


@contextlib.asynccontextmanager
async def running(python: Path, folder: Path) -> AsyncGenerator[Program]:
    """Started, and at the end stopped as a service manager would; it must say nothing bad."""
    environ = {k: v for k, v in os.environ.items() if not k.endswith(("_TOKEN", "_API_KEY"))}
    environ |= {"PYTHONPATH": str(ROOT), "DARKROOM_WEB__PORT": "0", "OPENBLAS_NUM_THREADS": "1"}
    environ |= {"DARKROOM_BOT__LOG_FORMAT": "json"}
    process = await asyncio.create_subprocess_exec(
        python, "-m", "bot", "run", cwd=folder, env=environ,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    said: list[dict[str, Any]] = []
    try:
        async for line in process.stderr:
            said.append(json.loads(line))
            if said[-1]["event"] == "ready":
                break
        assert said and said[-1]["event"] == "ready", said
        url = said[-1]["address"]
        headers = {"X-Darkroom-Name": "Ann", "Origin": url.rstrip("/")}
        async with aiohttp.ClientSession(headers=headers) as page:
            yield Program(url, page)
        process.terminate()
        said += [json.loads(line) async for line in process.stderr]
        assert await process.wait() == 0
        assert [line for line in said if line["level"] not in ("info", "debug")] == []
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_program_starts_and_develops_a_picture(version: str, tmp_path: Path) -> None:
    async with running(needed(version), tmp_path) as program:
        tree = await program.develop()
    assert [run["status"] for run in tree["runs"]] == ["done"]
    assert len(tree["iterations"]) == 2


async def test_a_folder_goes_from_one_python_to_the_next_and_back(tmp_path: Path) -> None:
    here = [version for version in VERSIONS if python_of(version)]
    if len(here) < 2:
        pytest.skip(f"there is one Python here only: {here[0]}")
    for number, version in enumerate([*here, here[0]]):
        async with running(needed(version), tmp_path) as program:
            assert await program.sessions() == number
            tree = await program.develop()
        assert [run["status"] for run in tree["runs"]] == ["done"], version


def test_the_python_of_this_suite_is_one_of_them() -> None:
    version = ".".join(map(str, sys.version_info[:2]))
    assert version in VERSIONS and python_of(version) == Path(sys.executable)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={VERSIONS[0]}"
