"""/sessions, /quota and /help."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import app_commands

from adapters.discord.commands.jobs import session_title
from adapters.discord.figures import moment
from adapters.discord.inbound import Interaction, actor_in
from adapters.discord.page import Choose, Page, quoted
from adapters.discord.responder import Responder, responder_of
from adapters.discord.texts import described
from adapters.texts.catalogue import t
from adapters.texts.figures import cancelled, money, number
from adapters.texts.help import job_lines
from core.domain.commands import Actor
from core.ports.api import QuotaView, SessionSummary

BAR = 12


@app_commands.command(name="sessions", description=described("sessions"))
async def sessions(interaction: discord.Interaction[Any]) -> None:
    await _answer(interaction, "sessions")


async def _answer(interaction: Interaction, what: str) -> None:
    responder = responder_of(interaction)
    await responder.tell(interaction, await PAGES[what](responder, actor_in(interaction)))


async def sessions_page(responder: Responder, actor: Actor) -> Page:
    """A person's sessions, newest first, to open or to go on with."""
    rows = await responder.core.sessions(actor)
    if not rows:
        return Page(t("say.no_sessions"))
    lines = [_line(row) for row in rows[:15]]
    options = tuple((session_title(row), row.session.id, row.session.mode) for row in rows)
    return Page("\n".join(lines), selects=(Choose(t("button.resume"), "resume", (), options),))


def _line(row: SessionSummary) -> str:
    session = row.session
    where = session.thread or session.place.channel
    guild = "@me" if session.place.is_dm else session.place.tenant
    link = f"https://discord.com/channels/{guild}/{where}"
    state = f" · {row.run.status.value}" if row.run else ""
    score = f" · {number(row.best.score.value)}" if row.best and row.best.score else ""
    what = quoted(session.known_as, 80) or session.mode
    return f"<t:{int(session.created.timestamp())}:d> {what}{state}{score} · {link}"


@app_commands.command(name="quota", description=described("quota"))
async def quota(interaction: discord.Interaction[Any]) -> None:
    await _answer(interaction, "quota")


async def quota_page(responder: Responder, actor: Actor) -> Page:
    """A person's day as two bars."""
    view: QuotaView = await responder.core.quota(actor)
    usd = t(
        "quota.usd",
        usd=money(view.usd),
        limit=money(view.usd_limit),
        per_run=money(view.usd_per_run),
    )
    lines = [
        f"### {t('quota.title')}",
        f"{_bar(view.images, view.images_limit)} "
        + t("quota.images", images=view.images, limit=view.images_limit),
        f"{_bar(view.usd, view.usd_limit)} {usd}",
        t("quota.runs", runs=view.open_runs, limit=view.open_runs_limit),
        t("quota.free", when=moment(view.free_at)),
        *_of_server(view),
    ]
    return Page("\n".join([*lines, t("quota.frozen")] if view.frozen else lines))


def _of_server(view: QuotaView) -> list[str]:
    """The server's day, as far as it is limited."""
    lines: list[str] = []
    if limit := view.server_images_limit:
        lines.append(t("quota.server_images", used=view.server_images, limit=limit))
    if usd := view.server_usd_limit:
        lines.append(t("quota.server_usd", used=money(view.server_usd), limit=money(usd)))
    return lines


def _bar(used: Any, limit: Any) -> str:
    full = min(BAR, round(BAR * float(used) / float(limit))) if limit else BAR
    return "█" * full + "░" * (BAR - full)


@app_commands.command(name="help", description=described("help"))
async def help_(interaction: discord.Interaction[Any]) -> None:
    await _answer(interaction, "help")


async def help_page(responder: Responder, actor: Actor) -> Page:
    """How this works, and who paints."""
    models = responder.core.models
    jobs = "\n".join(f"• {line}" for line in job_lines(responder.core.offers))
    more = t(
        "help.discord",
        emoji=responder.config.favourite_emoji,
        pick=t("button.pick"),
        painter=models.painter,
        critic=models.critic,
    )
    text = f"### Darkroom\n{t('help.about')}\n{jobs}\n{more}\n{t('help.kept')}"
    return Page(f"{text}\n{t('post.embedded')}" if models.embedded else text)


@app_commands.command(name="cancel", description=described("cancel"))
async def cancel(interaction: discord.Interaction[Any]) -> None:
    await _answer(interaction, "cancel")


async def cancel_page(responder: Responder, actor: Actor) -> Page:
    """Stops all that a person pays for, and says what came of it."""
    return Page(cancelled(await responder.core.cancel_all(actor)))


PAGES: dict[str, Callable[[Responder, Actor], Awaitable[Page]]] = {
    "help": help_page,
    "cancel": cancel_page,
    "quota": quota_page,
    "sessions": sessions_page,
}
"""What one person reads alone, by its name."""
