"""Who comes in where the page is reached from elsewhere: nobody without the token, whatever is sent."""

import uuid
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar

from adapters.web.config import WebConfig
from adapters.web.guesses import AT_ONCE, EVERY_S, Guesses
from adapters.web.inbound import NAME_HEADER
from adapters.web.names import FREE_AFTER, StoredNames
from adapters.web.security import Gate
from adapters.web.visits import COOKIE, DAY, DAYS, Visits
from core.domain.errors import Misconfigured

from .conftest import Stage, playing

TOKEN = "a token of twenty-five ch"
PUBLIC = "https://dark.example"
ADA = {NAME_HEADER: "Ada"}
LOCAL_HOSTS = ["localhost", "127.0.0.1:8080", "[::1]", "dark.example", "backend", ""]
PATHS = ["/api/meta", "/api/quota", "/api/sessions", "/api/events", "/api/commands/x"]


async def enter(http: ClientSession, stage: Stage, token: str = TOKEN) -> str:
    """Shows the token; the session's cookie, which the caller then sends."""
    form = {"token": token}
    answer = await http.post(f"{stage.url}/login", data=form, allow_redirects=False)
    assert answer.status == 303, await answer.text()
    return SimpleCookie(answer.headers["Set-Cookie"])[COOKIE].value


def as_ada(cookie: str, name: str = "Ada") -> dict[str, str]:
    return {NAME_HEADER: name, "Cookie": f"{COOKIE}={cookie}"}


@pytest.mark.parametrize("token", ["", TOKEN])
@pytest.mark.parametrize("host", LOCAL_HOSTS)
async def test_with_a_public_url_no_host_opens_the_playground(
    tmp_path: Path, host: str, token: str
) -> None:
    """A proxy sends what it likes as Host: nginx's default is the address behind it."""
    async with playing(tmp_path, public_url=PUBLIC, token=token) as stage, ClientSession() as http:
        headers = {**ADA, **({"Host": host} if host else {})}
        for path in PATHS:
            answer = await http.get(stage.url + path, headers=headers)
            assert answer.status == 401, path
            assert (await answer.json())["error"]
        assert (await http.get(stage.url, headers=headers)).status == 401
        data = {"kind": "refine", "goal": "a fox", "key": str(uuid.uuid4())}
        sent = await http.post(f"{stage.url}/api/commands", json=data, headers=headers)
        uploaded = await http.post(f"{stage.url}/api/uploads", data=b"x", headers=headers)
        assert (sent.status, uploaded.status) == (401, 401)
        assert not stage.core.received
        picture = stage.adapter.links.image(stage.core.images.add(stage.core.steps[0]))
        assert (await http.get(stage.url + picture, headers=headers)).status == 200


async def test_without_a_token_a_proxy_that_names_itself_is_not_let_in(stage: Stage) -> None:
    """A public_url that was forgotten: what is forwarded did not begin on this machine."""
    async with ClientSession() as http:
        assert (await http.get(f"{stage.url}/api/meta", headers=ADA)).status == 200
        for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via", "X-Forwarded-Host"):
            answer = await http.get(f"{stage.url}/api/meta", headers={**ADA, name: "127.0.0.1"})
            assert answer.status == 401, name
            assert "web.public_url" in (await answer.json())["error"]
            page = await http.get(stage.url, headers={name: "127.0.0.1"})
            assert "is closed" in await page.text()


@pytest.mark.parametrize("token", ["x", "open sesame", "fifteen letters"])
def test_a_short_token_is_refused_at_the_start(token: str) -> None:
    with pytest.raises(Misconfigured, match=r"web\.token: it is too short"):
        Gate(WebConfig(secret="s" * 16, token=token))


async def test_the_cookie_is_a_session_and_not_the_token(tmp_path: Path) -> None:
    async with (
        playing(tmp_path, public_url=f"{PUBLIC}/dark/", token=TOKEN) as stage,
        ClientSession() as http,
    ):
        form = {"token": TOKEN}
        answer = await http.post(f"{stage.url}/login", data=form, allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "./")
        text = answer.headers["Set-Cookie"]
        cookie = SimpleCookie(text)[COOKIE]
        assert TOKEN not in text
        assert (cookie["httponly"], cookie["secure"]) == (True, True)
        assert (cookie["samesite"], cookie["path"]) == ("Lax", "/dark/")
        other = await enter(http, stage)
        assert other != cookie.value
        headers = as_ada(cookie.value)
        assert (await http.get(f"{stage.url}/api/meta", headers=headers)).status == 200
        tampered = as_ada(f"x{cookie.value}")
        assert (await http.get(f"{stage.url}/api/meta", headers=tampered)).status == 401
        out = await http.post(f"{stage.url}/logout", headers=headers, allow_redirects=False)
        assert SimpleCookie(out.headers["Set-Cookie"])[COOKIE].value == ""


async def test_over_plain_http_the_cookie_comes_back(tmp_path: Path) -> None:
    jar = CookieJar(unsafe=True)  # for addresses as well
    async with playing(tmp_path, token=TOKEN) as stage, ClientSession(cookie_jar=jar) as http:
        opened = await http.post(f"{stage.url}/login", data={"token": TOKEN})
        assert opened.status == 200
        assert "playground" in await opened.text()
        assert (await http.get(f"{stage.url}/api/meta", headers=ADA)).status == 200


def test_a_session_ends_by_itself_and_with_its_token() -> None:
    now = [1_000.0 * DAY]
    visits, cookie = made(TOKEN, now)
    assert visits.read(cookie) is not None
    assert made(TOKEN, now)[0].read(cookie) is not None
    assert made("another token of 25 chars", now)[0].read(cookie) is None
    now[0] += DAYS * DAY
    late = visits.read(cookie)
    assert late is not None
    assert late.ends_soon
    now[0] += DAY
    assert visits.read(cookie) is None


def made(token: str, now: list[float]) -> tuple[Visits, str]:
    from aiohttp import web

    config = WebConfig(secret="s" * 16, token=token)
    visits, response = Visits(config, lambda: now[0]), web.Response()
    visits.give(response, secure=False)
    return visits, response.cookies[COOKIE].value


async def test_guesses_are_slowed_and_sessions_are_not(tmp_path: Path) -> None:
    async with playing(tmp_path, public_url=PUBLIC, token=TOKEN) as stage, ClientSession() as http:
        cookie = await enter(http, stage)
        statuses: list[int] = []
        for n in range(AT_ONCE + 3):
            bearer = {**ADA, "Authorization": f"Bearer guess {n}"}
            answer = await http.get(f"{stage.url}/api/meta", headers=bearer)
            statuses.append(answer.status)
        assert statuses == [401] * AT_ONCE + [429] * 3
        assert 0 < int(answer.headers["Retry-After"]) <= EVERY_S
        form = await http.post(f"{stage.url}/login", data={"token": TOKEN})
        assert form.status == 429
        assert "try again in" in await form.text()
        by_link = await http.get(f"{stage.url}/", params={"token": TOKEN})
        assert by_link.status == 429
        inside = await http.get(f"{stage.url}/api/meta", headers=as_ada(cookie))
        assert inside.status == 200
        elsewhere = {
            NAME_HEADER: "Tool",
            "Authorization": f"Bearer {TOKEN}",
            "X-Forwarded-For": "192.0.2.1",
        }
        assert (await http.get(f"{stage.url}/api/meta", headers=elsewhere)).status == 200


def test_guesses_come_back_one_by_one_and_all_addresses_are_bounded() -> None:
    now = [0.0]
    guesses = Guesses(lambda: now[0])
    for _ in range(AT_ONCE):
        assert guesses.wait("a") == 0
        guesses.wrong("a")
    assert guesses.wait("a") == EVERY_S
    assert guesses.wait("b") == 0
    now[0] += EVERY_S
    assert guesses.wait("a") == 0
    looked_at = 0
    for n in range(10_000):
        if guesses.wait(f"made up {n}") == 0:
            guesses.wrong(f"made up {n}")
            looked_at += 1
    assert looked_at < 100


@pytest.mark.parametrize(
    ("origin", "host", "believed"),
    [
        ("https://dark.example", "127.0.0.1:8080", True),
        ("https://dark.example", "darkroom", True),
        ("https://dark.example:443", "dark.example", True),
        ("https://DARK.example", "dark.example:8443", True),
        ("http://dark.example", "127.0.0.1:8080", False),
        ("https://dark.example:8443", "127.0.0.1:8080", False),
        ("https://dark.example.evil.example", "dark.example", False),
        ("https://evil.example", "dark.example", False),
        ("null", "dark.example", False),
        ("", "dark.example", False),
    ],
)
async def test_the_public_origin_is_believed_whatever_the_host(
    tmp_path: Path, origin: str, host: str, believed: bool
) -> None:
    async with playing(tmp_path, public_url=PUBLIC, token=TOKEN) as stage, ClientSession() as http:
        headers = as_ada(await enter(http, stage)) | {"Origin": origin, "Host": host}
        data = {"kind": "refine", "goal": "a fox", "key": str(uuid.uuid4())}
        answer = await http.post(f"{stage.url}/api/commands", json=data, headers=headers)
        assert answer.status == (202 if believed else 403)
        assert bool(stage.core.received) == believed


# names


async def test_a_name_is_bound_to_the_session_that_took_it(tmp_path: Path) -> None:
    async with playing(tmp_path, public_url=PUBLIC, token=TOKEN) as stage, ClientSession() as http:
        ada, eve = await enter(http, stage), await enter(http, stage)
        url = f"{stage.url}/api/meta"
        mine = await (await http.get(url, headers=as_ada(ada))).json()
        assert mine["me"]["name"] == "Ada"
        for alike in ("Ada", "ada", "Ada.", " ADA ", "%EF%BC%A1da"):
            taken = await http.get(url, headers=as_ada(eve, alike))
            assert taken.status == 403, alike
            assert "choose another name" in (await taken.json())["error"]
        other = await (await http.get(url, headers=as_ada(eve, "Eve"))).json()
        assert other["me"]["id"] != mine["me"]["id"]
        again = await (await http.get(url, headers=as_ada(ada, "ada."))).json()
        assert again["me"]["id"] == mine["me"]["id"]


async def test_other_names_are_no_other_quotas(tmp_path: Path) -> None:
    """What is spent follows the session; a tool that shows the token is one person."""
    async with playing(tmp_path, public_url=PUBLIC, token=TOKEN) as stage, ClientSession() as http:
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        for headers in (as_ada(await enter(http, stage)), bearer):
            ids: set[str] = set()
            for n in range(7):
                named = headers | {NAME_HEADER: f"{len(headers)} {n}"}
                answer = await http.get(f"{stage.url}/api/meta", headers=named)
                if answer.status == 200:
                    ids.add((await answer.json())["me"]["id"])
            assert len(ids) == 1


async def test_names_are_kept_in_the_database(tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    from adapters.storage.sql import open_store

    now = [datetime(2026, 11, 20, tzinfo=UTC)]
    store = await open_store(str(tmp_path / "names.sqlite"))
    try:
        names = StoredNames(store, lambda: now[0])
        assert await names.take("ada", "p-1")
        again = StoredNames(store, lambda: now[0])
        assert not await again.take("ada", "p-2")
        now[0] += FREE_AFTER - timedelta(days=1)
        assert await again.take("ada", "p-1")  # used again: theirs for longer
        now[0] += FREE_AFTER - timedelta(days=1)
        assert not await again.take("ada", "p-2")
        now[0] += timedelta(days=1)
        assert await again.take("ada", "p-2")
    finally:
        await store.close()


# a path before everything


@pytest.mark.parametrize("prefix", ["", "/deep/dark"])
async def test_every_address_works_with_the_path_and_without(tmp_path: Path, prefix: str) -> None:
    """One proxy cuts the path of public_url off, another leaves it."""
    async with (
        playing(tmp_path, public_url=f"{PUBLIC}/deep/dark", token=TOKEN) as stage,
        ClientSession() as http,
    ):
        base, headers = stage.url + prefix, as_ada(await enter(http, stage))
        for path in ("/", "/static/main.js", "/api/meta"):
            assert (await http.get(base + path, headers=headers)).status == 200, path
        picture = stage.adapter.links.image(stage.core.images.add(stage.core.steps[0]))
        assert (await http.get(base + picture)).status == 200
        bare = await http.get(f"{stage.url}/deep/dark", allow_redirects=False)
        assert (bare.status, bare.headers["Location"]) == (308, "dark/")


def test_no_file_of_the_page_is_written_as_if_it_stood_at_the_root() -> None:
    from adapters.web.pages import STATIC

    written = [
        path for path in STATIC.rglob("*") if path.suffix in (".js", ".css", ".html", ".svg")
    ]
    assert len(written) > 20
    for path in written:
        text = path.read_text("utf-8")
        assert not [line for line in text.splitlines() if '="/' in line], path.name
        if path.suffix == ".js":
            for line in text.splitlines():
                if any(f"{quote}/{root}" in line for quote in '"`' for root in ROOTS):
                    assert any(f"{ask}(" in line for ask in ("at", "get", "ask", "del")), line


ROOTS = ("api/", "static/", "i/", "s/", "login", "logout")
