"""Files: by id, from allowed hosts, with the token for Slack alone."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from adapters.slack import uploads
from adapters.slack.api import SlackApi
from adapters.slack.config import SlackConfig
from adapters.slack.pictures import as_shown
from adapters.slack.uploads import SlackUploads, file_ref
from core.domain.commands import ImageHandle
from core.domain.errors import BadImage, Transient
from tests.integration.slack.program import REFERENCE
from tests.standins.slack_server import BOT_TOKEN, File, SlackServer


class Elsewhere:
    """Another host: it notes whether the token came along."""

    def __init__(self) -> None:
        self.seen: list[str | None] = []
        self.origin = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.seen.append(request.headers.get("Authorization"))
        return web.Response(body=REFERENCE, content_type="image/png")


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    host, app = Elsewhere(), web.Application()
    app.router.add_get("/{name}", host.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield host
    await runner.cleanup()


async def fetched(server: SlackServer, file: File, *hosts: str) -> bytes:
    config = SlackConfig(
        bot_token=BOT_TOKEN,
        api_base=f"{server.origin}/api/",
        file_hosts=(server.origin, *hosts),
    )
    api = SlackApi(config)
    try:
        handle = ImageHandle(platform="slack", ref=file_ref(file.id))
        return await SlackUploads(api, config).fetch(handle)
    finally:
        await api.close()


def photo(server: SlackServer, **info: object) -> File:
    return server.add_file(REFERENCE, **({"mimetype": "image/png"} | info))


async def test_a_file_is_fetched_with_the_token(server: SlackServer) -> None:
    assert await fetched(server, photo(server)) == REFERENCE


async def test_an_event_without_details_is_looked_up(server: SlackServer) -> None:
    assert await fetched(server, photo(server, file_access="visible")) == REFERENCE


@pytest.mark.parametrize("path", ["/photo", "/photo?x=1"])
async def test_a_redirect_elsewhere_goes_without_the_token(
    server: SlackServer, elsewhere: Elsewhere, path: str
) -> None:
    file = photo(server)
    file.redirect = elsewhere.origin + path
    assert await fetched(server, file, elsewhere.origin) == REFERENCE
    assert elsewhere.seen == [None]


async def test_a_redirect_out_of_the_list_is_refused(
    server: SlackServer, elsewhere: Elsewhere
) -> None:
    file = photo(server)
    file.redirect = f"{elsewhere.origin}/photo"
    with pytest.raises(BadImage, match="outside Slack"):
        await fetched(server, file)
    assert elsewhere.seen == []


async def test_a_circle_of_redirects_ends(server: SlackServer) -> None:
    file = photo(server)
    file.redirect = f"{server.origin}/files/{file.id}"
    with pytest.raises(BadImage, match="one address to the next"):
        await fetched(server, file)


async def test_a_login_page_is_recognised(server: SlackServer) -> None:
    file = photo(server)
    file.html = True
    with pytest.raises(BadImage, match="login page"):
        await fetched(server, file)


@pytest.mark.parametrize(
    ("info", "said"),
    [
        ({"mimetype": "application/pdf"}, "no picture"),
        ({"mode": "tombstone"}, "removed"),
        ({"is_external": True}, "outside Slack"),
        ({"size": uploads.MAX_BYTES + 1}, "larger than"),
        ({"url_private": "https://evil.example/x.png"}, "outside Slack"),
        ({"url_private": "file:///etc/passwd"}, "outside Slack"),
        ({"url_private": "https://files.slack.com:99999/x"}, "outside Slack"),
    ],
)
async def test_what_can_not_be_taken_is_refused_with_a_sentence(
    server: SlackServer, info: dict[str, object], said: str
) -> None:
    with pytest.raises(BadImage, match=said):
        await fetched(server, photo(server, **info))


async def test_the_byte_cap_holds_whatever_was_claimed(
    server: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_BYTES", 50)
    with pytest.raises(BadImage, match="larger than"):
        await fetched(server, photo(server, size=10))


async def test_an_unknown_file_and_an_unreachable_slack(server: SlackServer) -> None:
    with pytest.raises(BadImage, match="upload it again"):
        await fetched(server, File("F404", "x.png"))
    file = photo(server, url_private="http://127.0.0.1:9/x.png")
    with pytest.raises(Transient):
        await fetched(server, file, "http://127.0.0.1:9")


def test_webp_becomes_png_for_slack() -> None:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (8, 8), (9, 9, 9)).save(out, "WEBP")
    data, kind = as_shown(out.getvalue())
    assert (data[:4], kind) == (b"\x89PNG", "png")
    assert as_shown(REFERENCE) == (REFERENCE, "png")
