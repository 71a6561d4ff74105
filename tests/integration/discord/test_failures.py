"""What goes wrong on Discord, and how it is lived with: nothing twice, no paid image lost."""

import asyncio
import contextlib
import io
import os
import sqlite3
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from adapters.discord import rest
from adapters.discord.ids import Source
from adapters.models.scripted import ScriptedPainter
from core.domain.access import PROGRAM
from core.domain.commands import Actor
from core.domain.errors import BadImage, PlatformError, StoreUnavailable
from core.runtime.models import ModelSet
from tests.integration.discord.conftest import Start
from tests.integration.discord.program import REFERENCE, Program
from tests.integration.discord.story import finished, messages, saying, thread_of
from tests.integration.discord.test_controls import refined
from tests.standins.discord_server import CHANNEL, DiscordServer, Fault
from tests.standins.discord_world import ALL, ANNA, BEN, DM, GUILD, media, texts

pytestmark = pytest.mark.slow  # real clients, seconds each

POST = r"/channels/\d+/messages"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "FIRST_WAIT_S", 0.01)


@pytest.mark.parametrize("kind", ["drop", "drop_after", 503])
async def test_a_broken_send_is_repeated_and_shows_once(
    server: DiscordServer, program: Program, kind: str | int
) -> None:
    server.faults.append(Fault("POST", POST, kind, times=2))
    thread, rounds = await refined(server, rounds=2)
    assert len(rounds) == 2
    assert len(messages(server)) == 1
    assert len(saying(server, "### Done", thread)) == 1


async def test_a_send_that_fails_for_long_is_looked_for_before_it_is_repeated(
    server: DiscordServer, program: Program
) -> None:
    server.faults.append(Fault("POST", POST, "drop_after", times=rest.TRIES))
    await server.slash("refine", {"iterations": 1}, image=REFERENCE)
    posts = lambda: [r for r in server.requests if r.path == f"/channels/{CHANNEL}/messages"]  # noqa: E731
    await server.until(lambda: len(posts()) == rest.TRIES)
    server.world.nonces.clear()  # Discord forgets them after minutes
    thread = await thread_of(server)
    await finished(server, thread)
    assert len(messages(server)) == 1


@pytest.mark.parametrize("headers", [{}, {"Via": "1.1 edge"}], ids=["address", "bucket"])
async def test_too_many_requests_are_waited_for_as_long_as_discord_says(
    server: DiscordServer, program: Program, headers: dict[str, str]
) -> None:
    path = f"/channels/{CHANNEL}/messages"
    server.faults.append(Fault("POST", path, 429, headers={"Retry-After": "0.6", **headers}))
    began = time.perf_counter()
    thread, rounds = await refined(server)
    posts = [seen for seen in server.requests if seen.path == path and seen.method == "POST"]
    (sent,) = posts
    assert sent.at - began >= 0.55
    assert len(messages(server)) == len(rounds) == 1
    assert len(saying(server, "### Done", thread)) == 1


async def test_every_post_has_its_nonce_and_no_prompt_in_an_id(
    server: DiscordServer, program: Program
) -> None:
    await refined(server)
    posts = [r.body for r in server.requests if r.method == "POST" and r.path.endswith("/messages")]
    assert len({body["nonce"] for body in posts}) == len(posts) >= 3
    assert all(body["enforce_nonce"] and len(body["nonce"]) <= 25 for body in posts)


async def test_a_missing_permission_is_named_before_anything_is_spent(
    server: DiscordServer, program: Program
) -> None:
    server.app_permissions = str(int(ALL) & ~(1 << 15 | 1 << 3))
    asked = await server.slash("refine", {"iterations": 1}, image=REFERENCE)
    assert asked.original is not None
    assert "“Attach Files”" in texts(asked.original)
    assert not program.painter.requests


async def test_no_thread_possible_replies_flat(server: DiscordServer, program: Program) -> None:
    server.world.denied.add((CHANNEL, "thread"))
    await server.slash("refine", {"iterations": 1}, image=REFERENCE)
    await finished(server, CHANNEL)
    assert len(saying(server, "### Round 1")) == 1


async def test_a_locked_thread_moves_to_the_channel(
    server: DiscordServer, program: Program
) -> None:
    thread, (round_,) = await refined(server)
    server.world.channels[thread]["thread_metadata"] |= {"locked": True, "archived": True}
    await server.click(round_, "Continue from this", user=BEN)
    await finished(server, CHANNEL)
    assert saying(server, "The thread is closed")


async def test_an_archived_thread_is_opened_for_an_edit(
    server: DiscordServer, program: Program
) -> None:
    thread, (first, _) = await refined(server, rounds=2)
    server.world.channels[thread]["thread_metadata"]["archived"] = True
    delivery = await program.service.delivery_of("discord", thread, first["id"], PROGRAM)
    assert delivery is not None
    rows = await program.service.deliveries(delivery.session, PROGRAM)
    critique = next(row for row in rows if row.update.kind == "critiqued")
    receipt = delivery.receipt
    first["components"] = []
    again = replace(critique, edits=receipt, place=delivery.place)
    async with program.adapter.sender.prepare(again) as send:
        await send()
    assert "too flat" in texts(first)
    assert not server.world.channels[thread]["thread_metadata"]["archived"]


async def test_a_deleted_status_message_stops_nothing(
    server: DiscordServer, program: Program
) -> None:
    program.painter.seconds = 0.1
    await server.slash("refine", {"iterations": 2, "stop": "never"}, image=REFERENCE)
    thread = await thread_of(server)
    del server.world.messages[CHANNEL][thread]
    await finished(server, thread)
    assert len(saying(server, "### Round", thread)) == 2


async def test_a_deleted_thread_moves_to_the_channel(
    server: DiscordServer, program: Program
) -> None:
    program.painter.seconds = 0.1
    await server.slash("refine", {"iterations": 2, "stop": "never"}, image=REFERENCE)
    thread = await thread_of(server)
    del server.world.channels[thread]
    await finished(server, CHANNEL)
    assert saying(server, "### Round 2")


async def test_removed_from_the_server_the_result_goes_to_the_owner(
    server: DiscordServer, program: Program
) -> None:
    program.painter.seconds = 0.1
    await server.slash("refine", {"iterations": 2, "stop": "never"}, image=REFERENCE)
    await thread_of(server)
    server.world.joined = False
    closing = await finished(server, DM)
    assert closing["attachments"]


async def test_removed_for_good_runs_end_and_everything_is_deleted(
    server: DiscordServer, program: Program
) -> None:
    program.painter.seconds = 0.1
    await server.slash("refine", {"iterations": 8, "stop": "never"}, image=REFERENCE)
    thread = await thread_of(server)
    await server.until(lambda: saying(server, "### Round", thread))
    server.world.joined = False
    await server.dispatch("GUILD_DELETE", {"id": GUILD})
    closing = await finished(server, DM)
    assert closing["attachments"]
    await program.service.settle_down()
    await program.engine.join()
    await program.service.sweep()
    assert not await program.service.sessions(Actor("discord", GUILD, ANNA))


async def test_a_large_image_is_made_smaller(server: DiscordServer, start: Start) -> None:
    server.world.guild_limit = 200_000
    await start(painter=ScriptedPainter(moves=[noise(400)]))
    _, (round_,) = await refined(server)
    (shown,) = media(round_["components"])
    data, kind = server.world.files[shown["url"].removeprefix(server.origin)]
    assert kind == "image/webp"
    assert len(data) <= 200_000
    assert Image.open(io.BytesIO(data)).format == "WEBP"


async def test_a_refused_token_is_a_sentence(start: Start) -> None:
    with pytest.raises(PlatformError, match=r"discord\.token"):
        await start(token="wrong")


async def test_the_gateway_of_the_config_is_used(server: DiscordServer, start: Start) -> None:
    server.advertised = "ws://127.0.0.1:9/nowhere"
    program = await start(gateway_url=server.gateway_url)
    assert program.adapter.connected
    assert server.identified == 1


async def test_the_gateway_of_the_config_holds_after_an_invalid_session(
    server: DiscordServer, start: Start
) -> None:
    await start(gateway_url=server.gateway_url)
    await server.invalidate_sessions()
    await server.until(lambda: server.identified == 2)
    await server.slash("refine", {"iterations": 1, "goal": "a fox"})
    await finished(server, await thread_of(server))


async def test_gateway_drops_and_resumes_lose_nothing(
    server: DiscordServer, program: Program
) -> None:
    await server.drop_gateway()
    await server.slash("refine", {"iterations": 1, "goal": "a fox"}, wait=False)
    thread = await thread_of(server)
    await finished(server, thread)
    assert server.resumed >= 1
    assert server.identified == 1
    assert len(messages(server)) == 1


async def test_a_refusal_is_for_the_persons_eyes(server: DiscordServer, program: Program) -> None:
    asked = await server.slash("refine", {"goal": "a fox"}, image=b"not a picture")
    await server.until(lambda: asked.original and asked.original["components"])
    assert "picture" in texts(asked.original or {}) or "image" in texts(asked.original or {})
    assert messages(server) == []


async def test_a_picture_from_elsewhere_is_not_fetched(
    server: DiscordServer, program: Program
) -> None:
    with pytest.raises(BadImage, match="Discord itself"):
        await program.adapter.uploads.fetch(Source("1", url="https://example.org/a.png").handle())


async def test_installed_by_a_user_one_reply_is_edited(
    server: DiscordServer, program: Program
) -> None:
    server.user_installed = True
    long = await server.slash("refine", {"iterations": 9}, image=REFERENCE)
    assert "at most 3 rounds" in texts(long.original or {})
    asked = await server.slash("refine", {"iterations": 2}, image=REFERENCE)
    await server.until(lambda: asked.original and "### Done" in texts(asked.original))
    assert asked.original is not None
    assert asked.original["attachments"]
    assert messages(server) == []


async def test_the_embedded_engine_is_named_on_every_post(
    server: DiscordServer, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ModelSet, "embedded", property(lambda self: True))
    await start()
    thread, _ = await refined(server)
    posts = [*messages(server), *messages(server, thread)]
    assert len(posts) >= 3
    assert all("no neural network" in texts(post) for post in posts)


def noise(size: int) -> bytes:
    out = io.BytesIO()
    Image.frombytes("RGB", (size, size), os.urandom(size * size * 3)).save(out, "PNG")
    return out.getvalue()


async def test_a_busy_database_is_said_and_nothing_typed_is_lost(
    server: DiscordServer, program: Program, tmp_path: Path
) -> None:
    (file,) = [path for path in tmp_path.rglob("*.sqlite") if path.name.startswith("darkroom")]
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        asked = await server.slash("refine", {"goal": "a fox"}, image=REFERENCE)
        await server.until(lambda: "busy" in texts(asked.original or {}))
        other.execute("ROLLBACK")
    again = await server.slash("refine", {"goal": "a fox", "iterations": 1}, image=REFERENCE)
    await finished(server, await thread_of(server))
    assert again.original


async def test_a_star_and_a_goodbye_are_kept_through_a_busy_database(
    server: DiscordServer, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.runtime.patience.FIRST_S", 0.05)
    thread, (round_,) = await refined(server)
    busy: list[str] = []

    def once(name: str) -> None:
        """The first call of the door meets a database that is busy."""
        real = getattr(program.service, name)

        async def call(*args: Any) -> Any:
            if name not in busy:
                busy.append(name)
                raise StoreUnavailable("The database is busy: say it again in a moment.")
            return await real(*args)

        monkeypatch.setattr(program.service, name, call)

    once("receive")
    await server.react(round_, "⭐", user=BEN)
    await finished(server, thread, times=2)
    assert saying(server, "for Ben", thread)
    once("leave")
    await server.dispatch("GUILD_DELETE", {"id": GUILD})
    async with asyncio.timeout(30):
        while await program.service.sessions(Actor("discord", GUILD, ANNA)):
            await asyncio.sleep(0.05)
    assert busy == ["receive", "leave"]
