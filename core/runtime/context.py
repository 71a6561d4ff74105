"""What a run works with: the models, and everything else behind ports."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from core.domain.commands import Actor, Command
from core.domain.errors import Gone
from core.domain.ledger import Limits
from core.ports.clock import Clock
from core.ports.credentials import Seal
from core.ports.guard import Guard
from core.ports.images import Images
from core.ports.pixels import Pixels
from core.ports.reader import Reader
from core.ports.store import Store
from core.runtime.models import ModelSet
from core.runtime.payments import Payer
from core.runtime.pricing import Calls


def nobody_drains(platform: str) -> bool:
    return False


class Heir:
    """Takes the commands that follow from runs: whoever takes people's commands puts itself here."""

    def __init__(self) -> None:
        self.receive: Callable[[Command], Awaitable[object]] = self._nobody

    async def _nobody(self, command: Command) -> object:
        raise RuntimeError("Nobody takes commands yet.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """Ports and helpers that the steps share. `calls` lists what a plan may pay; `nudge` wakes the
    outbox, `tell` the operator; `fallbacks`: the same models with each painter that may take over, in
    turn, once somebody agrees where `asks`; `guards` look at what a provider of
    that name painted; `spare` is the embedded engine where another painter is
    configured;
    `limits` the operator's; `reader` measures lettering, where it is installed; `seal` signs what leaves,
    where there is a certificate; `drains` tells of a platform whether its posts leave from here;
    `patient`: runs may wait here for people; `heir` takes the commands that follow from runs."""

    store: Store
    images: Images
    pixels: Pixels
    clock: Clock
    model_set: ModelSet
    payer: Payer
    nudge: Callable[[], None]
    tell: Callable[[str, str], Awaitable[None]]
    salt: str
    unknown_usd: Decimal
    calls: Calls
    fallbacks: tuple[ModelSet, ...] = ()
    asks: bool = False
    guards: Mapping[str, Guard] = field(default_factory=dict[str, Guard])
    spare: ModelSet | None = None
    drains: Callable[[str], bool] = nobody_drains
    limits: Limits = field(default_factory=Limits)
    reader: Reader | None = None
    seal: Seal | None = None
    patient: bool = True
    heir: Heir = field(default_factory=Heir)

    def model_set_of(self, painter: str) -> ModelSet | None:
        """The models of this painter, "" = the configured one; None where there is none."""
        for model_set in self._model_sets:
            if painter in ("", model_set.painter.profile.name):
                return model_set
        return None

    def using(self, painter: str) -> "RunContext":
        """The same context with the models of this painter, "" = the configured one. Raises Gone:
        another painter would be another picture, and another bill."""
        model_set = self.model_set_of(painter)
        if model_set is None:
            raise Gone(f"{painter} does not paint here any more: start a new session.")
        return replace(self, model_set=model_set)

    def taken_over(self, painter: str) -> "RunContext":
        """The same context with this fallback. Raises Gone."""
        for model_set in self.fallbacks:
            if model_set.painter.profile.name == painter:
                return replace(self, model_set=model_set)
        raise Gone(f"{painter} does not paint here any more: start a new session.")

    @property
    def painters(self) -> tuple[str, ...]:
        """The painters there are, the configured one first."""
        return tuple(
            dict.fromkeys(model_set.painter.profile.name for model_set in self._model_sets)
        )

    @property
    def _model_sets(self) -> tuple[ModelSet, ...]:
        """Who was asked for by name before there were fallbacks gets the models it got then."""
        spare = (self.spare,) if self.spare else ()
        return (self.model_set, *spare, *self.fallbacks)

    def user_hash(self, actor: Actor) -> str:
        """What providers get to know of a person: a salted hash."""
        text = f"{self.salt}:{actor.platform}:{actor.tenant}:{actor.id}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]
