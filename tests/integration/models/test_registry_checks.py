"""Configured models are asked for over HTTP before anybody needs them; rates hold for all of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import pytest

from adapters.models import checks
from adapters.models.checks import ModelReport, check_models
from adapters.models.config import ProviderConfig
from adapters.models.registry import ModelNames, Models, build_models
from core.domain.errors import Unavailable
from core.models.critic import Describe
from core.models.painter import PaintRequest
from tests.harness import Inline
from tests.integration.models.seeing import grey
from tests.standins.openai_chat import add_chat
from tests.standins.openai_server import FLARE, KEY, SUNBURST, OpenAIServer, rate_limited
from tests.standins.sdwebui_server import SdWebui
from tests.standins.stability_server import KEY as STABILITY_KEY
from tests.standins.stability_server import Stability

TODAY = date(2026, 11, 21)


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    standin = OpenAIServer()
    add_chat(standin)
    async with standin:
        yield standin


@asynccontextmanager
async def models_on(
    server: OpenAIServer,
    names: ModelNames | None = None,
    more: dict[str, ProviderConfig] | None = None,
    key: str = KEY,
    **config: int,
) -> AsyncIterator[Models]:
    openai = ProviderConfig(kind="openai", base_url=server.url, api_key=key, **config)  # type: ignore[arg-type]
    providers = {"openai": openai, **(more or {})}
    models = build_models(names or ModelNames(), providers, {}, Inline(), TODAY)
    try:
        yield models
    finally:
        await models.close()


async def reports(server: OpenAIServer, names: ModelNames | None = None) -> list[ModelReport]:
    async with models_on(server, names) as models:
        return list(await check_models(models, TODAY))


async def test_every_configured_model_is_asked_for_once_and_nothing_is_paid(
    server: OpenAIServer,
) -> None:
    found = await reports(server)
    assert [(report.roles, report.state) for report in found] == [
        (("painter",), "ready"),
        (("editor",), "ready"),
        (("critic",), "ready"),
        (("judge",), "ready"),
    ]
    assert [call.path for call in server.calls] == ["/models"] * 4


async def test_a_model_that_is_not_listed_is_gone_and_its_replacement_named(
    server: OpenAIServer,
) -> None:
    server.models.remove("gpt-6.1-sol")
    names = ModelNames(critic="openai:gpt-6.1-sol", judge="openai:gpt-6.1-sol")
    *_, critic = await reports(server, names)
    assert critic.keys == "models.critic, models.judge"
    assert critic.state == "gone"
    assert critic.sentence == (
        'OpenAI has no model gpt-6.1-sol; write "openai:gpt-6.1-terra" instead.'
    )


async def test_the_day_a_provider_announces_is_told_within_sixty_days(
    server: OpenAIServer,
) -> None:
    server.leaving = {FLARE: "2027-01-20", SUNBURST: "2027-01-21", "gpt-6-luna": "2020-01-01"}
    painter, editor, _, judge = await reports(server)
    assert (painter.state, editor.state, judge.state) == ("leaves", "ready", "gone")
    assert painter.sentence == f"{FLARE} is shut down on 2027-01-20, in 60 days."
    assert judge.sentence.startswith("OpenAI shut gpt-6-luna down on 2020-01-01")


async def test_a_model_the_world_remembers_is_warned_of_with_its_replacement(
    server: OpenAIServer,
) -> None:
    server.models += ["gpt-4o", "gpt-image-1-mini"]
    names = ModelNames(painter="openai:gpt-image-1-mini", critic="openai:gpt-4o")
    painter, _, critic, _ = await reports(server, names)
    assert (painter.state, critic.state) == ("leaves", "leaves")
    assert f'in 10 days; write "openai:{FLARE}" instead.' in painter.sentence
    assert 'in 54 days; write "openai:gpt-6.1-terra" instead.' in critic.sentence


async def test_a_wrong_key_is_trouble_and_stops_nothing(server: OpenAIServer) -> None:
    async with models_on(server, key="sk-wrong") as models:
        found = await check_models(models, TODAY)
    assert {report.state for report in found} == {"trouble"}
    assert found[0].sentence.startswith("OpenAI does not accept the API key")


async def test_a_provider_that_is_down_is_waited_for(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.models.openai.probing.PAUSE_S", 0.0)
    await server.close_door()
    found = await reports(server)
    assert {report.state for report in found} == {"silent"}
    assert found[0].sentence == (
        "OpenAI is not answering; runs wait for it and go on by themselves."
    )


async def test_a_provider_that_hangs_does_not_hold_up_the_start(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "PATIENCE_S", 0.05)
    server.seconds = 5.0
    found = await reports(server)
    assert {report.state for report in found} == {"silent"}


async def test_servers_of_ones_own_and_stability_are_asked_in_their_own_way(
    server: OpenAIServer,
) -> None:
    forge, stability = SdWebui(), Stability()
    await forge.start()
    await stability.start()
    try:
        more = {
            "forge": ProviderConfig(kind="sdwebui", base_url=forge.url),
            "stability": ProviderConfig(
                kind="stability", base_url=stability.url, api_key=STABILITY_KEY
            ),
        }
        names = ModelNames(painter="forge:no-such", editor="stability:core")
        async with models_on(server, names, more) as models:
            painter, editor, critic, judge = await check_models(models, TODAY)
    finally:
        await forge.stop()
        await stability.stop()
    assert (painter.state, painter.sentence.split(";")[0]) == (
        "gone",
        "The image server forge has no model no-such",
    )
    assert (editor.state, editor.sentence) == ("ready", "Stability AI: 100.0 credits are left.")
    assert (critic.state, judge.state) == ("ready", "ready")


async def test_calls_at_once_are_no_more_than_configured_over_painter_and_critic(
    server: OpenAIServer,
) -> None:
    server.seconds = 0.02
    async with models_on(server, rpm=0, concurrency=2) as models:
        await asyncio.gather(
            *(models.painter.paint(PaintRequest(prompt="x", user=f"u{n}")) for n in range(4)),
            *(models.critic.describe(Describe(reference=grey(9), user=f"v{n}")) for n in range(4)),
        )
    assert server.most_in_flight == 2


@pytest.mark.parametrize("limit", [{"rpm": 1}, {"rpm": 0, "ipm": 1}])
async def test_requests_and_images_a_minute_hold_over_all_people(
    server: OpenAIServer, limit: dict[str, int]
) -> None:
    async with models_on(server, **limit) as models:
        await models.painter.paint(PaintRequest(prompt="x", user="ann"))
        models.painter.gate.patience = 0.02  # type: ignore[attr-defined]
        with pytest.raises(Unavailable, match="OpenAI has more to do than it takes"):
            await models.painter.paint(PaintRequest(prompt="x", user="bob"))
    assert len(server.to("/images/generations")) == 1


async def test_a_told_wait_holds_every_model_of_the_provider(server: OpenAIServer) -> None:
    server.faults.append(rate_limited(retry_after="120"))
    async with models_on(server) as models:
        with pytest.raises(Unavailable) as told:
            await models.painter.paint(PaintRequest(prompt="x", user="ann"))
        with pytest.raises(Unavailable) as held:
            await models.critic.describe(Describe(reference=grey(9), user="bob"))
    assert told.value.retry_after == 120
    assert 110 < held.value.retry_after <= 120
    assert server.to("/chat/completions") == []
