"""Where the program can't start: a sentence that names the key, code 2, no traceback."""

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.storage.claim import claimed
from bot.folder import secret
from core.domain.errors import Misconfigured
from tests.integration.bot.conftest import Say

Prepare = Callable[[Path, pytest.MonkeyPatch], None]


def refused(said: tuple[int, str, str], *parts: str) -> None:
    code, _, err = said
    sentence = " ".join(err.split())
    assert code == 2, err
    assert "Traceback" not in err
    for part in parts:
        assert part in sentence


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port(say: Say, taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DARKROOM_WEB__PORT", str(taken))
    refused(say("run"), f"web.port: {taken} is taken; stop what listens there or set another")


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("192.0.2.7", "web.host: 192.0.2.7 is no address of this machine."),
        ("a..b", "web.host: nothing can listen at a..b"),
    ],
)
def test_an_address_of_somebody_else(
    say: Say, monkeypatch: pytest.MonkeyPatch, host: str, sentence: str
) -> None:
    monkeypatch.setenv("DARKROOM_WEB__HOST", host)
    monkeypatch.setenv("DARKROOM_WEB__PORT", "0")
    monkeypatch.setenv("DARKROOM_WEB__TOKEN", "correct horse battery staple")
    refused(say("run"), sentence)


def test_a_host_that_nobody_knows(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    monkeypatch.setenv("DARKROOM_WEB__HOST", "nowhere.invalid")
    monkeypatch.setenv("DARKROOM_WEB__TOKEN", "correct horse battery staple")
    refused(say("run"), "web.host: there is no host named nowhere.invalid.")


def a_file(folder: Path, _: pytest.MonkeyPatch) -> None:
    (folder / "data").write_text("")


def under_a_file(folder: Path, patch: pytest.MonkeyPatch) -> None:
    (folder / "file").write_text("")
    patch.setenv("DARKROOM_BOT__DATA_DIR", str(folder / "file" / "data"))


def images_a_file(folder: Path, _: pytest.MonkeyPatch) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "images").write_text("")


def nowhere(_: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("DARKROOM_BOT__DATA_DIR", "/proc/darkroom")


@pytest.mark.parametrize("command", ["run", "doctor", "freeze"])
@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (a_file, "data is a file, not a folder"),
        (under_a_file, "can't be written (Not a directory)"),
        (images_a_file, "data/images is a file, not a folder"),
        (nowhere, "/proc/darkroom can't be written"),
    ],
)
def test_a_data_folder_that_can_t_be(
    say: Say,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    prepare: Prepare,
    sentence: str,
) -> None:
    prepare(tmp_path, monkeypatch)
    code, out, err = say(command)
    assert code == 2
    assert "Traceback" not in err
    assert sentence in " ".join((out + err).split())


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        (".env", "DARKROOM_BOT__ADMIN=\n".encode("utf-16"), ".env: it is saved as UTF-16; save"),
        (".env", "A=b\n# Schlüssel\n".encode("latin-1"), ".env: line 2 is not UTF-8; save"),
        ("config.toml", "[bot]\n".encode("utf-16"), "config.toml: it is saved as UTF-16; save it"),
        ("config.toml", "\n[bot] # ü\n".encode("latin-1"), "config.toml: line 2 is not UTF-8"),
        ("config.toml", b"a = " + b"[" * 50_000, "config.toml: "),
    ],
)
def test_files_that_are_no_utf_8(say: Say, name: str, data: bytes, sentence: str) -> None:
    Path(name).write_bytes(data)
    refused(say("run"), sentence)


def test_a_folder_in_a_file_s_place(say: Say) -> None:
    Path("config.toml").mkdir()
    refused(
        say("run", "--config", "config.toml"), "config.toml: it can't be read (Is a directory)."
    )


@pytest.mark.parametrize("content", [b"", b"\xff\xfe"])
def test_a_secret_that_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(Misconfigured, match=r"^bot.data_dir: .*secret .* (anew|away)\.$"):
        secret(tmp_path)
    (tmp_path / "secret").unlink()
    assert len(secret(tmp_path)) == 64 and secret(tmp_path) == secret(tmp_path)


def test_a_database_that_is_noise_and_a_sqlite_that_is_old(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "darkroom.sqlite").write_bytes(os.urandom(20_000))
    refused(say("run"), "bot.database_url: the database can't be opened", "not a database")
    (tmp_path / "data" / "darkroom.sqlite").unlink()
    code, out, _ = say("doctor")
    assert code == 0 and f"SQLite {sqlite3.sqlite_version}, up to date" in out
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 0))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.31.0")
    refused(say("run"), "This Python brings SQLite 3.31.0; Darkroom needs 3.35.0 or newer")
    code, out, _ = say("doctor")
    assert code == 2 and "SQLite 3.31.0" in out


async def test_two_programs_on_one_database_from_two_folders(tmp_path: Path) -> None:
    database = tmp_path / "one.sqlite"
    (tmp_path / "link.sqlite").symlink_to(database)
    async with claimed(str(database)):
        for other in (str(database), f"sqlite:///{database}", str(tmp_path / "link.sqlite")):
            with pytest.raises(Misconfigured, match="another Darkroom serves this database"):
                async with claimed(other):
                    pass
        async with claimed(str(tmp_path / "another.sqlite")):
            pass
    async with claimed(str(database)):
        pass


def loaded_by(code: str, *args: str) -> list[str]:
    """The top modules, and ours, that a fresh process has loaded when `code` ends."""
    code += "\nimport sys; print('loaded:', ' '.join(sorted(sys.modules)))\n"
    said = subprocess.run(
        (sys.executable, "-c", code, *args),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert said.returncode == 0, said.stderr
    return said.stdout.splitlines()[-1].removeprefix("loaded: ").split()


PIXELS = {"numpy", "cv2", "PIL", "core.imaging.codec", "adapters.models.offline.engine"}
SDKS = {"discord", "slack_sdk", "slack_bolt", "openai", "mcp", "anthropic", "google.genai"}
KINDS = {f"adapters.models.{kind}" for kind in ("google", "fal", "replicate", "comfyui", "bfl")}


def test_help_loads_no_job_no_settings_and_nothing_for_pixels() -> None:
    code = """
from bot.cli import app
for told in (["--help"], ["run", "--help"]):
    assert app(told, prog_name="darkroom", standalone_mode=False) == 0
"""
    found = loaded_by(code)
    heavy = {"sqlalchemy", "dbos", "aiohttp", "structlog", "core.jobs.registry"}
    assert not (PIXELS | SDKS | heavy).intersection(found)


@pytest.mark.slow
def test_a_start_loads_nothing_for_pixels_and_no_sdk_that_is_off(tmp_path: Path) -> None:
    code = """
import asyncio, sys
from bot.app import serving
from bot.config import Settings
async def serve():
    parts = {"bot": {"data_dir": sys.argv[1]}, "web": {"port": 0}}
    async with serving(Settings.model_validate(parts)) as app:
        assert app.address
asyncio.run(serve())
"""
    first = set(loaded_by(code, str(tmp_path / "data")))
    assert not (PIXELS | SDKS | KINDS) & first
    assert "alembic.config" in first  # the tables are made
    assert "alembic.config" not in loaded_by(code, str(tmp_path / "data"))
