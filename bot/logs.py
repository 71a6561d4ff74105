"""Logs for people (console) and for machines (one JSON object a line)."""

import logging
import sys
from collections.abc import Iterable

import structlog
from structlog.typing import Processor

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


def configure(level: str, format: str, secrets: Iterable[str] = ()) -> None:
    """Sends structlog and the standard library's logs to standard error, without `secrets`."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    formatter = Scrubbing(
        foreign_pre_chain=shared,
        processors=[Scrubbing.remove_processors_meta, renderer],
    )
    formatter.secrets = tuple(secret for secret in secrets if len(secret) >= SHORTEST)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(True)
    _adopt("dbos")
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _adopt(name: str) -> None:
    """A library that would write its own lines, in its own form, writes them as ours: it adds a
    handler only where there is none."""
    logger = logging.getLogger(name)
    logger.handlers[:] = [logging.NullHandler()]
    logger.propagate = True
