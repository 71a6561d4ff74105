"""/refine and /evolve."""

from typing import Any

import discord
from discord import app_commands

from adapters.discord.ids import PLATFORM
from adapters.discord.inbound import (
    Asked,
    actor_in,
    dedup_key,
    ephemeral,
    place_in,
    tenant_of,
)
from adapters.discord.page import Page
from adapters.discord.responder import responder_of
from adapters.discord.texts import described, say
from core.domain.commands import Leap, Quality, StopRule
from core.jobs.evolve import Evolve
from core.jobs.refine import Refine

Rounds = app_commands.Range[int, 1, 20]
EVERYWHERE = {"guilds": True, "users": True}


@app_commands.command(name="refine", description=described("refine"))
@app_commands.describe(
    image=described("refine.image"),
    goal=described("refine.goal"),
    iterations=described("refine.iterations"),
    candidates=described("refine.candidates"),
    quality=described("refine.quality"),
    size=described("refine.size"),
    review=described("refine.review"),
    stop=described("refine.stop"),
    model=described("refine.model"),
)
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def refine(
    interaction: discord.Interaction[Any],
    image: discord.Attachment | None = None,
    goal: app_commands.Range[str, 0, 2000] = "",
    iterations: Rounds | None = None,
    candidates: app_commands.Range[int, 1, 4] | None = None,
    quality: Quality | None = None,
    size: str | None = None,
    review: bool = False,
    stop: StopRule = "auto",
    model: str = "",
) -> None:
    responder = responder_of(interaction)
    if image is None and not goal.strip():
        await responder.tell(interaction, Page(say("example")))
        return
    command = Refine(
        dedup_key=dedup_key(interaction.guild_id, interaction.id),
        actor=actor_in(interaction),
        place=place_in(interaction),
        image=ephemeral(image) if image else None,
        goal=goal.strip(),
        iterations=iterations,
        candidates=candidates,
        quality=quality,
        size=size,
        review=review,
        stop=stop,
        painter=model,
    )
    await responder.guarded(interaction, responder.take(interaction, command))


@app_commands.command(name="evolve", description=described("evolve"))
@app_commands.describe(
    image=described("evolve.image"),
    iterations=described("evolve.iterations"),
    styles=described("evolve.styles"),
    leap=described("evolve.leap"),
    lock=described("evolve.lock"),
    quality=described("refine.quality"),
    size=described("refine.size"),
    model=described("refine.model"),
)
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def evolve(
    interaction: discord.Interaction[Any],
    image: discord.Attachment,
    iterations: Rounds,
    styles: str = "",
    leap: Leap = "medium",
    lock: bool = False,
    quality: Quality | None = None,
    size: str | None = None,
    model: str = "",
) -> None:
    responder = responder_of(interaction)
    command = Evolve(
        dedup_key=dedup_key(interaction.guild_id, interaction.id),
        actor=actor_in(interaction),
        place=place_in(interaction),
        image=ephemeral(image),
        iterations=iterations,
        styles=listed(styles),
        leap=leap,
        lock=lock,
        quality=quality,
        size=size,
        painter=model,
    )
    await responder.guarded(interaction, responder.take(interaction, command))


def listed(styles: str) -> tuple[str, ...]:
    """`gouache, neon` as a tuple."""
    return tuple(style.strip() for style in styles.split(",") if style.strip())


@evolve.autocomplete("styles")
async def complete_styles(interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
    """Completes the last style of the list."""
    before, _, last = current.rpartition(",")
    taken = listed(before)
    head = f"{', '.join(taken)}, " if taken else ""
    names = [
        f"{head}{style}"
        for style in responder_of(interaction).core.models.styles
        if last.strip().lower() in style.lower() and style not in taken
    ]
    return [app_commands.Choice(name=n[:100], value=n[:100]) for n in names if len(n) <= 100][:25]


@refine.autocomplete("size")
@evolve.autocomplete("size")
async def complete_size(interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
    sizes = ("1024x1024", "1536x1024", "1024x1536")
    return [app_commands.Choice(name=s, value=s) for s in sizes if s.startswith(current.strip())]


@refine.autocomplete("model")
@evolve.autocomplete("model")
async def complete_model(interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
    """The painters this server allows; what else is typed is refused."""
    tenant = tenant_of(interaction.guild_id)
    names = await responder_of(interaction).core.painters(PLATFORM, tenant)
    wanted = current.strip().lower()
    found = [name for name in names if wanted in name.lower() and len(name) <= 100]
    return [app_commands.Choice(name=name, value=name) for name in found][:25]
