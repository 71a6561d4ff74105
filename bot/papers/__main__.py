"""`python -m bot.papers ROOT` writes the pages that are made of the code; `make papers` does."""

import asyncio
import sys
from pathlib import Path

from adapters.models.table import providers_table
from adapters.pixels import PixelPool
from bot import parity
from bot.papers import commands, configuration, costs
from bot.papers.markdown import placed


async def pages(root: Path) -> dict[Path, str]:
    """What each page of the checkout at `root` says today."""
    pixels = PixelPool()
    docs, jobs = root / "docs", root / "adapters" / "README.md"
    models, providers = docs / "models.md", docs / "providers.md"
    try:
        return {
            docs / "commands.md": commands.page(),
            docs / "configuration.md": configuration.page(
                (root / "config.example.toml").read_text("utf-8")
            ),
            models: placed(models.read_text("utf-8"), "costs", await costs.costs(pixels)),
            providers: placed(
                providers.read_text("utf-8"), "providers", await providers_table(pixels)
            ),
            jobs: parity.placed(jobs.read_text("utf-8")),
        }
    finally:
        await pixels.close()


if __name__ == "__main__":
    for path, text in asyncio.run(pages(Path(sys.argv[1]))).items():
        path.write_text(text, "utf-8")
