"""FLUX by jobs: sent once, its address stored before the wait, found again after a kill."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.models import jobs, polling
from adapters.models.bfl.painter import FluxPainter
from adapters.models.bfl.requests import size_of
from adapters.models.config import ProviderConfig
from adapters.models.policy import PAINTING, Policy
from adapters.models.prices import PriceBook
from adapters.models.rates import Limiter
from adapters.models.throttled import PacedPainter, Throttle
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
from core.domain.records import CallState, RunStatus
from core.models.painter import PaintRequest
from tests.harness import Inline, World, refine
from tests.integration.models.seeing import grey
from tests.standins.bfl_server import KEY, Bfl
from tests.standins.loopback import array
from tests.unit.core.test_crash_points import Died

FOX = PaintRequest(prompt="a red fox", width=512, height=512, seed=7)
BILL = Decimal("0.035")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(polling, "LONGEST_PAUSE_S", 0.01)


@pytest.fixture
async def server() -> AsyncIterator[Bfl]:
    made = Bfl()
    await made.start()
    yield made
    await made.stop()
    assert made.violations == []


def painter_on(
    server: Bfl, model: str = "flux-2-pro", policy: Policy = PAINTING, **keys: Any
) -> FluxPainter:
    given = {"kind": "bfl", "base_url": server.url, "api_key": KEY} | keys
    return FluxPainter("bfl", model, ProviderConfig(**given), PriceBook(), Inline(), policy)


async def failed(server: Bfl, painter: FluxPainter | None = None) -> ProviderError:
    painter = painter or painter_on(server)
    with pytest.raises(ProviderError) as caught:
        await painter.paint(FOX)
    await painter.close()
    assert caught.value.sentence.endswith(".")
    return caught.value


async def test_a_job_is_sent_waited_for_and_billed_as_told(server: Bfl) -> None:
    painter, jobs = painter_on(server), list[str]()

    async def begun(job: str) -> None:
        assert server.looks == {}  # before anybody waits
        jobs.append(job)

    server.pending, server.states = 3, ["503", "429"]
    request = PaintRequest(prompt="a red fox", width=512, height=512, begun=begun)
    (painting,) = await painter.paint(request)
    assert array(painting.data).shape == (128, 128, 3)
    assert painting.seed == 4711
    assert painting.cost is not None
    assert painting.cost.usd == BILL
    assert jobs == [painting.request_id] == [f"{server.url}/v1/get_result?id=job-1#3.5"]
    assert server.looks == {"job-1": 4}
    await painter.close()


async def test_a_job_that_was_begun_is_waited_for_and_none_is_sent(server: Bfl) -> None:
    painter = painter_on(server)
    await painter.paint(FOX)
    job = f"{server.url}/v1/get_result?id=job-1"
    (painting,) = await painter.paint(PaintRequest(prompt="a red fox", job=job))
    assert painting.request_id == job
    assert len(server.calls) == 1
    await painter.close()


async def test_a_kill_while_a_job_is_waited_for_finds_its_picture_and_pays_once(
    server: Bfl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paced = PacedPainter(painter_on(server), Throttle("BFL", Limiter(rpm=0, concurrency=2)))
    world = await World(tmp_path, painter=paced).open()  # type: ignore[arg-type]
    waited = jobs.finished

    async def dying(*_: object) -> object:
        monkeypatch.setattr(jobs, "finished", waited)
        raise Died

    monkeypatch.setattr(jobs, "finished", dying)
    await world.send(refine(iterations=1))
    assert len(server.calls) == 1
    paced.gate.account.overcharged(
        "nothing is bought here now."
    )  # what is paid for comes all the same
    await world.restart()
    session = await world.only_session()
    (run,) = await world.runs(session)
    assert run.status is RunStatus.DONE
    assert len(await world.nodes(session)) == 1
    assert len(server.calls) == 1
    async with world.store.read() as uow:
        (row,) = [each for each in await uow.calls.of_run(run.id) if each.kind == "paint"]
        booked = [each for each in await uow.ledger.of_run(run.id) if each.call == row.key]
    assert (row.state, row.usd) == (CallState.DONE, BILL)
    assert [(each.kind, each.usd, each.images) for each in booked] == [("settle", BILL, 1)]
    await world.close()
    await paced.close()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("402", AccountProblem),
        ("404", ModelGone),
        ("422", Unsupported),
        ("429", Unavailable),
        ("500", Unavailable),
        ("drop", InDoubt),
    ],
)
async def test_a_job_that_is_not_taken(server: Bfl, fault: str, error: type[ProviderError]) -> None:
    server.faults.append(fault)
    assert type(await failed(server)) is error
    assert server.looks == {}


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("Request Moderated", PolicyRefusal),
        ("Content Moderated", PolicyRefusal),
        ("Error", BadAnswer),
        ("Task not found", BadAnswer),
    ],
)
async def test_a_job_that_comes_to_nothing(
    server: Bfl, state: str, error: type[ProviderError]
) -> None:
    server.state = state
    caught = await failed(server)
    assert type(caught) is error
    assert caught.request_id.endswith("id=job-1#3.5")


async def test_a_job_that_never_ends_is_in_doubt_with_its_name(server: Bfl) -> None:
    server.pending = 10**9
    caught = await failed(server, painter_on(server, policy=Policy(0.2, 2**20)))
    assert type(caught) is InDoubt
    assert caught.request_id.endswith("id=job-1#3.5")


async def test_the_key_goes_to_no_stranger(server: Bfl) -> None:
    painter = painter_on(server)
    for told in ("https://evil.example/poll", "http://api.bfl.ai/x", "https://evilbfl.ai/x", ""):
        assert painter._theirs(told) == ""
    theirs = "https://api.eu1.bfl.ai/v1/get_result?id=a1"
    assert painter._theirs(theirs) == theirs
    await painter.close()


async def test_a_job_without_an_address_is_asked_for_by_its_id(server: Bfl) -> None:
    server.told = False
    painter = painter_on(server)
    assert len(await painter.paint(FOX)) == 1
    await painter.close()


async def test_pictures_go_in_and_models_without_that_refuse(server: Bfl) -> None:
    request = PaintRequest(operation="edit", prompt="snow", sources=(grey(77), grey(10)))
    for model in ("flux-kontext-pro", "flux-2-pro"):
        painter = painter_on(server, model)
        (painting,) = await painter.paint(request)
        assert int(array(painting.data).mean()) == 77
        await painter.close()
    assert set(server.calls[0].fields) >= {"aspect_ratio", "input_image", "input_image_2"}
    old = painter_on(server, "flux-pro-1.1")
    with pytest.raises(Unsupported):
        await old.paint(request)
    await old.close()


@pytest.mark.parametrize(
    ("model", "asked", "size"),
    [
        ("flux-2-pro", (1024, 1024), (1024, 1024)),
        ("flux-2-pro", (1000, 700), (1008, 704)),
        ("flux-2-pro", (6000, 3000), (2832, 1408)),
        ("flux-pro-1.1", (2880, 1440), (1440, 736)),
        ("flux-pro-1.1", (100, 100), (256, 256)),
    ],
)
def test_sizes(model: str, asked: tuple[int, int], size: tuple[int, int]) -> None:
    assert size_of(model, *asked) == size


async def test_probe_and_price(server: Bfl) -> None:
    painter = painter_on(server)
    assert (await painter.probe()).sentence == "Black Forest Labs: 100.0 credits are left."
    server.credits = 0
    assert not (await painter.probe()).ok
    assert painter.price(FOX) is None
    await painter.close()
    stranger = painter_on(server, api_key="wrong")
    assert "check providers.bfl.api_key" in (await stranger.probe()).sentence
    await stranger.close()
    config = ProviderConfig(kind="bfl", api_key=KEY)
    prices = PriceBook({"flux-2-pro": {"image": Decimal("0.04")}})
    assert FluxPainter("bfl", "flux-2-pro", config, prices, Inline()).price(FOX) == Decimal("0.04")
