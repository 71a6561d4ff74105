"""The usual mistakes of a configuration that works and yet won't do: each with its cure. Those that
can't work at all are refused when it is read."""

import os
import resource
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from bot.config import Settings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LEAST_FREE = 1024**3  # bytes
FEW_FILES = 1024
Check = Callable[[Settings], str]
"""A sentence with the cure, "" where all is well."""


def discord_token(s: Settings) -> str:
    token = s.discord.token.get_secret_value()
    if token.startswith("Bot "):
        return 'discord.token begins with "Bot ": leave that out.'
    if token and token.count(".") != 2:
        return "discord.token is no bot's token (three parts with dots): copy it from the portal's Bot page, not the client secret or the public key."
    return ""


def slack_bot_token(s: Settings) -> str:
    token = s.slack.bot_token.get_secret_value()
    if token and not token.startswith("xoxb-"):
        return "slack.bot_token begins with xoxb-: copy the Bot User OAuth Token from OAuth & Permissions."
    return ""


def slack_app_token(s: Settings) -> str:
    token = s.slack.app_token.get_secret_value()
    if token and not token.startswith("xapp-"):
        return "slack.app_token begins with xapp-: make one with connections:write under Basic Information."
    return ""


def slack_socket(s: Settings) -> str:
    on = s.slack.bot_token.get_secret_value() and s.slack.mode == "socket"
    if on and not s.slack.app_token.get_secret_value():
        return (
            "slack.app_token is missing: Socket Mode needs it (xapp-…), or set slack.mode to http."
        )
    return ""


def slack_http(s: Settings) -> str:
    on = s.slack.bot_token.get_secret_value() and s.slack.mode == "http"
    if on and not s.slack.signing_secret.get_secret_value():
        return "slack.signing_secret is missing: http mode needs it, from Basic Information."
    if on and not s.web.enabled:
        return "web.enabled is false: in http mode Slack's deliveries come to /slack/events there."
    return ""


def slack_unreachable(s: Settings) -> str:
    on = s.slack.bot_token.get_secret_value() and s.slack.mode == "http"
    if on and not s.web.public_url:
        return "web.public_url is empty: in http mode Slack has to reach public_url/slack/events; or set slack.mode to socket."
    return ""


def public_url_plain(s: Settings) -> str:
    url = urlsplit(s.web.public_url)
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        return "web.public_url is http: links to pictures would go unencrypted; put TLS in front (docs/proxy.md)."
    return ""


def public_url_local(s: Settings) -> str:
    if urlsplit(s.web.public_url).hostname in LOOPBACK and _chats(s):
        return "web.public_url is this machine's own name: nobody else can open such links; leave it empty or name the public one."
    return ""


def no_public_url(s: Settings) -> str:
    if s.web.enabled and not s.web.public_url and _chats(s):
        return "web.public_url is empty: posts carry no links to session pages or the mask painter."
    return ""


def run_above_day(s: Settings) -> str:
    q = s.quotas
    if q.usd_per_run > q.usd_per_user_per_day:
        return "quotas.usd_per_run is more than quotas.usd_per_user_per_day: the day's limit ends such a run first; lower the one or raise the other."
    return ""


def day_above_total(s: Settings) -> str:
    q = s.quotas
    if q.usd_per_user_per_day > q.usd_total_per_day:
        return "quotas.usd_per_user_per_day is more than quotas.usd_total_per_day: one person can use up everybody's day."
    return ""


def never_asks(s: Settings) -> str:
    q = s.quotas
    if q.confirm_usd_above >= q.usd_per_run:
        return "quotas.confirm_usd_above is not below quotas.usd_per_run: no run asks before it spends, but the first."
    return ""


def no_images(s: Settings) -> str:
    if s.quotas.images_per_user_per_day == 0:
        return "quotas.images_per_user_per_day is 0: nobody may paint anything but the embedded engine's."
    return ""


def odd_limit(s: Settings) -> str:
    for row in s.quotas.limits:
        if row.scope == "run" and row.unit == "usd" and row.amount < s.quotas.usd_per_run:
            return f"quotas.limits has a run's limit of ${row.amount} below quotas.usd_per_run: the lower holds; keep one of them."
    return ""


def no_admin(s: Settings) -> str:
    if not s.bot.admin and _chats(s):
        return 'bot.admin is empty: trouble stands in the log alone; set "discord:YOUR_ID" or "slack:YOUR_ID".'
    return ""


def admin_elsewhere(s: Settings) -> str:
    platform = s.bot.admin.partition(":")[0]
    if platform and platform not in _chats(s):
        return f"bot.admin is on {platform}, which is off: notices go to the log alone."
    return ""


def data_in_tmp(s: Settings) -> str:
    if Path(tempfile.gettempdir()).resolve() in s.bot.data_dir.resolve().parents:
        return "bot.data_dir lies in the folder for temporary files, which is emptied: name a lasting one."
    return ""


def little_room(s: Settings) -> str:
    folder = s.bot.data_dir
    if folder.exists() and (free := shutil.disk_usage(folder).free) < LEAST_FREE:
        return f"bot.data_dir: {free // 1024**2} MB are free; make room, a round of four pictures takes about 10."
    return ""


def open_config(s: Settings) -> str:
    path = Path(s.source)
    if not path.is_file() or not any(s.secrets()):
        return ""
    if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        return (
            f"{path} can be read by others on this machine and has secrets in it: chmod 600 {path}."
        )
    return ""


def few_files(s: Settings) -> str:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FEW_FILES:
        return f"This process may open {soft} files: raise it (ulimit -n 4096, LimitNOFILE)."
    return ""


def as_root(s: Settings) -> str:
    if _chats(s) and hasattr(os, "geteuid") and os.geteuid() == 0:
        return "The program runs as root: give it a user of its own (deploy/darkroom.service does)."
    return ""


def postgres_plain(s: Settings) -> str:
    url = urlsplit(s.bot.database_url)
    far = url.scheme.startswith("postgres") and url.hostname not in (None, *LOOPBACK)
    if far and "sslmode" not in url.query:
        return "bot.database_url leads to another machine without sslmode: add ?sslmode=require."
    return ""


def more_rounds(s: Settings) -> str:
    if s.loop.iterations > min(s.loop.max_refine, s.loop.max_evolve):
        return "loop.iterations is above loop.max_refine or loop.max_evolve: a request that names no number is refused; raise these."
    return ""


CHECKS: tuple[Check, ...] = (
    discord_token,
    slack_bot_token,
    slack_app_token,
    slack_socket,
    slack_http,
    slack_unreachable,
    public_url_plain,
    public_url_local,
    no_public_url,
    run_above_day,
    day_above_total,
    never_asks,
    no_images,
    odd_limit,
    no_admin,
    admin_elsewhere,
    data_in_tmp,
    little_room,
    open_config,
    few_files,
    as_root,
    postgres_plain,
    more_rounds,
)


def _chats(s: Settings) -> tuple[str, ...]:
    tokens = {"discord": s.discord.token, "slack": s.slack.bot_token}
    return tuple(name for name, token in tokens.items() if token.get_secret_value())


def mistakes(settings: Settings) -> Iterator[tuple[str, str]]:
    """The key that each is about, and the sentence."""
    for check in CHECKS:
        if said := check(settings):
            yield check.__name__.replace("_", " "), said
