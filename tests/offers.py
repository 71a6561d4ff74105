"""What a core with scripted models offers."""

from adapters.models.scripted import ScriptedCritic, ScriptedPainter
from core.domain.defaults import LoopDefaults
from core.jobs.registry import offers
from core.ports.offers import Offer
from core.runtime.models import ModelSet


def scripted_offers() -> tuple[Offer, ...]:
    critic = ScriptedCritic()
    model_set = ModelSet(
        painter=ScriptedPainter(), editor=None, critic=critic, judge=critic, styles=("oil",)
    )
    return offers(model_set, LoopDefaults())


def offer_of(job: str) -> Offer:
    return next(each for each in scripted_offers() if each.name == job)
