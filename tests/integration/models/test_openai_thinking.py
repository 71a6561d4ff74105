"""Critics that think: what is bought is limited, the price is a ceiling, usage is held against it."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from adapters.models.prices import PriceBook
from adapters.models.rates import Limiter
from adapters.models.throttled import PacedCritic, PacedPainter, Throttle
from core.domain.errors import AccountProblem, BadAnswer, ProviderError
from core.models.critic import Critic, Describe, Duel, Rewrite
from tests.integration.models.openai_painting import FOX, mine, serving
from tests.integration.models.seeing import MODEL, Seeing, grey, seeing
from tests.standins.openai_chat import says


@pytest.fixture
async def world() -> AsyncIterator[Seeing]:
    async with seeing() as made:
        yield made


def dearest(critic: Critic) -> list[tuple[Any, Any]]:
    """Questions, each with its price."""
    duel = Duel(reference=grey(200), goal="", first=grey(190), second=grey(100))
    return [
        (critic.describe(Describe(reference=grey(200))), critic.price("describe")),
        (critic.duel(duel), critic.price("duel")),
        (critic.rewrite(Rewrite(task="soften", prompt="A.")), critic.price("rewrite")),
    ]


async def spent(call: Any) -> Decimal:
    """What a question cost, whether it was answered or not."""
    try:
        answer = await call
        return answer.cost.usd
    except ProviderError as exc:
        assert exc.usd is not None
        return exc.usd


@pytest.mark.parametrize("thinks", [0, 400, 8000, 100_000])
async def test_a_question_never_costs_more_than_its_price(world: Seeing, thinks: int) -> None:
    world.eye.thinks = thinks
    for broken in (False, True):
        for call, price in dearest(world.critic):
            if broken:
                world.eye.slips.append(says("x" * 3000))
            assert 0 < await spent(call) <= price


async def test_there_is_room_for_some_thinking(world: Seeing) -> None:
    world.eye.thinks = 1500
    for call, _ in dearest(world.critic):
        assert (await call).value


async def test_too_much_thinking_is_cut_off_and_the_operator_s_key_named(world: Seeing) -> None:
    world.eye.thinks = 8000
    with pytest.raises(BadAnswer, match=r"tokens on thinking .* providers\.openai\.thinking_token"):
        await world.critic.describe(Describe(reference=grey(200)))
    assert len(world.eye.asked) == 1


async def test_room_for_thinking_is_bought_where_it_is_configured_and_quoted(
    world: Seeing,
) -> None:
    roomy = world.another(thinking_tokens=9000)
    plain, more = world.critic.price("describe"), roomy.price("describe")
    assert plain is not None
    assert more == plain + 9000 * Decimal(5) / 1_000_000
    world.eye.thinks = 8000
    answer = await roomy.describe(Describe(reference=grey(200)))
    assert answer.cost is not None
    assert plain < (answer.cost.usd or 0) <= more
    await roomy.close()


async def test_nothing_is_limited_where_nothing_is_paid_by_the_token() -> None:
    async with seeing("compatible") as world:
        llava = world.another("llava", provider="mine")
        world.eye.thinks = 50_000
        assert (await llava.describe(Describe(goal="a fox"))).value.prompt
        assert "max_completion_tokens" not in world.server.to("/chat/completions")[0].body
        await llava.close()


async def test_older_servers_are_told_in_their_own_word_and_it_is_remembered(
    world: Seeing,
) -> None:
    world.eye.knows_not = ("max_completion_tokens",)
    for _ in range(2):
        await world.critic.describe(Describe(goal="a fox"))
    first, *rest = [call.body for call in world.server.to("/chat/completions")]
    assert "max_tokens" not in first
    assert [body["max_tokens"] == first["max_completion_tokens"] for body in rest] == [True, True]


async def test_parameters_are_left_out_where_the_configuration_says_so(world: Seeing) -> None:
    quiet = world.another(omit=("max_completion_tokens", "max_tokens", "safety_identifier"))
    await quiet.describe(Describe(goal="a fox", user="a1b2"))
    (call,) = world.server.to("/chat/completions")
    assert set(call.body) == {"model", "messages", "response_format", "stream"}
    await quiet.close()


async def test_how_hard_it_thinks_can_be_said(world: Seeing) -> None:
    brisk = world.another(reasoning_effort="low")
    await brisk.describe(Describe(goal="a fox"))
    assert world.server.to("/chat/completions")[0].body["reasoning_effort"] == "low"
    world.eye.knows_not = ("reasoning_effort",)
    await brisk.describe(Describe(goal="a fox"))
    assert "reasoning_effort" not in world.server.to("/chat/completions")[-1].body
    await brisk.close()


async def test_one_who_bills_above_the_price_is_not_asked_again(world: Seeing) -> None:
    world.eye.thinks, world.eye.heeds_limits = 8000, False
    gate = Throttle("OpenAI", Limiter(rpm=0, concurrency=8))
    critic = PacedCritic(world.critic, gate)
    answer = await critic.describe(Describe(reference=grey(200)))
    assert answer.value.prompt  # what was bought is kept
    with pytest.raises(AccountProblem) as caught:
        await critic.describe(Describe(reference=grey(200)))
    assert len(world.eye.asked) == 1
    said = caught.value.sentence
    assert said.startswith(f"openai:{MODEL} billed $0.04")
    assert (
        f'that costs at most ${world.critic.price("describe"):.4f}: the operator has to correct [prices."{MODEL}"] and start'
        in said
    )
    gate.account.works()  # no other call's success opens it
    with pytest.raises(AccountProblem):
        await critic.rewrite(Rewrite(task="soften", prompt="A."))


async def test_more_images_than_were_asked_for_are_billed_and_end_the_buying() -> None:
    prices = PriceBook({"sdxl": {"image": Decimal("0.02")}})
    async with serving("compatible") as server, mine(server, prices=prices) as painter:
        server.least_n = 4
        paced = PacedPainter(painter, Throttle("The server mine", Limiter(rpm=0, concurrency=8)))
        (painting,) = await paced.paint(FOX)
        assert painting.cost is not None
        assert painting.cost.usd == Decimal("0.08")
        with pytest.raises(AccountProblem, match=r"billed \$0.0800 .* at most \$0.0200"):
            await paced.paint(FOX)
        assert len(server.calls) == 1
