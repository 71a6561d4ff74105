"""Who gets in, and what a link opens."""

import pytest
from aiohttp import ClientSession

from adapters.web.config import WebConfig
from adapters.web.inbound import NAME_HEADER
from adapters.web.security import DAY, Links
from adapters.web.server import WebAdapter
from adapters.web.uploads import WebUploads
from core.domain.errors import Misconfigured

from .conftest import Stage, serve
from .fake_door import FakeDoor

ADA = {NAME_HEADER: "Ada"}


@pytest.mark.parametrize("path", ["/", "/static/main.js", "/api/meta", "/s/x?t=y", "/i/x?t=y"])
async def test_a_foreign_host_name_gets_nothing(stage: Stage, path: str) -> None:
    async with ClientSession() as http:
        answer = await http.get(stage.url + path, headers={"Host": "evil.example", **ADA})
        assert answer.status == 403


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
async def test_another_sites_page_can_not_command(stage: Stage, headers: dict[str, str]) -> None:
    async with ClientSession() as http:
        data = {"kind": "refine", "goal": "a fox", "key": "6b1e2a52-5c3f-4a54-8e43-0a9df6b8f4d1"}
        url = f"{stage.url}/api/commands"
        answer = await http.post(url, json=data, headers={**ADA, **headers})
        assert answer.status == 403
        assert not stage.core.received
        read = await http.get(f"{stage.url}/api/sessions", headers={**ADA, **headers})
        assert read.status == 403


async def test_pages_allow_nothing_from_elsewhere(stage: Stage) -> None:
    async with ClientSession() as http:
        for path in ("/", "/api/meta", "/nothing-signed"):
            answer = await http.get(stage.url + path, headers=ADA)
            if answer.status == 404:
                continue
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "script-src 'self'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["..%2fserver.py", "%2e%2e%2fconfig.py", "index.html", "no.js"])
async def test_only_static_files_are_served(stage: Stage, name: str) -> None:
    async with ClientSession() as http:
        answer = await http.get(f"{stage.url}/static/{name}")
        assert answer.status == 404


async def test_a_picture_needs_its_signature(stage: Stage) -> None:
    hash = stage.core.images.add(stage.core.steps[0])
    other = stage.core.images.add(stage.core.steps[1])
    good = stage.adapter.links.image(hash)
    async with ClientSession() as http:
        whole = await http.get(stage.url + good)
        assert whole.status == 200
        assert whole.content_type == "image/png"
        assert await whole.read() == stage.core.steps[0]
        thumb = await http.get(f"{stage.url}{good}&thumb=1")
        assert thumb.content_type == "image/webp"
        stolen = good.split("?t=")[1]
        session_t = stage.adapter.links.sign("s", hash)
        for bad in (f"/i/{hash}", f"/i/{hash}?t=", f"/i/{other}?t={stolen}", f"{good}x",
                    f"/i/{hash}?t={session_t}"):  # fmt: skip
            assert (await http.get(stage.url + bad)).status == 403, bad


def test_links_expire() -> None:
    now = [1_000 * DAY]
    links = Links(WebConfig(secret="a secret for tests only"), days=2, clock=lambda: now[0])
    signature = links.sign("i", "abc")
    now[0] += 2 * DAY
    assert links.valid("i", "abc", signature)
    now[0] += DAY
    assert not links.valid("i", "abc", signature)
    later = f"{1_100:x}-{signature.partition('-')[2]}"
    assert not links.valid("i", "abc", later)


def test_another_secret_makes_other_links() -> None:
    one, two = (Links(WebConfig(secret=s * 16)) for s in "ab")
    assert not two.valid("s", "x", one.sign("s", "x"))
    with pytest.raises(Misconfigured):
        Links(WebConfig(secret="short"))


def test_no_public_address_no_link_elsewhere() -> None:
    inside = Links(WebConfig(secret="a" * 16))
    outside = Links(WebConfig(secret="a" * 16, public_url="https://dark.example/"))
    assert inside.public("/s/x") == ""
    assert outside.public("/s/x") == "https://dark.example/s/x"


async def test_a_token_is_asked_for_where_one_is_set(tmp_path) -> None:
    config = WebConfig(
        secret="a" * 16, token="open sesame, open", public_url="https://dark.example"
    )
    core = FakeDoor()
    adapter = WebAdapter(core, config, WebUploads(tmp_path))
    runner, url = await serve(adapter)
    try:
        async with ClientSession() as http:
            assert (await http.get(url)).status == 401
            assert (await http.get(f"{url}/api/meta", headers=ADA)).status == 401
            for bad in ("Bearer", "Bearer open", "Bearer open sesame"):
                answer = await http.get(f"{url}/api/meta", headers={**ADA, "Authorization": bad})
                assert answer.status == 401
            named = {**ADA, "Authorization": "Bearer open sesame, open", "Host": "dark.example"}
            assert (await http.get(f"{url}/api/meta", headers=named)).status == 200
            wrong = await http.post(f"{url}/login", data={"token": "guess"})
            assert wrong.status == 401
            right = await http.post(
                f"{url}/login", data={"token": "open sesame, open"}, allow_redirects=False
            )
            assert right.status == 303
            cookie = right.headers["Set-Cookie"]
            assert "HttpOnly" in cookie
            assert "Secure" in cookie
            image = core.images.add(core.steps[0])
            signed = await http.get(url + adapter.links.image(image))
            assert signed.status == 200
    finally:
        await runner.cleanup()


def test_off_this_machine_a_token_is_a_must(tmp_path) -> None:
    config = WebConfig(secret="a" * 16, host="0.0.0.0")
    with pytest.raises(Misconfigured, match=r"web\.token"):
        WebAdapter(FakeDoor(), config, WebUploads(tmp_path))


async def test_without_a_token_only_this_machines_name_is_trusted(stage: Stage) -> None:
    async with ClientSession() as http:
        answer = await http.get(f"{stage.url}/api/meta", headers={**ADA, "Host": "192.0.2.7"})
        assert answer.status == 401


async def test_the_playground_can_be_off(tmp_path) -> None:
    config = WebConfig(secret="a" * 16, playground=False)
    core = FakeDoor()
    adapter = WebAdapter(core, config, WebUploads(tmp_path))
    runner, url = await serve(adapter)
    try:
        async with ClientSession() as http:
            assert (await http.get(url)).status == 404
            assert (await http.get(f"{url}/api/sessions")).status == 404
            image = core.images.add(core.steps[0])
            assert (await http.get(url + adapter.links.image(image))).status == 200
            assert (await http.get(f"{url}/api/sessions/s1")).status == 403
    finally:
        await runner.cleanup()
