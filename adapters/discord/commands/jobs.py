"""A slash command of every job, made from its declared options."""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal, assert_never

import discord
from discord import app_commands

from adapters.discord.ids import PLATFORM
from adapters.discord.inbound import (
    Interaction,
    actor_in,
    dedup_key,
    ephemeral,
    place_in,
    tenant_of,
)
from adapters.discord.page import Page
from adapters.discord.responder import Responder, responder_of
from adapters.discord.texts import described, lacking
from adapters.texts.catalogue import t
from adapters.texts.help import missing_lines
from core.domain.options import SIZES, Field, build, listed
from core.domain.text import clip
from core.ports.api import SessionSummary
from core.ports.offers import Offer, says_nothing

Choices = list[app_commands.Choice[str]]
LONGEST, MOST = 100, 25  # characters of a choice, choices


def slash(offer: Offer) -> "app_commands.Command[Any, ..., None]":
    """The command `/offer.name` with the options, bounds and completions that core declares; of a
    job that no configured model can do its description says what it needs."""
    if offer.missing:
        return _unable(offer)

    async def callback(interaction: discord.Interaction[Any], **values: Any) -> None:
        responder = responder_of(interaction)
        await responder.guarded(interaction, _take(responder, interaction, offer, values))

    first = inspect.Parameter(
        "interaction",
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        annotation=discord.Interaction,
    )
    callback.__signature__ = inspect.Signature(  # pyright: ignore[reportFunctionMemberAccess]
        [first, *(parameter(field) for field in offer.fields)]
    )
    app_commands.describe(**{f.name: described(f.help) for f in offer.fields})(callback)
    completed: Any = {f.name: _completion(f) for f in offer.fields if f.suggest}
    if completed:
        app_commands.autocomplete(**completed)(callback)
    return _everywhere(offer.name, described(offer.name), callback)


def _unable(offer: Offer) -> "app_commands.Command[Any, ..., None]":
    async def callback(interaction: discord.Interaction[Any]) -> None:
        responder = responder_of(interaction)
        await responder.guarded(interaction, _tell_lacking(responder, interaction, offer))

    return _everywhere(offer.name, lacking(offer), callback)


async def _tell_lacking(responder: Responder, interaction: Interaction, offer: Offer) -> None:
    await responder.tell(interaction, Page("\n".join(missing_lines((offer,)))))


def _everywhere(
    name: str, description: app_commands.locale_str, callback: Any
) -> "app_commands.Command[Any, ..., None]":
    app_commands.allowed_installs(guilds=True, users=True)(callback)
    app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)(callback)
    return app_commands.Command(name=name, description=description, callback=callback)


def parameter(field: Field) -> inspect.Parameter:
    """The name, type and default by which discord.py makes an option."""
    kind: Any = _type(field)
    empty: Any = "" if field.kind in ("list", "text") else False if field.kind == "flag" else None
    default = inspect.Parameter.empty if field.asked else empty
    annotation = kind if field.asked or empty is not None else kind | None
    return inspect.Parameter(
        field.name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default
    )


def _type(field: Field) -> Any:
    match field.kind:
        case "image":
            return discord.Attachment
        case "number":
            return app_commands.Range[int, field.least, field.most]
        case "flag":
            return bool
        case "choice":
            return Literal[field.choices]
        case "text" if field.most:
            return app_commands.Range[str, 0, field.most]
        case "text" | "list":
            return str
    assert_never(field.kind)


async def _take(
    responder: Responder, interaction: Interaction, offer: Offer, values: Mapping[str, Any]
) -> None:
    given: dict[str, object] = {
        name: ephemeral(value) if isinstance(value, discord.Attachment) else value
        for name, value in values.items()
    }
    which = next((f.name for f in offer.fields if f.here), "")
    if which and not given.get(which):
        given[which] = await _session_here(responder, interaction)
        if not given[which]:
            await responder.tell(interaction, Page(t("say.no_session", command="/sessions")))
            return
    command = build(
        offer.command,
        given,
        dedup_key=dedup_key(interaction.guild_id, interaction.id),
        actor=actor_in(interaction),
        place=place_in(interaction),
    )
    if says_nothing(offer, given):
        await responder.tell(interaction, Page(t("say.example")))
        return
    await responder.take(interaction, command)


async def _session_here(responder: Responder, interaction: Interaction) -> str:
    place = place_in(interaction)
    if not place.thread:
        return ""
    session = await responder.core.session_in(
        actor_in(interaction), PLATFORM, place.channel, place.thread
    )
    return session.id if session else ""


def _completion(field: Field) -> Callable[[Interaction, str], Awaitable[Choices]]:
    async def complete(
        interaction: discord.Interaction[Any], current: str
    ) -> list[app_commands.Choice[str]]:
        pairs = await SOURCES[field.suggest or ""](interaction, current)
        return [app_commands.Choice(name=clip(name, LONGEST), value=v) for name, v in pairs][:MOST]

    return complete


async def _styles(interaction: Interaction, current: str) -> Sequence[tuple[str, str]]:
    """Completes the last style of the list."""
    before, _, last = current.rpartition(",")
    taken = listed(before)
    head = f"{', '.join(taken)}, " if taken else ""
    names = [
        f"{head}{style}"
        for style in responder_of(interaction).core.models.styles
        if last.strip().lower() in style.lower() and style not in taken
    ]
    return [(name, name) for name in names if len(name) <= LONGEST]


async def _sizes(interaction: Interaction, current: str) -> Sequence[tuple[str, str]]:
    return [(size, size) for size in SIZES if size.startswith(current.strip())]


async def _painters(interaction: Interaction, current: str) -> Sequence[tuple[str, str]]:
    """The painters this server allows; what else is typed is refused."""
    tenant = tenant_of(interaction.guild_id, interaction.user.id)
    names = await responder_of(interaction).core.painters(PLATFORM, tenant)
    wanted = current.strip().lower()
    return [(n, n) for n in names if wanted in n.lower() and len(n) <= LONGEST]


async def _sessions(interaction: Interaction, current: str) -> Sequence[tuple[str, str]]:
    rows = await responder_of(interaction).core.sessions(actor_in(interaction))
    wanted = current.strip().lower()
    named = [(session_title(row), row.session.id) for row in rows]
    return [(name, id) for name, id in named if wanted in name.lower() or wanted in id]


def session_title(row: SessionSummary) -> str:
    session = row.session
    what = session.known_as or session.mode
    return f"{session.created:%d %b %H:%M} · {what} · {row.iterations}"


SOURCES: dict[str, Callable[[Interaction, str], Awaitable[Sequence[tuple[str, str]]]]] = {
    "styles": _styles,
    "sizes": _sizes,
    "painters": _painters,
    "sessions": _sessions,
}
