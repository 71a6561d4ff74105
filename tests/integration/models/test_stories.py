"""One story for every provider: six rounds through the product's own loop, no request against its rules,
and the ledger as the stand-in billed it, to the last digit."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.models.config import ProviderConfig
from adapters.models.prices import CREDIT, CREDITS
from adapters.models.registry import ModelNames, build_models
from adapters.models.scripted import ScriptedCritic, ScriptedPainter
from core.domain.ledger import Limits
from core.domain.records import RunStatus
from core.runtime.models import ModelSet
from tests.harness import Inline, World, refine
from tests.integration.models.jobs import hurry
from tests.integration.models.seeing import grey
from tests.standins import (
    anthropic_server,
    bfl_server,
    comfy_server,
    fal_server,
    google_server,
    openai_server,
    openrouter_server,
    replicate_server,
    stability_server,
)
from tests.standins.openai_chat import add_chat
from tests.standins.sdwebui_server import SdWebui

ROUNDS = 6
FLAT = Decimal("0.04")
GENEROUS = Limits(
    confirm_usd_above=Decimal(99), usd_per_run=Decimal(99), usd_per_user_per_day=Decimal(99)
)
SCRIPTED = "scripted:"


@dataclass
class Story:
    """A stand-in, the names of the models on it, and what it has billed."""

    server: Any
    kind: str
    billed: Callable[[], Decimal]
    painter: str = ""
    critic: str = ""
    keys: dict[str, Any] = field(default_factory=dict[str, Any])
    flat: str = ""


def openai() -> Story:
    server = openai_server.OpenAIServer()
    add_chat(server)

    def billed() -> Decimal:
        total = Decimal(0)
        for usage in server.usages:
            seen = usage["input_tokens_details"]["image_tokens"]
            total += 5 * (usage["input_tokens"] - seen) + 8 * seen + 30 * usage["output_tokens"]
        return total / 1_000_000

    keys = {"api_key": openai_server.KEY}
    return Story(server, "openai", billed, openai_server.FLARE, keys=keys)


def stability() -> Story:
    server = stability_server.Stability()

    def billed() -> Decimal:
        paths = [call.path.rpartition("/")[2] for call in server.calls]
        return sum((CREDITS[path] * CREDIT for path in paths), Decimal(0))

    return Story(server, "stability", billed, "core", keys={"api_key": stability_server.KEY})


def sdwebui() -> Story:
    return Story(SdWebui(), "sdwebui", lambda: Decimal(0), "default")


def comfyui() -> Story:
    keys = {"workflow": comfy_server.PAINT, "workflow_edit": comfy_server.EDIT}
    return Story(comfy_server.Comfy(), "comfyui", lambda: Decimal(0), "flux", keys=keys)


def openrouter() -> Story:
    server = openrouter_server.OpenRouter()
    keys = {"api_key": openrouter_server.KEY}

    def billed() -> Decimal:
        return sum((Decimal(str(usd)) for usd in server.billed), Decimal(0))

    return Story(server, "openrouter", billed, openrouter_server.NANO, keys=keys)


def bfl() -> Story:
    server = bfl_server.Bfl()
    one = Decimal(str(bfl_server.COST)) * CREDIT
    keys = {"api_key": bfl_server.KEY}
    model = "flux-2-pro"
    return Story(server, "bfl", lambda: one * len(server.jobs), model, keys=keys, flat=model)


def google() -> Story:
    server = google_server.Google()
    keys = {"api_key": google_server.KEY}
    names = google_server.NANO, google_server.FLASH
    return Story(server, "google", lambda: server.usd, *names, keys=keys)


def replicate() -> Story:
    server = replicate_server.Replicate()
    keys = {"api_key": replicate_server.KEY}
    return Story(
        server,
        "replicate",
        lambda: FLAT * len(server.jobs),
        replicate_server.PRO,
        keys=keys,
        flat=replicate_server.PRO,
    )


def fal() -> Story:
    server = fal_server.Fal()
    keys = {"api_key": fal_server.KEY}
    billed: Callable[[], Decimal] = lambda: FLAT * len(server.jobs)  # noqa: E731
    return Story(server, "fal", billed, fal_server.PRO, keys=keys, flat=fal_server.PRO)


def anthropic() -> Story:
    server = anthropic_server.Anthropic()
    keys = {"api_key": anthropic_server.KEY}
    critic = anthropic_server.SONNET
    return Story(server, "anthropic", lambda: server.usd, critic=critic, keys=keys)


STORIES = (
    openai,
    stability,
    sdwebui,
    comfyui,
    openrouter,
    bfl,
    google,
    replicate,
    fal,
    anthropic,
)


def model_set(story: Story, stack: AsyncExitStack) -> ModelSet:
    """The models of a story by their names, behind their gates; what it has not is scripted."""
    url: str = getattr(story.server, "base", story.server.url)
    config = ProviderConfig(kind=story.kind, base_url=url, rpm=0, **story.keys)
    names = ModelNames(
        painter=f"mine:{story.painter}" if story.painter else "scripted:painter",
        editor="offline:gouache",
        critic=f"mine:{story.critic}" if story.critic else "scripted:critic",
    )
    prices = {story.flat: {"image": FLAT}} if story.flat else {}
    models = build_models(names, {"mine": config}, prices, Inline())
    stack.push_async_callback(models.close)
    critic = models.critic if story.critic else ScriptedCritic()
    painter = models.painter if story.painter else ScriptedPainter()
    return ModelSet(
        painter=painter, editor=None, critic=critic, judge=critic, styles=("oil", "neon")
    )


@pytest.mark.slow
@pytest.mark.parametrize("made", STORIES, ids=lambda made: made.__name__)
async def test_six_rounds_and_the_ledger_is_what_was_billed(
    made: Callable[[], Story], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch)
    story = made()
    await story.server.start()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(story.server.stop)
        models = model_set(story, stack)
        world = await World(tmp_path, model_set=models, limits=GENEROUS).open()
        stack.push_async_callback(world.close)
        world.files.files["ref"] = grey(200, (256, 192))
        await world.send(refine(iterations=ROUNDS, stop="never", quality="low"))
        session = await world.only_session()
        (run,) = await world.runs(session)
        assert run.status is RunStatus.DONE
        assert len(await world.nodes(session)) == ROUNDS
        async with world.store.read() as uow:
            calls = {each.key: each for each in await uow.calls.of_run(run.id)}
            rows = await uow.ledger.of_run(run.id)
        settled = [row for row in rows if row.kind == "settle"]
        assert not [row for row in rows if row.kind == "unknown"]
        theirs = [r for r in settled if not calls[r.call].model.startswith(SCRIPTED)]
        assert sum((row.usd or Decimal(0) for row in theirs), Decimal(0)) == story.billed()
        assert len(theirs) >= ROUNDS
        assert sum(row.images for row in settled) == ROUNDS
    assert story.server.violations == []
