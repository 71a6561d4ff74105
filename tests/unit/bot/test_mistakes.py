"""Each usual mistake is found by itself, with its cure; a sound configuration has none."""

from pathlib import Path
from typing import Any

import pytest

from bot import mistakes
from bot.config import Settings

SLACK = {"bot_token": "xoxb-1", "app_token": "xapp-1"}
DISCORD = {"token": "a.b.c"}
PUBLIC = {"public_url": "https://darkroom.example", "token": "0123456789abcdef"}
CASES: list[tuple[str, dict[str, Any], str]] = [
    ("discord_token", {"discord": {"token": "Bot a.b.c"}}, "leave that out"),
    ("discord_token", {"discord": {"token": "abc"}}, "portal"),
    ("slack_bot_token", {"slack": SLACK | {"bot_token": "xoxp-1"}}, "OAuth & Permissions"),
    ("slack_app_token", {"slack": SLACK | {"app_token": "xoxb-1"}}, "connections:write"),
    ("slack_socket", {"slack": {"bot_token": "xoxb-1"}}, "set slack.mode to http"),
    ("slack_http", {"slack": SLACK | {"mode": "http"}}, "signing_secret"),
    ("slack_unreachable", {"slack": SLACK | {"mode": "http"}}, "/slack/events"),
    ("public_url_plain", {"web": PUBLIC | {"public_url": "http://darkroom.example"}}, "TLS"),
    ("public_url_local", {"web": PUBLIC | {"public_url": "http://localhost:80"}, "slack": SLACK}, "public one"),
    ("no_public_url", {"discord": DISCORD}, "no links"),
    ("run_above_day", {"quotas": {"usd_per_run": "3"}}, "raise the other"),
    ("day_above_total", {"quotas": {"usd_per_user_per_day": "11"}}, "everybody's day"),
    ("never_asks", {"quotas": {"confirm_usd_above": "0.5"}}, "no run asks"),
    ("no_images", {"quotas": {"images_per_user_per_day": 0}}, "nobody may paint"),
    ("odd_limit", {"quotas": {"limits": [{"scope": "run", "unit": "usd", "amount": "0.1"}]}}, "keep one"),
    ("no_admin", {"discord": DISCORD}, "discord:YOUR_ID"),
    ("admin_elsewhere", {"bot": {"admin": "slack:U1"}, "discord": DISCORD}, "which is off"),
    ("data_in_tmp", {"bot": {"data_dir": "/tmp/darkroom"}}, "lasting one"),
    ("postgres_plain", {"bot": {"database_url": "postgresql://a:b@db.example/x"}}, "sslmode=require"),
    ("more_rounds", {"loop": {"iterations": 15}}, "raise these"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "parts", "cure"), CASES)
def test_each_is_found_with_its_cure(name: str, parts: dict[str, Any], cure: str) -> None:
    assert cure in getattr(mistakes, name)(Settings.model_validate(parts))


def test_a_sound_configuration_has_none_and_what_the_machine_lacks_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mistakes.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(mistakes.tempfile, "gettempdir", lambda: "/nowhere")
    monkeypatch.setattr(mistakes.resource, "getrlimit", lambda _: (4096, 4096))
    path = tmp_path / "config.toml"
    path.write_text("")
    path.chmod(0o600)
    parts = {
        "bot": {"admin": "slack:U1", "data_dir": str(tmp_path)},
        "slack": SLACK,
        "web": PUBLIC,
        "source": str(path),
    }
    sound = Settings.model_validate(parts)
    assert list(mistakes.mistakes(sound)) == []
    assert {name for name, _, _ in CASES} <= {check.__name__ for check in mistakes.CHECKS}
    path.chmod(0o644)
    monkeypatch.setattr(mistakes.os, "geteuid", lambda: 0)
    monkeypatch.setattr(mistakes.resource, "getrlimit", lambda _: (256, 4096))
    monkeypatch.setattr(mistakes, "LEAST_FREE", 2**60)
    assert [name for name, _ in mistakes.mistakes(sound)] == [
        "little room",
        "open config",
        "few files",
        "as root",
    ]
