"""A paid call: intent, call, settlement. A call found done is never made again."""

import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from core.domain.errors import (
    AccountProblem,
    BadAnswer,
    InDoubt,
    ModelGone,
    PixelsFailed,
    PolicyRefusal,
    ProviderError,
    Unavailable,
)
from core.domain.ledger import LedgerRow, entry
from core.domain.records import CallRow, CallState, CallValue, Fault, PaintResult, RunRecord
from core.domain.turns import WHOSE, nobody_is_told, turn_of
from core.ports.clock import Clock
from core.ports.images import Images
from core.ports.store import Store, UnitOfWork
from core.runtime.patience import patiently


@dataclass(frozen=True, slots=True)
class CallResult:
    """What a call brought back. `usd` None: the provider didn't say and no price is known."""

    value: CallValue
    usd: Decimal | None
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A call to be paid for. `worst` is the most it can cost, None if unknown. `resume` waits for a
    job that was begun before, by the name that `Payer.begun` was told. `told`: where it stands in the
    line for its provider."""

    run: RunRecord
    key: str
    kind: str
    model: str
    repeatable: bool
    images: int
    worst: Decimal | None
    call: Callable[[], Awaitable[CallResult]]
    resume: Callable[[str], Awaitable[CallResult]] | None = None
    told: Callable[[int, float], None] = nobody_is_told


BROKE = "Something broke here; the log says what."
After = Callable[[UnitOfWork, CallRow], Awaitable[None]]


async def _in_turn(order: Order) -> CallResult:
    """The call, made for who pays: its provider's line knows whose it is."""
    whose = WHOSE.set(turn_of(order.run.actor, order.run.place, order.told))
    try:
        return await order.call()
    finally:
        WHOSE.reset(whose)


class Payer:
    """Makes calls through the calls table and the ledger. One per process."""

    def __init__(self, store: Store, images: Images, clock: Clock, unknown_usd: Decimal) -> None:
        self._store = store
        self._images = images
        self._clock = clock
        self._unknown_usd = unknown_usd
        self._process = uuid.uuid4().hex

    async def pay(self, order: Order, after: After | None = None) -> CallRow:
        """Returns the call's row, ended. `after` joins the settlement's transaction."""
        token = f"{self._process}:{uuid.uuid4().hex}"
        row = await self._begin(order, token)
        if row.by != token:
            if row.state is not CallState.BEGUN:
                return row
            if noted := await self._noted(order, row):
                return await self._settle(order, noted, after)
            if row.request_id and order.resume is not None:
                order = replace(order, call=partial(order.resume, row.request_id))
            elif not order.repeatable:
                lost = "The program stopped while the provider was working."
                row = self._ended(row, CallState.UNKNOWN, fault="doubt", error=lost)
                return await self._settle(order, row, after)
            row = replace(row, by=token, begun=self._clock())
        return await self._settle(order, await self._perform(order, row), after)

    async def begun(self, key: str, job: str) -> None:
        """Writes a job's name into its call's row before it is waited for: after a kill it is found
        there, and not paid for again."""
        async with self._store.write() as uow:
            row = await uow.calls.get(key)
            if row is not None and row.state is CallState.BEGUN:
                await uow.calls.save(replace(row, request_id=job))

    async def _begin(self, order: Order, token: str) -> CallRow:
        intent = CallRow(
            key=order.key,
            run=order.run.id,
            kind=order.kind,
            model=order.model,
            state=CallState.BEGUN,
            by=token,
            begun=self._clock(),
            images=order.images,
            worst_usd=order.worst,
        )
        async with self._store.write() as uow:
            return await uow.calls.begin(intent)

    async def _perform(self, order: Order, row: CallRow) -> CallRow:
        try:
            outcome = await _in_turn(order)
        except PolicyRefusal as exc:
            return self._fault(row, CallState.REFUSED, "refused", exc)
        except InDoubt as exc:
            return self._fault(row, CallState.UNKNOWN, "doubt", exc)
        except BadAnswer as exc:
            return self._fault(row, CallState.UNKNOWN, "unusable", exc)
        except Unavailable as exc:
            row = self._fault(row, CallState.FAILED, "down" if exc.down else "wait", exc)
            return replace(row, retry_after=exc.retry_after)
        except (AccountProblem, ModelGone) as exc:
            return self._fault(row, CallState.FAILED, "account", exc)
        except ProviderError as exc:
            return self._fault(row, CallState.FAILED, "unusable", exc)
        except PixelsFailed as exc:  # before anything was sent: what comes after is a BadAnswer
            return self._ended(row, CallState.FAILED, fault="unusable", error=exc.sentence)
        except Exception:
            ended = self._ended(row, CallState.UNKNOWN, fault="bug", error=BROKE)
            await self._settle(order, ended, None)
            raise
        done = self._done(row, outcome)
        await self._note(done)
        return done

    def _fault(self, row: CallRow, state: CallState, fault: Fault, exc: ProviderError) -> CallRow:
        ended = self._ended(row, state, fault=fault, error=exc.sentence)
        return replace(ended, request_id=exc.request_id, usd=exc.usd)

    def _ended(
        self, row: CallRow, state: CallState, *, fault: Fault = "", error: str = ""
    ) -> CallRow:
        return replace(row, state=state, ended=self._clock(), fault=fault, error=error)

    def _done(self, row: CallRow, outcome: CallResult) -> CallRow:
        return replace(
            self._ended(row, CallState.DONE),
            value=outcome.value,
            usd=outcome.usd,
            request_id=outcome.request_id,
        )

    async def _settle(self, order: Order, row: CallRow, after: After | None) -> CallRow:
        """Waits for room where there is none: the answer is paid for."""
        return await patiently(order.key, lambda: self._book(order, row, after))

    async def _book(self, order: Order, row: CallRow, after: After | None) -> CallRow:
        async with self._store.write() as uow:
            await uow.calls.save(row)
            if booking := self._booking(order.run, row):
                await uow.ledger.book(booking)
            if after is not None:
                await after(uow, row)
        return row

    def _booking(self, run: RunRecord, row: CallRow) -> LedgerRow | None:
        known = row.usd is not None
        if not known and row.state in (CallState.FAILED, CallState.REFUSED):
            return None
        worst = row.worst_usd if row.worst_usd is not None else self._unknown_usd
        return entry(
            run.actor,
            run.id,
            run.created,
            call=row.key,
            kind="settle" if known else "unknown",
            images=row.images if row.state in (CallState.DONE, CallState.UNKNOWN) else 0,
            usd=row.usd if known else worst,
            at=row.ended or self._clock(),
        )

    async def _note(self, row: CallRow) -> None:
        """Beside the image, before the transaction: a crash between the two loses nothing paid."""
        if not isinstance(row.value, PaintResult):
            return
        note = {
            "image": row.value.image,
            "width": row.value.width,
            "height": row.value.height,
            "revised_prompt": row.value.revised_prompt,
            "seed": row.value.seed,
            "usd": None if row.usd is None else str(row.usd),
            "request_id": row.request_id,
        }
        text = json.dumps(note)
        await patiently(row.key, lambda: self._images.note_call(row.key, text))

    async def _noted(self, order: Order, row: CallRow) -> CallRow | None:
        text = await self._images.noted_call(order.key)
        if text is None:
            return None
        note = json.loads(text)
        value = PaintResult(
            image=note["image"],
            width=note["width"],
            height=note["height"],
            revised_prompt=note["revised_prompt"],
            seed=note["seed"],
        )
        usd = None if note["usd"] is None else Decimal(note["usd"])
        return self._done(row, CallResult(value, usd, note["request_id"]))
