"""What recipes are made of. Everything a run does is a step: journaled, resumable, paid once.

Nothing here may read a clock, a random number or the outside between two steps: a resumed run
replays this code against its journal (reference: DBOS, "workflows must be deterministic").
"""

import zlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from core.domain.call_key import StepName
from core.domain.commands import Command
from core.domain.faults import AWAITED
from core.domain.records import Plan
from core.imaging.results import Stayed
from core.ports.engine import Run
from core.runtime.context import RunContext
from core.runtime.outcome import NextPrompt, StepFailure
from core.steps import critique, fallback, judge, paint, review, show, work
from core.steps.judge import Judged
from core.steps.paint import Painted

T = TypeVar("T")
Measure = Callable[..., Awaitable[Stayed]]
Look = Callable[[RunContext, str, str, str, tuple[str, ...]], Awaitable[str]]
MAX_WAITS = 400  # tries while a provider is down: more than a day
LONGEST_WAIT_S = 300.0
ACCOUNT_WAIT_S = 60.0  # people mend accounts, not seconds
REFUSALS_END = 2
MOST_LOOKS = 100
PAINTING = frozenset({"paint", "portrait"})  # what steps are called in which painters paint
PASSED_ON = frozenset({"refused", "unusable"})


class Ended(Exception):
    """The run is over for this reason; raised between steps."""


class Loop:
    """One run: its champion so far, and the steps that a recipe calls."""

    def __init__(self, ctx: RunContext, run: Run, run_id: str) -> None:
        self.ctx, self.run, self.id = ctx, run, run_id
        self.champion, self.refusals, self.skipped = "", 0, ""
        self.painted, self.sheet = False, ""
        self.then: Command | None = None  # begins as soon as this run is over
        self.plan = Plan(mode="", rounds=0)
        self.fallback, self.offered = 0, -1  # numbers of painters in `plan.instead`
        self.until: datetime | None = None

    async def may_go_on(self, n: int) -> None:
        if why := await self.step(f"halt/{n}", review.halt, n):
            raise Ended(why)

    async def paint(self, n: int, next_prompt: NextPrompt) -> Painted | None:
        """Paints a round: softened once if refused, tried once more if its fate is unknown.
        None: the round is skipped, and said so."""
        outcome = await self.insist(n, f"paint/{n}", paint.paint, n, next_prompt)
        refused = isinstance(outcome, StepFailure) and outcome.fault == "refused"
        if refused and await self.affords(n, f"soften/{n}"):
            softer = await self.next_prompt(n, f"soften/{n}", critique.soften, n, next_prompt)
            if softer.prompt != next_prompt.prompt:
                outcome = await self.insist(n, f"paint/{n}/softened", paint.paint, n, softer)
        elif (
            isinstance(outcome, StepFailure)
            and outcome.booked
            and await self.affords(n, f"doubt/{n}")
        ):
            said = f"Round {n}: {outcome.sentence} It counts as spent; trying once more."
            await self.step(f"doubt/{n}", review.notice, f"doubt/{n}", said)
            outcome = await self.insist(
                n, str(StepName(f"paint/{n}").repeated()), paint.paint, n, next_prompt
            )
        outcome = await self.by_others(n, f"paint/{n}", outcome, paint.paint, n, next_prompt)
        if isinstance(outcome, Painted):
            self.refusals, self.painted = 0, True
            return outcome
        self.skipped = outcome.sentence
        spent = " It counts as spent." if outcome.booked else ""
        said = f"Round {n} is skipped: {outcome.sentence}{spent}"
        await self.step(f"skip/{n}", review.notice, f"skip/{n}", said)
        self.refusals += outcome.fault == "refused"
        if self.refusals >= REFUSALS_END:
            raise Ended("refused")
        return None

    async def picture(
        self,
        note: str = "",
        look: Look | None = None,
        about: tuple[str, ...] = (),
        measure: Measure | None = None,
    ) -> str:
        """Paints and posts what the plan's work says; why the run is over, for its recipe to
        return. Softened once if refused, where it is one picture. `look` is a step that is told of
        the first picture and `about`, and returns what is to be said of it; `measure` one that
        says what stayed of the picture worked on."""
        await self.may_go_on(1)
        outcome = await self.insist(1, "paint/1", work.paint_work)
        if isinstance(outcome, StepFailure) and outcome.fault == "refused":
            outcome = await self._softer_work(outcome)
        outcome = await self.by_others(1, "paint/1", outcome, work.paint_work)
        if isinstance(outcome, StepFailure):
            spent = " It counts as spent." if outcome.booked else ""
            return f"failed:{outcome.sentence}{spent}"
        self.painted = True
        if outcome.lost:
            note = f"{note} {outcome.lost} more came to nothing.".strip()
        if look is not None:
            seen = await self.step("labels/1", look, "labels/1", outcome.iterations[0], about)
            note = f"{note} {seen}".strip()
        kept = await self.step("stayed/1", measure, outcome.iterations) if measure else Stayed("")
        note = f"{note} {kept.note}".strip()
        self.champion = await self.step("show/1", show.show, outcome.iterations, note, kept.rest)
        return "done"

    async def _softer_work(self, refused: StepFailure) -> Painted | StepFailure:
        prompt = await self.step("prompt/1", work.only_prompt)
        if not prompt or not await self.affords(1, "soften/1"):
            return refused
        before = NextPrompt(prompt=prompt)
        softer = await self.next_prompt(1, "soften/1", critique.soften, 1, before)
        if softer.prompt == prompt:
            return refused
        return await self.insist(1, "paint/1/softened", work.paint_work, (softer.prompt,))

    async def affords(self, n: int, name: str) -> bool:
        """Whether a round may be paid for a second time: the quote is a ceiling."""
        why = await self.step(f"{name}/halt", review.halt, n, True)
        if why and why != "budget":
            raise Ended(why)
        return not why

    async def judge(self, n: int, painted: Painted) -> Judged:
        outcome = await self.insist(
            n, f"judge/{n}", judge.judge, n, painted.iterations, self.champion
        )
        if isinstance(outcome, StepFailure):
            self.champion = self.champion or painted.iterations[0]
            raise self.over(outcome)
        return outcome

    async def improve(self, n: int, rival: str) -> NextPrompt:
        """The next prompt; where review is on, a person may edit the critique first."""
        next_prompt = await self.next_prompt(
            n, f"critique/{n}", critique.compare, n, self.champion, rival
        )
        if not await self.step(f"reviewing/{n}", review.wants_review):
            return next_prompt
        opened = await self.step(f"review/{n}", review.open_review, n, self.champion, next_prompt)
        if opened.until is None:
            raise Ended("paused")
        answer = await self.answer(n, opened)
        await self.step(
            f"reviewed/{n}", review.close_review, n, self.champion, next_prompt.because, answer
        )
        if not answer:
            return next_prompt
        return await self.next_prompt(
            n, f"critique/{n}/edited", critique.compare, n, self.champion, "", answer
        )

    async def answer(self, n: int, opened: review.Reviewing) -> str:
        """A person's words on the critique, or "" when the time is up."""
        until = opened.until
        if until is None:
            return ""
        for look in range(100):
            said = await self.step(f"reply/{n}/{look}", review.reply, n)
            left = until - await self.run.now()
            if said is not None or left <= timedelta(0):
                return said.text if said else ""
            await self.run.signal(left.total_seconds())
        return ""

    async def next_prompt(
        self,
        n: int,
        name: str,
        make: Callable[..., Awaitable[NextPrompt | StepFailure]],
        *args: object,
    ) -> NextPrompt:
        outcome = await self.insist(n, name, make, *args)
        if isinstance(outcome, NextPrompt):
            return outcome
        raise self.over(outcome)

    def over(self, failure: StepFailure) -> Ended:
        """The end of a run that can't go on: with what is painted, where anything is."""
        if self.painted:
            return Ended(f"This is as far as it goes: {failure.sentence}")
        return Ended(f"failed:{failure.sentence}")

    async def insist(
        self, n: int, name: str, make: Callable[..., Awaitable[T | StepFailure]], *args: object
    ) -> T | StepFailure:
        """Tries a step until its provider is there, or another painter takes over, telling the thread
        once; ends on Stop."""
        waited = False
        for tries in range(MAX_WAITS):
            step = str(StepName(name).again(tries))
            outcome = await self.step(step, make, step, *args)
            if not isinstance(outcome, StepFailure) or outcome.fault not in AWAITED:
                if waited:
                    await self.step(f"{name}/resumed", review.resumed, n)
                return outcome
            lasting = tries > 0 or outcome.fault != "wait"
            if lasting and await self._passed_on(step, outcome, waits=True):
                continue
            if not waited:
                await self.step(f"{name}/waiting", review.waiting, n, outcome)
                waited = True
            least = ACCOUNT_WAIT_S if outcome.fault == "account" else outcome.seconds
            await self.run.signal(max(least, back_off(f"{self.id}/{step}", tries)))
            if why := await self.step(f"{step}/halt", review.halt, 0):
                raise Ended(why)
        return StepFailure("wait", "The provider did not answer for a day.")

    async def by_others(
        self,
        n: int,
        name: str,
        outcome: T | StepFailure,
        make: Callable[..., Awaitable[T | StepFailure]],
        *args: object,
    ) -> T | StepFailure:
        """What a painter refused or can't do is asked of the next ones, in turn."""
        while isinstance(outcome, StepFailure) and outcome.fault in PASSED_ON:
            if outcome.booked or not await self._passed_on(name, outcome, waits=False):
                break
            step = str(StepName(name).by(self.fallback))
            outcome = await self.insist(n, step, make, *args)
        return outcome

    async def _passed_on(self, step: str, failure: StepFailure, *, waits: bool) -> bool:
        """Whether the next painter goes on with the run. `waits`: the step is tried again anyway, so
        that nobody has to be waited for."""
        while StepName(step).act in PAINTING and self.fallback < len(self.plan.instead):
            number, about = self.fallback, f"{step}/fallback{self.fallback}"
            if self.plan.asks and not await self._agreed(about, number, failure, waits=waits):
                return False
            self.fallback += 1
            name = await self.step(about, fallback.take_over, number, failure)
            if name:
                self.ctx = self.ctx.taken_over(name)
                return True
        return False

    async def _agreed(self, about: str, number: int, failure: StepFailure, *, waits: bool) -> bool:
        """Offers it once; whether somebody who may said yes."""
        if self.offered != number:
            self.offered = number
            self.until = await self.step(f"{about}/offer", fallback.offer, number, failure)
        for look in range(1 if waits else MOST_LOOKS):
            if await self.step(f"{about}/agreed{look}", fallback.agreed, number):
                return True
            left = self.until - await self.run.now() if self.until else timedelta(0)
            if waits or left <= timedelta(0):
                return False
            await self.run.signal(left.total_seconds())
            if why := await self.step(f"{about}/halt{look}", review.halt, 0):
                raise Ended(why)
        return False

    async def step(self, name: str, body: Callable[..., Awaitable[T]], *args: object) -> T:
        """One journaled step on this run; steps that name their calls get their name as argument."""
        return await self.run.step(name, partial(body, self.ctx, self.id, *args))


def back_off(key: str, tries: int) -> float:
    """Seconds before the next try: doubling, up to five minutes, spread by up to a quarter so that
    runs that fell together don't come back together. The spread follows from the key: a replayed
    run waits as it did."""
    spread = 1 + (zlib.crc32(key.encode()) % 1000) / 4000
    return min(LONGEST_WAIT_S, 2.0 ** min(tries, 9)) * spread
