"""Whatever a client sends, the answer is a sentence: never a traceback, never a 500."""

import asyncio
import json
import logging
from urllib.parse import quote

import pytest
from aiohttp import ClientSession

from adapters.web.inbound import NAME_HEADER

from .conftest import Stage

ADA = {NAME_HEADER: "Ada"}
JSON = {**ADA, "Content-Type": "application/json"}
NESTED = b"[" * 100_000
OBJECT = b'{"kind": "refine", "key": "6b1e2a52-5c3f-4a54-8e43-0a9df6b8f4d1", "goal": %s}'
BODIES = {
    "nested": NESTED,
    "nested below": b'{"a":' * 20_000,
    "nested inside": OBJECT % NESTED[:3000],
    "not utf-8": b'{"kind": "\xff\xfe"}',
    "utf-16": '{"kind": "refine"}'.encode("utf-16"),
    "null": b"null",
    "a list": b"[]",
    "a number of 5,000 digits": OBJECT % (b"9" * 5_000),
    "a lone surrogate": OBJECT % rb'"\ud800"',
    "an object for a text": OBJECT % b"{}",
    "empty": b"",
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_that_is_no_command_is_a_sentence(stage: Stage, name: str, caplog) -> None:
    async with ClientSession() as http:
        answer = await http.post(f"{stage.url}/api/commands", data=BODIES[name], headers=JSON)
        wanted = (202,) if name == "a lone surrogate" else (400, 413)
        assert answer.status in wanted, await answer.text()
        if answer.status != 202:
            assert (await answer.json())["error"].endswith(".")
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("charset", ["martian", "utf-16", "x" * 3000, "rot13", "base64"])
async def test_an_unknown_charset_is_a_sentence(stage: Stage, charset: str, caplog) -> None:
    headers = {**ADA, "Content-Type": f"application/json; charset={charset}"}
    form = {"Content-Type": f"application/x-www-form-urlencoded; charset={charset}"}
    async with ClientSession() as http:
        for path, head in (("/api/commands", headers), ("/login", form)):
            answer = await http.post(stage.url + path, data=b'{"kind": "sing"}', headers=head)
            assert 400 <= answer.status < 500, path
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


FORMS = {
    "not utf-8": b"token=%ff%fe\xff",
    "many fields": b"&".join(b"a%d=1" % n for n in range(1000)),
    "long": b"token=" + b"x" * 200_000,
    "no form": b"\x00\x01\x02",
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    "kind",
    ["application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x"],
)
async def test_a_login_that_is_no_form_is_a_page_or_a_sentence(
    stage: Stage, name: str, kind: str, caplog
) -> None:
    async with ClientSession() as http:
        head = {"Content-Type": kind}
        answer = await http.post(f"{stage.url}/login", data=FORMS[name], headers=head)
        assert 400 <= answer.status < 500, await answer.text()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


RAW = {
    "a name in raw bytes": b"X-Darkroom-Name: \xff\xfe\xfd",
    "a name of 5,000 characters": b"X-Darkroom-Name: " + b"x" * 5_000,
    "a name of 5,000 letters that are encoded": b"X-Darkroom-Name: " + quote("ä" * 5_000).encode(),
    "a token in raw bytes": b"X-Darkroom-Name: Ada\r\nAuthorization: Bearer \xff\xfe",
    "a cookie in raw bytes": b"X-Darkroom-Name: Ada\r\nCookie: darkroom_token=\xff; darkroom_session=\xff",
    "an origin that is none": b"X-Darkroom-Name: Ada\r\nOrigin: http://[::1",
    "an origin in raw bytes": b"X-Darkroom-Name: Ada\r\nOrigin: \xff\xff",
    "a file name in raw bytes": b"X-Darkroom-Name: Ada\r\nX-Darkroom-Filename: \xff\xfe",
    "a last event in raw bytes": b"X-Darkroom-Name: Ada\r\nLast-Event-ID: \xff",
    "a lone surrogate": b"X-Darkroom-Name: %ED%A0%80Ada",
}


@pytest.mark.parametrize("name", RAW)
@pytest.mark.parametrize(
    "line",
    [b"GET /api/meta", b"GET /", b"POST /api/uploads", b"GET /api/sessions/x?t=%ff%fe-%ff",
     b"GET /i/%ff?t=%ed%a0%80-x", b"GET /api/commands/%ff"],
)  # fmt: skip
async def test_raw_bytes_in_a_header_are_a_sentence(
    stage: Stage, name: str, line: bytes, caplog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.server.LONG_POLL_S", 0.01)
    status, body = await raw_request(stage.url, line, RAW[name])
    assert status < 500, body
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("host", [b"[", b"[::1", b"\xff", b"a:b:c", b""])
async def test_a_host_that_is_none_is_a_sentence(stage: Stage, host: bytes, caplog) -> None:
    status, body = await raw_request(stage.url, b"GET /", b"X-Darkroom-Name: Ada", host)
    assert 400 <= status < 500, body
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def raw_request(
    url: str, line: bytes, headers: bytes, host: bytes | None = None
) -> tuple[int, str]:
    """A request as no client's library would write it; status and body."""
    address, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(address, int(port))
    named = f"{address}:{port}".encode() if host is None else host
    head = b"%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n" % (line, named, headers)
    writer.write(head + (b"Content-Length: 3\r\n\r\nabc" if line.startswith(b"POST") else b"\r\n"))
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    top, _, body = answer.partition(b"\r\n\r\n")
    return int(top.split()[1]), body.decode("utf-8", "replace")


async def test_what_breaks_inside_is_a_sentence_too(stage: Stage, monkeypatch, caplog) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("wires hang out")

    monkeypatch.setattr(stage.core, "quota", broken)
    async with ClientSession() as http:
        answer = await http.get(f"{stage.url}/api/quota", headers=ADA)
        assert answer.status == 500
        text = await answer.text()
        assert json.loads(text)["error"].endswith(".")
        assert "wires" not in text
    assert "wires hang out" in caplog.text
