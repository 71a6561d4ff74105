"""The command line: files, JSON Lines, exit codes. What a process of its own tells is tested in
one; the rest is called as the process would call it, without loading the program anew."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from core.service.outbox import OutboxDrain
from tests.integration.bot.conftest import Said, Say
from tests.photographs import phone_jpeg

ROOT = Path(__file__).parents[3]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    picture = Image.new("RGB", (160, 120), (90, 140, 200))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 75, 160, 120), fill=(90, 130, 60))
    draw.ellipse((100, 15, 130, 45), fill=(250, 220, 120))
    out = io.BytesIO()
    picture.save(out, "PNG")
    path = tmp_path / "photo.png"
    path.write_bytes(out.getvalue())
    return path


def darkroom(folder: Path, *words: str, **more: str) -> Said:
    environ = {k: v for k, v in os.environ.items() if not k.endswith(("_TOKEN", "_API_KEY"))}
    ended = subprocess.run(
        (sys.executable, "-m", "bot", *words),
        cwd=folder,
        env={**environ, "PYTHONPATH": str(ROOT), **more},
        capture_output=True,
        text=True,
        timeout=100,
    )
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.slow
def test_refine_writes_files_and_json_lines_and_goes_on(
    tmp_path: Path, photo: Path, say: Say
) -> None:
    code, out, err = darkroom(tmp_path, "refine", str(photo), "-n", "3", "--json")
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
    kept = list((tmp_path / "data").rglob("*"))
    assert len(kept) > 5
    assert not [path for path in (tmp_path / "data", *kept) if path.stat().st_mode & 0o077]
    assert (tmp_path / "out" / "session.json").stat().st_mode == photo.stat().st_mode
    code, out, err = say("continue", told["session"], "-n", "1", "--json")
    assert code == 0, err
    told = json.loads((tmp_path / "out" / "session.json").read_text())
    assert told["iterations"][-1]["parent"] == next(
        node["id"] for node in told["iterations"] if node["best"]
    )


@pytest.mark.slow
def test_a_process_ends_with_a_code_and_loads_no_sdk_that_it_does_not_need(
    tmp_path: Path, photo: Path
) -> None:
    words = ("refine", str(photo), "-n", "99")
    code, _, err = darkroom(tmp_path, *words, PYTHONPROFILEIMPORTTIME="1")
    assert (code, "iterations is a number" in err) == (2, True)
    loaded = {line.split()[-1].partition(".")[0] for line in err.splitlines() if " | " in line}
    assert "sqlalchemy" in loaded
    assert loaded & {"openai", "discord", "slack_sdk", "dbos"} == set()


def test_mistakes_have_their_exit_codes_and_a_sentence(tmp_path: Path, say: Say) -> None:
    code, _, err = say("refine", "--config", "none.toml")
    assert (code, "no such file" in err) == (2, True)
    (tmp_path / "text.png").write_text("not a picture")
    code, _, err = say("refine", "text.png")
    assert (code, "no picture I know" in err) == (3, True)
    code, _, err = say("refine", "--goal", "a fox", "--model", "dall-e")
    assert (code, "model is one of offline:gouache" in err) == (2, True)
    assert say("nonsense")[0] == 2


@pytest.mark.slow
def test_a_phones_picture_and_wide_ones_are_developed(tmp_path: Path, say: Say) -> None:
    (tmp_path / "phone.jpg").write_bytes(phone_jpeg())
    Image.effect_noise((3000, 500), 90).convert("RGB").save(tmp_path / "banner.png")
    Image.effect_noise((32, 5000), 90).convert("RGB").save(tmp_path / "strip.png")
    for name in ("phone.jpg", "banner.png", "strip.png"):
        code, out, err = say("refine", name, "-n", "1", "--json")
        assert code == 0, err
        events = [json.loads(line) for line in out.splitlines()]
        assert [e["score"] is not None for e in events if e["event"] == "round"] == [True]


def fatal(*_: object) -> bytes:
    os._exit(11)


def broken(*_: object) -> bytes:
    raise ZeroDivisionError


@pytest.mark.slow
def test_a_worker_that_dies_over_a_picture_is_a_sentence(
    photo: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    for where, expected, words in (
        ("core.imaging.tasks.score", 0, "rounds are done"),
        ("adapters.models.offline.tasks.made", 4, "ended twice"),
        ("adapters.models.offline.tasks.described", 4, "ended twice"),
        ("core.imaging.tasks.admit", 3, "ended twice before it was done"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(where, fatal)
            code, out, err = say("refine", str(photo), "-n", "1")
        assert (code, words in out + err) == (expected, True), (where, out, err)


def test_a_run_that_breaks_ends_with_a_sentence_though_no_sweep_goes_by(
    photo: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.following.SILENCE_S", 0.1)
    monkeypatch.setattr("adapters.models.offline.tasks.described", broken)
    code, out, err = say("refine", str(photo), "-n", "1")
    assert (code, "Something broke here" in out + err) == (4, True), (out, err)


def test_an_outbox_that_breaks_once_goes_on(
    photo: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    recover, breaks = OutboxDrain.recover, [ZeroDivisionError]

    async def breaking(outbox: OutboxDrain) -> None:
        if breaks:
            raise breaks.pop()
        await recover(outbox)

    monkeypatch.setattr(OutboxDrain, "recover", breaking)
    code, out, err = say("refine", str(photo), "-n", "1")
    assert (code, "rounds are done" in out + err) == (0, True), (out, err)


@pytest.mark.slow
def test_preferences_hold_where_nothing_is_said(say: Say) -> None:
    assert "size: default" in say("preferences")[1]
    code, _, err = say("preferences", "--size", "huge")
    assert code and "WIDTHxHEIGHT" in err
    assert "size: 256x128" in say("preferences", "--size", "256x128")[1]
    code, _, err = say("imagine", "--prompt", "a red circle", "--out", "made")
    assert code == 0, err
    made = min(Path("made").glob("*.png"))
    with Image.open(made) as opened:
        assert opened.size == (256, 128)
    assert "size: default" in say("preferences", "--size", "default")[1]


def test_freeze_refuses_and_thaw_lets_go_on(photo: Path, say: Say) -> None:
    assert say("freeze")[0] == 0
    code, _, err = say("refine", str(photo), "-n", "1")
    assert (code, "operator" in err) == (3, True)
    assert say("thaw")[0] == 0
    assert say("refine", str(photo), "-n", "1")[0] == 0


@pytest.mark.slow
def test_the_operator_bounds_everybody_and_reads_the_log(
    photo: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DARKROOM_QUOTAS__RATION_EMBEDDED", "true")  # free images count
    assert "1 image a month" in say("admin", "limit", "bot", "1 image", "--window", "month")[1]
    code, _, err = say("refine", str(photo), "-n", "2")
    assert (code, "everybody together has 1 image left until" in err.replace("\n", " ")) == (
        3,
        True,
    ), err
    assert say("admin", "limit", "bot", "off", "--window", "month")[0] == 0
    code, out, err = say("admin", "spend", "--by", "model", "--out", "spend.png")
    assert code == 0, (out, err)
    code, _, err = say("admin", "grant", "ann", "5")
    assert (code, "--server" in err) == (3, True)
    code, out, _ = say("admin", "audit", "--verify")
    assert (code, "The log holds: 2 entries" in out) == (0, True)


def test_init_writes_once_and_doctor_is_content(say: Say) -> None:
    assert say("init")[0] == 0
    code, _, err = say("init")
    assert (code, "nothing was changed" in err) == (2, True)
    code, out, _ = say("doctor")
    assert code == 0
    assert "309237763136" in out.replace("\n", "").replace(" ", "")


@pytest.mark.slow
def test_a_terminal_that_knows_ascii_alone(photo: Path, tmp_path: Path) -> None:
    plain = {
        "PYTHONIOENCODING": "ascii",
        "LC_ALL": "C",
        "DARKROOM_BOT__DATA_DIR": "Dämmerung",
    }
    code, out, err = darkroom(
        tmp_path, "refine", "--goal", "a café at dusk ☕", "-n", "1", "--json", **plain
    )
    assert code == 0, err
    events = [json.loads(line) for line in out.splitlines()]
    assert [each["event"] for each in events[-2:]] == ["files", "finished"]
    code, out, err = darkroom(tmp_path, "show", events[0]["session"], "--json", **plain)
    assert code == 0 and json.loads(out)["goal"] == "a café at dusk ☕"
    for words in (("show",), ("doctor",), ("refine", str(photo), "-n", "1")):
        code, out, err = darkroom(tmp_path, *words, **plain)
        assert code == 0 and "Traceback" not in err, err
