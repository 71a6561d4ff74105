"""Server-sent events: in order, nothing missed, nothing doubled; and what became of a command."""

import asyncio
import json
import uuid
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession

from adapters.web.inbound import NAME_HEADER
from core.domain.updates import Progressed, Refused
from core.jobs.refine import Refine

from .conftest import Stage

ADA = {NAME_HEADER: "Ada"}


async def begin(stage: Stage, http: ClientSession, **fields: object) -> dict[str, Any]:
    data = {"kind": "refine", "goal": "hills", "key": str(uuid.uuid4()), **fields}
    answer = await http.post(f"{stage.url}/api/commands", json=data, headers=ADA)
    assert answer.status == 202, await answer.text()
    return await answer.json()


async def read(response: ClientResponse, wanted: str, count: int) -> list[dict[str, Any]]:
    """The next `count` events of a name; their ids as "id"."""
    found: list[dict[str, Any]] = []
    fields: dict[str, str] = {}
    async with asyncio.timeout(10):
        async for raw in response.content:
            line = raw.decode().rstrip("\n")
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
                continue
            if fields.get("event") == wanted:
                found.append({"id": fields.get("id"), **json.loads(fields["data"])})
            fields = {}
            if len(found) == count:
                return found
    return found


def events(stage: Stage, http: ClientSession, session: str, name: str = "Ada", last: int = 0):
    headers = {"Last-Event-ID": str(last)} if last else {}
    return http.get(f"{stage.url}/api/events?session={session}&name={name}", headers=headers)


async def test_a_page_that_comes_back_gets_exactly_the_rest(stage: Stage) -> None:
    async with ClientSession() as http:
        await begin(stage, http)
        await stage.core.round("s1", "s1-r1", 0)
        async with events(stage, http, "s1") as first:
            seen = await read(first, "update", 4)
        assert [e["update"]["kind"] for e in seen] == [
            "accepted", "progressed", "iteration_finished", "critiqued",
        ]  # fmt: skip
        await stage.core.round("s1", "s1-r1", 1)
        async with events(stage, http, "s1", last=seen[1]["seq"]) as again:
            rest = await read(again, "update", 5)
        numbers = [e["seq"] for e in rest]
        assert numbers == sorted(set(numbers))
        assert numbers[0] == seen[2]["seq"]
        assert [e["id"] for e in rest] == [str(n) for n in numbers]


async def test_updates_arrive_live_and_the_list_hears_of_other_sessions(stage: Stage) -> None:
    async with ClientSession() as http:
        await begin(stage, http)
        async with events(stage, http, "s1") as stream:
            await read(stream, "update", 1)
            await stage.core.round("s1", "s1-r1", 0)
            live = await read(stream, "update", 3)
            assert live[1]["update"]["words"].startswith("A low sun")
            await begin(stage, http, goal="another")
            others = await read(stream, "channel", 1)
            assert others[0]["session"] == "s2"
            assert others[0]["goal"] == "another"


async def test_a_refusal_in_a_thread_is_for_one_person(stage: Stage) -> None:
    async with ClientSession() as http:
        await begin(stage, http)
        await stage.core.post(
            Refused(session="s1", command="stop", sentence="No.", actor="bob", dedup_key="k")
        )
        await stage.core.round("s1", "s1-r1", 0)
        async with events(stage, http, "s1", "Ada") as stream:
            seen = await read(stream, "update", 4)
        assert "refused" not in [e["update"]["kind"] for e in seen]
        async with events(stage, http, "s1", "Bob") as stream:
            seen = await read(stream, "update", 2)
        assert seen[1]["update"]["sentence"] == "No."


async def test_progress_overwrites(stage: Stage) -> None:
    async with ClientSession() as http:
        await begin(stage, http)
        for number in range(30):
            await stage.core.post(
                Progressed(session="s1", run="s1-r1", phase="running", line=f"step {number}")
            )
        async with events(stage, http, "s1") as stream:
            seen = await read(stream, "update", 2)
        assert seen[1]["update"]["line"] == "step 29"


async def test_json_by_the_house_rules(stage: Stage) -> None:
    async with ClientSession() as http:
        await begin(stage, http)
        await stage.core.round("s1", "s1-r1", 1)
        async with events(stage, http, "s1") as stream:
            seen = await read(stream, "update", 3)
            update = seen[2]["update"]
            assert update["cost"] == "0.0053"
            assert update["change"] == 7.1
            assert update["candidates"][0]["score"]["value"] == 55.9
            picture = update["candidates"][0]["image"]
            image = await http.get(stage.url + seen[2]["links"][picture])
            assert image.status == 200
        listed = await (await http.get(f"{stage.url}/api/sessions", headers=ADA)).json()
        assert listed["sessions"][0]["created"] == "2026-11-20T12:00:00Z"
        quota = await (await http.get(f"{stage.url}/api/quota", headers=ADA)).json()
        assert quota["usd"] == "0.1200"


async def test_the_sender_ends_the_streams_and_they_can_begin_again(stage: Stage) -> None:
    async with ClientSession() as http:
        await begin(stage, http)
        async with events(stage, http, "s1") as stream:
            (accepted,) = await read(stream, "update", 1)
            stage.adapter.sender.close()
            assert await read(stream, "update", 1) == []
        await stage.core.round("s1", "s1-r1", 0)
        async with events(stage, http, "s1", last=accepted["seq"]) as stream:
            assert len(await read(stream, "update", 3)) == 3


async def test_twenty_pages_stay_live(stage: Stage) -> None:
    async with ClientSession() as http, AsyncExitStack() as open_pages:
        streams: list[ClientResponse] = []
        for number in range(1, 21):
            await begin(stage, http, goal=f"hill {number}")
            stream = await open_pages.enter_async_context(events(stage, http, f"s{number}"))
            await read(stream, "update", 1)
            streams.append(stream)
        for number in range(1, 21):
            await stage.core.round(f"s{number}", f"s{number}-r1", 0)
        async with asyncio.timeout(1.0):
            seen = await asyncio.gather(*(read(stream, "update", 3) for stream in streams))
        assert all(len(each) == 3 for each in seen)


# what became of a command


async def test_a_begun_command_names_its_session(stage: Stage) -> None:
    async with ClientSession() as http:
        answer = await begin(stage, http)
        assert (answer["state"], answer["session"], answer["run"]) == ("begun", "s1", "s1-r1")


async def test_a_repeat_is_the_same_act(stage: Stage) -> None:
    async with ClientSession() as http:
        key = str(uuid.uuid4())
        first = await begin(stage, http, key=key)
        second = await begin(stage, http, key=key)
        assert (first["fresh"], second["fresh"]) == (True, False)
        assert first["session"] == second["session"]
        assert len(stage.core.received) == 1


async def test_a_refusal_comes_back_with_the_command(stage: Stage) -> None:
    stage.core.refuse_next = "Your 30 images of today are used."
    async with ClientSession() as http:
        answer = await begin(stage, http)
    assert answer["state"] == "refused"
    assert answer["sentence"] == "Your 30 images of today are used."


async def test_a_late_refusal_is_found_by_asking(stage: Stage, monkeypatch) -> None:
    monkeypatch.setattr("adapters.web.server.ANSWER_S", 0.05)
    stage.core.refuse_next = "hold"
    held: list[Refine] = []

    async def hold(command: Refine, sentence: str) -> None:
        held.append(command)

    refuse, stage.core.refuse = stage.core.refuse, hold
    async with ClientSession() as http:
        answer = await begin(stage, http)
        assert answer["state"] == "waiting"
        url = f"{stage.url}/api/commands/{answer['key']}"
        asking = asyncio.create_task(_json(http, url), name="asking")
        await refuse(held[0], "Too much.")
        assert (await asking)["sentence"] == "Too much."


async def test_a_refusal_of_before_a_restart_is_found(stage: Stage, monkeypatch) -> None:
    monkeypatch.setattr("adapters.web.server.LONG_POLL_S", 0.05)
    stage.core.refuse_next = "Too much."
    async with ClientSession() as http:
        answer = await begin(stage, http)
        stage.adapter.sender.forget(answer["key"])
        again = await _json(http, f"{stage.url}/api/commands/{answer['key']}")
    assert again["sentence"] == "Too much."


async def test_a_pick_refused_before_can_be_made_again(stage: Stage) -> None:
    async with ClientSession() as http:
        await begin(stage, http)
        node = await stage.core.round("s1", "s1-r1", 0)
        pick = {"kind": "pick", "iteration": node.id, "session": "s1"}
        stage.core.refuse_next = "Not now."
        assert (await begin(stage, http, **pick))["state"] == "refused"
        stage.core.keys.clear()
        again = await begin(stage, http, **pick)
        assert (again["state"], again["run"]) == ("begun", "s1-r2")
        tree = await _json(http, f"{stage.url}/api/sessions/s1")
        assert tree["stars"] == {node.id: ["ada"]}


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 400), (b'{"kind": "sing"}', 400), (b'"' + b"x" * 40_000 + b'"', 413)],
)
async def test_a_bad_body_is_a_sentence(stage: Stage, body: bytes, status: int) -> None:
    headers = {**ADA, "Content-Type": "application/json"}
    async with ClientSession() as http:
        answer = await http.post(f"{stage.url}/api/commands", data=body, headers=headers)
        assert answer.status == status
        assert (await answer.json())["error"]
        form = await http.post(f"{stage.url}/api/commands", data={"kind": "refine"}, headers=ADA)
        assert form.status == 415


async def _json(http: ClientSession, url: str, headers=ADA) -> dict[str, Any]:
    return await (await http.get(url, headers=headers)).json()
