"""The product's own program for a trial: a folder of its own, one person, no daily limits, the rules
of a policy. Nothing here decides what is painted."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from adapters.following import Follower, Updates
from adapters.models.simulated.critic import SimulatedCritic
from adapters.models.simulated.painter import SimulatedPainter
from adapters.models.simulated.world import World
from bot.bootstrap import Program, carrying, loop_defaults
from bot.config import Settings
from bot.person import PLATFORM, me, new_key, place
from bot.preflight import Carrier
from bot.screen import Files
from bot.trial.policies import TrialPolicy
from core.domain.commands import Confirm, Hold
from core.domain.records import Iteration, Tree
from core.domain.updates import Accepted, Failed, Finished, Refused, Update
from core.jobs.refine import Refine
from core.runtime.models import ModelSet

AMPLE_IMAGES = 1_000_000


@dataclass
class _Silent(Follower):
    """A run followed to its end; a quote that asks is said yes to: the trial has its own cap."""

    async def show(self, update: Update) -> None:
        if isinstance(update, Accepted) and update.confirm:
            await self.core.receive(Confirm(**self.base(), run=update.run, yes=True))


@dataclass(frozen=True, slots=True)
class Painted:
    """One run: its tree, what it cost in dollars, why nothing was painted ("" else)."""

    tree: Tree | None
    usd: Decimal
    error: str


class Laboratory:
    """One program on which sentences are refined, one after the other."""

    def __init__(self, program: Program, updates: Updates, hold: Hold) -> None:
        self.program, self._updates = program, updates
        self._hold: Hold = hold

    async def refine(self, goal: str, *, rounds: int, candidates: int) -> Painted:
        command = Refine(
            dedup_key=new_key(),
            actor=me(),
            place=place(),
            goal=goal,
            iterations=rounds,
            candidates=candidates,
            hold=self._hold,
        )
        service = self.program.service
        run = _Silent(service, Carrier(self.program), command, asyncio.Queue())
        with self._updates.watched(run.queue):
            end = await run.follow()
        tree = await service.tree(run.session, command.actor) if run.session else None
        return Painted(tree, _spent(end, tree), _why(end))

    async def image(self, node: Iteration) -> bytes:
        return await self.program.images.get(node.image)


def _spent(end: Update, tree: Tree | None) -> Decimal:
    if isinstance(end, Finished) and end.spent is not None:
        return end.spent
    return (
        sum((node.cost or Decimal(0) for node in tree.iterations), Decimal(0))
        if tree
        else Decimal(0)
    )


def _why(end: Update) -> str:
    if isinstance(end, Failed | Refused):
        return str(getattr(end, "sentence", "") or "refused")
    return ""


@contextlib.asynccontextmanager
async def opened(
    settings: Settings, folder: Path, policy: TrialPolicy, painter: str, world: World | None
) -> AsyncGenerator[Laboratory]:
    """`painter` "" = the configured one. Raises Misconfigured."""
    quotas = settings.quotas.model_copy(
        update={
            "images_per_user_per_day": AMPLE_IMAGES,
            "usd_per_user_per_day": Decimal(AMPLE_IMAGES),
            "usd_total_per_day": Decimal(AMPLE_IMAGES),
            "images_per_server_per_day": 0,
            "usd_per_server_per_day": Decimal(0),
        }
    )
    bot = settings.bot.model_copy(update={"data_dir": folder, "database_url": ""})
    models = settings.models.model_copy(update={"painter": painter} if painter else {})
    own = settings.model_copy(update={"bot": bot, "quotas": quotas, "models": models})
    loop = loop_defaults(own, off=policy.off)
    async with carrying(own, PLATFORM, simulated(world) if world else None, loop) as program:
        updates = Updates(PLATFORM)
        async with program.posting(updates, Files()):
            try:
                yield Laboratory(program, updates, policy.hold)
            finally:
                await program.service.settle_down()


def simulated(world: World) -> ModelSet:
    """Painter and critic with known error rates, in every role."""
    painter, critic = SimulatedPainter(world), SimulatedCritic(world)
    return ModelSet(painter=painter, editor=painter, critic=critic, judge=critic, styles=())
