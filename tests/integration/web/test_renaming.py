"""A session's name from the page: its owner's, by the rule of every door."""

from pathlib import Path

import aiohttp

from tests.e2e.web.session_world import many


async def test_an_owner_names_a_session_and_nobody_else_does(tmp_path: Path) -> None:
    async with many(tmp_path, 1) as gallery, aiohttp.ClientSession() as client:
        address = f"{gallery.url}/api/sessions/{gallery.session}"

        async def named(person: str, body: object) -> tuple[int, object]:
            mine = {"X-Darkroom-Name": person, "Origin": gallery.url}
            async with client.patch(address, json=body, headers=mine) as said:
                return said.status, await said.json()

        status, said = await named("Eve", {"name": "mine now"})
        assert (status, "owner" in str(said) or "Only" in str(said)) == (403, True)
        assert (await named("ann", {"name": 3}))[0] == 400
        assert await named("ann", {"name": "  Above\n the valley "}) == (
            200,
            {"name": "Above the valley"},
        )
        async with client.get(address) as said:
            assert (await said.json())["name"] == "Above the valley"
        assert await named("ann", {"name": ""}) == (200, {"name": ""})
