"""The command line as a process: files, JSON Lines, exit codes."""

import asyncio
import io
import json
import os
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

ROOT = Path(__file__).parents[3]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    picture = Image.new("RGB", (320, 240), (90, 140, 200))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 150, 320, 240), fill=(90, 130, 60))
    draw.ellipse((200, 30, 260, 90), fill=(250, 220, 120))
    out = io.BytesIO()
    picture.save(out, "PNG")
    path = tmp_path / "photo.png"
    path.write_bytes(out.getvalue())
    return path


async def darkroom(folder: Path, *words: str) -> tuple[int, str, str]:
    environ = {k: v for k, v in os.environ.items() if not k.endswith(("_TOKEN", "_API_KEY"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        cwd=folder,
        env={**environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 100)
    return process.returncode or 0, out.decode(), err.decode()


async def test_refine_writes_files_and_json_lines_and_goes_on(tmp_path: Path, photo: Path) -> None:
    code, out, err = await darkroom(tmp_path, "refine", str(photo), "-n", "3", "--json")
    assert code == 0, err
    events = [json.loads(line) for line in out.splitlines()]
    rounds = [event for event in events if event["event"] == "round"]
    best = [event["best"] for event in rounds]
    assert len(rounds) >= 2
    assert best == sorted(best)
    assert rounds[0]["cost_usd"] == "0"
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"contact-sheet.png", "evolution.webp", "session.json"} <= files
    assert f"01-score-{rounds[0]['score']:.1f}.png" in files
    told = json.loads((tmp_path / "out" / "session.json").read_text())
    assert told["iterations"][0]["parent"] == ""
    assert all(node["prompt"] and node["seed"] is not None for node in told["iterations"])
    code, out, err = await darkroom(tmp_path, "continue", told["session"], "-n", "1", "--json")
    assert code == 0, err
    told = json.loads((tmp_path / "out" / "session.json").read_text())
    assert told["iterations"][-1]["parent"] == next(
        node["id"] for node in told["iterations"] if node["best"]
    )


async def test_mistakes_have_their_exit_codes_and_a_sentence(tmp_path: Path, photo: Path) -> None:
    code, _, err = await darkroom(tmp_path, "refine", "--config", "none.toml")
    assert (code, "no such file" in err) == (2, True)
    code, _, err = await darkroom(tmp_path, "refine", str(photo), "-n", "99")
    assert (code, "iterations is a number" in err) == (3, True)
    (tmp_path / "text.png").write_text("not a picture")
    code, _, err = await darkroom(tmp_path, "refine", "text.png")
    assert (code, "no picture I know" in err) == (3, True)
    code, _, err = await darkroom(tmp_path, "nonsense")
    assert code == 2


async def test_freeze_refuses_and_thaw_lets_go_on(tmp_path: Path, photo: Path) -> None:
    assert (await darkroom(tmp_path, "freeze"))[0] == 0
    code, _, err = await darkroom(tmp_path, "refine", str(photo), "-n", "1")
    assert (code, "operator" in err) == (3, True)
    assert (await darkroom(tmp_path, "thaw"))[0] == 0
    assert (await darkroom(tmp_path, "refine", str(photo), "-n", "1"))[0] == 0


async def test_init_writes_once_and_doctor_is_content(tmp_path: Path) -> None:
    assert (await darkroom(tmp_path, "init"))[0] == 0
    code, _, err = await darkroom(tmp_path, "init")
    assert (code, "nothing was changed" in err) == (2, True)
    code, out, _ = await darkroom(tmp_path, "doctor")
    assert code == 0
    assert "309237763136" in out.replace("\n", "").replace(" ", "")
