"""Slack's app manifest, from the jobs, the scopes and the catalogue.

`python -m adapters.slack.manifest` prints it: `make manifest` writes manifest.yaml.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from adapters.slack.choosers import MORE
from adapters.slack.niceties import first_words
from adapters.slack.scopes import EVENTS, SCOPES
from adapters.texts.catalogue import known, t, title
from core.jobs.job import Job
from core.jobs.registry import JOBS

PLAIN = re.compile(r"[A-Za-z/][\w /.,;-]*|\w{1,40}(?::\w{1,40}){1,4}")
WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def manifest() -> dict[str, Any]:
    """What api.slack.com takes: every job that begins a session is a command; those that have a
    menu's name in the catalogue are shortcuts as well (Slack allows five of a kind)."""
    begin = [job for job in JOBS.values() if job.slash and job.begins_session]
    return {
        "display_information": {
            "name": "Darkroom",
            "description": t("app"),
            "background_color": "#1c1917",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "agent_view": {
                "agent_description": t("agent"),
                "suggested_prompts": first_words(),
            },
            "bot_user": {"display_name": "darkroom", "always_online": True},
            "slash_commands": [
                *(_command(job.name, t(job.name)) for job in begin),
                _command("quota", t("quota")),
                _command("darkroom", t("slack.darkroom")),
            ],
            "shortcuts": _shortcuts([job for job in begin if known(f"menu.{job.name}")]),
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def _command(name: str, about: str) -> dict[str, Any]:
    row: dict[str, Any] = {"command": f"/{name}", "description": about}
    if known(f"usage.{name}"):
        row["usage_hint"] = t(f"usage.{name}")
    return row | {"should_escape": True}


def _shortcuts(jobs: Sequence[Job]) -> list[dict[str, str]]:
    def row(name: str, kind: str, callback: str, job: str) -> dict[str, str]:
        return {"name": name, "type": kind, "callback_id": callback, "description": t(job)}

    more = row(t("menu.more"), "message", MORE, "more.head")
    on_messages = [row(t(f"menu.{j.name}"), "message", f"{j.name}_image", j.name) for j in jobs]
    return [*on_messages, more, *(row(title(j.name), "global", j.name, j.name) for j in jobs)]


def _yaml(value: object, indent: str = "") -> Iterator[str]:
    """The lines of what is made of mappings, lists, texts and flags."""
    if isinstance(value, Mapping):
        for key, item in cast("Mapping[str, object]", value).items():
            if isinstance(item, Mapping | list):
                yield f"{indent}{key}:"
                yield from _yaml(cast("object", item), f"{indent}  ")
            else:
                yield f"{indent}{key}: {_scalar(item)}"
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            if isinstance(item, Mapping):
                first, *rest = _yaml(cast("object", item), f"{indent}  ")
                yield f"{indent}- {first.strip()}"
                yield from rest
            else:
                yield f"{indent}- {_scalar(item)}"


def _scalar(value: object) -> str:
    if isinstance(value, str) and PLAIN.fullmatch(value) and value not in WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


def written() -> str:
    """The manifest as the file in the repository holds it."""
    head = "# Made by `make manifest` from core/jobs, adapters/slack/scopes.py and adapters/texts."
    return "\n".join((head, *_yaml(manifest()))) + "\n"


if __name__ == "__main__":
    sys.stdout.write(written())
