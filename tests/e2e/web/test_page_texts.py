"""Every sentence of every update on the page, as a browser shows it: nothing nobody should meet."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.preview.page_texts import read
from tests.preview.texts import faults, page

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


async def test_the_page_says_nothing_nobody_should_meet(browser: Any, tmp_path: Path) -> None:
    found = await read(browser, tmp_path)
    assert faults(found) == []
    said = {name: "\n".join(shown["lines"]) for name, shown in found.items()}
    assert "again" in said["refused until"]
    assert "likely" not in said["accepted, one round"]
    assert "less than $0.01" in said["progressed, little spent"]
    assert "Round 1: a red fox in the snow & the sunset behind it" in found["round"]["alts"]
    assert "Continue from this" in found["round"]["labels"]
    assert "page · en" in page(found)


async def test_dates_are_in_the_page_s_own_language(browser: Any, tmp_path: Path) -> None:
    """The page speaks English: "29. Nov., 20:15" in the midst of it would be half German."""
    found = await read(browser, tmp_path, "de-DE")
    said = "\n".join(line for shown in found.values() for line in shown["lines"])
    assert re.search(r"\b(?:29|30) Nov, \d\d:15", said)
    assert "Nov." not in said
