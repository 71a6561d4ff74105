"""Outages in mid-run, through the real service and loop: nothing lost, the ledger exact, one sentence."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.engine.inline import InlineRun
from adapters.models.scripted import ScriptedCritic
from core.domain.records import RunStatus
from core.domain.updates import Finished, Noticed
from core.imaging import montage
from core.models.painter import PaintRequest
from tests.harness import Inline, T, World, refine
from tests.integration.models.openai_painting import painting_on, serving
from tests.standins.openai_faults import (
    Fault,
    broken,
    model_gone,
    out_of_money,
    rate_limited,
    refused,
    wrong_key,
)
from tests.standins.openai_server import FLARE, Json, OpenAIServer

SIZE = "816x816"  # the smallest there is
SAID = Decimal("0.001")  # what the scripted critic takes for an answer
GOES_ON = "the run waits and goes on by itself."
TOLD = f"the operator is told, {GOES_ON}"


class NoKeepsakes(Inline):
    """Leaves the closing pictures out: they take longer than all the rest here."""

    async def run(self, function: Callable[..., T], *args: object, timeout: float = 60.0) -> T:
        if function.__module__ == montage.__name__:
            raise TimeoutError
        return await super().run(function, *args)


@dataclass
class Outage:
    """A run of two rounds on the stand-in. Waiting takes no time; `shown` is what the thread said
    meanwhile."""

    server: OpenAIServer
    world: World
    waits: list[float] = field(default_factory=list[float])
    shown: list[str] = field(default_factory=list[str])
    mended: bool = True

    async def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.shown += await self.notices()
        if not self.mended:
            self.mended = True
            await self.server.open_door()
        return False

    async def run(self) -> Finished:
        await self.world.send(refine(iterations=2, stop="never", quality="low", size=SIZE))
        updates = await self.world.updates(await self.world.only_session())
        (end,) = [d.update for d in updates if isinstance(d.update, Finished)]
        return end

    async def notices(self) -> list[str]:
        updates = await self.world.updates(await self.world.only_session())
        return [d.update.sentence for d in updates if isinstance(d.update, Noticed)]

    async def booked(self) -> tuple[Decimal, list[Decimal]]:
        """Dollars settled, and those of each call whose cost nobody knows."""
        (run,) = await self.world.runs(await self.world.only_session())
        assert run.status is RunStatus.DONE
        async with self.world.store.read() as uow:
            rows = await uow.ledger.of_run(run.id)
        settled = [row.usd for row in rows if row.kind == "settle" and row.usd is not None]
        unknown = [row.usd for row in rows if row.kind == "unknown" and row.usd is not None]
        return sum(settled, Decimal(0)), unknown

    def billed(self) -> Decimal:
        """What the stand-ins took, by their own books."""
        assert isinstance(self.world.critic, ScriptedCritic)
        return sum(map(usd_of, self.server.usages), SAID * len(self.world.critic.asked))

    def painted(self) -> int:
        return len(self.server.to("/images/generations"))


def usd_of(usage: Json) -> Decimal:
    seen = usage["input_tokens_details"]
    tokens = 5 * seen["text_tokens"] + 8 * seen["image_tokens"] + 30 * usage["output_tokens"]
    return Decimal(tokens) / 1_000_000


@asynccontextmanager
async def outage(
    folder: Path, monkeypatch: pytest.MonkeyPatch, timeout_s: float
) -> AsyncIterator[Outage]:
    async with serving() as server, painting_on(server, timeout_s=timeout_s) as painter:
        critic = ScriptedCritic(usd=SAID)
        world = await World(folder, painter, critic, pixels=NoKeepsakes()).open()  # type: ignore[arg-type]
        made = Outage(server, world)

        async def signal(_: InlineRun, timeout: float) -> bool:
            return await made.wait(timeout)

        monkeypatch.setattr(InlineRun, "signal", signal)
        yield made
        await world.close()


@pytest.fixture
async def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Outage]:
    async with outage(tmp_path, monkeypatch, timeout_s=20.0) as made:
        yield made


def later(fault: Fault) -> Fault:
    """In the second round."""
    return replace(fault, after=1)


WAITED = {
    "429": (rate_limited(Retry_After="7"), f"OpenAI gets too many requests just now; {GOES_ON}", 7),
    "500": (broken(), f"OpenAI is not answering (error 500); {GOES_ON}", 5),
    "quota": (out_of_money(), "The account at OpenAI is out of money: the operator has to add "
              f"credit or raise its limit; {TOLD}", 60),
    "key": (wrong_key(), "OpenAI does not accept the API key: the operator has to correct it; "
            f"{TOLD}", 60),
    "gone": (model_gone(), f"OpenAI has no model {FLARE}: the operator has to name another one in "
             f"[models]; {TOLD}", 60),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", WAITED)
async def test_what_was_not_billed_is_waited_for_and_done_again(case: Outage, name: str) -> None:
    fault, sentence, seconds = WAITED[name]
    case.server.faults.append(later(fault))
    end = await case.run()
    assert (end.rounds, end.unknown_calls) == (2, 0)
    assert case.painted() == 3
    assert case.waits == [pytest.approx(seconds, rel=0.01)]
    assert case.shown == [sentence]
    assert await case.notices() == ["The wait is over; the run went on."]
    assert len(case.world.told) == (seconds == 60)
    settled, unknown = await case.booked()
    assert (settled, unknown) == (case.billed(), [])
    assert end.spent == settled


async def test_a_provider_that_is_down_is_waited_for(case: Outage) -> None:
    await case.server.close_door()
    case.mended = False
    end = await case.run()
    assert end.rounds == 2
    assert case.painted() == 2
    assert case.shown == [f"OpenAI is not answering; {GOES_ON}"]
    settled, unknown = await case.booked()
    assert (settled, unknown) == (case.billed(), [])


DOUBTED = {
    "dropped": (Fault("drop"), "OpenAI broke off before the answer was complete.", False),
    "malformed": (Fault("malformed"), "OpenAI sent an answer that can't be read.", False),
    "empty image": (Fault("blank"), "OpenAI sent an empty picture.", True),
    "truncated": (
        Fault("truncated"),
        "OpenAI sent a picture that is damaged or incomplete.",
        True,
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", DOUBTED)
async def test_what_may_be_billed_counts_as_spent_and_is_said_so(case: Outage, name: str) -> None:
    fault, sentence, told = DOUBTED[name]
    case.server.faults.append(later(fault))
    end = await case.run()
    await doubted(case, end, sentence, told)


@pytest.mark.slow
async def test_a_time_out_counts_as_spent_and_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with outage(tmp_path, monkeypatch, timeout_s=3.0) as case:
        case.server.faults.append(later(Fault("hang")))
        end = await case.run()
        await doubted(case, end, "OpenAI took the request and gave no answer in time.", False)


async def doubted(case: Outage, end: Finished, sentence: str, told: bool) -> None:
    """`told`: the provider said what it billed all the same."""
    assert end.rounds == 2
    assert case.painted() == 3
    assert case.waits == []
    assert await case.notices() == [f"Round 2: {sentence} It counts as spent; trying once more."]
    settled, unknown = await case.booked()
    assert settled == case.billed()
    prompt = case.server.calls[1].body["prompt"]
    price = case.world.painter.price(
        PaintRequest(prompt=prompt, quality="low", width=816, height=816)
    )
    assert unknown == ([] if told else [price])
    assert end.unknown_calls == (0 if told else 1)
    assert end.spent == (settled if told else None)


async def test_a_refused_prompt_is_softened_once(case: Outage) -> None:
    case.server.faults.append(later(refused()))
    end = await case.run()
    assert end.rounds == 2
    assert case.painted() == 3
    assert case.server.calls[-1].body["prompt"].startswith("soften: ")
    assert await case.notices() == []
    settled, unknown = await case.booked()
    assert (settled, unknown) == (case.billed(), [])


async def test_a_prompt_refused_twice_skips_the_round(case: Outage) -> None:
    case.server.faults += [later(refused()), refused()]
    end = await case.run()
    assert end.rounds == 1
    assert await case.notices() == [
        "Round 2 is skipped: OpenAI's safety system refused this: say it without names, brands "
        "and violence."
    ]
    settled, unknown = await case.booked()
    assert (settled, unknown) == (case.billed(), [])
