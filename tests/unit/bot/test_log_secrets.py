"""No configured secret reaches the log, in a message, a field, a traceback, or from a library."""

import logging
from pathlib import Path

import pytest
import structlog
from pydantic import SecretStr

from bot.config import Settings, load
from bot.logs import QUIET, configure

SECRETS = {
    "DARKROOM_WEB__TOKEN": "web-token-of-the-page",
    "DISCORD_TOKEN": "discord-token-0123456789",
    "SLACK_BOT_TOKEN": "xoxb-0123456789",
    "SLACK_APP_TOKEN": "xapp-0123456789",
    "SLACK_SIGNING_SECRET": "signing-0123456789",
    "OPENAI_API_KEY": "sk-0123456789",
    "DARKROOM_PROVIDERS__MINE__API_KEY": "mine-0123456789",
}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    return load(None, SECRETS | {"DARKROOM_PROVIDERS__MINE__BASE_URL": "http://127.0.0.1:1/v1"})


def test_every_secret_of_the_configuration_is_known(settings: Settings) -> None:
    assert sorted(settings.secrets()) == sorted(SECRETS.values())
    sections = [settings.bot, settings.models, settings.loop, settings.quotas, settings.prices]
    assert not [v for part in sections for _, v in part if isinstance(v, SecretStr)]


@pytest.mark.parametrize("format", ["console", "json"])
def test_no_line_of_the_log_holds_one(
    settings: Settings, format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    handlers = list(root.handlers)
    levels = {name: logging.getLogger(name).level for name in ("", *QUIET)}
    try:
        configure("debug", format, settings.secrets())
        for secret in SECRETS.values():
            logging.getLogger("a.library").debug("GET /x?key=%s", secret)
            structlog.get_logger().warning("event", field=secret)
            try:
                raise RuntimeError(secret)
            except RuntimeError:
                logging.getLogger("a.library").exception("it broke")
        said = capsys.readouterr().err
    finally:
        root.handlers[:] = handlers
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        structlog.reset_defaults()
    assert said.count("it broke") == len(SECRETS)
    assert not [secret for secret in SECRETS.values() if secret in said]
