"""A stranger comes to a picture, a star and a zip with nothing but README. How long it takes on an idle
machine: `make walk`."""

import shutil
import zipfile
from pathlib import Path

import pytest

from tests.walk import Watch, told_by_readme, walk

ROOT = Path(__file__).parents[2]


def test_readme_says_how_to_start() -> None:
    assert told_by_readme(ROOT) == "make run"


def test_readme_is_one_screen() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 45


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(not (shutil.which("chromium") and shutil.which("git")), reason="chromium, git")
async def test_a_stranger_takes_pictures_home(tmp_path: Path) -> None:
    watch = Watch()
    file = await walk(tmp_path, watch)
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
    assert {"session.json", "index.html"} <= set(names)
    assert sum(name.endswith(".png") for name in names) > 3
    done = [name for name, _ in watch.steps]
    assert done == ["clone", "make run", "first picture", "refine", "star", "export", "Ctrl-C"]
