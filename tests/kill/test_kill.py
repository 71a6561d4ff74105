"""kill -9 of the real program at ten random moments, the journal deleted once: `make kill`."""

import random
import signal
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.models.scripted import flat
from adapters.storage.sql import open_store
from core.domain.commands import Actor
from core.domain.records import CallState, RunStatus
from core.domain.updates import Accepted, Finished, IterationFinished
from tests.kill.worker import ROUNDS

KILLS = 10
ROOT = Path(__file__).parent.parent.parent


@pytest.mark.kill
@pytest.mark.timeout(600)
async def test_ten_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    photo = ROOT.parent / "shared" / "images" / "kodim23.png"
    image = photo if photo.exists() else tmp_path / "image.png"
    if not photo.exists():
        image.write_bytes(flat(90, (320, 240)))
    folder = tmp_path / "data"
    moments = random.Random(20261121)
    kills = 0
    for attempt in range(KILLS + 1):
        with (tmp_path / f"log-{attempt}").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.kill.worker", str(folder), str(image)],
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        try:
            process.wait(None if attempt == KILLS else moments.uniform(3.0, 7.0))
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
        if attempt == KILLS // 2:
            for journal in folder.glob("journal.sqlite*"):
                journal.unlink()
    print(f"{kills} kills")
    assert kills >= 3
    assert process.returncode == 0, (tmp_path / f"log-{attempt}").read_text()[-2000:]
    await check(folder)


async def check(folder: Path) -> None:
    store = await open_store(str(folder / "darkroom.sqlite"))
    async with store.read() as uow:
        runs = await uow.runs.with_status([RunStatus.DONE])
        assert len(runs) == 2
        for run in runs:
            nodes = [
                node for node in await uow.iterations.of_session(run.session) if node.run == run.id
            ]
            assert [node.round for node in nodes] == list(range(1, ROUNDS + 1))
            calls = await uow.calls.of_run(run.id)
            assert {call.state for call in calls} == {CallState.DONE}
            updates = [d.update for d in await uow.outbox.of_session(run.session)]
            kinds = Counter(type(update) for update in updates)
            assert kinds[Accepted] == kinds[Finished] == 1
            assert kinds[IterationFinished] == ROUNDS
            rows = await uow.ledger.of_run(run.id)
            assert sum(call.kind == "paint" for call in calls) == ROUNDS
            assert {r.images for r in rows} == {0}  # the embedded engine is not rationed
            assert [r.usd for r in rows if r.kind == "release"] == [Decimal(0)]
        usage = await uow.ledger.usage(runs[0].created.date(), Actor("web", "", "ann"))
        assert usage.images == 0
    await store.close()
