"""What goes wrong at an address that somebody opened is a page."""

from aiohttp import ClientSession

from .conftest import Stage


async def test_a_link_that_is_over_is_a_page_for_people_and_a_sentence_for_programs(
    stage: Stage,
) -> None:
    async with ClientSession() as client:
        address = f"{stage.url}/s/s1?t=nonsense"
        async with client.get(address, headers={"Accept": "text/html,*/*"}) as said:
            assert (said.status, said.content_type) == (403, "text/html")
            assert "This link is not valid" in await said.text()
        async with client.get(address) as said:
            assert (said.status, said.content_type) == (403, "application/json")
