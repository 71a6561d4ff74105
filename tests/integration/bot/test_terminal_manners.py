"""The terminal's manners: mistakes cost nothing and have code 2, ids are short, folders apart."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.files import own_folder
from tests.integration.bot.conftest import Say
from tests.integration.bot.test_command_line import photo as photo

ROOT = Path(__file__).parents[3]


def test_what_is_mistyped_is_said_before_anything_begins(photo: Path, say: Say) -> None:
    (photo.parent / "taken").write_text("a file")
    for words, sentence in (
        (("--version",), r"darkroom \d"),
        (("refin", str(photo)), "Did you mean 'refine'"),
        (("refine", "nowhere.png"), "there is no file nowhere.png"),
        (("refine", str(photo), "--out", "taken/deeper"), "taken is a file"),
        (("continue", "nothing"), "There is no session nothing"),
        (("show", "last"), "There is no session last"),
        (("config", "loop.iteration"), "there is no such key"),
        (("config", "loop.iterations"), "loop.iterations = 4"),
        (("run", "--host", "0.0.0.0"), "a token is needed"),
        (("rename", "last", "a fox"), "There is no session last"),
        (("logs",), "There is no log in data yet"),
        (("list", "--json"), "^$"),
    ):
        code, out, err = say(*words)
        assert re.search(sentence, out + err), (words, out, err)
        assert code == (
            0 if words[0] in ("--version", "list") or words[-1] == "loop.iterations" else 2
        )


@pytest.mark.slow
def test_a_session_is_named_shortly_kept_apart_and_deleted(
    photo: Path, tmp_path: Path, say: Say
) -> None:
    schema = json.loads((ROOT / "docs" / "events.schema.json").read_text("utf-8"))
    for words in (("refine", str(photo), "-n", "99"), ("refine", str(photo), "--model", "dall-e")):
        code, out, err = say(*words)
        assert (code, out) == (2, ""), err
    code, out, err = say("refine", str(photo), "-n", "1", "--json")
    assert code == 0, err
    lines = [json.loads(line) for line in out.splitlines()]
    valid: Any = Draft202012Validator(schema)
    for line in lines:
        valid.validate(line)
    session = lines[0]["session"]
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(lines[-2]["files"])
    told = json.loads((tmp_path / "out" / "session.json").read_text())
    assert told["files"] == {
        "reference": "reference.png",
        "contact_sheet": "contact-sheet.png",
        "evolution": "evolution.webp",
    }
    assert told["program"].startswith("darkroom ")
    assert told["runs"][0]["roles"] == dict.fromkeys(
        ("painter", "critic", "judge"), "offline:gouache"
    )
    assert say("rename", session[:5], "the  red\nfox")[:2] == (
        0,
        f"{session[:8]} is now the red fox\n",
    )
    assert "the red fox" in say("list")[1]
    first = told["iterations"][0]["id"]
    assert own_folder(tmp_path / "out", "another") == tmp_path / "out" / "another"
    words = ("continue", session[:5], "--from", first, "--instruction", "darker", "-n", "1")
    code, out, err = say("-q", *words)
    assert (code, out) == (0, ""), err
    code, out, err = say("show", "last", "--json")
    runs = json.loads(out)["runs"]
    assert [(run["rounds"], run["base"]) for run in runs] == [(1, ""), (1, first)]
    code, out, err = say("list", "--json")
    line = json.loads(out)
    assert (line["session"], line["name"], line["runs"]) == (session, "the red fox", 2)
    assert say("delete", "last")[0] == 2  # nobody there to ask
    code, out, err = say("delete", session[:6], "--yes")
    assert code == 0, err
    assert say("show", session)[0] == 2
    assert [path for path in (tmp_path / "data" / "images").rglob("*") if path.is_file()] == []
