"""Finding things in the stand-in Discord, as a member's eyes would."""

from typing import Any

from tests.standins.discord_server import CHANNEL, DiscordServer
from tests.standins.discord_world import texts, walk

Message = dict[str, Any]


def messages(server: DiscordServer, channel: str = CHANNEL) -> list[Message]:
    return list(server.world.messages.get(channel, {}).values())


def saying(server: DiscordServer, words: str, channel: str = CHANNEL) -> list[Message]:
    return [m for m in messages(server, channel) if words in texts(m)]


def status_of(server: DiscordServer, channel: str = CHANNEL) -> Message:
    return saying(server, "### ", channel)[0]


async def first_alone(server: DiscordServer, count: int) -> None:
    """Of several pictures that were sent with a mention the first is refined."""
    offer = await server.until(lambda: next(iter(saying(server, f"{count} pictures")), None))
    rows = [row for p in walk(offer["components"]) if p["type"] == 3 for row in p["options"]]
    value = next(row["value"] for row in rows if row["label"] == "Refine: the first one alone")
    asked = await server.choose(offer, value)
    await server.submit(asked.form, {}, message=offer)


async def finished(server: DiscordServer, thread: str, times: int = 1) -> Message:
    """The closing post, once it is there and the status says so too."""
    rows = await server.until(
        lambda: (found := saying(server, "### Done", thread))[times - 1 :] and found
    )
    return rows[times - 1]


async def thread_of(server: DiscordServer, channel: str = CHANNEL, number: int = 0) -> str:
    """The thread under the channel's status message."""

    def threads() -> list[str]:
        return [id for id, c in server.world.channels.items() if c.get("parent_id") == channel]

    return (await server.until(lambda: len(threads()) > number and threads()))[number]
