"""The real program as a process of its own, on a stand-in Discord, its painter slow as real ones
are: `python -m tests.bench.discord_program FOLDER API CDN SECONDS`. Ends when its input ends; says
how much of a processor it used."""

import asyncio
import json
import sys
import time
from pathlib import Path

from adapters.models.scripted import ScriptedPainter
from bot.app import serving, settle_memory
from bot.config import load
from tests.standins.discord_server import TOKEN


async def main(folder: Path, api: str, cdn: str, seconds: float) -> None:
    settings = load(
        None,
        {
            "DARKROOM_BOT__DATA_DIR": str(folder),
            "DARKROOM_WEB__PORT": "0",
            "DISCORD_TOKEN": TOKEN,
            "DARKROOM_DISCORD__API_BASE": api,
            "DARKROOM_DISCORD__CDN_HOSTS": json.dumps([cdn]),
            "DARKROOM_MODELS__PAINTER": "scripted:painter",
            "DARKROOM_MODELS__CRITIC": "scripted:critic",
            "DARKROOM_QUOTAS__USD_TOTAL_PER_DAY": "1000000",
        },
    )
    async with serving(settings) as app:
        async with app.program.store.write() as uow:
            await uow.servers.set_flag("paid_confirmed", "yes")
        painter = app.program.ctx.model_set.painter
        assert isinstance(painter, ScriptedPainter)
        painter.seconds = seconds
        settle_memory()
        print("ready", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(time.process_time()), flush=True)
        painter.seconds = 0.0


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])))
