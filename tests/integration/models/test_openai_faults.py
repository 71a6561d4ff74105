"""What goes wrong at an image provider, each one: one request, one sentence, the right account."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import pytest

from adapters.models.openai.painter import OpenAIPainter
from adapters.models.openai.pictures import Upload
from core.domain.errors import (
    AccountProblem,
    BadAnswer,
    InDoubt,
    Misconfigured,
    ModelGone,
    PolicyRefusal,
    ProviderError,
    Unavailable,
    Unsupported,
)
from core.models.painter import PaintRequest
from tests.integration.models.openai_painting import failed, painting_on, serving
from tests.standins.openai_faults import (
    Fault,
    broken,
    limit_reached,
    model_gone,
    out_of_money,
    rate_limited,
    refused,
    wrong_key,
)
from tests.standins.openai_server import FLARE, OpenAIServer

FOX = PaintRequest(prompt="a red fox", quality="low")
FOX_USD = Decimal(5 * 3 + 30 * 196) / 1_000_000


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with serving() as made:
        yield made


@pytest.fixture
async def painter(server: OpenAIServer) -> AsyncIterator[OpenAIPainter]:
    async with painting_on(server) as made:
        yield made


@dataclass(frozen=True)
class Case:
    """A fault and what becomes of it. `usd` is what was billed, None where nobody can know."""

    fault: Fault
    becomes: type[ProviderError]
    says: str
    usd: Decimal | None = None


def status(status: int, **options: Any) -> Fault:
    return Fault("status", status, **options)


CASES = {
    "429": Case(rate_limited(), Unavailable, "OpenAI gets too many requests just now."),
    "500": Case(broken(), Unavailable, "OpenAI is not answering (error 500)."),
    "503": Case(broken(503), Unavailable, "OpenAI is not answering (error 503)."),
    "504": Case(broken(504), InDoubt, "took the request and gave no answer in time (error 504)."),
    "dropped": Case(Fault("drop"), InDoubt, "OpenAI broke off before the answer was complete."),
    "malformed": Case(Fault("malformed"), BadAnswer, "OpenAI sent an answer that can't be read."),
    "no data": Case(Fault("empty"), BadAnswer, "OpenAI sent no picture.", FOX_USD),
    "empty image": Case(Fault("blank"), BadAnswer, "OpenAI sent an empty picture.", FOX_USD),
    "truncated": Case(Fault("truncated"), BadAnswer, "is damaged or incomplete.", FOX_USD),
    "noise": Case(Fault("noise"), BadAnswer, "is damaged or incomplete.", FOX_USD),
    "refusal without a code": Case(
        status(400, code=None, message="Your request was rejected by our safety system."),
        PolicyRefusal,
        "OpenAI's safety system refused this: say it",
    ),
    "a parameter of that name": Case(
        status(400, code=None, message="Unknown parameter: 'moderation'."),
        Unsupported,
        "OpenAI does not take this request (Unknown parameter: 'moderation'): try another",
    ),
    "moderation": Case(refused(), PolicyRefusal, "OpenAI's safety system refused this: say it"),
    "policy": Case(refused("content_policy_violation"), PolicyRefusal, "refused this"),
    "quota": Case(out_of_money(), AccountProblem, "The account at OpenAI is out of money"),
    "limit": Case(limit_reached(), AccountProblem, "The account at OpenAI is out of money"),
    "key": Case(wrong_key(), AccountProblem, "OpenAI does not accept the API key"),
    "forbidden": Case(status(403), AccountProblem, f"does not let this account use {FLARE}"),
    "gone": Case(model_gone(), ModelGone, f"OpenAI has no model {FLARE}"),
    "gone 400": Case(status(400, code="model_not_found"), ModelGone, "has no model"),
    "no edits": Case(status(404, message="Not Found"), Unsupported, "does not do this (Not Found)"),
    "not made": Case(status(501), Unsupported, "or say what it can't do, such as supports_edits"),
    "no model": Case(status(404, message="model 'x' not found"), ModelGone, "has no model"),
    "too large": Case(status(413), Unsupported, "The pictures are too large for OpenAI"),
    "ours": Case(status(400, message="Bad size."), Unsupported, "this request (Bad size): try"),
    "elsewhere": Case(status(307, headers={"Location": "/x"}), Unsupported, "correct base_url."),
    "strange": Case(status(600), BadAnswer, "OpenAI answered with the unknown status 600."),
}


@pytest.mark.parametrize("name", CASES)
async def test_a_fault_is_one_request_and_one_sentence(
    server: OpenAIServer, painter: OpenAIPainter, name: str
) -> None:
    case = CASES[name]
    server.faults.append(case.fault)
    fault = await failed(painter, FOX)
    assert type(fault) is case.becomes
    assert case.says in fault.sentence
    assert fault.usd == case.usd
    assert len(server.calls) == 1
    assert fault.request_id == ("" if name in ("dropped", "malformed", "strange") else "req_1")
    (one,) = await painter.paint(FOX)
    assert one.cost is not None
    assert one.cost.usd == FOX_USD
    assert len(server.calls) == 2


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"Retry_After": "0.5"}, 0.5),
        ({"retry_after_ms": "1500", "Retry_After": "9"}, 1.5),
        ({"Retry_After": "86400"}, 600.0),
        ({"Retry_After": "-3"}, 0.0),
        ({"Retry_After": "soon"}, 10.0),
        ({"Retry_After": "nan"}, 10.0),
    ],
)
async def test_a_rate_limit_is_waited_out_as_told(
    server: OpenAIServer, painter: OpenAIPainter, headers: dict[str, str], seconds: float
) -> None:
    server.faults.append(rate_limited(**headers))
    fault = await failed(painter, FOX)
    assert isinstance(fault, Unavailable)
    assert fault.retry_after == seconds


async def test_a_rate_limit_may_tell_a_date(server: OpenAIServer, painter: OpenAIPainter) -> None:
    until = datetime.now(UTC) + timedelta(seconds=90)
    server.faults.append(rate_limited(Retry_After=format_datetime(until, usegmt=True)))
    fault = await failed(painter, FOX)
    assert isinstance(fault, Unavailable)
    assert 80 < fault.retry_after <= 90


async def test_a_time_out_is_in_doubt_and_not_repeated(server: OpenAIServer) -> None:
    server.faults.append(Fault("hang"))
    async with painting_on(server, timeout_s=0.3) as painter:
        fault = await failed(painter, FOX)
    assert type(fault) is InDoubt
    assert fault.sentence == "OpenAI took the request and gave no answer in time."
    assert len(server.calls) == 1


async def test_a_server_that_is_not_there_was_not_asked(
    server: OpenAIServer, painter: OpenAIPainter
) -> None:
    await server.close_door()
    fault = await failed(painter, FOX)
    assert type(fault) is Unavailable
    assert fault.sentence == "OpenAI is not answering."
    await server.open_door()
    assert len(await painter.paint(FOX)) == 1


async def test_a_certificate_nobody_trusts_is_no_doubt(server: OpenAIServer) -> None:
    base = server.url.replace("http://", "https://")
    async with painting_on(server, base_url=base) as painter:
        fault = await failed(painter, FOX)
    assert isinstance(fault, Unavailable)
    assert server.calls == []


@pytest.mark.parametrize("broke", [broken(), Fault("drop")], ids=["for nothing", "in doubt"])
async def test_what_several_calls_at_once_delivered_is_kept_and_charged(
    server: OpenAIServer, broke: Fault
) -> None:
    """Of a call that may have been billed nobody knows what all cost together."""
    server.faults.append(broke)
    async with painting_on(server, supports_n=False) as painter:
        found = await painter.paint(PaintRequest(prompt="a red fox", n=3, quality="low"))
    assert len({painting.request_id for painting in found}) == len(found) == 2
    each = Decimal(5 * 3 + 30 * 196) / 1_000_000
    lost = None if broke == Fault("drop") else each
    assert [painting.cost and painting.cost.usd for painting in found] == [lost, each]


async def test_where_none_of_several_calls_delivered_what_may_be_billed_is_told(
    server: OpenAIServer,
) -> None:
    server.faults += [refused(), Fault("drop"), broken()]
    async with painting_on(server, supports_n=False) as painter:
        fault = await failed(painter, PaintRequest(prompt="a red fox", n=3, quality="low"))
    assert type(fault) is InDoubt and fault.usd is None


async def test_several_calls_that_were_all_refused_are_one_refusal(server: OpenAIServer) -> None:
    server.faults += [refused(), broken(), refused()]
    async with painting_on(server, supports_n=False) as painter:
        fault = await failed(painter, PaintRequest(prompt="a red fox", n=3))
    assert type(fault) is PolicyRefusal


async def test_fewer_than_asked_are_billed_and_of_no_use(
    server: OpenAIServer, painter: OpenAIPainter
) -> None:
    server.limit_n = 2
    fault = await failed(painter, PaintRequest(prompt="a red fox", n=3, quality="low"))
    assert type(fault) is BadAnswer
    assert "2 of 3 pictures" in fault.sentence
    assert fault.usd == Decimal(5 * 3 + 30 * 3 * 196) / 1_000_000


async def test_a_key_that_can_be_no_header_is_a_wrong_configuration(server: OpenAIServer) -> None:
    with pytest.raises(Misconfigured, match=r"providers\.openai\.api_key"):
        async with painting_on(server, api_key="sk-ключ"):
            pass


def test_an_upload_names_its_type() -> None:
    assert Upload(b"x", "image/webp", 1, 1).file == ("image.webp", b"x", "image/webp")
