"""Models that take turns: what one call learns of a provider holds for all of its calls."""

import asyncio
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest

from adapters.models.config import ProbeResult
from adapters.models.rates import Limiter
from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from adapters.models.throttled import PROBE_S, Account, PacedCritic, PacedPainter, Throttle
from core.domain.errors import AccountProblem, InDoubt, PolicyRefusal, Unavailable, Unsupported
from core.models.critic import Compare, Describe, Duel, Inspect, Rewrite, Transform
from core.models.painter import PainterProfile, PaintRequest
from tests.unit.models.test_rates import Clock, settled

PICTURE = flat(10)


class Painter(ScriptedPainter):
    async def probe(self) -> ProbeResult:
        return ProbeResult(ok=True)


class Critic(ScriptedCritic):
    async def probe(self) -> ProbeResult:
        return ProbeResult(ok=False, sentence="gone")


@dataclass
class Bench:
    """A provider with a clock: `gate` is what its models share."""

    clock: Clock = field(default_factory=Clock)
    concurrency: int = 8

    def __post_init__(self) -> None:
        limiter = Limiter(
            rpm=0, concurrency=self.concurrency, clock=self.clock, later=self.clock.later
        )
        self.gate = Throttle("OpenAI", limiter, Account(self.clock))

    def painter(self, *moves: bytes | Exception) -> PacedPainter:
        self.inner = Painter(moves=moves)
        return PacedPainter(self.inner, self.gate)


def request(user: str = "ann") -> PaintRequest:
    return PaintRequest(prompt="a fox", user=user)


async def test_a_painting_passes_through_unchanged() -> None:
    bench = Bench()
    painter = bench.painter(PICTURE)
    (painting,) = await painter.paint(request())
    assert painting.data == PICTURE
    assert painter.profile.name == "scripted:painter"
    assert painter.price(request()) == Decimal("0.02")
    assert (await painter.probe()).ok


async def test_a_retry_after_holds_the_painter_and_the_critic_of_a_provider() -> None:
    bench = Bench()
    painter = bench.painter(Unavailable("OpenAI is busy.", retry_after=20), PICTURE)
    critic = PacedCritic(Critic(), bench.gate)
    with pytest.raises(Unavailable):
        await painter.paint(request())
    asked = asyncio.create_task(critic.describe(Describe(user="bob")))
    await bench.clock.move(19)
    assert not asked.done()
    await bench.clock.move(2)
    assert (await asked).value.prompt == "prompt 1"


async def test_a_long_pause_is_told_at_once_and_nothing_is_sent() -> None:
    bench = Bench()
    painter = bench.painter(Unavailable("OpenAI is busy.", retry_after=300), PICTURE)
    with pytest.raises(Unavailable):
        await painter.paint(request())
    with pytest.raises(Unavailable) as told:
        await painter.paint(request("bob"))
    assert told.value.retry_after == 300
    assert len(bench.inner.requests) == 1
    await bench.clock.move(301)
    assert await painter.paint(request())


async def test_a_queue_without_end_is_left_before_a_call_is_made() -> None:
    bench = Bench(concurrency=1)
    painter = bench.painter(PICTURE)
    entered, leave = asyncio.Event(), asyncio.Event()

    async def long() -> None:
        entered.set()
        await leave.wait()

    first = asyncio.create_task(bench.gate.pass_through("ann", long))
    await entered.wait()
    second = asyncio.create_task(painter.paint(request("bob")))
    await settled()
    await bench.clock.move(46)
    with pytest.raises(Unavailable) as told:
        await second
    assert told.value.sentence == "OpenAI has more to do than it takes."
    assert bench.inner.requests == []
    leave.set()
    await first


async def test_a_wrong_key_closes_the_provider_until_one_call_finds_it_mended() -> None:
    bench = Bench()
    wrong = AccountProblem("OpenAI refuses the key: check OPENAI_API_KEY.")
    painter = bench.painter(wrong, wrong, PICTURE)
    critic = PacedCritic(Critic(), bench.gate)
    with pytest.raises(AccountProblem):
        await painter.paint(request())
    for _ in range(5):
        with pytest.raises(AccountProblem, match="check OPENAI_API_KEY"):
            await critic.describe(Describe())
    assert len(bench.inner.requests) == 1
    await bench.clock.move(PROBE_S + 1)
    with pytest.raises(AccountProblem):
        await painter.paint(request())
    with pytest.raises(AccountProblem):
        await painter.paint(request("bob"))
    assert len(bench.inner.requests) == 2
    await bench.clock.move(PROBE_S + 1)
    assert await painter.paint(request())
    assert await critic.describe(Describe())


async def test_a_refused_prompt_proves_that_the_account_works_a_silence_does_not() -> None:
    bench = Bench()
    broke = AccountProblem("OpenAI has no money left.")
    painter = bench.painter(broke, InDoubt("no answer"), PolicyRefusal("no"), PICTURE)
    with pytest.raises(AccountProblem):
        await painter.paint(request())
    await bench.clock.move(PROBE_S + 1)
    with pytest.raises(InDoubt):
        await painter.paint(request())
    assert bench.gate.account.closed
    await bench.clock.move(PROBE_S + 1)
    with pytest.raises(PolicyRefusal):
        await painter.paint(request())
    assert await painter.paint(request())


async def test_what_it_cannot_do_is_refused_with_the_name_of_one_that_can() -> None:
    bench = Bench()
    painter = bench.painter(PICTURE)
    masked = replace(
        request(), operation="edit", sources=(PICTURE,), mask=PICTURE, width=64, height=64
    )
    other = PainterProfile(
        provider="stability",
        model="core",
        operations=frozenset({"generate", "edit"}),
        mask=True,
        max_sources=1,
    )
    with pytest.raises(Unsupported) as alone:
        await painter.paint(masked)
    assert "stability" not in alone.value.sentence
    painter.others = (painter.profile, other)
    with pytest.raises(Unsupported, match=r"stability:core does\.$"):
        await painter.paint(masked)
    assert bench.inner.requests == []


async def test_every_question_waits_for_the_turn_of_the_person_it_is_for() -> None:
    bench = Bench(concurrency=1)
    inner = Critic()
    critic = PacedCritic(inner, bench.gate)
    questions = (
        critic.describe(Describe(user="a")),
        critic.compare(
            Compare(reference=None, goal="", champion=PICTURE, champion_prompt="", user="a")
        ),
        critic.evolve(
            Transform(
                previous=PICTURE, previous_prompt="", original=None, goal="", style="oil", user="a"
            )
        ),
        critic.duel(Duel(reference=None, goal="", first=PICTURE, second=PICTURE, user="a")),
        critic.inspect(Inspect(image=PICTURE, goal="", checklist=("red?",), user="b")),
        critic.rewrite(Rewrite(task="soften", prompt="x", user="c")),
    )
    bench.gate.limiter.hold(1)
    asked = asyncio.gather(*questions)
    await settled()
    await bench.clock.move(2)
    await asked
    order = [type(ask).__name__ for ask in inner.asked]
    assert order == ["Describe", "Inspect", "Rewrite", "Compare", "Transform", "Duel"]
    assert (await critic.probe()).sentence == "gone"
    assert critic.price("describe") == Decimal("0.002")
