"""A provider that fails again and again is left alone; one call finds out when it is back."""

import pytest

from adapters.models.breaker import LONGEST_REST_S, OPENS_AFTER, REST_S, Breaker
from adapters.models.rates import Limiter
from adapters.models.throttled import Throttle
from core.domain.errors import (
    AccountProblem,
    BadAnswer,
    InDoubt,
    PolicyRefusal,
    ProviderError,
    Unavailable,
)

OUTAGES = [Unavailable("It is down.", retry_after=0), InDoubt("No answer.")]
ANSWERS = [PolicyRefusal("No."), BadAnswer("What?")]


class Provider:
    """Fails with `trouble` while there is one; counts what reached it."""

    def __init__(self) -> None:
        self.trouble: ProviderError | None = None
        self.calls, self.now = 0, 0.0
        breaker = Breaker(lambda: self.now)
        self.gate = Throttle("Studio", Limiter(rpm=0, concurrency=8), breaker=breaker)

    async def _call(self) -> str:
        self.calls += 1
        if self.trouble is not None:
            raise self.trouble
        return "painted"

    async def ask(self, times: int = 1) -> list[Exception | str]:
        found: list[Exception | str] = []
        for _ in range(times):
            try:
                found.append(await self.gate.pass_through("ann", self._call))
            except ProviderError as exc:
                found.append(exc)
        return found


@pytest.mark.parametrize("trouble", OUTAGES)
async def test_it_opens_after_repeated_outages_and_sends_nothing(trouble: ProviderError) -> None:
    provider = Provider()
    provider.trouble = trouble
    *_, last = await provider.ask(OPENS_AFTER + 4)
    assert provider.calls == OPENS_AFTER
    assert isinstance(last, Unavailable) and last.down
    assert last.sentence == "Studio is down: it failed 3 times in a row."
    assert last.retry_after == REST_S


@pytest.mark.parametrize("answer", ANSWERS)
async def test_refusals_and_bad_answers_are_no_outages(answer: ProviderError) -> None:
    provider = Provider()
    provider.trouble = answer
    await provider.ask(20)
    assert provider.calls == 20


async def test_an_answer_between_outages_begins_the_count_anew() -> None:
    provider = Provider()
    for _ in range(4):
        provider.trouble = OUTAGES[0]
        await provider.ask(OPENS_AFTER - 1)
        provider.trouble = ANSWERS[0]
        await provider.ask()
    assert not provider.gate.breaker.is_open


async def test_being_busy_is_no_outage() -> None:
    provider = Provider()
    provider.trouble = Unavailable("Too many.", retry_after=0, outage=False)
    await provider.ask(20)
    assert provider.calls == 20


async def test_one_call_probes_and_closes_it() -> None:
    provider = Provider()
    provider.trouble = OUTAGES[0]
    await provider.ask(OPENS_AFTER)
    provider.now += REST_S
    provider.trouble = None
    assert await provider.ask() == ["painted"]
    assert not provider.gate.breaker.is_open
    assert await provider.ask() == ["painted"]


async def test_a_failed_probe_opens_it_for_longer_up_to_a_limit() -> None:
    provider = Provider()
    provider.trouble = OUTAGES[0]
    await provider.ask(OPENS_AFTER)
    rests: list[float] = []
    for _ in range(6):
        provider.now += provider.gate.breaker.left
        await provider.ask(3)
        rests.append(provider.gate.breaker.left)
    assert provider.calls == OPENS_AFTER + 6  # one a rest
    assert rests == [60, 120, 240, LONGEST_REST_S, LONGEST_REST_S, LONGEST_REST_S]


async def test_trouble_with_the_account_is_no_outage() -> None:
    provider = Provider()
    provider.trouble = AccountProblem("No credits.")
    await provider.ask(5)
    assert not provider.gate.breaker.is_open
