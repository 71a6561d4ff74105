"""What Discord delivers → actor, place, image handles, commands. Ids only, no SDK object goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord

from adapters.discord.ids import PLATFORM, Hint, Source
from adapters.discord.pictures import DEFAULT_LIMIT
from core.domain.access import DIRECT, own_tenant
from core.domain.commands import Actor, Command, ImageHandle, Place, Say, pick_key
from core.imaging.formats import may_be_picture, other_than_picture
from core.jobs.by_words import named
from core.jobs.pick import Pick
from core.ports.offers import Offer

Interaction = discord.Interaction[Any]
ONLY_REPLY_ROUNDS = 3


def tenant_of(guild: int | None, person: int) -> str:
    return str(guild) if guild else own_tenant(str(person))


def actor_of(user: discord.User | discord.Member, guild: int | None, locale: str = "") -> Actor:
    """A person with the rights Discord says they have now."""
    member = user if isinstance(user, discord.Member) else None
    rights = member.guild_permissions if member else discord.Permissions.none()
    return _actor(user, guild, locale, member, rights)


def actor_in(interaction: Interaction) -> Actor:
    user = interaction.user
    member = user if isinstance(user, discord.Member) else None
    rights = interaction.permissions if member else discord.Permissions.none()
    return _actor(user, interaction.guild_id, str(interaction.locale), member, rights)


def _actor(
    user: discord.User | discord.Member,
    guild: int | None,
    locale: str,
    member: discord.Member | None,
    rights: discord.Permissions,
) -> Actor:
    return Actor(
        platform=PLATFORM,
        tenant=tenant_of(guild, user.id),
        id=str(user.id),
        name=user.display_name,
        locale=locale,
        roles=tuple(str(role.id) for role in member.roles) if member else (),
        moderator=rights.manage_messages or rights.administrator,
        admin=rights.manage_guild or rights.administrator,
    )


def only_reply(interaction: Interaction) -> bool:
    """Whether the bot is here only as the person's own app."""
    installed = interaction.is_guild_integration()
    private = interaction.context.dm_channel and interaction.guild_id is None
    return not installed and not private


def place_in(interaction: Interaction, message: str = "") -> Place:
    """Where an interaction came from; its token goes along as the short-lived hint."""
    only = only_reply(interaction)
    limit = interaction.filesize_limit
    if interaction.guild is not None and interaction.guild.filesize_limit:
        limit = min(limit, interaction.guild.filesize_limit)
    hint = Hint.fresh(interaction.application_id, interaction.token, only=only).text()
    return _place(
        interaction.channel,
        tenant_of(interaction.guild_id, interaction.user.id),
        limit,
        is_dm=interaction.guild_id is None,
        can_thread=not only and interaction.app_permissions.create_public_threads,
        message=message,
        hint=hint,
    )


def place_at(message: discord.Message) -> Place:
    """Where a message is."""
    guild = message.guild
    rights = message.channel.permissions_for(guild.me) if guild else None
    other = getattr(message.channel, "recipient", None) or message.author  # who is not the bot
    return _place(
        message.channel,
        tenant_of(guild.id if guild else None, other.id),
        guild.filesize_limit if guild else DEFAULT_LIMIT,
        is_dm=guild is None,
        can_thread=rights is not None and rights.create_public_threads,
        message=str(message.id),
        hint="",
    )


def _place(
    channel: Any,
    tenant: str,
    limit: int,
    *,
    is_dm: bool,
    can_thread: bool,
    message: str,
    hint: str,
) -> Place:
    thread = channel if isinstance(channel, discord.Thread) else None
    parent = thread.parent_id if thread else channel.id
    plain = isinstance(channel, discord.TextChannel)
    return Place(
        platform=PLATFORM,
        tenant=tenant,
        channel=str(parent),
        thread=str(thread.id) if thread else "",
        message=message,
        is_dm=is_dm,
        can_thread=can_thread and plain,
        nsfw=bool(getattr(channel, "nsfw", False)) or bool(thread and thread.is_nsfw()),
        upload_limit=limit,
        hint=hint,
    )


def dedup_key(guild: int | None, id: int | str) -> str:
    return f"{PLATFORM}:{guild or DIRECT}:{id}"


# images


def ephemeral(attachment: discord.Attachment) -> ImageHandle:
    """An option's attachment: it belongs to no message, so its link is all there is."""
    return Source(str(attachment.id), url=attachment.url).handle(
        attachment.filename, attachment.content_type or "", attachment.size
    )


def images_in(message: discord.Message, *, with_link: bool = False) -> tuple[ImageHandle, ...]:
    """The pictures of a message: attachments and forwarded ones; where there is none the first of
    its galleries and embeds.

    `with_link`: of a message command's target, which the bot may not be able to look up again.
    """
    where = (str(message.channel.id), str(message.id))
    found = [
        Source(str(file.id), *where, file.url if with_link else "").handle(
            file.filename, file.content_type or "", file.size
        )
        for file in _files(message)
        if is_image(file)
    ]
    if not found:
        found = [
            Source(name, *where, url if with_link else "").handle()
            for name, url in linked(message)[:1]
        ]
    return tuple(found)


def image_in(message: discord.Message, *, with_link: bool = False) -> ImageHandle | None:
    """The first picture of a message."""
    return next(iter(images_in(message, with_link=with_link)), None)


def unused_in(message: discord.Message, *used: ImageHandle | None) -> tuple[str, ...]:
    """What a message brings along beside the pictures that are used, by kind."""
    taken = {Source.of(each).attachment for each in used if each}
    return tuple(
        other_than_picture(file.content_type or "", file.filename)
        for file in _files(message)
        if str(file.id) not in taken
    )


def others_in(message: discord.Message) -> int:
    """How many more pictures a message shows than the first, which is the one that is used."""
    files = [file for file in _files(message) if is_image(file)]
    return max(0, (len(files) or len(linked(message))) - 1)


def _files(message: discord.Message) -> list[discord.Attachment]:
    files = [*message.attachments]
    for snapshot in message.message_snapshots:
        files.extend(snapshot.attachments)
    return files


def linked(message: discord.Message) -> list[tuple[str, str]]:
    """Pictures that are no attachments, by name: gallery items and thumbnails, then embeds."""
    found: list[tuple[str, str]] = []
    waiting: list[Any] = list(message.components)
    while waiting:
        part = waiting.pop(0)
        waiting.extend(getattr(part, "children", []) or [])
        for item in getattr(part, "items", []) or []:
            found.append((f"gallery-{len(found)}", item.media.url))
    for number, embed in enumerate(message.embeds):
        url = embed.image.proxy_url or embed.thumbnail.proxy_url
        if url:
            found.append((f"embed-{number}", url))
    return found


def is_image(file: discord.Attachment) -> bool:
    return may_be_picture(file.content_type or "", file.filename)


# commands


@dataclass(frozen=True, slots=True)
class About:
    """What words without a picture are about: a round that they answer, a session; "" for neither."""

    session: str = ""
    iteration: str = ""


def own_role(message: discord.Message) -> int:
    """The role that Discord made for the bot here, 0 for none; people mention it for the bot."""
    role = message.guild.self_role if message.guild else None
    return role.id if role else 0


def words_of(message: discord.Message, me: int) -> str:
    """What a person wrote, without the mention of the bot or of its role."""
    text = message.content
    for mention in (f"<@{me}>", f"<@!{me}>", f"<@&{own_role(message)}>"):
        text = text.replace(mention, " ")
    return " ".join(text.split())


def spoken(
    offers: Sequence[Offer],
    message: discord.Message,
    words: str,
    about: About,
    actor: Actor,
    place: Place,
) -> Command | None:
    """What a mention or direct message asks for; None if it has neither picture nor words. What
    words alone mean is core's to say."""
    key = dedup_key(message.guild.id if message.guild else None, message.id)
    image = image_in(message)
    told = image is None and (about.iteration or about.session)
    if image is None and message.reference is not None and not told:
        answered = message.reference.resolved
        image = image_in(answered) if isinstance(answered, discord.Message) else None
    known: dict[str, Any] = {
        "dedup_key": key,
        "actor": actor,
        "place": place,
        "unused": unused_in(message, image),
    }
    if image is None and words:
        return Say(**known, words=words, session=about.session, iteration=about.iteration)
    if told and about.iteration:
        return Pick(**known, iteration=about.iteration, signal="reply")
    if image is None and not words and not known["unused"]:
        return None
    return named(offers, words).begun(key, actor, place, image, unused=known["unused"])


def picked(iteration: str, actor: Actor, place: Place, *, star: bool) -> Pick:
    """A pick by button or star: one and the same command."""
    return Pick(
        dedup_key=pick_key(PLATFORM, actor.tenant, iteration, actor.id),
        actor=actor,
        place=place,
        iteration=iteration,
        signal="reaction" if star else "button",
    )
