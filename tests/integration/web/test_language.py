"""The page and its answers in the language of who reads."""

import aiohttp
import pytest

from adapters.web.language import accepted
from core.domain.preferences import Preferences

from .conftest import Stage

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.8"}
ADA = {"X-Darkroom-Name": "Ada"}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT, de;q=0.9, en;q=0.8", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("fr-FR, fr;q=0.9, de;q=0.3", "de"),
        ("fr, *;q=0.1", "en"),
        ("en;q=0.2, de;q=0.7", "de"),
        ("de;q=0, en;q=0.1", "en"),
        ("de;q=x", "en"),
        (";;;q=,,\x7f", "en"),
        ("x" * 100_000, "en"),
    ],
)
def test_what_a_browser_likes_best(header: str, language: str) -> None:
    assert accepted(header) == language


async def test_the_page_comes_in_the_language_that_is_asked_for(stage: Stage) -> None:
    async with aiohttp.ClientSession() as http:
        english = await (await http.get(stage.url)).text()
        answer = await http.get(stage.url, headers=GERMAN)
        german = await answer.text()
    assert '<html lang="en">' in english and "Skip to the message line" in english
    assert '<html lang="de" data-texts="' in german and "Zur Eingabezeile springen" in german
    assert "{{" not in english + german and "Skip to" not in german
    assert "Accept-Language" in answer.headers["Vary"]


async def test_its_table_is_kept_for_good_under_its_version(stage: Stage) -> None:
    async with aiohttp.ClientSession() as http:
        page = await (await http.get(stage.url, headers=GERMAN)).text()
        address = page.partition('rel="preload" href="')[2].partition('"')[0]
        table = await http.get(f"{stage.url}/{address}")
        assert (await table.json())["Undo"] == "Rückgängig"
        assert "immutable" in table.headers["Cache-Control"]
        other = await http.get(f"{stage.url}/texts/de.json?v=1")
        assert other.headers["Cache-Control"] == "no-cache"
        for language in ("en", "fr", "..%2fde"):
            assert (await http.get(f"{stage.url}/texts/{language}.json")).status == 404


async def test_what_a_person_prefers_counts_more_than_the_browser(stage: Stage) -> None:
    stage.core.preferred["ada"] = Preferences(language="de")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        meta = await (await http.get(f"{stage.url}/api/meta", headers=ADA)).json()
        assert meta["language"] == "de"
        assert meta["commands"][0]["summary"].startswith("Nähert sich")
        assert 'lang="de"' in await (await http.get(stage.url)).text()
        form = {"wanted": {"language": "en"}, "seen": {"language": "de"}}
        await http.post(f"{stage.url}/api/preferences", json=form, headers=ADA)
        assert 'lang="en"' in await (await http.get(stage.url, headers=GERMAN)).text()
        form = {"wanted": {"language": ""}, "seen": {"language": "en"}}
        await http.post(f"{stage.url}/api/preferences", json=form, headers=ADA)
        assert 'lang="de"' in await (await http.get(stage.url, headers=GERMAN)).text()


async def test_refusals_and_updates_come_in_it_too(stage: Stage) -> None:
    async with aiohttp.ClientSession(headers=ADA | GERMAN) as http:
        answer = await http.post(f"{stage.url}/api/commands", json={"kind": "refine", "key": "x"})
        assert answer.status == 400
        assert (await answer.json())["error"] == "„key“ ist eine UUID, die die Seite macht."
