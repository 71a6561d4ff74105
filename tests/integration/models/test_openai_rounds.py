"""Whole runs on OpenAI: the real SDK, service, loop and store, and one key in the configuration.

The stand-in paints greys, sees them, and checks every request; its books and the ledger must agree.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from adapters.models.config import ProviderConfig
from adapters.models.registry import ModelNames, Models, build_models
from core.domain.commands import ImageHandle
from core.domain.records import CallState, Iteration, RunStatus
from core.domain.updates import Finished, Noticed
from core.jobs.evolve import Evolve
from core.models.painter import Margins, PaintRequest
from core.runtime.models import ModelSet
from tests.harness import ANN, PAGE, Inline, World, refine
from tests.integration.models.seeing import grey, patched
from tests.standins.loopback import array
from tests.standins.openai_chat import Eye, add_chat, usage_of
from tests.standins.openai_rules import area
from tests.standins.openai_server import FLARE, KEY, SUNBURST, Json, OpenAIServer

RATES = {"gpt-6.1-terra": (1, 5), "gpt-6-luna": (Decimal("0.1"), Decimal("0.5"))}


@dataclass
class Rounds:
    """The stand-in, its model's eye, and the program's inside."""

    server: OpenAIServer
    eye: Eye
    models: Models
    world: World

    def asked(self, task: str) -> set[str]:
        """Which models were asked this."""
        calls = self.server.to("/chat/completions")
        pairs = zip(calls, self.eye.asked, strict=True)
        return {call.body["model"] for call, asked in pairs if asked.task == task}

    def billed(self) -> Decimal:
        """What the stand-in took, by its own books."""
        calls = self.server.to("/chat/completions")
        pairs = zip(calls, self.eye.asked, strict=True)
        said = [_chat_usd(call.body["model"], usage_of(call, asked.said)) for call, asked in pairs]
        return sum(said, sum(map(_image_usd, self.server.usages), Decimal(0)))

    async def nodes(self) -> list[Iteration]:
        return await self.world.nodes(await self.world.only_session())

    async def told(self) -> list[object]:
        return [d.update for d in await self.world.updates(await self.world.only_session())]


def _image_usd(usage: Json) -> Decimal:
    seen = usage["input_tokens_details"]
    tokens = 5 * seen["text_tokens"] + 8 * seen["image_tokens"] + 30 * usage["output_tokens"]
    return Decimal(tokens) / 1_000_000


def _chat_usd(model: str, usage: Json) -> Decimal:
    read, written = RATES[model]
    return (read * usage["prompt_tokens"] + written * usage["completion_tokens"]) / Decimal(10**6)


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Rounds]:
    server = OpenAIServer()
    eye = add_chat(server)
    async with server:
        config = ProviderConfig(kind="openai", base_url=server.url, api_key=KEY, rpm=0)
        models = build_models(ModelNames(), {"openai": config}, {}, Inline())
        model_set = ModelSet(
            painter=models.painter,
            editor=models.editor,
            critic=models.critic,
            judge=models.judge,
            styles=models.styles,
        )
        world = await World(tmp_path, model_set=model_set).open()
        yield Rounds(server, eye, models, world)
        await world.close()
        await models.close()
    assert server.violations == []


async def ended(made: Rounds) -> Finished:
    """The run's end; the ledger and the stand-in's books agree to the last digit."""
    (run,) = await made.world.runs(await made.world.only_session())
    assert run.status is RunStatus.DONE
    async with made.world.store.read() as uow:
        rows = await uow.ledger.of_run(run.id)
        calls = await uow.calls.of_run(run.id)
    assert {call.state for call in calls} == {CallState.DONE}
    assert all(call.request_id.startswith("req_") for call in calls)
    assert len(calls) == len([call for call in made.server.calls if call.method == "POST"])
    settled = [row.usd for row in rows if row.kind == "settle" and row.usd is not None]
    assert {row.kind for row in rows} == {"reserve", "settle", "release"}
    assert sum(settled, Decimal(0)) == made.billed() > 0
    updates = await made.told()
    assert not [update for update in updates if isinstance(update, Noticed)]
    (end,) = [update for update in updates if isinstance(update, Finished)]
    assert end.spent == made.billed()
    assert end.quote.at_most is not None
    assert end.spent <= end.quote.at_most
    return end


@pytest.mark.slow
async def test_six_rounds_of_refine_mend_a_corner_by_editing_it(made: Rounds) -> None:
    made.world.files.files["ref"] = patched(200, 60)
    await made.world.send(refine(iterations=6, stop="never", quality="low", size="816x816"))
    end = await ended(made)
    nodes = await made.nodes()
    assert [node.round for node in nodes] == [1, 2, 3, 4, 5, 6]
    won = [node for node in nodes if node.won]
    assert len(won) > 2
    assert end.best is not None
    assert end.best.iteration == won[-1].id
    await _mended(made, nodes)

    painted, edits = made.server.to("/images/generations"), made.server.to("/images/edits")
    assert {call.body["model"] for call in painted} == {FLARE}
    assert len(painted) + len(edits) == 6
    assert {call.body["quality"] for call in painted + edits} == {"low"}
    whose = {call.body["safety_identifier"] for call in made.server.calls}
    assert whose == {made.world.ctx.user_hash(ANN)}
    assert made.asked("describe") == made.asked("compare") == {"gpt-6.1-terra"}
    assert made.asked("inspect") | made.asked("duel") == {"gpt-6-luna"}


async def _mended(made: Rounds, nodes: list[Iteration]) -> None:
    """The editor got the champion and a mask of the corner; nothing but the corner changed."""
    edit = made.server.to("/images/edits")[0]
    mended = next(node for node in nodes if node.model == f"openai:{SUNBURST}")
    parent = next(node for node in nodes if node.id == mended.parent)
    before, after = [array(await made.world.images.get(n.image)) for n in (parent, mended)]
    assert edit.body["model"] == SUNBURST
    assert edit.body["prompt"].endswith("make it grey 60.")
    assert np.array_equal(array(edit.file("image")), before)
    white = np.asarray(area(edit.file("mask"), "transparent")) == 255
    assert white[612:, 612:].all()
    assert white.sum() < 240 * 240  # the box, and a little around it
    assert (after[white] == 60).all()
    assert np.array_equal(after[~white], before[~white])
    assert mended.score is not None
    assert parent.score is not None
    assert mended.score.value > parent.score.value
    assert mended.won


@pytest.mark.slow
async def test_an_evolution_goes_through_its_styles(made: Rounds) -> None:
    made.world.files.files["ref"] = grey(80, (128, 96))
    styles = ("linocut", "neon", "pencil")
    command = Evolve(
        dedup_key="web::1",
        actor=ANN,
        place=PAGE,
        image=ImageHandle("web", "ref"),
        iterations=3,
        styles=styles,
        quality="low",
    )
    await made.world.send(command)
    await ended(made)
    nodes = await made.nodes()
    assert {node.style for node in nodes} == set(styles)
    calls = made.server.to("/images/generations")
    for node, call in zip(nodes, calls, strict=True):
        manner = f"In the manner of {node.style}, another field of grey"
        assert call.body["prompt"].startswith(manner)
        assert call.body["size"] == "1184x880"
    assert made.eye.tasks().count("evolve") == 3


async def test_an_edit_and_an_outpaint_by_the_configured_editor(made: Rounds) -> None:
    editor = made.models.editor
    assert editor is not None
    source, mask = patched(120, 120), patched(0, 255)
    edit = PaintRequest(
        operation="edit", prompt="make it grey 30", width=128, height=128, sources=(source,),
        mask=mask, user="0123abcd",
    )  # fmt: skip
    outpaint = PaintRequest(
        operation="outpaint", prompt="more of it", width=128, height=128, sources=(source,),
        margins=Margins(left=128), user="0123abcd",
    )  # fmt: skip
    (edited,), (wider,) = await editor.paint(edit), await editor.paint(outpaint)
    pixels = array(edited.data)
    edge = pixels.shape[0] * 3 // 4
    assert (pixels[edge:, edge:] == 30).all()
    assert (pixels[:edge] == 120).all()
    height, width = array(wider.data).shape[:2]
    assert width == pytest.approx(2 * height, rel=0.02)
    assert [call.path for call in made.server.calls] == ["/images/edits"] * 2
    assert {call.body["model"] for call in made.server.calls} == {SUNBURST}
    costs = [each.cost.usd for each in (edited, wider) if each.cost and each.cost.usd]
    assert sum(costs) == made.billed()


async def test_a_goal_that_changes_a_picture_goes_to_the_painter_with_it(made: Rounds) -> None:
    made.world.files.files["ref"] = grey(200, (128, 96))
    await made.world.send(
        refine(goal="grey 120", iterations=2, stop="never", quality="low", size="816x816")
    )
    end = await ended(made)  # the quote held what was billed for the pictures, to the last digit
    assert not made.server.to("/images/generations")
    first, second = made.server.to("/images/edits")
    assert [len(call.images) for call in (first, second)] == [1, 2]
    assert first.images[0] == second.images[0]
    assert "second is the best try so far" in second.body["prompt"]
    assert end.quote.images == 2
