"""A session out of one installation, painted once more, and into another: from the terminal alone."""

import json
import os
import zipfile
from pathlib import Path

import pytest

from tests.integration.bot.conftest import Say


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_archive_replay_and_import(tmp_path: Path, say: Say) -> None:
    ended, out, err = say(
        "imagine", "--prompt", "a red boat on a lake", "--candidates", "2", "--json", "--out", "o"
    )
    assert ended == 0, err
    session = json.loads(out.splitlines()[0])["session"]
    ended, _, err = say("archive", "last", "--out", "kept")
    assert ended == 0
    archive = tmp_path / "kept" / f"darkroom-{session}.zip"
    with zipfile.ZipFile(archive) as kept:
        assert {"session.json", "index.html", "01.png"} <= set(kept.namelist())
    ended, out, err = say("replay", str(archive), "--out", "again", "--json")
    assert ended == 0, err
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["event"] for row in rows] == ["replayed"] * 2
    assert all(row["same"] for row in rows)  # the embedded engine, with the seeds as they were
    assert (tmp_path / "again" / "01.png").is_file()
    newest = json.loads(say("list", "--json")[1].splitlines()[0])
    assert newest["goal"].startswith("Replay of")
    assert (newest["images"], newest["status"]) == (2, "done")
    os.environ["DARKROOM_BOT__DATA_DIR"] = "elsewhere"
    try:
        assert say("import", str(archive))[0] == 0
        (line,) = say("list", "--json")[1].splitlines()
        assert json.loads(line)["images"] == 2
        ended, _, err = say("replay", str(archive), "--out", "third")
        assert ended == 0, err
    finally:
        del os.environ["DARKROOM_BOT__DATA_DIR"]
    assert say("replay", "kept", "--out", "x")[0] == 3
