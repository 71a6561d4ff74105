"""Files that are made of the declared jobs say what the jobs declare today."""

import re
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
import yaml

from adapters.models.registry import ModelNames, build_models
from adapters.models.table import CONFIGS, PAINTERS
from adapters.slack.manifest import manifest, written
from adapters.texts import catalogue
from adapters.texts.help import job_lines, need
from bot.papers.__main__ import pages
from bot.papers.configuration import said
from bot.papers.markdown import table as table_of
from bot.parity import placed, table
from core.jobs import registry
from core.models.painter import Operation
from tests.harness import Inline
from tests.jobs import negative
from tests.offers import offer_of, scripted_offers

ROOT = Path(__file__).parents[2]
OPERATIONS: tuple[Operation, ...] = get_args(Operation)


@pytest.fixture
def stranger(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """A job that no model here can do."""
    job = replace(negative.JOB, needs=frozenset[Operation]({"upscale"}))
    monkeypatch.setitem(registry.JOBS, "negative", job)
    monkeypatch.setattr(catalogue, "FOLDERS", [*catalogue.FOLDERS, Path(negative.__file__).parent])
    catalogue.forget()
    yield
    catalogue.forget()


def test_the_manifest_is_what_the_jobs_declare() -> None:
    assert (ROOT / "manifest.yaml").read_text("utf-8") == written(), "`make manifest` writes it"


def test_what_is_written_is_read_as_it_was_meant() -> None:
    assert yaml.safe_load(written()) == manifest()


def test_the_table_of_jobs_is_what_the_doors_offer() -> None:
    page = (ROOT / "adapters" / "README.md").read_text("utf-8")
    assert placed(page) == page, "`make parity` writes it"


async def test_the_pages_of_the_documentation_are_what_the_code_says() -> None:
    for path, text in (await pages(ROOT)).items():
        assert path.read_text("utf-8") == text, f"{path.name}: `make papers` writes it"


def test_every_config_key_is_explained() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| .* \| .* \| (.*) \|$", page, re.M)
    assert len(rows) > 60
    assert [name for name, words in rows if not words.strip()] == []
    words = said("[loop]\na = 4  # one\n        # more\nb = 1\n# [x.mine]\n# c = []  # two\n")
    assert words == {("loop", "a"): "one more", ("loop", "b"): "", ("x", "c"): "two"}


def test_a_cell_breaks_no_table() -> None:
    assert (
        table_of(("a", "b"), [("x | y", "two\nlines")]).splitlines()[-1]
        == "| x \\| y | two lines |"
    )


def test_a_page_without_marks_is_not_written_over() -> None:
    with pytest.raises(ValueError, match="write between"):
        placed("no marks")


@pytest.mark.usefixtures("stranger")
def test_a_strangers_job_is_in_both() -> None:
    made = yaml.safe_load(written())["features"]
    row = next(each for each in made["slash_commands"] if each["command"] == "/negative")
    assert row["description"] == "Shows a picture's negative"
    assert "negative" not in {each["callback_id"] for each in made["shortcuts"]}
    line = next(line for line in table().splitlines() if line.startswith("| `negative`"))
    assert line.count("image, amount") == 3  # the terminal's commands were made before


def test_slack_takes_what_is_declared() -> None:
    """Lengths and counts of Slack's manifest reference."""
    features = manifest()["features"]
    kinds = [each["type"] for each in features["shortcuts"]]
    assert all(kinds.count(kind) <= 5 for kind in kinds)
    assert len(features["slash_commands"]) <= 50
    assert all(len(each["description"]) <= 150 for each in features["shortcuts"])
    assert all(len(each["name"]) <= 24 for each in features["shortcuts"])


@pytest.mark.usefixtures("stranger")
def test_help_says_what_a_job_needs_that_is_missing() -> None:
    english = job_lines(scripted_offers())
    german = job_lines(scripted_offers(), "de")
    assert "STABILITY_API_KEY" in next(line for line in english if "/negative" in line)
    assert any("Zeigt das Negativ" in line and "braucht" in line for line in german)
    assert not any("needs" in line for line in english if "/negative" not in line)
    assert not any("/pick" in line for line in english)  # nobody types a button
    assert need(offer_of("refine")) == ""


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_has_its_words(operation: Operation, language: str) -> None:
    assert catalogue.known(f"needs.{operation}", language)


async def test_the_key_that_help_names_enables_it() -> None:
    """Where one provider alone can do it, that one's key is named; the embedded engine needs none."""
    able: dict[str, set[str]] = {operation: set() for operation in OPERATIONS}
    for _, name in PAINTERS:
        names = ModelNames(painter=name, critic="offline:gouache")
        models = build_models(names, CONFIGS, {}, Inline())
        for operation in models.painter.profile.operations:
            able[operation].add(name.partition(":")[0])
        await models.close()
    for operation, providers in able.items():
        named = "STABILITY_API_KEY" in catalogue.t(f"needs.{operation}")
        assert named == (providers - {"scripted", "offline"} == {"stability"}), operation
