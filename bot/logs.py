"""Logs for people (console) and for machines (one JSON object a line)."""

import logging
import sys

import structlog
from structlog.typing import Processor

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


def configure(level: str, format: str) -> None:
    """Sends structlog and the standard library's logs to standard error."""
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
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
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
