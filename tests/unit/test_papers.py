"""What the pages for people who read the code name is there."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md")),
    ROOT / "adapters" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
FOLDERS = ("core/", "adapters/", "bot/", "tests/", "docs/")
IDS = [str(page.relative_to(ROOT)) for page in PAGES]


def code(page: Path) -> list[str]:
    """What stands in backticks and in fenced blocks."""
    text = page.read_text("utf-8")
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, re.S | re.M)
    return fenced + re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M))


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_files_that_are_named_are_there(page: Path) -> None:
    named = [each for each in code(page) if each.startswith(FOLDERS) and " " not in each]
    exact = [each for each in named if not re.search(r"NAME|NNNN|[*…]", each)]
    assert [each for each in exact if not (ROOT / each.partition("::")[0]).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_targets_that_are_named_are_there(page: Path) -> None:
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert set(re.findall(r"\bmake ([a-z-]+)", "\n".join(code(page)))) - made == set()


def test_the_picture_has_every_room() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rooms = [path.name for path in (ROOT / "core").iterdir() if (path / "__init__.py").exists()]
    rooms += [
        path.name for path in (ROOT / "adapters").iterdir() if (path / "__init__.py").exists()
    ]
    assert len(rooms) > 12
    assert [room for room in rooms if f"{room}/" not in text] == []


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text("utf-8"))
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))


def test_hooks_are_what_make_check_runs() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"]
    entries = [hook["entry"].removeprefix(".venv/bin/") for hook in hooks[0]["hooks"]]
    check = (ROOT / "Makefile").read_text("utf-8").partition("\ncheck:")[2].partition("\n\n")[0]
    ran = [line.strip().removesuffix(" .") for line in check.split("$(BIN)/")[1:]]
    assert entries == ran
