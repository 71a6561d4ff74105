"""The pace of a provider, on a clock that only moves when told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from adapters.models.rates import Limiter, NoTurn, Queue, RequestRate, Waiter, admit


@dataclass
class Alarm:
    at: float
    call: Callable[[], None]
    off: bool = False

    def cancel(self) -> None:
        self.off = True


@dataclass
class Clock:
    """Seconds, and alarms that ring when the time is moved past them."""

    now: float = 1000.0
    alarms: list[Alarm] = field(default_factory=list[Alarm])

    def __call__(self) -> float:
        return self.now

    def later(self, seconds: float, call: Callable[[], None]) -> Alarm:
        alarm = Alarm(self.now + seconds, call)
        self.alarms.append(alarm)
        return alarm

    async def move(self, seconds: float) -> None:
        end = self.now + seconds
        while due := [a for a in self.alarms if not a.off and a.at <= end + 1e-6]:
            first = min(due, key=lambda alarm: alarm.at)
            self.now, first.off = max(self.now, first.at), True
            first.call()
            await settled()
        self.now = end
        await settled()


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def limiter(clock: Clock, *, rpm: int = 0, concurrency: int = 100, ipm: int = 0) -> Limiter:
    return Limiter(rpm=rpm, concurrency=concurrency, ipm=ipm, clock=clock, later=clock.later)


def spend(pace: RequestRate, seconds: float) -> list[float]:
    """The moments at which a caller who never rests is let in."""
    now, arrival, moments = 0.0, float("-inf"), list[float]()
    while True:
        wait, arrival = admit(pace, arrival, now)
        if wait == 0:
            moments.append(now)
            continue
        now += wait
        if now >= seconds:
            return moments


@pytest.mark.parametrize("limit", [1, 5, 10, 60, 500])
def test_no_minute_has_more_than_its_limit_and_a_burst_is_let_through(limit: int) -> None:
    moments = spend(RequestRate.per_minute(limit), 600)
    for first, after in zip(moments, moments[limit:], strict=False):
        assert after - first >= 60 - 1e-6
    assert sum(moment == 0 for moment in moments) == max(1, limit // 10)
    assert len(moments) >= limit * 9


def test_no_limit_never_waits() -> None:
    pace, arrival = RequestRate.per_minute(0), 0.0
    for _ in range(1000):
        wait, arrival = admit(pace, arrival, 5.0)
        assert wait == 0


def test_a_rest_gives_the_burst_back_but_no_more() -> None:
    pace = RequestRate(interval=1.0, burst=3)
    arrival = float("-inf")
    for now in (0.0, 1000.0):
        for _ in range(3):
            wait, arrival = admit(pace, arrival, now)
            assert wait == 0
        wait, arrival = admit(pace, arrival, now)
        assert wait == pytest.approx(1.0)


def test_a_weight_above_the_burst_waits_for_a_clean_slate_and_is_paid_off() -> None:
    pace = RequestRate(interval=1.0, burst=2)
    wait, arrival = admit(pace, float("-inf"), 0.0, 4)
    assert (wait, arrival) == (0.0, 4.0)
    assert admit(pace, arrival, 0.0, 4)[0] == pytest.approx(4.0)
    assert admit(pace, arrival, 0.0, 1)[0] == pytest.approx(3.0)


async def test_turns_go_round_by_person_not_by_request() -> None:
    clock, order = Clock(), list[str]()
    pace = limiter(clock, concurrency=1)

    async def call(user: str) -> None:
        async with pace.turn(user):
            order.append(user)
            await _tick()

    tasks = [asyncio.create_task(call(user)) for user in ["ann"] * 6 + ["bob", "bob", "cyd"]]
    await asyncio.gather(*tasks)
    assert order[:5] == ["ann", "bob", "cyd", "ann", "bob"]
    assert order[5:] == ["ann"] * 4


async def _tick() -> None:
    await asyncio.sleep(0)


def test_who_gave_up_and_came_back_is_before_who_was_served_since() -> None:
    loop = asyncio.new_event_loop()
    queue = Queue()

    def waiter(user: str) -> Waiter:
        return Waiter(user, 0, loop.create_future())

    ann, bob = waiter("ann"), waiter("bob")
    queue.add(bob)
    queue.add(ann)
    queue.drop(bob)
    queue.take(ann)
    queue.add(waiter("ann"))
    queue.add(waiter("bob"))
    assert [each.user for each in queue.heads()] == ["bob", "ann"]
    loop.close()


async def test_concurrency_holds() -> None:
    clock = Clock()
    pace = limiter(clock, concurrency=3)
    inside = most = 0

    async def call() -> None:
        nonlocal inside, most
        async with pace.turn("ann"):
            inside += 1
            most = max(most, inside)
            await settled()
            inside -= 1

    await asyncio.gather(*(call() for _ in range(10)))
    assert most == 3
    assert pace.waiting == 0


async def test_requests_of_all_sessions_share_one_minute() -> None:
    clock, moments = Clock(), list[float]()
    pace = limiter(clock, rpm=10)

    async def call(user: str) -> None:
        async with pace.turn(user):
            moments.append(clock.now)

    tasks = [asyncio.create_task(call(f"user {i}")) for i in range(20)]
    await settled()
    assert moments == [1000.0]
    await clock.move(59)
    assert len(moments) == 10
    await clock.move(61)
    assert len(moments) == 20
    await asyncio.gather(*tasks)


async def test_images_are_counted_and_do_not_block_questions() -> None:
    clock, done = Clock(), list[str]()
    pace = limiter(clock, ipm=6)

    async def call(name: str, images: int) -> None:
        async with pace.turn(name, images=images):
            done.append(name)

    tasks = [asyncio.create_task(call(n, i)) for n, i in (("a", 4), ("b", 1), ("critic", 0))]
    await settled()
    assert done == ["a", "critic"]
    await clock.move(41)
    assert done == ["a", "critic", "b"]
    await asyncio.gather(*tasks)


async def test_a_held_provider_is_left_alone_by_everybody() -> None:
    clock, moments = Clock(), list[float]()
    pace = limiter(clock)
    pace.hold(30)
    pace.hold(10)
    assert pace.held_for == 30

    async def call(user: str) -> None:
        async with pace.turn(user):
            moments.append(clock.now)

    tasks = [asyncio.create_task(call(user)) for user in ("ann", "bob")]
    await clock.move(29.9)
    assert moments == []
    await clock.move(0.2)
    assert moments == [1030.0, 1030.0]
    await asyncio.gather(*tasks)


async def test_patience_ends_without_a_turn_being_lost() -> None:
    clock = Clock()
    pace = limiter(clock, concurrency=1)
    entered = asyncio.Event()
    leave = asyncio.Event()

    async def long() -> None:
        async with pace.turn("ann"):
            entered.set()
            await leave.wait()

    async def short() -> None:
        async with pace.turn("bob", patience=5):
            raise AssertionError

    first = asyncio.create_task(long())
    await entered.wait()
    second = asyncio.create_task(short())
    await settled()
    await clock.move(6)
    with pytest.raises(NoTurn):
        await second
    leave.set()
    await first
    async with pace.turn("bob", patience=5):
        assert pace.waiting == 0


async def test_a_turn_given_to_a_cancelled_task_goes_to_the_next() -> None:
    clock = Clock()
    pace = limiter(clock, concurrency=1)

    async def call() -> None:
        async with pace.turn("ann"):
            pass

    async with pace.turn("ann"):
        doomed = asyncio.create_task(call())
        await settled()
    doomed.cancel()  # its turn was given a moment ago, it has not run since
    with pytest.raises(asyncio.CancelledError):
        await doomed
    await asyncio.wait_for(call(), 1)
