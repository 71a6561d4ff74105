"""The mask painter's link and endpoints: who may send what, once, and what becomes of it."""

import base64
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from aiohttp import ClientSession
from PIL import Image

from adapters.web.config import WebConfig
from adapters.web.inbound import NAME_HEADER
from adapters.web.mask_links import LASTS_S, MaskLinks, ticket_of
from adapters.web.masks import Submitted, commands_of
from core.domain.commands import Actor, Command, ImageHandle, Place
from core.imaging.mask import plane_of
from core.ports.api import MaskLink

from .fake_door import png
from .painting import ADA, CONFIG, THREAD, Easel, painting

SIZE = (480, 320)


def file(image: Image.Image) -> str:
    out = io.BytesIO()
    image.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def mask(size: tuple[int, int] = (240, 160), white: bool = True) -> str:
    """At half of the picture's size, as a page paints it on a small screen."""
    image = Image.new("RGBA", size, "black")
    if white:
        image.paste("white", (0, 0, size[0] // 4, size[1]))
    return file(image)


def scribble() -> str:
    image = Image.new("RGBA", SIZE)
    image.paste((255, 0, 0, 255), (10, 10, 200, 20))
    return file(image)


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[Easel]:
    async with painting(tmp_path, png(4)) as easel:
        yield easel


def api(link: str) -> str:
    return link.replace("/mask/", "/api/masks/")


async def test_what_is_painted_becomes_the_command_of_whom_the_link_was_made_for(
    easel: Easel,
) -> None:
    link = easel.link()
    async with ClientSession() as http:
        assert (await http.get(link)).status == 200
        info = await (await http.get(api(link))).json()
        assert (info["width"], info["height"], info["mode"], info["back"]) == (*SIZE, "mask", "")
        shown = await (await http.get(easel.url + info["picture"])).read()
        with Image.open(io.BytesIO(shown)) as picture:
            assert (picture.format, picture.size) == ("JPEG", SIZE)
        body = {"instruction": " a red boat ", "mask": mask()}
        answer = await http.post(api(link), json=body)
        assert answer.status == 202 and "thread" in (await answer.json())["sentence"]
        (made,) = easel.sent
        assert (made.actor, made.place) == (ADA, THREAD)
        assert (made.iteration, made.instruction) == (easel.iteration, "a red boat")
        assert made.marks is None and made.image is None
        plane = plane_of(await easel.picture())
        assert plane.shape == (320, 480)
        assert (plane[:, :118] == 255).all() and (plane[:, 122:] == 0).all()
        for method in ("GET", "POST"):
            again = await http.request(method, api(link), json=body)
            assert again.status == 410 and "was used" in (await again.json())["error"]
        assert (await http.get(link)).status == 410
        assert len(easel.core.received) == 1


async def test_what_is_wrong_with_it_is_said_and_the_link_still_works(easel: Easel) -> None:
    link = easel.link()
    body: dict[str, Any] = {"instruction": "a boat", "mask": mask()}
    wrong: list[tuple[dict[str, Any], str]] = [
        ({**body, "instruction": "  "}, "Say in 1 to"),
        ({**body, "instruction": "x" * 2001}, "Say in 1 to"),
        ({**body, "instruction": 7}, "Say in 1 to"),
        ({"instruction": "a boat"}, "either a mask or marks"),
        ({**body, "marks": scribble()}, "either a mask or marks"),
        ({**body, "mask": "§§§"}, "in base64"),
        ({**body, "mask": 5}, "in base64"),
        ({**body, "mask": base64.b64encode(b"no picture").decode()}, "no mask I can read"),
        ({**body, "mask": mask(white=False)}, "covers nothing"),
        ({**body, "mask": file(Image.new("RGB", SIZE, "white"))}, "whole picture"),
        ({**body, "mask": mask((160, 160))}, "another shape"),
        ({"instruction": "a boat", "marks": file(Image.new("RGBA", SIZE))}, "no marks"),
    ]
    async with ClientSession() as http:
        for data, said in wrong:
            answer = await http.post(api(link), json=data)
            assert answer.status == 400, said
            assert said in (await answer.json())["error"]
        plain = await http.post(api(link), data=json.dumps(body))
        assert plain.status == 415
        kind = {"Content-Type": "application/json"}
        large = await http.post(api(link), data=io.BytesIO(b" " * 12_000_001), headers=kind)
        assert large.status == 413
        foreign = {"Origin": "http://evil.example"}
        assert (await http.post(api(link), json=body, headers=foreign)).status == 403
        assert not easel.core.received
        easel.core.refuse_next = "Your day is used up."
        refused = await http.post(api(link), json=body)
        assert refused.status == 409
        assert (await refused.json())["error"] == "Your day is used up."
        assert (await http.post(api(link), json=body)).status == 202


async def test_marks_keep_their_ground_clear(easel: Easel) -> None:
    link = easel.link(marks=True)
    async with ClientSession() as http:
        assert (await (await http.get(api(link))).json())["mode"] == "marks"
        body = {"instruction": "as marked", "marks": scribble()}
        assert (await http.post(api(link), json=body)).status == 202
    assert easel.sent[0].mask is None
    with Image.open(io.BytesIO(await easel.picture())) as made:
        pixels = np.asarray(made)
    assert pixels.shape == (320, 480, 4)
    assert tuple(pixels[15, 100]) == (255, 0, 0, 255) and pixels[200, 200, 3] == 0


async def test_no_other_link_opens_it(easel: Easel) -> None:
    link = easel.link()
    start, _, signature = link.partition("?t=")
    payload, _, mac = signature.partition(".")
    wrong = ["", "x", payload, f"{payload}.", f"{payload}x.{mac}", f"{payload}.{mac[:-1]}é"]
    wrong += [f"{payload[:-4]}AAAA.{mac}", "." + mac, "A" * 5000]
    elsewhere = start.rpartition("/")[0] + f"/s1-r1-9?t={signature}"
    async with ClientSession() as http:
        for link in [*(f"{start}?t={each}" for each in wrong), start, elsewhere]:
            for address in (link, api(link), api(link).replace("?", "/picture?")):
                answer = await http.get(address)
                assert answer.status in (403, 404), address
        gone = await http.get(api(easel.link(iteration="nothing")))
        assert gone.status == 400 and "not there any more" in (await gone.json())["error"]
        easel.clock[0] = LASTS_S + 60
        over = easel.link()
        assert (await http.get(over)).status == 410
        assert "has expired" in (await (await http.get(api(over))).json())["error"]


def test_a_link_carries_all_of_it_and_fits_a_button_on_discord() -> None:
    links = MaskLinks(CONFIG)
    asked = MaskLink(actor=ADA, place=THREAD, iteration="0123456789ab.12.0")
    address = links.public(ticket_of(asked))
    assert address.startswith("https://pictures.example/lab/mask/0123456789ab.12.0?t=")
    ticket = links.read(asked.iteration, address.partition("?t=")[2])
    assert (ticket.actor, ticket.place, ticket.mode) == (ADA, THREAD, "mask")
    id = "1234567890123456789"
    person = Actor("discord", id, id, "🦊" * 32, "pt-BR", (id, id), admin=True)
    place = Place("discord", id, id, thread=id, upload_limit=104_857_600)
    longest = MaskLink(actor=person, place=place, iteration="0123456789ab.12.0")
    assert len(links.public(ticket_of(longest))) <= 512
    assert links.public(ticket_of(asked)) != address
    assert MaskLinks(WebConfig(secret="a secret for tests only")).public(ticket_of(asked)) == ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend(Command):
    """What a job's command needs to be opened with the painter."""

    kind: Literal["mend"] = "mend"
    iteration: str = ""
    image: ImageHandle | None = None
    instruction: str
    mask: ImageHandle | None = None
    marks: ImageHandle | None = None


def test_an_edits_command_is_made_of_what_was_painted() -> None:
    handle = ImageHandle("web", "m")
    painted = Submitted(
        key="mask:discord:42:n/0",
        actor=ADA,
        place=THREAD,
        iteration="s1-r1-0",
        instruction="a boat",
        mask=handle,
    )
    made = commands_of(Mend)(painted)
    assert made == Mend(
        dedup_key="mask:discord:42:n/0",
        actor=ADA,
        place=THREAD,
        iteration="s1-r1-0",
        instruction="a boat",
        mask=handle,
    )
    brought = replace(painted, iteration="", image=handle, mask=None, marks=handle)
    command = commands_of(Mend)(brought)
    assert isinstance(command, Mend)
    assert (command.image, command.marks, command.mask) == (handle, handle, None)


async def test_in_the_playground_a_link_is_asked_for_by_name(tmp_path: Path) -> None:
    async with painting(tmp_path, png(4), local=True) as easel, ClientSession() as http:
        bob = {NAME_HEADER: "Bob"}
        url = f"{easel.url}/api/mask-links"
        assert (await http.post(url, json={}, headers=bob)).status == 400
        assert (await http.post(url, json={"upload": "x"})).status == 400
        strange = await http.post(url, json={"upload": "../../login?a"}, headers=bob)
        assert (await strange.json())["link"].startswith("/mask/..%2F..%2Flogin%3Fa?t=")
        upload = await http.post(f"{easel.url}/api/uploads", data=png(3, (120, 80)), headers=bob)
        id = (await upload.json())["upload"]
        asked = await http.post(url, json={"upload": id, "session": "s1"}, headers=bob)
        link = easel.url + (await asked.json())["link"]
        info = await (await http.get(api(link))).json()
        assert (info["width"], info["height"], info["back"]) == (120, 80, "/#s1")
        body = {"instruction": "a boat", "mask": mask()}
        assert (await http.post(api(link), json=body)).status == 202
        (made,) = easel.sent
        assert (made.actor.id, made.place.thread, made.iteration) == ("bob", "s1", "")
        assert made.image is not None
        assert await easel.uploads.fetch(made.image) == png(3, (120, 80))
        lost = await http.post(url, json={"upload": "0" * 32}, headers=bob)
        answer = await http.get(api(easel.url + (await lost.json())["link"]))
        assert answer.status == 400 and "not here any more" in (await answer.json())["error"]
