"""One catalogue, several languages: Discord gets the descriptions, a person private answers."""

from core.domain.commands import Actor
from core.domain.settings import ServerSettings
from tests.integration.discord.program import Program
from tests.integration.discord.story import messages, saying, status_of, thread_of
from tests.integration.discord.test_controls import refined
from tests.standins.discord_server import GUILD, DiscordServer
from tests.standins.discord_world import texts


async def test_discord_gets_every_description_in_german(
    server: DiscordServer, program: Program
) -> None:
    rows = {row["name"]: row for row in server.commands}
    assert rows["refine"]["description_localizations"]["de"].startswith("Nähert sich")
    goal = next(o for o in rows["refine"]["options"] if o["name"] == "goal")
    assert goal["description_localizations"]["de"] == "Was du willst, in einem Satz"
    assert rows["Refine this image"]["name_localizations"]["de"] == "Dieses Bild verfeinern"
    missing = [
        (name, option["name"])
        for name, row in rows.items()
        for option in row.get("options", [])
        if not option["description_localizations"]
    ]
    assert missing == []


async def test_answers_are_in_the_language_of_who_asks_and_posts_in_the_servers(
    server: DiscordServer, program: Program
) -> None:
    server.locale = "de"
    _, (round_,) = await refined(server)
    assert "of 100" in texts(round_)
    assert "for Anna" in texts(status_of(server))
    form = (await server.click(round_, "Edit prompt")).form
    assert form["title"] == "Prompt bearbeiten"
    quota = await server.slash("quota")
    assert "### Dein Tag" in texts(quota.original or {})
    server.locale = "en-GB"
    details = await server.click(round_, "Details")
    assert "### Round 1" in texts(details.original or {})


async def test_a_server_that_chose_german_reads_german(
    server: DiscordServer, program: Program
) -> None:
    admin = Actor(platform="discord", tenant=GUILD, id="1", name="Ada", admin=True)
    await program.service.configure(admin, ServerSettings(language="de"))
    await server.slash("refine", {"goal": "a fox", "iterations": 1})
    thread = await thread_of(server)
    await server.until(lambda: saying(server, "### Fertig nach 1 Runde", thread))
    posted = " ".join(texts(each) for each in messages(server, thread))
    assert "Von hier weiter" in str(messages(server, thread))
    assert "Runde 1 von 1" in posted
    assert "bisher bestes" in posted
