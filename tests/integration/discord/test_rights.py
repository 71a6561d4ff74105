"""What the bot is not allowed is said before anything is spent, to a mention as to a command."""

import pytest

from tests.integration.discord.conftest import Start
from tests.integration.discord.story import messages
from tests.standins.discord_server import CHANNEL, DiscordServer
from tests.standins.discord_world import ATTACH, BOT, texts

pytestmark = pytest.mark.slow  # a real client

READ_HISTORY = 1 << 16


@pytest.mark.parametrize(
    ("right", "name"), [(ATTACH, "Attach Files"), (READ_HISTORY, "Read Message History")]
)
async def test_a_mention_is_told_which_permission_is_missing(
    server: DiscordServer, start: Start, right: int, name: str
) -> None:
    world = server.world
    world.bot_rights &= ~right
    denied = {"id": BOT, "type": 1, "allow": "0", "deny": str(right)}
    world.channels[CHANNEL]["permission_overwrites"] = [denied]
    program = await start()
    await server.say("a red fox in the snow", channel=CHANNEL)
    await server.until(lambda: any(f"“{name}”" in texts(each) for each in messages(server)))
    assert program.painter.requests == []
    assert program.critic.asked == []
    async with program.store.read() as uow:
        assert await uow.inbox.new() == []
