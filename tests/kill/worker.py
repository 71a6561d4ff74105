"""The real program as a process, to be killed: `python -m tests.kill.worker FOLDER IMAGE`."""

import asyncio
import json
import sys
from pathlib import Path

from bot.app import serving
from bot.config import load
from core.domain.commands import Actor, ImageHandle, Place
from core.domain.records import RunStatus
from core.jobs.refine import Refine

ROUNDS = 6
AT_WORK = "at work"  # said once everything is asked for
OVER = (RunStatus.DONE, RunStatus.FAILED, RunStatus.STOPPED)


async def main(folder: Path, image: Path) -> None:
    settings = load(
        None,
        {
            "DARKROOM_BOT__DATA_DIR": str(folder),
            "DARKROOM_WEB__PORT": "0",
            "DARKROOM_QUOTAS__CONCURRENT_RUNS_PER_USER": "4",
        },
    )
    async with serving(settings) as app:
        uploads = folder / "uploads"
        uploads.mkdir(exist_ok=True)
        for number in range(2):
            id = f"{number:032x}"
            (uploads / id).write_bytes(image.read_bytes())
            await app.program.service.receive(
                Refine(
                    dedup_key=f"web::kill-{number}",
                    actor=Actor("web", "", "ann", "Ann"),
                    place=Place("web", "", "playground"),
                    image=ImageHandle("web", json.dumps({"upload": id}), "photo.png"),
                    iterations=ROUNDS,
                    stop="never",
                )
            )
        print(AT_WORK, flush=True)
        while True:
            async with app.program.store.read() as uow:
                over = await uow.runs.with_status(OVER)
            if len(over) == 2:
                return
            await asyncio.sleep(0.2)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
