"""A job that a stranger adds is on every door: one file, one line in the registry, its words."""

import base64
import io
from collections.abc import Generator
from pathlib import Path

import discord
import pytest
import typer
from discord import app_commands
from PIL import Image
from typer.testing import CliRunner

from adapters.discord.commands.jobs import slash
from adapters.discord.texts import Catalogue
from adapters.mcp.tools import tools
from adapters.schema import check
from adapters.slack.forms import DialogInputs, command_of
from adapters.slack.job_dialog import dialog
from adapters.slack.modals import Where
from adapters.storage.codec import command_codec
from adapters.texts import catalogue
from adapters.web.inbound import command_from
from adapters.web.menu import commands
from bot.job_commands import add_jobs
from core.domain.access import PROGRAM
from core.domain.commands import Actor, ImageHandle, Place
from core.domain.errors import BadRequest
from core.domain.records import RunStatus
from core.domain.updates import Accepted, Finished, IterationFinished
from core.jobs import registry
from core.jobs.job import Job
from core.ports.api import ModelsView
from tests.harness import ANN, PAGE, REFERENCE, World
from tests.integration.mcp.test_door import PICTURE, opened
from tests.jobs import negative
from tests.jobs.negative import Negative
from tests.offers import offer_of, scripted_offers

KEY = "3b241101-e2bb-4255-8caf-4136c566a962"


@pytest.fixture(autouse=True)
def _added(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    monkeypatch.setitem(registry.JOBS, "negative", negative.JOB)
    monkeypatch.setattr(catalogue, "FOLDERS", [*catalogue.FOLDERS, Path(negative.__file__).parent])
    catalogue.forget()
    yield
    catalogue.forget()


async def test_it_runs_durably_for_nothing_and_ends_in_a_picture(tmp_path: Path) -> None:
    world = await World(tmp_path).open()
    command = Negative(dedup_key="web::1", actor=ANN, place=PAGE, image=ImageHandle("web", "ref"))
    await world.send(command)
    await world.restart()
    session = await world.only_session()
    (run,) = await world.runs(session)
    (node,) = await world.nodes(session)
    assert run.status is RunStatus.DONE
    assert (run.quote.at_most, run.quote.images) == (0, 0)
    assert world.painter.requests == []
    with Image.open(io.BytesIO(await world.images.get(node.image))) as made:
        with Image.open(io.BytesIO(REFERENCE)) as given:
            want = tuple(255 - channel for channel in given.convert("RGB").getpixel((0, 0)))  # type: ignore[union-attr]
        assert made.convert("RGB").getpixel((0, 0)) == want
    kinds = [type(each.update) for each in await world.service.deliveries(session, PROGRAM)]
    assert {Accepted, IterationFinished, Finished} <= set(kinds)
    await world.close()


async def test_its_inbox_row_is_read_back() -> None:
    command = Negative(dedup_key="web::1", actor=ANN, place=PAGE, amount=20)
    assert command_codec().load(command_codec().dump(command)) == command


async def test_who_may_and_what_is_missing_are_asked(tmp_path: Path) -> None:
    world = await World(tmp_path).open()
    await world.send(Negative(dedup_key="web::1", actor=ANN, place=PAGE))
    async with world.store.read() as uow:
        row = await uow.inbox.get("web::1")
    assert row is not None
    assert row.error == "/negative needs a picture."
    await world.close()


async def test_discord_offers_it_with_bounds_and_in_german() -> None:
    client = discord.Client(intents=discord.Intents.none())
    tree = app_commands.CommandTree(client)
    made = await slash(offer_of("negative")).get_translated_payload(tree, Catalogue())
    assert made["description_localizations"]["de"] == "Zeigt das Negativ eines Bildes"
    image, amount = made["options"]
    assert (image["name"], image["required"], image["type"]) == ("image", True, 11)
    assert (amount["min_value"], amount["max_value"], amount["required"]) == (10, 100, False)


def test_slack_opens_a_dialog_and_reads_it() -> None:
    view = dialog(offer_of("negative"), Where(channel="C1"), ())
    blocks = {block["block_id"]: block["element"] for block in view["blocks"]}
    assert (blocks["amount"]["min_value"], blocks["amount"]["max_value"]) == ("10", "100")
    state = {"state": {"values": {"amount": {"value": {"value": "40"}}}}}
    handle = ImageHandle("slack", "F1")
    place = Place("slack", "T1", "C1")
    command = command_of(
        Negative, "k", Actor("slack", "T1", "U1"), place, {"image": handle}, DialogInputs(state)
    )
    assert (command.amount, command.image) == (40, handle)


def test_the_page_lists_it_and_takes_it() -> None:
    models = ModelsView(
        painter="", editor="", critic="", judge="", embedded=True, styles=(), painters=()
    )
    listed = {row["name"]: row for row in commands(models, (), scripted_offers())}
    assert listed["negative"]["title"] == "Negative"
    assert [o["name"] for o in listed["negative"]["options"]] == ["image", "amount"]
    data = {"kind": "negative", "key": KEY, "image": {"upload": "u1"}, "amount": 30}
    command = command_from(data, ANN)
    assert isinstance(command, Negative)
    assert command.amount == 30
    with pytest.raises(BadRequest, match="whole number"):
        command_from({**data, "amount": "many"}, ANN)


def test_an_assistant_has_it_as_a_tool() -> None:
    models = ModelsView(painter="", editor="", critic="", judge="", embedded=True, styles=())
    made = {tool.name: tool for tool in tools(scripted_offers(), models, ())}["negative"]
    assert made.description is not None
    assert made.description.startswith("Shows a picture's negative.")
    schema = made.input_schema
    assert (schema["required"], list(schema["properties"])) == (["image"], ["image", "amount"])
    amount = schema["properties"]["amount"]
    assert (amount["type"], amount["minimum"], amount["maximum"]) == ("integer", 10, 100)
    with pytest.raises(BadRequest, match="'image' is a required property"):
        check(made.input_schema, {"amount": 20})


async def test_an_assistant_runs_it_and_sees_what_came_of_it(tmp_path: Path) -> None:
    async with opened(World(tmp_path)) as it:
        error, _, told = await it.call("negative", image=PICTURE)
        assert not error
        assert (told["status"], told["rounds"], told["cost_usd"]) == ("finished", 1, "0")
        (node,) = await it.world.nodes(told["session"])
        shown = await it.client.read_resource(f"darkroom://image/{node.image}")
        with Image.open(io.BytesIO(base64.b64decode(shown.contents[0].blob))) as made:
            assert made.convert("RGB").getpixel((0, 0)) == (55, 55, 55)  # of 200
        assert it.world.painter.requests == []


def test_the_terminal_has_it_with_help() -> None:
    taken: list[tuple[str, dict[str, object]]] = []

    def run(job: Job, values: dict[str, object], flags: dict[str, object]) -> None:
        taken.append((job.name, values))

    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_jobs(app, {}, run)
    runner = CliRunner()
    assert "Shows a picture's negative" in runner.invoke(app, ["negative", "--help"]).output
    assert runner.invoke(app, ["negative"]).exit_code == 2
    done = runner.invoke(app, ["negative", "fox.png", "--amount", "30"])
    assert done.exit_code == 0
    ((name, values),) = taken
    assert (name, values["amount"]) == ("negative", 30)
    assert values["image"] == ImageHandle("cli", "fox.png", "fox.png")
