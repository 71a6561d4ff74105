"""One catalogue, several languages: Discord gets the descriptions, a person private answers."""

import string

import pytest

from adapters.discord.texts import CATALOGUES, TEXTS, say, speak
from tests.integration.discord.program import Program
from tests.integration.discord.story import finished, status_of, thread_of
from tests.integration.discord.test_controls import refined
from tests.standins.discord_server import DiscordServer
from tests.standins.discord_world import texts


def blanks(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_a_language_has_the_same_sentences_to_fill_in(language: str) -> None:
    for key, text in CATALOGUES[language].items():
        assert blanks(text) == blanks(TEXTS[key]), key
        if key.startswith("menu."):
            assert len(text) <= 32, key
        if key.startswith(("form.", "settings.form")):
            assert len(text) <= 45, key
        if key.split(".")[0] in ("refine", "evolve", "continue", "sessions", "quota", "help"):
            assert len(text) <= 100 or key.endswith(".text"), key


async def test_an_unknown_language_is_english() -> None:
    speak("fi")
    assert say("noted") == "Noted."
    speak("de")
    assert say("noted") == "Notiert."
    assert say("pick") == "Continue from this"  # on a post that everybody reads


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


async def test_answers_are_in_the_language_of_who_asks_and_posts_are_not(
    server: DiscordServer, program: Program
) -> None:
    server.locale = "de"
    _, (round_,) = await refined(server)
    assert "of 100" in texts(round_)
    assert "for Anna" in texts(status_of(server))
    form = (await server.click(round_, "Edit prompt")).form
    assert form["title"] == "Prompt bearbeiten…"
    quota = await server.slash("quota")
    assert "### Dein Tag" in texts(quota.original or {})
    server.locale = "en-GB"
    details = await server.click(round_, "Details")
    assert "### Round 1" in texts(details.original or {})
    await server.slash("refine", {"goal": "a fox", "iterations": 1})
    await finished(server, await thread_of(server, number=1))
