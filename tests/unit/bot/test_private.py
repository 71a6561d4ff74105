"""What the program keeps is its owner's alone; what somebody asked for is as readable as usual."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import private


@pytest.fixture(autouse=True)
def _umask_as_before() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_folder_and_all_that_is_written_later_are_the_owners_alone(tmp_path: Path) -> None:
    folder = private.private_folder(tmp_path / "deep" / "data")
    (folder / "file").write_bytes(b"x")
    (folder / "inner").mkdir()
    assert [mode(path) for path in (folder.parent, folder, folder / "inner")] == [0o700] * 3
    assert mode(folder / "file") == 0o600


def test_what_an_earlier_version_left_open_is_closed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"x")
    folder = tmp_path / "data"
    (folder / "images").mkdir(parents=True)
    (folder / "darkroom.sqlite").write_bytes(b"x")
    (folder / "link").symlink_to(elsewhere)
    private.private_folder(folder)
    assert [mode(path) for path in (folder, folder / "images")] == [0o700] * 2
    assert mode(folder / "darkroom.sqlite") == 0o600
    assert mode(elsewhere) == 0o644  # not ours


def test_what_somebody_asked_for_is_as_readable_as_their_files_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private, "_usual", 0o022)
    private.private_folder(tmp_path / "data")
    file = tmp_path / "picture.png"
    file.write_bytes(b"x")
    assert mode(file) == 0o600
    private.as_usual(file)
    assert mode(file) == 0o644
