"""Every sentence of every update on the page, as a browser shows it: nothing nobody should meet."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.page_words import english
from tests.preview.page_texts import read
from tests.preview.texts import faults, page

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


async def test_the_page_says_nothing_nobody_should_meet(browser: Any, tmp_path: Path) -> None:
    found = {each: await read(browser, tmp_path / each, each) for each in ("en", "de")}
    assert faults(found) == []
    said = {name: "\n".join(shown["lines"]) for name, shown in found["en"].items()}
    assert "again" in said["refused until"]
    assert "likely" not in said["accepted, one round"]
    assert "less than $0.01" in said["progressed, little spent"]
    assert "Round 1: a red fox in the snow & the sunset behind it" in found["en"]["round"]["alts"]
    assert "Continue from this" in found["en"]["round"]["labels"]
    assert "page · en" in page(found) and "page · de" in page(found)
    for name, shown in found["de"].items():
        assert english([*shown["lines"], *shown["alts"], *shown["labels"]], "de") == [], name
    assert "Von hier weiter" in found["de"]["round"]["labels"]
    said = {name: "\n".join(shown["lines"]) for name, shown in found["de"].items()}
    assert "weniger als 0,01\xa0$" in said["progressed, little spent"]
    assert re.search(r"\b(?:29|30)\. Nov\.?, \d\d:15", "\n".join(said.values()))


async def test_dates_are_in_the_page_s_own_language(browser: Any, tmp_path: Path) -> None:
    """Of a language that there is not it is English: "29 nov." in the midst of it would be half French."""
    found = await read(browser, tmp_path, "fr-FR")
    said = "\n".join(line for shown in found.values() for line in shown["lines"])
    assert re.search(r"\b(?:29|30) Nov, \d\d:15", said)
    assert "nov." not in said
