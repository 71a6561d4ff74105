"""`darkroom logs` reads what the program kept: without secrets, over its files, damaged lines left out."""

import asyncio
import errno
import io
import json
import logging
import logging.handlers
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot import logs
from bot.reading_log import LogFilter, read, told
from core.domain.errors import Misconfigured

SECRET = "xoxb-0123456789"


class Full(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def ours() -> list[logging.handlers.RotatingFileHandler]:
    kind = logging.handlers.RotatingFileHandler
    return [each for each in logging.getLogger().handlers if isinstance(each, kind)]


@pytest.fixture
def kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Path]:
    """A folder that the log is kept in; `capsys` first, so that it has what goes to standard error."""
    root = logging.getLogger()
    handlers, levels = (
        list(root.handlers),
        {n: logging.getLogger(n).level for n in ("", *logs.QUIET)},
    )
    monkeypatch.setattr(logs, "FILE_BYTES", 4_000)
    logs.configure("info", "console", [SECRET])
    with logs.kept(tmp_path, [SECRET]):
        yield tmp_path
    for handler in ours():
        handler.close()
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


async def events(folder: Path, wanted: LogFilter) -> list[str]:
    return [str(line["event"]) async for line in read(folder, wanted)]


async def test_the_last_lines_are_read_over_all_files(kept: Path) -> None:
    log = structlog.get_logger()
    for number in range(60):
        log.info(f"line {number}", run="r1", token=SECRET)
    log.warning("a full disk")
    with (kept / logs.FILE).open("a") as file:
        file.write('{"event": "cut o\n')
    assert (kept / f"{logs.FILE}.1").exists()
    assert await events(kept, LogFilter(lines=2)) == ["line 59", "a full disk"]
    assert await events(kept, LogFilter(lines=50)) == [f"line {n}" for n in range(11, 60)] + [
        "a full disk"
    ]
    assert await events(kept, LogFilter(level="warning")) == ["a full disk"]
    assert await events(kept, LogFilter(words="LINE 7")) == ["line 7"]
    everything = [told(line) async for line in read(kept, LogFilter(lines=999))]
    assert SECRET not in "".join(everything)
    assert everything[-2].endswith("info     line 59 run=r1 token=…")
    assert all(path.stat().st_size < 5_000 for path in kept.glob("darkroom.log*"))


async def test_what_comes_is_told_over_a_change_of_files(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.reading_log.PAUSE_S", 0.001)
    log = structlog.get_logger()
    log.info("before")
    seen: list[str] = []

    async def follow() -> None:
        async for line in read(kept, LogFilter(lines=1, follow=True)):
            seen.append(str(line["event"]))

    task = asyncio.create_task(follow())
    async with asyncio.timeout(20):
        while not seen:
            await asyncio.sleep(0.001)
        for number in range(60):
            log.info(f"later {number}", run="r1")
            while f"later {number}" not in seen:
                await asyncio.sleep(0.001)
    task.cancel()
    assert seen == ["before", *(f"later {n}" for n in range(60))]
    assert (kept / f"{logs.FILE}.1").exists()


async def test_no_log_and_no_such_level_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="no log in"):
        await events(tmp_path, LogFilter())
    (tmp_path / logs.FILE).write_text(json.dumps([1]) + "\n")
    with pytest.raises(Misconfigured, match="--level is one of"):
        await events(tmp_path, LogFilter(level="loud"))
    assert await events(tmp_path, LogFilter()) == []


def test_a_full_disk_takes_no_line_and_says_nothing(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handler: Any = ours()[0]
    handler.stream.close()
    handler.stream = Full()
    handler.handle(logging.makeLogRecord({"msg": "an event", "levelname": "INFO"}))
    assert capsys.readouterr().err == ""
