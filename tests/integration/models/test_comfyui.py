"""ComfyUI: a workflow filled in at its marks, progress by websocket, jobs found again or queued again."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adapters.models.comfyui.painter import ComfyPainter
from adapters.models.comfyui.workflow import load
from adapters.models.config import ProviderConfig
from adapters.models.policy import Policy
from adapters.models.prices import PriceBook
from core.domain.errors import (
    BadAnswer,
    InDoubt,
    Misconfigured,
    ProviderError,
    Unavailable,
    Unsupported,
)
from core.models.painter import PaintRequest
from tests.harness import Inline
from tests.integration.models.jobs import failed, hurry, killed_while_waiting, started
from tests.integration.models.seeing import grey, patched
from tests.standins.comfy_server import EDIT, PAINT, Comfy
from tests.standins.loopback import array

FOX = PaintRequest(prompt="a red fox", negative="text", width=770, height=512, seed=7)
SNOW = PaintRequest(operation="edit", prompt="snow", sources=(grey(77, (90, 60)), grey(9)))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


@pytest.fixture
async def server() -> AsyncIterator[Comfy]:
    async with started(Comfy()) as made:
        yield made


def painter_on(server: Comfy, policy: Policy | None = None, **keys: Any) -> ComfyPainter:
    given = {"kind": "comfyui", "base_url": server.url, "workflow": PAINT, "workflow_edit": EDIT}
    config = ProviderConfig(**(given | keys))
    return ComfyPainter("mine", "flux", config, PriceBook(), Inline(), policy)


def inputs(server: Comfy) -> dict[str, dict[str, Any]]:
    """The inputs of the last queued graph by the titles of its nodes."""
    graph = server.calls[-1].fields["prompt"]
    return {node["_meta"]["title"]: node["inputs"] for node in graph.values()}


async def test_words_go_in_at_their_marks_and_progress_comes_back(server: Comfy) -> None:
    told, jobs = list[float](), list[str]()

    async def begun(job: str) -> None:
        assert server.looks == {}  # before anybody waits
        jobs.append(job)

    painter = painter_on(server)
    server.pending = 5
    (painting,) = await painter.paint(replace(FOX, report=told.append, begun=begun))
    assert array(painting.data).shape == (128, 192, 3)
    assert painting.cost is not None
    assert (painting.cost.usd, painting.seed) == (Decimal(0), 7)
    assert jobs == [painting.request_id] == ["job-1"]
    found = inputs(server)
    assert found["darkroom:prompt"]["text"] == "a red fox"
    assert found["darkroom:negative"]["text"] == "text"
    assert found["darkroom:seed"]["seed"] == 7
    assert (found["darkroom:size"]["width"], found["darkroom:size"]["height"]) == (768, 512)
    assert told[-1:] == [1.0]
    assert told == sorted(told)
    await painter.close()


async def test_pictures_and_a_mask_of_their_size_go_in(server: Comfy) -> None:
    painter = painter_on(server)
    mask = patched(0, 255)
    (painting,) = await painter.paint(replace(SNOW, mask=mask))
    assert array(painting.data).shape == (60, 90, 3)
    assert int(array(painting.data).mean()) == 77
    found = inputs(server)
    area = array(server.uploads[found["darkroom:mask"]["image"]], "L")
    assert area.shape == (60, 90)
    assert 0.03 < np.mean(area == 255) < 0.1
    assert found["darkroom:image2"]["image"] != found["darkroom:image"]["image"]
    assert found["darkroom:seed"]["noise_seed"] == 1  # nobody named one: the workflow's own
    await painter.paint(SNOW)
    assert int(array(server.uploads[inputs(server)["darkroom:mask"]["image"]], "L").min()) == 255
    await painter.close()


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        ("invalid", Unsupported, "Invalid image file"),
        ("500", Unavailable, "busy"),
        ("drop", InDoubt, "broke off"),
    ],
)
async def test_faults(server: Comfy, fault: str, error: type[ProviderError], says: str) -> None:
    server.faults.append(fault)
    caught = await failed(painter_on(server), FOX)
    assert type(caught) is error
    assert says in caught.sentence


async def test_a_job_that_breaks_is_lost_or_never_ends(server: Comfy) -> None:
    server.broken = True
    caught = await failed(painter_on(server), FOX)
    assert (type(caught), caught.request_id) == (BadAnswer, "job-1")
    assert "Allocation on device" in caught.sentence
    server.broken, server.pending = False, 10**9
    caught = await failed(painter_on(server, Policy(0.2, 2**20)), FOX)
    assert (type(caught), caught.request_id) == (InDoubt, "job-2")
    server.forgets = True
    caught = await failed(painter_on(server), FOX)
    assert "does not know the job" in caught.sentence
    assert len(server.calls) == 3  # what was just sent is not sent again


async def test_a_kill_finds_the_picture_and_what_the_server_lost_is_queued_again(
    server: Comfy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    row = await killed_while_waiting(painter_on(server), tmp_path / "a", monkeypatch)
    assert (row.request_id, row.usd, len(server.calls)) == ("job-1", 0, 1)
    row = await killed_while_waiting(
        painter_on(server), tmp_path / "b", monkeypatch, lambda: server.jobs.clear()
    )
    assert (row.request_id, len(server.calls)) == ("job-3", 3)


async def test_what_is_paid_for_is_not_sent_again(server: Comfy) -> None:
    prices = PriceBook({"flux": {"image": Decimal("0.01")}})
    config = ProviderConfig(kind="comfyui", base_url=server.url, workflow=PAINT)
    painter = ComfyPainter("mine", "flux", config, prices, Inline())
    caught = await failed(painter, replace(FOX, job="job-9"))
    assert "does not know the job" in caught.sentence
    assert server.calls == []


async def test_probe_and_a_server_without_a_socket(server: Comfy) -> None:
    painter = painter_on(server)
    assert (await painter.probe()).sentence == "ComfyUI answers."
    await server.stop()
    with pytest.raises(Unavailable):
        await painter.probe()
    with pytest.raises(Unavailable):
        await painter.paint(replace(FOX, report=lambda _: None))
    await painter.close()


def test_what_it_can_follows_from_the_marks() -> None:
    class Here:
        url = "http://127.0.0.1"

    def profile(**keys: Any) -> Any:
        return painter_on(Here(), **keys).profile  # type: ignore[arg-type]

    both, words = profile(), profile(workflow_edit="")
    assert (both.mask, both.max_sources, both.seed) == (True, 2, True)
    assert both.operations == {"generate", "edit", "vary"}
    assert (words.mask, words.max_sources, words.operations) == (False, 0, {"generate"})
    assert profile(workflow="").operations == {"edit", "vary"}
    for keys, says in (
        ({"workflow": "", "workflow_edit": ""}, r"^providers\.mine\.workflow: name the file"),
        ({"workflow_edit": PAINT}, r'workflow_edit: no node has the title "darkroom:image"'),
        ({"base_url": ""}, r"^providers\.mine\.base_url"),
    ):
        with pytest.raises(Misconfigured, match=says):
            profile(**keys)


def node(title: str, **values: object) -> dict[str, object]:
    return {"class_type": "X", "inputs": values, "_meta": {"title": title}}


@pytest.mark.parametrize(
    ("graph", "says"),
    [
        ("{", "no file of JSON"),
        ({"nodes": [], "links": []}, "no workflow in API format"),
        ({"1": node("Prompt", text="")}, 'has the title "darkroom:prompt"'),
        ({"1": node("darkroom:prompt", words="")}, 'write "darkroom:prompt=INPUT"'),
        ({"1": node("darkroom:promt", text="")}, '"darkroom:promt" is no mark'),
    ],
)
def test_a_file_that_can_t_work_is_told(graph: Any, says: str, tmp_path: Path) -> None:
    path = tmp_path / "flow.json"
    path.write_text(graph if isinstance(graph, str) else json.dumps(graph))
    with pytest.raises(Misconfigured, match=says):
        load("providers.mine.workflow", str(path))


def test_a_mark_may_name_its_input_and_stand_beside_others(tmp_path: Path) -> None:
    both = node("CLIP darkroom:prompt=text_g darkroom:prompt=text_l", text_g="", text_l="")
    path = tmp_path / "flow.json"
    path.write_text(json.dumps({"1": both}))
    flow = load("k", str(path))
    filled = flow.filled({("prompt", 0): "a fox", ("seed", 0): 3})
    assert filled["1"]["inputs"] == {"text_g": "a fox", "text_l": "a fox"}
    assert flow.graph["1"]["inputs"] == {"text_g": "", "text_l": ""}
