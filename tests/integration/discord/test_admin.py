"""/darkroom limit, grant, block, freeze, spend, runs, audit: for who manages the server, and nobody else."""

from decimal import Decimal
from typing import Any

from core.domain.admin import ACTS
from core.domain.commands import Actor
from core.domain.ledger import Limits
from tests.integration.discord.conftest import Start
from tests.integration.discord.program import REFERENCE, Program
from tests.standins.discord_people import EPHEMERAL, Asked
from tests.standins.discord_server import CHANNEL, DiscordServer
from tests.standins.discord_world import ANNA, BEN, GUILD, MODERATOR, buttons, media, texts

OPTIONS: dict[str, dict[str, Any]] = {
    "limit": {"scope": "server", "amount": "100", "window": "week"},
    "grant": {"amount": "100", "days": 3},
    "spend": {"by": "person"},
    "stop": {"run": "all"},
    "audit": {"verify": True},
    "timezone": {"zone": "Europe/Berlin"},
    "stories": {"rating": "everyone", "words": 60, "scenes": 6},
    "gallery": {"channel": CHANNEL},
    "rule": {"rule": "block"},
}
NOTHING: dict[str, Any] = {"components": []}
PEOPLE = {"grant", "block", "unblock"}


async def do(server: DiscordServer, name: str, user: str = MODERATOR) -> Asked:
    people = {"person": BEN} if name in PEOPLE else None
    asked = await server.slash(f"darkroom {name}", OPTIONS.get(name), user=user, people=people)
    await server.until(lambda: texts(asked.original or NOTHING) not in ("", "…"))  # it thinks
    return asked


async def said(server: DiscordServer, name: str, user: str = MODERATOR) -> str:
    asked = await do(server, name, user)
    assert asked.original is not None
    assert asked.original["flags"] & EPHEMERAL
    return texts(asked.original)


async def test_each_act_is_done_for_an_admin_and_refused_to_a_member(
    server: DiscordServer, program: Program
) -> None:
    (row,) = [row for row in server.commands if row["name"] == "darkroom"]
    assert {each["name"] for each in row["options"]} == {"settings", *ACTS}
    for name in ACTS:
        assert "Only the admins" in await said(server, name, ANNA), name
    expected = {
        "limits": "each person",
        "limit": "From now on this server together may take 100 images a week",
        "grant": f"<@{BEN}> has 100 images more",
        "block": f"<@{BEN}> may start no runs here",
        "unblock": "may start runs again",
        "freeze": "Frozen",
        "thaw": "Thawed",
        "timezone": "Europe/Berlin",
        "stories": "60 words a scene and 6 scenes at most",
        "gallery": "in a gallery now",
    }
    for name, words in expected.items():
        assert words in await said(server, name), name
    await server.slash("refine", {"iterations": 1}, image=REFERENCE, user=ANNA)
    await server.until(lambda: len(program.painter.requests) >= 1)
    spent = await do(server, "spend")
    assert spent.original is not None
    assert f"<@{ANNA}>: $" in texts(spent.original)
    assert len(list(media(spent.original["components"]))) == 1
    log = await said(server, "audit")
    assert "The log holds: 9 entries" in log
    assert "mona" in log.casefold()


async def test_a_run_that_goes_is_stopped_by_its_button(
    server: DiscordServer, start: Start
) -> None:
    program = await start(limits=Limits(confirm_usd_above=Decimal(0)))
    await server.slash("refine", {"iterations": 1}, image=REFERENCE, user=ANNA)

    async def listed() -> dict[str, Any]:
        asked = await do(server, "runs")
        assert asked.original is not None
        return asked.original

    while not buttons(found := await listed()):
        pass
    pressed = await server.click(found, "Stop refine", user=ANNA)
    await server.until(lambda: "Only the admins" in texts(pressed.original or NOTHING))
    pressed = await server.click(found, "Stop refine", user=MODERATOR)
    await server.until(lambda: "1 run stops" in texts(pressed.original or NOTHING))
    assert not buttons(await listed())
    async with program.store.read() as uow:
        (row,) = await uow.audit.all()
    assert (row.act, row.whom) == ("stop", ANNA)


async def test_everybody_gets_what_is_kept_of_them_and_is_forgotten(
    server: DiscordServer, program: Program
) -> None:
    await server.slash("refine", {"iterations": 1}, image=REFERENCE, user=ANNA)
    await server.until(lambda: len(program.painter.requests) >= 1)
    await program.engine.join()
    asked = await server.slash("my-data", user=ANNA)
    await server.until(lambda: "1 session" in texts(asked.original or NOTHING))
    assert asked.original is not None
    assert asked.original["flags"] & EPHEMERAL
    (file,) = media(asked.original["components"])
    assert "my-data.zip" in str(file)
    asked = await server.slash("link", user=ANNA)
    await server.until(lambda: "Your code is" in texts(asked.original or NOTHING))
    asked = await server.slash("link", {"code": "no code"}, user=ANNA)
    await server.until(lambda: "not known" in texts(asked.original or NOTHING))
    asked = await server.slash("unlink", user=ANNA)
    await server.until(lambda: "Nothing is linked" in texts(asked.original or NOTHING))
    asked = await server.slash("forget-me", {"sure": "no"}, user=ANNA)
    await server.until(lambda: "no way back" in texts(asked.original or NOTHING))
    ann = Actor("discord", GUILD, ANNA)
    assert await program.service.sessions(ann)
    asked = await server.slash("forget-me", {"sure": "yes"}, user=ANNA)
    await server.until(lambda: "You are forgotten" in texts(asked.original or NOTHING))
    assert not await program.service.sessions(ann)
