"""Google's image models and critics by generateContent, against a stand-in that counts tokens."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from adapters.models.config import ProviderConfig
from adapters.models.google.critic import GeminiCritic
from adapters.models.google.painter import GeminiPainter
from adapters.models.prices import PriceBook
from adapters.models.registry import ModelNames, build_models
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
from tests.integration.models.jobs import failed, started
from tests.integration.models.seeing import grey
from tests.standins.google_server import FLASH, KEY, NANO, PRO, Google
from tests.standins.loopback import array

FOX = PaintRequest(prompt="a red fox", width=1024, height=576)


@pytest.fixture
async def server() -> AsyncIterator[Google]:
    async with started(Google()) as made:
        yield made


def config_of(server: Google, **keys: Any) -> ProviderConfig:
    return ProviderConfig(**{"kind": "google", "base_url": server.base, "api_key": KEY} | keys)


def painter_on(server: Google, model: str = NANO, **keys: Any) -> GeminiPainter:
    return GeminiPainter("google", model, config_of(server, **keys), PriceBook(), Inline())


def critic_on(server: Google, **keys: Any) -> GeminiCritic:
    return GeminiCritic("google", FLASH, config_of(server, **keys), PriceBook(), Inline())


@pytest.mark.parametrize("model", [NANO, PRO])
async def test_a_picture_in_its_shape_costs_what_was_counted(server: Google, model: str) -> None:
    painter = painter_on(server, model)
    (painting,) = await painter.paint(FOX)
    assert array(painting.data).shape == (54, 96, 3)
    assert (painting.model, painting.request_id) == (model, "r-1")
    assert painting.cost is not None
    assert painting.cost.usd == server.usd
    price = painter.price(FOX)
    assert price is not None
    assert server.usd <= price < 2 * server.usd
    config = server.calls[0].fields["generationConfig"]
    assert config["imageConfig"] == {"aspectRatio": "16:9", "imageSize": "1K"}
    assert config["maxOutputTokens"] == 1120 + 2048
    await painter.close()


async def test_several_pictures_go_in_and_a_flat_price_goes_first(server: Google) -> None:
    keys = {"negative": "text", "reasoning_effort": "low", "thinking_tokens": 500}
    prices = PriceBook({NANO: {"image": Decimal("0.05")}})
    painter = GeminiPainter("google", NANO, config_of(server, **keys), prices, Inline())
    request = PaintRequest(
        operation="edit", prompt="snow", sources=(grey(77, (3000, 1500)), grey(9))
    )
    (painting,) = await painter.paint(request)
    assert abs(int(array(painting.data).mean()) - 77) <= 1
    text, *pictures = server.calls[0].fields["contents"][0]["parts"]
    assert text["text"].startswith("Change this picture as follows")
    assert text["text"].endswith("snow\n\nAvoid: text")
    assert [each["inlineData"]["mimeType"] for each in pictures] == ["image/jpeg", "image/png"]
    assert server.calls[0].fields["generationConfig"]["thinkingConfig"] == {"thinkingLevel": "LOW"}
    assert painter.price(request) == Decimal("0.055")
    await painter.close()


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        ("400", Unsupported, "Unable to process"),
        ("key", AccountProblem, "providers.google.api_key"),
        ("place", AccountProblem, "location is not supported"),
        ("403", AccountProblem, "Denied"),
        ("429", Unavailable, "busy"),
        ("503", Unavailable, "busy"),
        ("504", InDoubt, "in time"),
        ("drop", InDoubt, "broke off"),
        ("blocked", PolicyRefusal, "safety system"),
        ("filtered", PolicyRefusal, "safety system"),
        ("empty", BadAnswer, "no picture (no_image)"),
        ("no base64", BadAnswer, "can't be read"),
    ],
)
async def test_faults(server: Google, fault: str, error: type[ProviderError], says: str) -> None:
    server.faults.append(fault)
    caught = await failed(painter_on(server), FOX)
    assert type(caught) is error
    assert says in caught.sentence
    assert KEY not in caught.sentence
    if isinstance(caught, Unavailable) and fault == "429":
        assert caught.retry_after == 7
    if fault in ("blocked", "filtered", "empty", "no base64"):
        assert caught.usd == server.usd  # it was billed all the same


async def test_probe_and_what_can_t_work(server: Google) -> None:
    async def standing(**keys: Any) -> Any:
        painter = painter_on(server, **keys)
        try:
            return await painter.probe()
        finally:
            await painter.close()

    assert (await standing()).ok
    gone = await standing(model="imagen-9")
    assert (gone.gone, gone.sentence) == (True, "Google has no model imagen-9.")
    assert "check providers.google.api_key" in (await standing(api_key="wrong")).sentence
    assert type(await failed(painter_on(server, "imagen-9"), FOX)) is ModelGone
    for make in (painter_on, critic_on):
        with pytest.raises(Misconfigured, match=r"providers\.google\.api_key"):
            make(server, api_key=" ")


async def test_a_question_is_repaired_once_and_all_of_it_is_billed(server: Google) -> None:
    critic = critic_on(server, reasoning_effort="minimal")
    server.eye.slips.append("I like it!")
    answer = await critic.describe(Describe(reference=grey(200)))
    assert answer.value.prompt
    assert answer.cost is not None
    assert answer.cost.usd == server.usd
    price = critic.price("describe")
    assert price is not None
    assert server.usd <= price
    assert [len(call.fields["contents"]) for call in server.calls] == [1, 3]
    config = server.calls[0].fields["generationConfig"]
    assert config["thinkingConfig"] == {"thinkingLevel": "MINIMAL"}
    assert config["responseJsonSchema"]["additionalProperties"] is False
    await critic.close()


async def test_a_schema_that_is_refused_is_told_in_words_from_then_on(server: Google) -> None:
    critic = critic_on(server)
    server.faults.append("schema")
    for _ in range(2):
        assert (await critic.describe(Describe(goal="a fox"))).value.prompt
    held = ["responseJsonSchema" in each.fields["generationConfig"] for each in server.calls]
    assert held == [True, False, False]
    assert "The form, as a JSON schema" in str(server.calls[2].fields["systemInstruction"])
    await critic.close()


@pytest.mark.parametrize(
    ("fault", "error"),
    [("filtered", PolicyRefusal), ("long", BadAnswer), ("429", Unavailable), ("drop", InDoubt)],
)
async def test_a_critic_s_faults(server: Google, fault: str, error: type[ProviderError]) -> None:
    server.faults += [fault, fault]
    critic = critic_on(server)
    with pytest.raises(error) as caught:
        await critic.describe(Describe(goal="a fox"))
    if fault in ("filtered", "long"):
        assert caught.value.usd == server.usd > 0
    await critic.close()


async def test_painter_and_critic_by_name(server: Google) -> None:
    names = ModelNames(painter=f"google:{NANO}", editor="offline:gouache", critic=f"google:{FLASH}")
    models = build_models(names, {"google": config_of(server)}, {}, Inline())
    assert models.critic.profile.name == models.judge.profile.name == f"google:{FLASH}"
    assert (await models.critic.describe(Describe(goal="a fox"))).value.prompt
    assert len(await models.painter.paint(FOX)) == 1
    await models.close()
