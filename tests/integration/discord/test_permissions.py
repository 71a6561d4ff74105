"""The invite link's permissions are the ones that are used: none is missing, none too much."""

import base64
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.discord.config import PERMISSIONS, application_of, invite_url
from bot.cli import app
from tests.integration.discord.program import Program
from tests.integration.discord.story import finished, messages, saying, thread_of
from tests.integration.discord.test_controls import refined
from tests.standins.discord_server import CHANNEL, TOKEN, DiscordServer
from tests.standins.discord_world import BEN, EMBED, texts


def test_the_link_names_application_and_permissions() -> None:
    link = invite_url("42")
    assert link.startswith("https://discord.com/oauth2/authorize?")
    assert "client_id=42&" in link
    assert "scope=bot+applications.commands" in link
    assert link.endswith("permissions=309237763136")
    assert "YOUR_APPLICATION_ID" in invite_url("")


def test_the_application_is_read_from_the_token() -> None:
    first = base64.urlsafe_b64encode(b"1290000000000000042").decode().rstrip("=")
    assert application_of(f"{first}.Gx.secret") == "1290000000000000042"
    assert application_of(TOKEN) == "123"
    assert application_of("") == application_of("no token") == application_of("YWJj.x.y") == ""


def test_doctor_prints_the_link_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("COLUMNS", "60")
    said = CliRunner().invoke(app, ["doctor"]).output
    assert invite_url("123") in said


async def test_a_whole_story_uses_exactly_the_permissions_asked_for(
    server: DiscordServer, program: Program
) -> None:
    server.world.bot_rights = PERMISSIONS.value
    thread, (round_,) = await refined(server)
    server.world.channels[thread]["thread_metadata"]["archived"] = True
    await server.click(round_, "Continue from this", user=BEN)
    await finished(server, thread, times=2)
    # Discord asks for Embed Links where a post has links; nothing in the stand-in can refuse that.
    assert server.world.used_rights | EMBED == PERMISSIONS.value


@pytest.mark.parametrize(
    "missing", ["add_reactions", "create_public_threads", "embed_links", "read_message_history"]
)
async def test_without_a_permission_that_is_not_vital_the_images_come(
    server: DiscordServer, program: Program, missing: str
) -> None:
    rights = PERMISSIONS.value & ~getattr(type(PERMISSIONS), missing).flag
    server.world.bot_rights = rights
    server.app_permissions = str(rights)
    asked = await server.slash("refine", {"iterations": 1, "goal": "a fox"})
    if missing == "read_message_history":
        assert asked.original is not None
        assert "“Read Message History”" in texts(asked.original)
        return
    place = CHANNEL if missing == "create_public_threads" else await thread_of(server)
    await finished(server, place)
    assert len(saying(server, "### Round", place)) == 1
    assert messages(server)
