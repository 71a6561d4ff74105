"""Linked doors, a picture's origin, stars and search over the page's own addresses."""

from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from adapters.web.inbound import NAME_HEADER
from tests.e2e.web.session_world import Gallery, many

ADA = {NAME_HEADER: "ann"}


async def post(http: ClientSession, stage: Gallery, path: str, **data: Any) -> tuple[int, Any]:
    answer = await http.post(stage.url + path, json=data, headers=ADA)
    return answer.status, await answer.json()


async def test_the_page_links_and_unlinks(tmp_path: Path) -> None:
    async with many(tmp_path, 1) as stage, ClientSession() as http:
        status, said = await post(http, stage, "/api/account", act="link")
        assert status == 200
        assert said["lines"][0].startswith("Your code is")
        status, said = await post(http, stage, "/api/account", act="link", code="AAAA")
        assert (status, "not known" in said["error"]) == (400, True)
        status, said = await post(http, stage, "/api/account", act="unlink")
        assert (status, said["error"]) == (400, "Nothing is linked here.")
        status, said = await post(http, stage, "/api/account", act="freeze")
        assert (status, "act is one of" in said["error"]) == (400, True)


async def test_an_origin_is_read_back_behind_its_link_alone(tmp_path: Path) -> None:
    async with many(tmp_path, 1) as stage, ClientSession() as http:
        (node,) = await stage.world.nodes(stage.session)
        link = stage.adapter.links.image(node.image).replace("/i/", "/api/origins/")
        said = await (await http.get(stage.url + link)).json()
        assert said["lines"][0] == "made by a trained model"
        assert said["changed"] is False
        assert (await http.get(f"{stage.url}/api/origins/{node.image}?t=x")).status == 403


async def test_nobody_stars_what_is_not_there(tmp_path: Path) -> None:
    async with many(tmp_path, 3) as stage, ClientSession() as http:
        status, _ = await post(http, stage, "/api/stars", iterations=["n0", "nothing"], on=True)
        assert status == 400
        async with stage.world.store.read() as uow:
            assert await uow.stars.of_session(stage.session) == []  # all of them, or none
        status, _ = await post(http, stage, "/api/stars", iterations="n0", on=True)
        assert status == 400
        found = await (await http.get(f"{stage.url}/api/find?q=GOUACHE+1", headers=ADA)).json()
        assert [row["iteration"] for row in found["found"]] == ["n1"]
        other = {NAME_HEADER: "eve"}
        found = await (await http.get(f"{stage.url}/api/find?q=gouache", headers=other)).json()
        assert found["found"] == []
