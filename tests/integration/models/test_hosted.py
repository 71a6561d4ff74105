"""Replicate and fal: jobs by a queue, inputs by name, found again after a kill."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adapters.models.config import ProviderConfig
from adapters.models.fal.painter import FalPainter
from adapters.models.policy import Policy
from adapters.models.prices import PriceBook
from adapters.models.replicate.painter import ReplicatePainter
from core.domain.errors import (
    AccountProblem,
    BadAnswer,
    InDoubt,
    ModelGone,
    PolicyRefusal,
    ProviderError,
    Unavailable,
    Unsupported,
)
from core.models.painter import PaintRequest
from tests.harness import Inline
from tests.integration.models.jobs import failed, hurry, killed_while_waiting, started
from tests.integration.models.seeing import grey, patched
from tests.standins import fal_server, replicate_server
from tests.standins.fal_server import Fal
from tests.standins.loopback import array, png
from tests.standins.replicate_server import FILL, Replicate

FOX = PaintRequest(prompt="a red fox", width=1024, height=768, seed=7)
SNOW = PaintRequest(operation="edit", prompt="snow", sources=(grey(77), grey(9)))
PRICE = Decimal("0.04")
MADE: dict[str, tuple[Any, Any, str, str]] = {
    "replicate": (Replicate, ReplicatePainter, replicate_server.PRO, replicate_server.KEY),
    "fal": (Fal, FalPainter, fal_server.PRO, fal_server.KEY),
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


@pytest.fixture(params=MADE)
async def host(request: pytest.FixtureRequest) -> AsyncIterator[tuple[str, Any]]:
    async with started(MADE[request.param][0]()) as server:
        yield request.param, server


def painter_on(kind: str, server: Any, model: str = "", policy: Any = None, **keys: Any) -> Any:
    _, make, usual, key = MADE[kind]
    base = getattr(server, "base", server.url)
    config = ProviderConfig(**{"kind": kind, "base_url": base, "api_key": key} | keys)
    prices = PriceBook({model or usual: {"image": PRICE}})
    return make(kind, model or usual, config, prices, Inline(), policy)


async def test_a_job_is_sent_waited_for_and_booked(host: tuple[str, Any]) -> None:
    kind, server = host
    painter, jobs, told = painter_on(kind, server), list[str](), list[float]()

    async def begun(job: str) -> None:
        assert server.looks == {}
        jobs.append(job)

    server.pending = 3
    (painting,) = await painter.paint(replace(FOX, begun=begun, report=told.append))
    assert array(painting.data).shape == (96, 128, 3)
    assert painting.cost is not None
    assert (painting.cost.usd, painting.seed) == (PRICE, 7)
    assert jobs == [painting.request_id]
    assert list(server.looks.values()) == [4]
    assert set(told) == ({0.5} if kind == "replicate" else set())
    (again,) = await painter.paint(replace(FOX, job=painting.request_id))
    assert again.data == painting.data
    assert len(server.calls) == 1
    await painter.close()


async def test_pictures_go_in(host: tuple[str, Any]) -> None:
    kind, server = host
    painter = painter_on(kind, server)
    (painting,) = await painter.paint(SNOW)
    assert int(array(painting.data).mean()) == 77
    noise = png(np.random.default_rng(1).integers(60, 90, (400, 400, 3), np.uint8))
    (painting,) = await painter.paint(replace(SNOW, sources=(noise,)))
    assert abs(int(array(painting.data).mean()) - 74) < 3
    large = str(server.calls[1].fields)
    assert ("data:" in large) == (kind == "fal")  # Replicate takes large ones as files
    words = painter_on(kind, server, supports_edits=False)
    with pytest.raises(Unsupported):
        await words.paint(SNOW)
    await painter.close()
    await words.close()


@pytest.mark.slow
async def test_a_kill_while_a_job_is_waited_for_pays_once(
    host: tuple[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, server = host
    row = await killed_while_waiting(painter_on(kind, server), tmp_path, monkeypatch)
    assert (row.usd, len(server.calls)) == (PRICE, 1)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("401", AccountProblem),
        ("402", AccountProblem),
        ("404", ModelGone),
        ("422", Unsupported),
        ("429", Unavailable),
        ("500", Unavailable),
        ("drop", InDoubt),
    ],
)
async def test_a_job_that_is_not_taken(
    host: tuple[str, Any], fault: str, error: type[ProviderError]
) -> None:
    kind, server = host
    server.faults.append(fault)
    assert type(await failed(painter_on(kind, server), FOX)) is error
    assert server.looks == {}


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("CUDA out of memory", BadAnswer),
        ("The input or output was flagged as sensitive by our safety filter (E005)", PolicyRefusal),
    ],
)
async def test_a_job_that_comes_to_nothing(
    host: tuple[str, Any], said: str, error: type[ProviderError]
) -> None:
    kind, server = host
    server.error = said
    caught = await failed(painter_on(kind, server), FOX)
    assert type(caught) is error
    assert caught.request_id
    server.jobs.clear()
    caught = await failed(painter_on(kind, server), replace(FOX, job=caught.request_id))
    assert "does not know the job" in caught.sentence


async def test_a_job_that_never_ends_is_in_doubt_with_its_name(host: tuple[str, Any]) -> None:
    kind, server = host
    server.pending = 10**9
    caught = await failed(painter_on(kind, server, policy=Policy(0.2, 2**20)), FOX)
    assert type(caught) is InDoubt
    assert caught.request_id


async def test_probe(host: tuple[str, Any]) -> None:
    kind, server = host
    for keys, ok in (({}, True), ({"api_key": "wrong"}, False)):
        painter = painter_on(kind, server, **keys)
        standing = await painter.probe()
        assert standing.ok is ok
        assert ok or f"check providers.{kind}.api_key" in standing.sentence
        await painter.close()
    if kind == "replicate":
        painter = painter_on(kind, server, "nobody/nothing")
        assert (await painter.probe()).gone
        await painter.close()


async def test_inputs_are_named_by_the_configuration_and_a_mask_is_one_of_them() -> None:
    async with started(Replicate()) as server:
        painter = painter_on("replicate", server, FILL)
        assert painter.profile.mask
        request = replace(SNOW, sources=(grey(77),), mask=patched(0, 255))
        (painting,) = await painter.paint(request)
        assert int(array(painting.data).mean()) == 77
        assert set(server.calls[0].fields["input"]) == {"prompt", "image", "mask"}
        await painter.close()
        names = {"ratio": "", "seed": "", "picture": "image"}
        own = painter_on("replicate", server, "mine/sdxl:abc123", inputs=names)
        await own.paint(FOX)
        assert server.calls[1].path == "/v1/predictions"
        assert server.calls[1].fields == {"input": {"prompt": "a red fox"}, "version": "abc123"}
        assert own.profile.max_sources == 1
        assert not own.profile.seed
        await own.close()


async def test_fal_s_answer_is_fetched_patiently_and_unsafe_ones_are_refusals() -> None:
    async with started(Fal()) as server:
        server.told, server.unwell = False, 2
        painter = painter_on("fal", server)
        assert len(await painter.paint(FOX)) == 1
        server.unwell = 9
        assert type(await failed(painter_on("fal", server), FOX)) is InDoubt
        server.unwell, server.answer = 0, 500
        assert type(await failed(painter_on("fal", server), FOX)) is InDoubt
        server.answer = 422
        assert "worker died" in (await failed(painter_on("fal", server), FOX)).sentence
        server.answer, server.unsafe = 200, True
        assert type(await failed(painter_on("fal", server), FOX)) is PolicyRefusal
        server.faults.append("refused")
        assert type(await failed(painter_on("fal", server), FOX)) is PolicyRefusal
        await painter.close()


async def test_the_key_goes_to_no_stranger() -> None:
    async with started(Fal()) as server:
        painter = painter_on("fal", server)
        for told in (
            "https://evil.example/x",
            "http://queue.fal.run/x",
            "https://evilfal.run/x",
            "",
        ):
            assert painter._theirs(told) == ""
        assert painter._theirs("https://queue.fal.run/a/b#c") == "https://queue.fal.run/a/b"
        await painter.close()
