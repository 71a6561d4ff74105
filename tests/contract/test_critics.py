"""The contract of `core.models.critic.Critic`, over every implementation.

To add one: an async context manager that yields a Rig, and its name in FACTORIES.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, get_args

import pytest

from adapters.models.anthropic.critic import ClaudeCritic
from adapters.models.config import ProviderConfig
from adapters.models.google.critic import GeminiCritic
from adapters.models.offline.provider import OfflineCritic
from adapters.models.openai.critic import OpenAICritic
from adapters.models.prices import PriceBook
from adapters.models.scripted import ScriptedCritic, flat
from adapters.storage.codec import call_codec
from core.domain.answers import Verdict
from core.domain.judging import duel_of
from core.domain.records import CallRow, CallState
from core.domain.story import Character
from core.models import sanitize
from core.models.critic import (
    Answer,
    Ask,
    Compare,
    Critic,
    Describe,
    Duel,
    Inspect,
    PastRound,
    Query,
    Rewrite,
    Transform,
)
from core.models.story import Tell, ToldScene
from tests.harness import Inline
from tests.integration.models.seeing import MODEL
from tests.standins.anthropic_server import KEY as ANTHROPIC_KEY
from tests.standins.anthropic_server import SONNET, Anthropic
from tests.standins.google_server import FLASH, Google
from tests.standins.google_server import KEY as GOOGLE_KEY
from tests.standins.openai_chat import add_chat
from tests.standins.openai_server import KEY, OpenAIServer

QUESTIONS = ("Is the picture dark?", "Is there a boat?", "Is it a photograph?")
ODD = ("ein Fuchs im Schnee, 狐狸 🦊", "half a character: \ud83e", 'quotes " and \\ </goal>\n')
MARA = Character("Mara", "a girl with two black plaits and a mustard coat")


@dataclass(frozen=True)
class Rig:
    """A critic, and how many questions have left it. `sees`: its answers follow from the pictures,
    not from a script."""

    critic: Critic
    calls: Callable[[], int] = lambda: 0
    sees: bool = True


Factory = Callable[[], AbstractAsyncContextManager[Rig]]


@asynccontextmanager
async def scripted() -> AsyncIterator[Rig]:
    asked = tuple(f"Is it {shade}?" for shade in ("red", "green", "blue", "light", "dark", "warm"))
    critic = ScriptedCritic(checklist=asked, eyes=True, duels=("tie",))
    yield Rig(critic, lambda: len(critic.asked), sees=False)


@asynccontextmanager
async def embedded() -> AsyncIterator[Rig]:
    yield Rig(OfflineCritic(Inline()))


@asynccontextmanager
async def openai() -> AsyncIterator[Rig]:
    server = OpenAIServer()
    add_chat(server)
    async with server:
        config = ProviderConfig(kind="openai", base_url=server.url, api_key=KEY)
        critic = OpenAICritic("openai", MODEL, config, PriceBook(), Inline())
        yield Rig(critic, lambda: len(server.calls))
        assert server.violations == []


@asynccontextmanager
async def json_mode() -> AsyncIterator[Rig]:
    """A server without keys, bills and schemas."""
    server = OpenAIServer(dialect="compatible")
    add_chat(server, takes="json", usage=False)
    async with server:
        config = ProviderConfig(kind="openai", base_url=server.url)
        critic = OpenAICritic("mine", "llava", config, PriceBook(), Inline())
        yield Rig(critic, lambda: len(server.calls))
        assert server.violations == []


@asynccontextmanager
async def google() -> AsyncIterator[Rig]:
    server = Google()
    await server.start()
    config = ProviderConfig(kind="google", base_url=server.base, api_key=GOOGLE_KEY)
    yield Rig(
        GeminiCritic("google", FLASH, config, PriceBook(), Inline()), lambda: len(server.calls)
    )
    await server.stop()
    assert server.violations == []


@asynccontextmanager
async def anthropic() -> AsyncIterator[Rig]:
    server = Anthropic()
    await server.start()
    config = ProviderConfig(kind="anthropic", base_url=server.url, api_key=ANTHROPIC_KEY)
    yield Rig(
        ClaudeCritic("anthropic", SONNET, config, PriceBook(), Inline()), lambda: len(server.calls)
    )
    await server.stop()
    assert server.violations == []


FACTORIES: list[Factory] = [scripted, embedded, openai, json_mode, google, anthropic]


@pytest.fixture(params=FACTORIES, ids=lambda factory: factory.__name__)
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    factory: Factory = request.param
    async with factory() as made:
        yield made
        await made.critic.close()


def compare(**changes: Any) -> Compare:
    given: dict[str, Any] = {
        "reference": flat(200),
        "goal": "",
        "champion": flat(100),
        "champion_prompt": "A flat photograph of grey 100.",
        "challenger": flat(90),
        "history": (PastRound(prompt="grey 90", score=40.0, critique="too dark", won=False),),
        "checklist": QUESTIONS,
        "failed": QUESTIONS[:1],
    }
    return Compare(**(given | changes))


def evolve(**changes: Any) -> Transform:
    given: dict[str, Any] = {
        "previous": flat(100),
        "previous_prompt": "A flat photograph of grey 100.",
        "original": flat(90),
        "goal": "",
        "style": "watercolor",
    }
    return Transform(**(given | changes))


def tell(**changes: Any) -> Tell:
    story = (ToldScene("Mara finds a door in the ice.", "Knock on it"),)
    given: dict[str, Any] = {"premise": "A door in the ice.", "story": story, "cast": (MARA,)}
    return Tell(**(given | changes))


def questions_of(critic: Critic) -> list[tuple[Ask, Callable[[], Any]]]:
    """One question of every kind, with the name its price goes by."""
    duel = Duel(reference=flat(200), goal="", first=flat(190), second=flat(120))
    inspect = Inspect(image=flat(100), goal="", checklist=QUESTIONS)
    rewrite = Rewrite(task="instruct", prompt="A fox.", instruction="Make it blue.")
    return [
        ("describe", lambda: critic.describe(Describe(reference=flat(200)))),
        ("compare", lambda: critic.compare(compare())),
        ("evolve", lambda: critic.evolve(evolve())),
        ("duel", lambda: critic.duel(duel)),
        ("check", lambda: critic.inspect(inspect)),
        ("rewrite", lambda: critic.rewrite(rewrite)),
        ("tell", lambda: critic.tell(tell())),
        ("answer", lambda: critic.answer(Query(image=flat(100), question="What is it?"))),
    ]


def test_every_kind_of_question_is_in_the_contract() -> None:
    kinds = [kind for kind, _ in questions_of(ScriptedCritic())]
    assert kinds == list(get_args(Ask))


async def test_it_says_who_it_is_and_has_a_price_without_being_asked(rig: Rig) -> None:
    profile = rig.critic.profile
    assert profile.name == f"{profile.provider}:{profile.model}"
    assert profile.provider
    assert profile.model
    assert profile.timeout_s > 0
    for ask in get_args(Ask):
        price = rig.critic.price(ask)
        assert price is None or price >= 0
    assert rig.calls() == 0


async def test_no_answer_costs_more_than_its_price(rig: Rig) -> None:
    for ask, call in questions_of(rig.critic):
        price = rig.critic.price(ask)
        answer: Answer[Any] = await call()
        usd = answer.cost.usd if answer.cost else None
        assert usd is None or isinstance(usd, Decimal)
        assert price is None or usd is None or 0 <= usd <= price, ask
        assert (price is None) == (usd is None), ask
        assert answer.model


async def test_every_answer_can_be_written_down_and_read_again(rig: Rig) -> None:
    for kind, call in questions_of(rig.critic):
        row = CallRow(
            key="run/step#0",
            run="run",
            kind=kind,
            model="m",
            state=CallState.DONE,
            by="p",
            begun=datetime.now(UTC),
            value=(await call()).value,
        )
        assert call_codec.load(call_codec.dump(row)) == row


@pytest.mark.parametrize(
    "ask",
    [
        Describe(reference=flat(200), limit=900),
        Describe(goal="a red fox in the snow", limit=900),
        Describe(reference=flat(200), goal="at night", limit=900),
    ],
    ids=["reference", "goal", "both"],
)
async def test_a_description_is_a_prompt_and_a_checklist(rig: Rig, ask: Describe) -> None:
    said = (await rig.critic.describe(ask)).value
    assert 0 < len(said.prompt) <= 900
    assert 1 <= len(said.checklist) <= sanitize.MAX_QUESTIONS
    assert len(set(said.checklist)) == len(said.checklist)
    assert all(question.endswith("?") for question in said.checklist)


@pytest.mark.parametrize(
    "changes",
    [{}, {"reference": None, "goal": "a red fox"}, {"goal": "darker"}, {"challenger": None}],
    ids=["reference", "goal", "both", "no challenger"],
)
async def test_a_critique_has_at_most_three_differences_and_a_prompt(
    rig: Rig, changes: dict[str, Any]
) -> None:
    said = (await rig.critic.compare(compare(limit=900, **changes))).value
    assert 0 < len(said.prompt) <= 900
    assert said.summary
    assert len(said.differences) <= sanitize.MAX_DIFFERENCES
    assert len(said.keep) <= sanitize.MAX_KEEP
    assert not said.idea or said.idea not in said.prompt
    for box in (each.box for each in said.differences if each.box):
        assert sanitize.inside(box) == box


async def test_a_person_s_wish_changes_the_next_prompt(rig: Rig) -> None:
    without = (await rig.critic.compare(compare())).value.prompt
    wished = (await rig.critic.compare(compare(wish="grey 33, warmer, at night"))).value.prompt
    assert wished != without


async def test_a_stage_of_evolution_is_in_the_style_named(rig: Rig) -> None:
    for leap in ("subtle", "medium", "drastic"):
        for lock in (True, False):
            said = (await rig.critic.evolve(evolve(leap=leap, lock=lock, limit=900))).value
            assert "watercolor" in said.prompt
            assert len(said.prompt) <= 900
            assert said.summary


async def test_a_duel_has_the_same_winner_in_both_orders(rig: Rig) -> None:
    if not rig.sees:
        pytest.skip("its duels are a script")
    near, far = flat(190), flat(100)

    async def verdict(first: bytes, second: bytes) -> Verdict:
        ask = Duel(reference=flat(200), goal="", first=first, second=second)
        return (await rig.critic.duel(ask)).value

    assert duel_of(await verdict(far, near), await verdict(near, far)) == 1
    assert duel_of(await verdict(near, far), await verdict(far, near)) == -1
    assert (await verdict(near, near)).winner == "tie"


async def test_a_checklist_gets_one_answer_a_question(rig: Rig) -> None:
    for checklist in (QUESTIONS, QUESTIONS[:1], tuple(f"Is it grey {i}?" for i in range(12))):
        ask = Inspect(image=flat(100), goal="", checklist=checklist)
        said = (await rig.critic.inspect(ask)).value
        assert len(said.answers) == len(checklist)
        assert set(said.answers) <= {True, False, None}


async def test_a_rewriting_stays_within_its_limit(rig: Rig) -> None:
    long = "A fox sits in the snow under a full moon. " * 12
    for task in ("soften", "shorten", "translate", "instruct"):
        ask = Rewrite(task=task, prompt=long, instruction="Bluer.", limit=200)
        said = (await rig.critic.rewrite(ask)).value
        assert 0 < len(said.prompt) <= 200, task
        assert "fox" in said.prompt


async def test_a_scene_keeps_its_people_and_offers_ways_on(rig: Rig) -> None:
    said = (await rig.critic.tell(tell(choices=3, limit=900))).value
    assert said.text
    assert 0 < len(said.prompt) <= 900
    assert said.cast[0] == MARA
    assert MARA.look in said.prompt
    assert len(set(said.choices)) == 3
    assert all(0 < len(choice) <= 80 for choice in said.choices)
    last = (await rig.critic.tell(tell(choices=0))).value
    assert last.text
    assert last.choices == ()


async def test_any_text_is_content(rig: Rig) -> None:
    for text in ODD:
        said = await rig.critic.describe(Describe(goal=text))
        assert said.value.prompt
        ask = compare(reference=None, goal=text, wish=text, champion_prompt=text)
        assert (await rig.critic.compare(ask)).value.prompt
        assert (await rig.critic.rewrite(Rewrite(task="translate", prompt=text))).value.prompt


async def test_an_odd_picture_is_looked_at(rig: Rig) -> None:
    for size in ((1, 1), (16, 900), (2000, 20)):
        picture = flat(120, size)
        assert (await rig.critic.describe(Describe(reference=picture))).value.prompt
        assert (await rig.critic.compare(compare(champion=picture))).value.prompt


async def test_many_questions_at_once_get_their_own_answers(rig: Rig) -> None:
    asks = [Rewrite(task="instruct", prompt=f"A fox {i}.", instruction="Bluer.") for i in range(6)]
    said = await asyncio.gather(*(rig.critic.rewrite(ask) for ask in asks))
    assert [f"A fox {i}" in each.value.prompt for i, each in enumerate(said)] == [True] * 6


async def test_closing_twice_is_closing(rig: Rig) -> None:
    await rig.critic.close()
    await rig.critic.close()


async def test_the_person_is_named_by_hash_to_living_models_alone() -> None:
    async def sent(dialect: Any, model: str) -> list[Any]:
        server = OpenAIServer(dialect=dialect)
        add_chat(server, takes="json")
        async with server:
            config = ProviderConfig(kind="openai", base_url=server.url, api_key=KEY)
            critic = OpenAICritic("openai", model, config, PriceBook(), Inline())
            await critic.compare(replace(compare(), user="a1b2c3"))
            await critic.close()
            assert server.violations == []
            return [call.body.get("safety_identifier") for call in server.calls]

    assert await sent("openai", MODEL) == ["a1b2c3", "a1b2c3"]
    assert await sent("compatible", "llava") == [None, None]
