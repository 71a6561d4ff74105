"""The door for assistants: the real client on the door, in one process, with scripted models."""

import asyncio
import base64
import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from PIL import Image

from adapters.mcp.pictures import CallPictures
from adapters.mcp.server import Door
from adapters.models.scripted import flat
from core.domain.commands import Actor, Command
from core.domain.errors import BadImage
from core.domain.ledger import Limits
from core.domain.records import RunStatus
from core.domain.updates import Noticed
from core.imaging.formats import MAX_BYTES
from core.service.outbox import OutboxDrain
from tests.harness import ANN, World, refine, utc_now

EVE = Actor("mcp", "", "eve", "Eve")
PICTURE = "data:image/png;base64," + base64.b64encode(flat(200)).decode()


class Host:
    """Nothing breaks here: silence is waited for."""

    fault = ""

    async def look_after(self, command: str, run: str) -> None:
        return None

    def unreachable(self, command: Command) -> str:
        return self.fault

    def helpless(self, update: Noticed) -> str:
        return ""


class Opened:
    """A world with this door; `client` is the real one."""

    def __init__(self, world: World, door: Door, host: Host, client: Client) -> None:
        self.world, self.door, self.host, self.client = world, door, host, client

    async def call(self, tool: str, **given: Any) -> tuple[bool, str, dict[str, Any]]:
        """Whether it is an error, what it says, its facts."""
        result = await self.client.call_tool(tool, given)
        first: Any = result.content[0]
        return bool(result.is_error), str(first.text), result.structured_content or {}


@asynccontextmanager
async def opened(world: World) -> AsyncGenerator[Opened]:
    await world.open()
    host = Host()
    door = Door(world.service, host, EVE)
    world.uploads["mcp"] = door.pictures
    outbox = OutboxDrain(world.store, door.updates, utc_now, world._tell)  # pyright: ignore[reportPrivateUsage]

    over = asyncio.Event()

    async def drain() -> None:
        while not over.is_set():
            await outbox.drain()
            await asyncio.sleep(0.01)

    task = asyncio.create_task(drain())
    try:
        async with Client(door.server) as client:
            yield Opened(world, door, host, client)
    finally:
        await door.close()
        over.set()
        await task
        await world.close()


async def test_every_job_is_a_tool_with_its_bounds(tmp_path: Path) -> None:
    async with opened(World(tmp_path)) as it:
        tools = {tool.name: tool for tool in (await it.client.list_tools()).tools}
        typed = {offer.name for offer in it.world.service.offers if offer.slash}
        assert tools.keys() == typed | {"confirm", "sessions", "quota", "preferences"}
        given = tools["refine"].input_schema["properties"]
        rounds = given["iterations"]
        assert (rounds["type"], rounds["minimum"], rounds["maximum"]) == ("integer", 1, 10)
        assert rounds["default"] == 4
        assert given["stop"]["enum"] == ["auto", "never"]
        assert given["goal"]["maxLength"] == 2000
        assert tools["evolve"].input_schema["required"] == ["image"]
        assert all(row["description"] for tool in tools.values() for row in _rows(tool))


async def test_preferences_hold_where_a_call_says_nothing(tmp_path: Path) -> None:
    async with opened(World(tmp_path)) as it:
        _, said, facts = await it.call("preferences")
        assert "size: default" in said and facts["preferences"]["size"] == ""
        wrong, said, _ = await it.call("preferences", size="huge")
        assert wrong and "WIDTHxHEIGHT" in said
        _, _, facts = await it.call("preferences", size="wide", style="oil")
        assert (facts["preferences"]["size"], facts["preferences"]["style"]) == ("wide", "oil")
        wrong, said, _ = await it.call("imagine", prompt="a fox")
        assert not wrong, said
        request = it.world.painter.requests[-1]
        assert request.width > request.height and "oil" in request.prompt
        _, _, facts = await it.call("preferences", size="default")
        assert (facts["preferences"]["size"], facts["preferences"]["style"]) == ("", "oil")


def _rows(tool: Any) -> list[dict[str, str]]:
    return list(tool.input_schema["properties"].values()) if tool.name != "confirm" else []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"iterations": 99}, "iterations: 99 is greater than the maximum of 10."),
        ({"iterations": "2"}, "iterations: '2' is not of type 'integer'."),
        ({"stop": "later"}, "stop: 'later' is not one of ['auto', 'never']."),
        ({"pixels": 1}, "Additional properties are not allowed ('pixels' was unexpected)."),
        ({"model": "x:y"}, "model: 'x:y' is not one of ['scripted:painter']."),
        ({"goal": "x" * 2001}, " is too long."),
        ({}, "Give me a picture, a goal, or both"),
        ({"image": "data:image/png;base64,####"}, "The picture's base64 can't be decoded."),
        ({"image": "nowhere.png"}, "nowhere.png."),
    ],
)
async def test_what_is_wrong_is_a_sentence_and_nothing_begins(
    tmp_path: Path, given: dict[str, Any], said: str
) -> None:
    async with opened(World(tmp_path)) as it:
        error, text, _ = await it.call("refine", **given)
        assert error
        assert said in text
        assert len(text) < 300
        assert await it.world.service.sessions(EVE) == []
        assert not it.door.pictures._kept  # pyright: ignore[reportPrivateUsage]


async def test_a_tool_that_is_not_there_and_models_that_do_not_answer(tmp_path: Path) -> None:
    async with opened(World(tmp_path)) as it:
        assert await it.call("pick") == (True, "There is no tool pick.", {})
        it.host.fault = "models.painter: nobody answers."
        assert await it.call("refine", goal="a fox") == (True, it.host.fault, {})


async def test_a_job_without_a_model_names_the_key_that_would_enable_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.painter.operations = frozenset({"generate"})
    async with opened(world) as it:
        assert "edit" not in {tool.name for tool in (await it.client.list_tools()).tools}
        told = "edit needs a painter that edits: models.editor."
        assert await it.call("edit", instruction="a red door") == (True, told, {})

        assert "`/edit`: needs a painter that edits" in (it.client.instructions or "")


async def test_nothing_is_spent_before_the_quote_is_confirmed(tmp_path: Path) -> None:
    world = World(tmp_path, limits=Limits(confirm_usd_above=Decimal("0.01")))
    async with opened(world) as it:
        error, text, told = await it.call("refine", image=PICTURE, iterations=2)
        assert not error
        assert told["status"] == "confirming"
        assert Decimal(told["quote_usd"]) > Decimal("0.02")
        assert text.startswith("Runs above $0.01 ask before they start.")
        assert f"call confirm with run {told['run']}" in text
        assert not it.door.pictures._kept  # pyright: ignore[reportPrivateUsage]
        await world.settle()
        assert (world.painter.requests, world.critic.asked) == ([], [])
        error, text, cancelled = await it.call("confirm", run=told["run"], yes=False)
        assert (error, text) == (False, "Cancelled before it started.")
        assert cancelled["status"] == "cancelled"
        error, text, _ = await it.call("confirm", run=told["run"], yes=True)
        assert (error, text) == (True, "This run does not wait for a confirmation any more.")
        assert world.painter.requests == []

        _, _, told = await it.call("refine", image=PICTURE, iterations=2)
        error, text, done = await it.call("confirm", run=told["run"], yes=True)
        assert not error
        assert (done["status"], done["run"]) == ("finished", told["run"])
        assert len(world.painter.requests) == done["rounds"] > 0
        assert Decimal(done["cost_usd"]) > 0
        _, text, quota = await it.call("quota")
        assert Decimal(quota["usd"]) == Decimal(done["cost_usd"])
        _, _, more = await it.call("continue", session=done["session"], iterations=1)
        assert more["session"] == done["session"]


async def test_calls_at_once_get_their_own_runs(tmp_path: Path) -> None:
    async with opened(World(tmp_path)) as it:
        one, two = await asyncio.gather(
            it.call("refine", goal="a red fox", iterations=1),
            it.call("refine", goal="a blue owl", iterations=1),
        )
        assert one[2]["run"] != two[2]["run"]
        for (_, _, told), goal in ((one, "a red fox"), (two, "a blue owl")):
            tree = await it.world.service.tree(told["session"], EVE)
            assert tree is not None
            assert tree.session.goal == goal


async def test_who_cancels_a_call_stops_its_run(tmp_path: Path) -> None:
    async with opened(World(tmp_path)) as it:
        started, held = asyncio.Event(), asyncio.Event()
        paint = it.world.painter.paint

        async def slow(request: Any) -> Any:
            started.set()
            await held.wait()
            return await paint(request)

        it.world.painter.paint = slow  # type: ignore[method-assign]
        call = asyncio.create_task(it.call("refine", goal="a fox", iterations=5, stop="never"))
        await started.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        session = await it.world.only_session(EVE)
        while not await _signalled(it.world, session):
            await asyncio.sleep(0.01)
        held.set()
        await it.door.close()
        (run,) = await it.world.runs(session)
        assert run.status is RunStatus.STOPPED
        assert len(await it.world.nodes(session)) == 1  # what was in flight is kept


async def _signalled(world: World, session: str) -> bool:
    (run,) = await world.runs(session)
    async with world.store.read() as uow:
        return any(signal.kind == "stop" for signal in await uow.runs.signals(run.id))


async def test_a_hash_of_somebody_else_opens_nothing(tmp_path: Path) -> None:
    async with opened(World(tmp_path)) as it:
        await it.world.send(refine(iterations=1))
        (node,) = await it.world.nodes(await it.world.only_session(ANN))
        uri = f"darkroom://image/{node.image}"
        error, text, _ = await it.call("refine", image=uri)
        assert (error, text) == (True, "There is no such picture in your sessions.")
        _, _, done = await it.call("refine", image=PICTURE, iterations=1)
        (row,) = (await it.client.call_tool("sessions")).structured_content["sessions"]
        error, _, again = await it.call("refine", image=row["best"], iterations=1)
        assert not error
        assert again["session"] != done["session"]


async def test_pictures_come_as_paths_and_as_base64(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(out, "JPEG")
    jpeg, pictures = out.getvalue(), CallPictures()
    path = tmp_path / "a b.jpg"
    path.write_bytes(jpeg)

    async def nothing(uri: str) -> bytes:
        raise AssertionError(uri)

    coded = base64.b64encode(jpeg).decode()
    assert coded.startswith("/9j/")  # as a path would
    for value in (coded, f"data:image/jpeg;base64,{coded}", str(path), path.as_uri()):
        handle = await pictures.handle(value, nothing)
        assert await pictures.fetch(handle) == jpeg
        pictures.drop(handle)
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    for value in (str(large), "data:image/png;base64," + "A" * (MAX_BYTES * 4 // 3 + 8192)):
        with pytest.raises(BadImage, match="larger than 20 MB"):
            await pictures.fetch(await pictures.handle(value, nothing))
    for value in ("/dev/zero", str(tmp_path), "a\0b", "~nobody-here/a.png"):
        with pytest.raises(BadImage):
            await pictures.fetch(await pictures.handle(value, nothing))
