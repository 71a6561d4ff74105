"""Models that take turns: the pace of their provider, and what its account can't do for now."""

import time
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol, TypeVar

from adapters.models.breaker import Breaker
from adapters.models.config import ProbeResult
from adapters.models.fitness import refuse_impossible
from adapters.models.rates import Limiter, NoTurn
from core.domain.answers import Critique, Description, Inspection, Reply, Rewritten, Verdict
from core.domain.billing import overcharged
from core.domain.errors import (
    AccountProblem,
    BadAnswer,
    PolicyRefusal,
    ProviderError,
    Unavailable,
    Unsupported,
)
from core.domain.story import Scene
from core.domain.turns import WHOSE
from core.models.critic import (
    Answer,
    Ask,
    Compare,
    Critic,
    CriticProfile,
    Describe,
    Duel,
    Inspect,
    Query,
    Rewrite,
    Transform,
)
from core.models.painter import Painter, PainterProfile, Painting, PaintRequest
from core.models.story import Tell

T = TypeVar("T")
V = TypeVar("V")
PATIENCE_S = 45.0  # in the queue; shorter than the time the program takes to stop
BUSY_RETRY_S = 5.0
LONGEST_HOLD_S = 600.0
PROBE_S = 55.0  # runs ask every minute: one of them finds out whether the account works again


class Probed(Protocol):
    """A model that can be asked for without being paid."""

    async def probe(self) -> ProbeResult: ...


class ProbedPainter(Painter, Probed, Protocol): ...


class ProbedCritic(Critic, Probed, Protocol): ...


@dataclass(slots=True)
class Account:
    """What is known of a provider's account. While it is in trouble one call in a while finds out
    whether that is over; all others are answered at once, for nothing. `dearer`: it billed more
    than its declared price; nothing is bought until the price is corrected, and the program with it
    started again."""

    clock: Callable[[], float] = time.monotonic
    trouble: str = ""
    next_probe: float = 0.0
    dearer: bool = False

    @property
    def closed(self) -> bool:
        return self.dearer or (bool(self.trouble) and self.clock() < self.next_probe)

    def enter(self) -> None:
        """Raises AccountProblem while closed; whoever gets in finds out for all."""
        if self.closed:
            raise AccountProblem(self.trouble)
        self.next_probe = self.clock() + PROBE_S

    def failed(self, sentence: str) -> None:
        self.trouble = sentence
        self.next_probe = self.clock() + PROBE_S

    def works(self) -> None:
        if not self.dearer:
            self.trouble = ""

    def overcharged(self, sentence: str) -> None:
        self.trouble, self.dearer = sentence, True


@dataclass(slots=True)
class Invoice:
    """What a call was billed, in dollars; None as long as nobody knows."""

    usd: Decimal | None = None


@dataclass(slots=True)
class Throttle:
    """One per provider and process: everything asked of it goes through here. `label` is what
    people call the provider."""

    label: str
    limiter: Limiter
    account: Account = field(default_factory=Account)
    breaker: Breaker = field(default_factory=Breaker)
    patience: float = PATIENCE_S

    async def pass_through(
        self, user: str, call: Callable[[], Awaitable[T]], *, images: int = 0
    ) -> T:
        """Makes the call when it is this person's turn. Raises Unavailable where that is too far
        off, AccountProblem while the account is in trouble: then nothing was sent."""
        turn = WHOSE.get()
        if self.account.closed:
            raise AccountProblem(self.account.trouble)
        if self.breaker.left > 0:
            self.breaker.enter(self.label)
        if self.limiter.held_for > self.patience:
            raise self._busy()
        try:
            async with self.limiter.turn(
                turn.person or user,
                images=images,
                patience=self.patience,
                server=turn.server,
                told=turn.told,
            ):
                return await self._call(call)
        except NoTurn as exc:
            raise self._busy() from exc

    @contextmanager
    def billing(self, name: str, most: Decimal | None) -> Generator["Invoice"]:
        """Holds what a call was billed against the most it costs, of a failed one as well. What was
        bought is kept; more is not bought."""
        invoice = Invoice()
        try:
            yield invoice
        except ProviderError as exc:
            invoice.usd = exc.usd
            raise
        finally:
            if invoice.usd is not None and most is not None and invoice.usd > most:
                self.account.overcharged(overcharged(name, invoice.usd, most))

    async def _call(self, call: Callable[[], Awaitable[T]]) -> T:
        self.account.enter()
        self.breaker.enter(self.label)
        try:
            result = await self._heard(call)
        except Unavailable as exc:
            self.limiter.hold(min(exc.retry_after, LONGEST_HOLD_S))
            raise
        except AccountProblem as exc:
            self.account.failed(exc.sentence)
            raise
        except (PolicyRefusal, BadAnswer):
            self.account.works()
            raise
        self.account.works()
        return result

    async def _heard(self, call: Callable[[], Awaitable[T]]) -> T:
        try:
            result = await call()
        except ProviderError as exc:
            self.breaker.heard(exc)
            raise
        self.breaker.heard(None)
        return result

    def _busy(self) -> Unavailable:
        wait = max(BUSY_RETRY_S, self.limiter.held_for)
        said = f"{self.label} has more to do than it takes."
        return Unavailable(said, retry_after=wait, outage=False)


@dataclass(slots=True)
class PacedPainter:
    """Implements `core.models.painter.Painter` by another one. `others` are the painters configured
    beside it: what this one can't do is refused with the name of one that can."""

    inner: ProbedPainter
    gate: Throttle
    others: Sequence[PainterProfile] = ()

    @property
    def profile(self) -> PainterProfile:
        return self.inner.profile

    def price(self, request: PaintRequest) -> Decimal | None:
        return self.inner.price(request)

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        if request.job:  # it is begun and paid for: nothing holds it back
            return await self.inner.paint(request)
        refuse_here(self.profile, self.others, request)
        with self.gate.billing(self.profile.name, self.price(request)) as invoice:
            painted = await self.gate.pass_through(
                request.user, lambda: self.inner.paint(request), images=request.n
            )
            costs = [each.cost.usd for each in painted if each.cost and each.cost.usd is not None]
            invoice.usd = sum(costs, Decimal(0))
            return painted

    async def probe(self) -> ProbeResult:
        return await self.inner.probe()

    async def close(self) -> None:
        await self.inner.close()


def refuse_here(
    profile: PainterProfile, others: Sequence[PainterProfile], request: PaintRequest
) -> None:
    """Raises Unsupported where the painter can't; the sentence names the first that can."""
    try:
        refuse_impossible(profile, request)
    except Unsupported as exc:
        for other in others:
            if other.name != profile.name and _can(other, request):
                raise Unsupported(f"{exc.sentence} {other.name} does.") from exc
        raise


def _can(profile: PainterProfile, request: PaintRequest) -> bool:
    try:
        refuse_impossible(profile, request)
    except Unsupported:
        return False
    return True


@dataclass(slots=True)
class PacedCritic:
    """Implements `core.models.critic.Critic` by another one."""

    inner: ProbedCritic
    gate: Throttle

    @property
    def profile(self) -> CriticProfile:
        return self.inner.profile

    def price(self, ask: Ask, prompts: int = 1) -> Decimal | None:
        return self.inner.price(ask, prompts)

    async def describe(self, ask: Describe) -> Answer[Description]:
        return await self._asked("describe", ask.user, lambda: self.inner.describe(ask))

    async def compare(self, ask: Compare) -> Answer[Critique]:
        return await self._asked("compare", ask.user, lambda: self.inner.compare(ask))

    async def evolve(self, ask: Transform) -> Answer[Critique]:
        return await self._asked("evolve", ask.user, lambda: self.inner.evolve(ask))

    async def duel(self, ask: Duel) -> Answer[Verdict]:
        return await self._asked("duel", ask.user, lambda: self.inner.duel(ask))

    async def inspect(self, ask: Inspect) -> Answer[Inspection]:
        return await self._asked("check", ask.user, lambda: self.inner.inspect(ask))

    async def rewrite(self, ask: Rewrite) -> Answer[Rewritten]:
        return await self._asked("rewrite", ask.user, lambda: self.inner.rewrite(ask))

    async def tell(self, ask: Tell) -> Answer[Scene]:
        return await self._asked("tell", ask.user, lambda: self.inner.tell(ask))

    async def answer(self, ask: Query) -> Answer[Reply]:
        return await self._asked("answer", ask.user, lambda: self.inner.answer(ask))

    async def _asked(
        self, kind: Ask, user: str, call: Callable[[], Awaitable[Answer[V]]]
    ) -> Answer[V]:
        with self.gate.billing(self.profile.name, self.price(kind)) as invoice:
            answer = await self.gate.pass_through(user, call)
            invoice.usd = answer.cost.usd if answer.cost else None
            return answer

    async def probe(self) -> ProbeResult:
        return await self.inner.probe()

    async def close(self) -> None:
        await self.inner.close()
