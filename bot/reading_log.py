"""`darkroom logs`: what the program that serves wrote down, newest last."""

import asyncio
import json
import os
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, cast

from bot.logs import FILE, FILES
from core.domain.errors import Misconfigured

LEVELS = ("debug", "info", "warning", "error", "critical")
PAUSE_S = 0.5
Line = dict[str, Any]


@dataclass(frozen=True)
class LogFilter:
    """The last `lines` of at least `level` that have `words` in them; then those that come."""

    lines: int = 100
    level: str = "debug"
    words: str = ""
    follow: bool = False


async def read(folder: Path, wanted: LogFilter) -> AsyncIterator[Line]:
    """Raises Misconfigured where there is no such level, or no log yet."""
    if wanted.level not in LEVELS:
        raise Misconfigured(f"--level is one of {', '.join(LEVELS)}.")
    if not (folder / FILE).exists():
        raise Misconfigured(f"There is no log in {folder} yet: `darkroom run` writes it.")
    found = (line for path in _files(folder) for line in _lines(path.read_text("utf-8", "replace")))
    last = deque((line for line in found if _meant(line, wanted)), wanted.lines)
    coming = _end_of(folder / FILE) if wanted.follow else None
    for line in last:
        yield line
    if coming is not None:
        async for line in _coming(folder / FILE, coming):
            if _meant(line, wanted):
                yield line


def _files(folder: Path) -> list[Path]:
    """Oldest first."""
    names = [*(f"{FILE}.{number}" for number in range(FILES, 0, -1)), FILE]
    return [folder / name for name in names if (folder / name).exists()]


def _lines(text: str) -> Iterator[Line]:
    for line in text.splitlines():
        try:
            read: object = json.loads(line)
        except ValueError:
            continue  # cut off by a crash
        if isinstance(read, dict):
            yield cast(Line, read)


def _meant(line: Line, wanted: LogFilter) -> bool:
    level = str(line.get("level", "info"))
    heavy = level not in LEVELS or LEVELS.index(level) >= LEVELS.index(wanted.level)
    return heavy and wanted.words.casefold() in told(line).casefold()


def _end_of(path: Path) -> TextIO:
    file = path.open(encoding="utf-8", errors="replace")
    file.seek(0, os.SEEK_END)
    return file


async def _coming(path: Path, file: TextIO) -> AsyncIterator[Line]:
    """What is written from now on; a new file is read from its beginning."""
    rest = ""
    try:
        while True:
            text = rest + file.read()
            whole, end, rest = text.rpartition("\n")
            for line in _lines(whole) if end else ():
                yield line
            if _is_another(path, file.fileno()):
                file.close()
                file = path.open(encoding="utf-8", errors="replace")
            await asyncio.sleep(PAUSE_S)
    finally:
        file.close()


def _is_another(path: Path, file: int) -> bool:
    """Whether the log has begun a new file since this one was opened."""
    return path.exists() and path.stat().st_ino != os.fstat(file).st_ino


def told(line: Line) -> str:
    """A line for people: time, level, event, then what belongs to it; a traceback below."""
    known = ("timestamp", "level", "event", "exception")
    rest = " ".join(f"{name}={value}" for name, value in line.items() if name not in known)
    head = (
        f"{str(line.get('timestamp', ''))[:19]} {line.get('level', ''):<8} {line.get('event', '')}"
    )
    return "\n".join(filter(None, (f"{head} {rest}".rstrip(), str(line.get("exception", "")))))
