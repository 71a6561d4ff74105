"""/continue, /sessions, /quota and /help."""

from typing import Any

import discord
from discord import app_commands

from adapters.discord.ids import PLATFORM
from adapters.discord.inbound import Asked, actor_in, dedup_key, place_in
from adapters.discord.messages import dollars, moment
from adapters.discord.page import Choose, Page, clip, quoted
from adapters.discord.responder import Responder, responder_of
from adapters.discord.texts import described, say
from core.jobs.continue_ import Continue
from core.ports.api import QuotaView, SessionSummary

BAR = 12


@app_commands.command(name="continue", description=described("continue"))
@app_commands.describe(
    session=described("continue.session"),
    instruction=described("continue.instruction"),
    iterations=described("refine.iterations"),
)
async def continue_(
    interaction: discord.Interaction[Any],
    session: str = "",
    instruction: app_commands.Range[str, 0, 2000] = "",
    iterations: app_commands.Range[int, 1, 20] | None = None,
) -> None:
    responder = responder_of(interaction)
    id = session or await _session_here(responder, interaction)
    if not id:
        await responder.tell(interaction, Page(say("no_session")))
        return
    command = Continue(
        dedup_key=dedup_key(interaction.guild_id, interaction.id),
        actor=actor_in(interaction),
        place=place_in(interaction),
        session=id,
        instruction=instruction.strip(),
        iterations=iterations,
    )
    await responder.guarded(interaction, responder.take(interaction, command))


async def _session_here(responder: Responder, interaction: Asked) -> str:
    place = place_in(interaction)
    if not place.thread:
        return ""
    asks = actor_in(interaction)
    session = await responder.core.session_in(asks, PLATFORM, place.channel, place.thread)
    return session.id if session else ""


@continue_.autocomplete("session")
async def complete_session(interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
    rows = await responder_of(interaction).core.sessions(actor_in(interaction))
    named = [(_title(row), row.session.id) for row in rows]
    wanted = current.strip().lower()
    return [
        app_commands.Choice(name=clip(name, 100), value=id)
        for name, id in named
        if wanted in name.lower() or wanted in id
    ][:25]


def _title(row: SessionSummary) -> str:
    session = row.session
    what = " ".join(session.goal.split()) or session.mode
    return f"{session.created:%d %b %H:%M} · {what} · {row.iterations}"


@app_commands.command(name="sessions", description=described("sessions"))
async def sessions(interaction: discord.Interaction[Any]) -> None:
    responder = responder_of(interaction)
    rows = await responder.core.sessions(actor_in(interaction))
    if not rows:
        await responder.tell(interaction, Page(say("no_sessions")))
        return
    lines = [_line(row) for row in rows[:15]]
    options = tuple((_title(row), row.session.id, row.session.mode) for row in rows)
    choose = Choose(say("resume"), "resume", (), options)
    await responder.tell(interaction, Page("\n".join(lines), choose=choose))


def _line(row: SessionSummary) -> str:
    session = row.session
    where = session.thread or session.place.channel
    guild = "@me" if session.place.is_dm else session.place.tenant
    link = f"https://discord.com/channels/{guild}/{where}"
    state = f" · {row.run.status.value}" if row.run else ""
    score = f" · {row.best.score.value:.1f}" if row.best and row.best.score else ""
    what = quoted(session.goal, 80) or session.mode
    return f"<t:{int(session.created.timestamp())}:d> {what}{state}{score} · {link}"


@app_commands.command(name="quota", description=described("quota"))
async def quota(interaction: discord.Interaction[Any]) -> None:
    responder = responder_of(interaction)
    await responder.tell(interaction, quota_page(await responder.core.quota(actor_in(interaction))))


def quota_page(view: QuotaView) -> Page:
    """A person's day as two bars."""
    text = say(
        "quota.text",
        bar=_bar(view.images, view.images_limit),
        images=view.images,
        images_limit=view.images_limit,
        usd_bar=_bar(view.usd, view.usd_limit),
        usd=dollars(view.usd),
        usd_limit=dollars(view.usd_limit),
        open_runs=view.open_runs,
        open_runs_limit=view.open_runs_limit,
        usd_per_run=dollars(view.usd_per_run),
        free_at=moment(view.free_at),
    )
    return Page(f"{text}\n{say('quota.frozen')}" if view.frozen else text)


def _bar(used: Any, limit: Any) -> str:
    full = min(BAR, round(BAR * float(used) / float(limit))) if limit else BAR
    return "█" * full + "░" * (BAR - full)


@app_commands.command(name="help", description=described("help"))
async def help_(interaction: discord.Interaction[Any]) -> None:
    responder = responder_of(interaction)
    models = responder.core.models
    text = say(
        "help.text",
        emoji=responder.config.favourite_emoji,
        painter=models.painter,
        critic=models.critic,
    )
    await responder.tell(
        interaction, Page(f"{text}\n{say('embedded')}" if models.embedded else text)
    )
