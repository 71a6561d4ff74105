"""Claude as a critic, by whichever form of answer a model takes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.models.anthropic.critic import ClaudeCritic
from adapters.models.config import ProviderConfig
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
from tests.harness import Inline
from tests.integration.models.jobs import started
from tests.integration.models.seeing import grey
from tests.standins.anthropic_server import KEY, SONNET, Anthropic

LOOK = Describe(reference=grey(200), user="a1b2")


@pytest.fixture
async def server() -> AsyncIterator[Anthropic]:
    async with started(Anthropic()) as made:
        yield made


def critic_on(server: Anthropic, model: str = SONNET, **keys: Any) -> ClaudeCritic:
    given = {"kind": "anthropic", "base_url": server.url, "api_key": KEY} | keys
    return ClaudeCritic("anthropic", model, ProviderConfig(**given), PriceBook(), Inline())


async def test_a_question_is_repaired_once_and_all_of_it_is_billed(server: Anthropic) -> None:
    critic = critic_on(server, reasoning_effort="low", base_url=f"{server.url}/v1")
    server.eye.slips.append("I like it!")
    answer = await critic.describe(LOOK)
    assert answer.value.prompt
    assert (answer.model, answer.request_id) == (SONNET, "msg_2")
    assert answer.cost is not None
    assert answer.cost.usd == server.usd
    price = critic.price("describe")
    assert price is not None
    assert server.usd <= price
    first = server.calls[0].fields
    assert first["output_config"]["effort"] == "low"
    assert first["metadata"] == {"user_id": "a1b2"}
    assert [len(call.fields["messages"]) for call in server.calls] == [1, 3]
    await critic.close()


@pytest.mark.parametrize(
    ("takes", "asked"),
    [
        ("schema", ["schema", "schema"]),
        ("tool", ["schema", "tool", "tool"]),
        ("text", ["schema", "tool", "text", "text"]),
    ],
)
async def test_what_a_model_refuses_it_is_not_sent_again(takes: str, asked: list[str]) -> None:
    async with started(Anthropic(takes)) as server:
        critic = critic_on(server)
        for _ in range(2):
            assert (await critic.describe(LOOK)).value.prompt
        await critic.close()

    def form(fields: dict[str, Any]) -> str:
        return "tool" if "tools" in fields else "schema" if "output_config" in fields else "text"

    assert [form(call.fields) for call in server.calls] == asked


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        ("400", Unsupported, "at least one message"),
        ("credit", AccountProblem, "no credits left"),
        ("429", Unavailable, "busy"),
        ("500", Unavailable, "busy"),
        ("529", Unavailable, "busy"),
        ("drop", InDoubt, "broke off"),
        ("filtered", PolicyRefusal, "would not look"),
        ("long", BadAnswer, "providers.anthropic.thinking_tokens"),
    ],
)
async def test_faults(server: Anthropic, fault: str, error: type[ProviderError], says: str) -> None:
    server.faults.append(fault)
    critic = critic_on(server)
    with pytest.raises(ProviderError) as caught:
        await critic.describe(LOOK)
    assert type(caught.value) is error
    assert says in caught.value.sentence
    if fault in ("filtered", "long"):
        assert caught.value.usd == server.usd > 0
    await critic.close()


async def test_probe_and_what_can_t_work(server: Anthropic) -> None:
    async def standing(**keys: Any) -> Any:
        critic = critic_on(server, **keys)
        try:
            return await critic.probe()
        finally:
            await critic.close()

    assert (await standing()).ok
    gone = await standing(model="claude-2")
    assert (gone.gone, gone.sentence) == (True, "Anthropic has no model claude-2.")
    assert "check providers.anthropic.api_key" in (await standing(api_key="wrong")).sentence
    critic = critic_on(server, "claude-2")
    with pytest.raises(ModelGone):
        await critic.describe(LOOK)
    await critic.close()
    with pytest.raises(Misconfigured, match=r"providers\.anthropic\.api_key"):
        critic_on(server, api_key="")


async def test_by_name_it_sees_and_does_not_paint(server: Anthropic) -> None:
    config = ProviderConfig(kind="anthropic", base_url=server.url, api_key=KEY)
    names = ModelNames(painter="scripted:painter", critic=f"anthropic:{SONNET}")
    models = build_models(names, {"anthropic": config}, {}, Inline())
    assert (await models.critic.describe(LOOK)).value.prompt
    await models.close()
    with pytest.raises(Misconfigured, match="sees and can't paint"):
        build_models(ModelNames(painter=f"anthropic:{SONNET}"), {"anthropic": config}, {}, Inline())
