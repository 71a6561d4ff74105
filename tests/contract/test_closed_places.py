"""Where the first post can't be made nothing is bought, by whichever door it was asked for, and the
person hears why."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.domain.commands import Actor
from core.domain.records import RunStatus
from tests.contract.chats import Chat, chatting
from tests.standins import discord_world
from tests.standins.slack_server import CHANNEL as SLACK_CHANNEL


def no_right_to_write(chat: Any) -> None:
    chat.server.world.denied.add((discord_world.CHANNEL, "send"))


def archived(chat: Any) -> None:
    chat.server.archived.add(SLACK_CHANNEL)


def read_only(chat: Any) -> None:
    chat.server.read_only.add(SLACK_CHANNEL)


def not_invited(chat: Any) -> None:
    chat.server.members.clear()


CLOSED = [
    pytest.param("discord", no_right_to_write, id="discord"),
    pytest.param("slack", archived, id="slack, archived"),
    pytest.param("slack", read_only, id="slack, read-only"),
    pytest.param("slack", not_invited, id="slack, not invited"),
]


async def _runs(chat: Chat) -> list[Any]:
    found = await chat.program.service.sessions(Actor(chat.name, chat.tenant, chat.anna))
    return [each.run for each in found]


@pytest.mark.parametrize(("name", "close"), CLOSED)
async def test_a_mention_where_nothing_can_be_posted_buys_nothing(
    name: str, close: Callable[[Any], None], tmp_path: Path
) -> None:
    async with chatting(name, tmp_path) as chat:
        close(chat)
        await chat.talk("a red fox")
        (told,) = await chat.until(chat.whispers)
        assert re.search(
            "Nothing was painted and nothing is charged: .*(archived|may not write|/invite @darkroom)",
            told.text,
        )
        (run,) = await _runs(chat)
        assert run.status is RunStatus.FAILED
        assert not chat.program.painter.requests
        assert not chat.program.critic.asked
        async with chat.program.store.read() as uow:
            rows = {row.kind: row.images for row in await uow.ledger.of_run(run.id)}
        assert sorted(rows) == ["release", "reserve"]
        assert rows["release"] == rows["reserve"]
