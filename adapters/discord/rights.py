"""What the bot must be allowed where it works: asked before anything is spent, at every way in."""

import discord

from adapters.discord.inbound import Interaction, only_reply

POSTS = ("Send Messages", "View Channel")


def missing_permission(interaction: Interaction) -> str:
    """The first permission without which the bot can't work here, "" if it has all."""
    if interaction.guild_id is None or only_reply(interaction):
        return ""
    in_thread = isinstance(interaction.channel, discord.Thread)
    return _missing(interaction.app_permissions, in_thread=in_thread)


def missing_at(message: discord.Message) -> str:
    """The same, of where a message is; "" also where nothing can be said there: the run's first post
    finds that out, and its person is told."""
    if message.guild is None:
        return ""
    in_thread = isinstance(message.channel, discord.Thread)
    missing = _missing(message.channel.permissions_for(message.guild.me), in_thread=in_thread)
    cannot_say = (*POSTS, "Send Messages in Threads") if in_thread else POSTS
    return "" if missing in cannot_say else missing


def _missing(rights: discord.Permissions, *, in_thread: bool) -> str:
    needed = {
        "View Channel": rights.view_channel,
        "Send Messages in Threads": rights.send_messages_in_threads,
        "Attach Files": rights.attach_files,
        "Read Message History": rights.read_message_history,
    }
    if not in_thread:
        needed = {"Send Messages": rights.send_messages} | needed
    return next((name for name, there in needed.items() if not there), "")
