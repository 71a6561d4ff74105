"""What SECURITY.md and PRIVACY.md say is held by what they name."""

import re
from pathlib import Path

from adapters.storage import tables

ROOT = Path(__file__).parents[2]


def test_every_line_of_the_threat_model_names_a_test_that_exists() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.startswith("|") and "`" in line]
    assert len(lines) > 10
    known = {path.name: path for path in (ROOT / "tests").rglob("test_*.py")}
    for line in lines:
        names = re.findall(r"`([\w/.]*)(?:::(\w+))?`", line.rpartition(" | ")[2])
        assert names, line
        file = ""
        for written, test in names:
            file = written or file
            path = ROOT / file if "/" in file else known[file]
            assert path.is_file(), line
            assert not test or f"def {test}(" in path.read_text("utf-8"), test


def test_every_table_is_named_where_it_is_said_what_is_kept() -> None:
    text = (ROOT / "PRIVACY.md").read_text("utf-8")
    assert not [name for name in tables.metadata.tables if f"`{name}`" not in text]
