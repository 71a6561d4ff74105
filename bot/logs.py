"""Logs for people (console) and for machines (one JSON object a line)."""

import contextlib
import logging
import logging.handlers
import sys
from collections.abc import Generator, Iterable
from pathlib import Path

import structlog
from structlog.typing import Processor

FILE = "darkroom.log"  # in the data folder
FILE_BYTES, FILES = 2_000_000, 3
SHORTEST = 8  # what is shorter may be a word
QUIET = (
    "alembic",
    "aiosqlite",
    "discord",
    "slack_bolt",
    "openai",
    "httpx",
    "httpx2",
    "dbos",
    "aiohttp.access",
)


class Scrubbing(structlog.stdlib.ProcessorFormatter):
    """The last look at every line: none of the configured secrets, whoever wrote it there."""

    secrets: tuple[str, ...] = ()

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self.secrets:
            line = line.replace(secret, "…")
        return line


def _shared() -> list[Processor]:
    """What every line has, whoever wrote it."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]


def _scrubbing(renderer: Processor, secrets: Iterable[str]) -> Scrubbing:
    formatter = Scrubbing(
        foreign_pre_chain=_shared(), processors=[Scrubbing.remove_processors_meta, renderer]
    )
    formatter.secrets = tuple(secret for secret in secrets if len(secret) >= SHORTEST)
    return formatter


def configure(level: str, format: str, secrets: Iterable[str] = ()) -> None:
    """Sends structlog and the standard library's logs to standard error, without `secrets`."""
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_scrubbing(renderer, secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(True)
    _adopt("dbos")
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


@contextlib.contextmanager
def kept(folder: Path, secrets: Iterable[str] = ()) -> Generator[None]:
    """The log is written into the folder as well, for `darkroom logs`: a JSON object a line, at most
    FILES + 1 files of FILE_BYTES."""
    handler = _Kept(folder / FILE, maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8")
    handler.setFormatter(_scrubbing(structlog.processors.JSONRenderer(), secrets))
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()


class _Kept(logging.handlers.RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk takes no line: it stands on standard error all the same."""


def _adopt(name: str) -> None:
    """A library that would write its own lines, in its own form, writes them as ours: it adds a
    handler only where there is none."""
    logger = logging.getLogger(name)
    logger.handlers[:] = [logging.NullHandler()]
    logger.propagate = True
