"""The page on providers says of them what they declare."""

import re
from pathlib import Path

from adapters.models.kinds import ALL
from adapters.models.table import CONFIGS, providers_table
from tests.harness import Inline

PAGE = Path(__file__).parents[3] / "docs" / "providers.md"
TABLE = re.compile(r"<!-- providers -->\n(.*)\n<!-- /providers -->", re.S)


async def test_the_page_holds_the_declared_table() -> None:
    found = TABLE.search(PAGE.read_text())
    assert found is not None
    assert found[1] == await providers_table(Inline()), "darkroom doctor --providers prints it"


async def test_every_kind_of_provider_is_in_it() -> None:
    assert {config.kind for config in CONFIGS.values()} == ALL
    table = await providers_table(Inline())
    for name in (*CONFIGS, "offline", "scripted"):
        assert f"`{name}:" in table


async def test_each_row_has_a_cell_for_each_head() -> None:
    for block in (await providers_table(Inline())).split("\n\n"):
        assert len({row.count("|") for row in block.splitlines()}) == 1
