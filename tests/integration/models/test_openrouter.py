"""OpenRouter's image models by chat, against a stand-in that checks every request and bills."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from adapters.models.config import ProviderConfig
from adapters.models.openrouter.painter import OpenRouterPainter
from adapters.models.prices import PriceBook
from adapters.models.registry import ModelNames, build_models
from adapters.models.spoken import Shape
from adapters.models.throttled import PacedPainter
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
from core.models.critic import Describe
from core.models.painter import PaintRequest
from tests.harness import Inline
from tests.integration.models.seeing import grey
from tests.standins.loopback import array
from tests.standins.openai_chat import add_chat
from tests.standins.openai_server import OpenAIServer
from tests.standins.openrouter_server import KEY, NANO, PRO, OpenRouter

FOX = PaintRequest(prompt="a red fox", width=1024, height=1024, user="a1b2")


@pytest.fixture
async def server() -> AsyncIterator[OpenRouter]:
    made = OpenRouter()
    await made.start()
    yield made
    await made.stop()
    assert made.violations == []


def painter_on(server: OpenRouter, model: str = NANO, **keys: Any) -> OpenRouterPainter:
    given = {"kind": "openrouter", "base_url": server.base, "api_key": KEY} | keys
    return OpenRouterPainter("openrouter", model, ProviderConfig(**given), PriceBook(), Inline())


async def failed(server: OpenRouter, fault: str, **keys: Any) -> ProviderError:
    if fault:
        server.faults.append(fault)
    painter = painter_on(server, **keys)
    with pytest.raises(ProviderError) as caught:
        await painter.paint(FOX)
    await painter.close()
    assert caught.value.sentence.endswith(".")
    assert KEY not in caught.value.sentence
    return caught.value


async def test_a_picture_is_painted_and_its_bill_is_the_answer_s(server: OpenRouter) -> None:
    painter = painter_on(server)
    (painting,) = await painter.paint(FOX)
    assert array(painting.data).shape == (96, 96, 3)
    assert (painting.model, painting.request_id) == (NANO, "gen-1")
    assert painting.cost is not None
    assert painting.cost.usd == Decimal(str(server.billed[0]))
    price = painter.price(FOX)
    assert price is not None
    assert Decimal("0.0336") < painting.cost.usd <= price < Decimal("0.06")
    (call,) = server.calls
    assert call.fields["user"] == "a1b2"
    assert call.fields["image_config"] == {"aspect_ratio": "1:1", "image_size": "1K"}
    await painter.close()


async def test_a_picture_is_changed_by_words(server: OpenRouter) -> None:
    painter = painter_on(server, negative="text")
    source = grey(77, (3000, 1500))
    request = PaintRequest(operation="edit", prompt="make it snow", sources=(source,))
    (painting,) = await painter.paint(request)
    assert abs(int(array(painting.data).mean()) - 77) <= 1
    text, picture = server.calls[0].fields["messages"][0]["content"]
    assert text["text"].startswith("Change this picture as follows")
    assert "make it snow\n\nAvoid: text" in text["text"]
    assert picture["type"] == "image_url"
    await painter.close()


async def test_a_picture_may_come_as_a_link(server: OpenRouter) -> None:
    server.links = True
    elsewhere = painter_on(server, base_url=server.base.replace("127.0.0.1", "localhost"))
    with pytest.raises(BadAnswer, match="not allowed") as caught:
        await elsewhere.paint(FOX)
    await elsewhere.close()
    assert caught.value.usd == Decimal(str(server.billed[0]))
    painter = painter_on(server)
    (painting,) = await painter.paint(FOX)
    assert array(painting.data).shape == (96, 96, 3)
    await painter.close()


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        ("429 told", Unavailable, "busy"),
        ("502", Unavailable, "its model is down"),
        ("502 inside", Unavailable, "its model is down"),
        ("504", InDoubt, "no answer in time"),
        ("drop", InDoubt, "broke off"),
        ("402", AccountProblem, "no credits left"),
        ("403 other", AccountProblem, "providers.openrouter.api_key"),
        ("403", PolicyRefusal, "safety system"),
        ("filtered", PolicyRefusal, "safety system"),
        ("400", Unsupported, "image_config: not supported"),
        ("empty", BadAnswer, "no picture"),
        ("garbage", BadAnswer, "no picture"),
        ("no base64", BadAnswer, "can't be read"),
    ],
)
async def test_faults(
    server: OpenRouter, fault: str, error: type[ProviderError], says: str
) -> None:
    caught = await failed(server, fault)
    assert type(caught) is error
    assert says in caught.sentence
    if isinstance(caught, Unavailable) and fault == "429 told":
        assert caught.retry_after == 7
    if fault in ("filtered", "empty", "no base64"):
        assert caught.usd == Decimal(str(server.billed[0]))  # it was billed all the same


async def test_a_wrong_key_and_a_model_that_is_gone(server: OpenRouter) -> None:
    assert type(await failed(server, "", api_key="sk-or-wrong")) is AccountProblem
    assert type(await failed(server, "", model="google/imagen-9")) is ModelGone
    with pytest.raises(Misconfigured, match=r"providers\.openrouter\.api_key"):
        painter_on(server, api_key=" ")


async def test_probe(server: OpenRouter) -> None:
    async def standing(**keys: Any) -> Any:
        painter = painter_on(server, **keys)
        try:
            return await painter.probe()
        finally:
            await painter.close()

    assert (await standing()).ok
    assert (await standing(model=f"{PRO}:online")).ok
    gone = await standing(model="google/imagen-9")
    assert (gone.gone, gone.sentence) == (True, "OpenRouter has no model google/imagen-9.")
    assert "refuses the key" in (await standing(api_key="sk-or-wrong")).sentence
    await server.stop()
    with pytest.raises(Unavailable):
        await standing()
    assert server.calls == []


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((1024, 1024), Shape("1:1", "1K")),
        ((1536, 1024), Shape("3:2", "2K")),
        ((1000, 400), Shape("21:9", "1K")),
        ((720, 1280), Shape("9:16", "2K")),
        ((4096, 4000), Shape("1:1", "4K")),
    ],
)
def test_the_shape_nearest_to_a_size(size: tuple[int, int], shape: Shape) -> None:
    assert Shape.of(*size) == shape


def test_a_price_has_room_for_what_is_read_and_thought_and_a_flat_one_for_a_tenth() -> None:
    config = ProviderConfig(kind="openrouter", api_key=KEY)
    painter = OpenRouterPainter("openrouter", PRO, config, PriceBook(), Inline())
    one, large = painter.price(FOX), painter.price(replace(FOX, width=4096, height=4096))
    assert one is not None
    assert large is not None
    assert Decimal("0.134") < one < Decimal("0.17")
    assert Decimal("0.30") < large < Decimal("0.34")
    prices = PriceBook({PRO: {"image": Decimal("0.2")}, "x/y": {"image": Decimal("0.1")}})
    flat = [OpenRouterPainter("openrouter", m, config, prices, Inline()) for m in (PRO, "x/y")]
    assert [each.price(FOX) for each in flat] == [Decimal("0.22"), Decimal("0.11")]
    unknown = OpenRouterPainter("openrouter", "x/y", config, PriceBook(), Inline())
    assert unknown.price(FOX) is None


async def test_painter_and_critic_by_name() -> None:
    server = OpenAIServer(dialect="compatible")
    add_chat(server)
    async with server:
        config = ProviderConfig(kind="openrouter", base_url=server.url, api_key=KEY)
        names = ModelNames(
            painter=f"openrouter:{NANO}",
            editor="offline:gouache",
            critic="openrouter:openai/gpt-6.1-terra",
        )
        models = build_models(names, {"openrouter": config}, {}, Inline())
        assert isinstance(models.painter, PacedPainter)
        assert models.painter.profile.name == f"openrouter:{NANO}"
        assert models.critic.price("compare") is not None
        answer = await models.critic.describe(Describe(goal="a fox"))
        assert answer.value.prompt
        assert server.calls[0].body["model"] == "openai/gpt-6.1-terra"
        await models.close()
