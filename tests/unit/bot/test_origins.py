"""`darkroom provenance`: what a file tells, and a code for one that was changed."""

import json
from pathlib import Path

import pytest

from adapters.models.scripted import flat
from bot.origins import tell
from core.imaging.provenance import marked


def test_a_file_tells_where_it_comes_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, data = (
        tmp_path / "a.png",
        marked(flat(9), "algorithmicMedia", ("c" * 64,), "offline:gouache"),
    )
    file.write_bytes(data)
    assert tell(file, as_json=True) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["parents"], said["tool"]) == (["c" * 64], "Darkroom, offline:gouache")
    file.write_bytes(data[:-1] + b"\x00")
    assert tell(file, as_json=False) == 1
    assert "changed since" in capsys.readouterr().out
    file.write_bytes(flat(9))
    assert tell(file, as_json=False) == 0
    assert "says nothing" in capsys.readouterr().out
