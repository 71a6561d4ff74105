"""What is free and local is not rationed: the embedded engine's pictures count against no limit."""

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.models.offline.provider import OfflineCritic, OfflinePainter
from core.domain.ledger import Limits
from core.runtime.models import ModelSet
from tests.harness import ANN, Inline, World, refine


def embedded() -> ModelSet:
    critic = OfflineCritic(Inline())
    return ModelSet(
        painter=OfflinePainter(Inline()), editor=None, critic=critic, judge=critic, styles=()
    )


async def painted(world: World) -> tuple[int, int]:
    """Sessions begun of the two asked for, and the images that count against Ann's limit."""
    await world.open()
    for number in range(2):
        await world.send(
            refine(
                f"web::{number}",
                iterations=2,
                goal="a red fox",
                image=None,
                size="64x64",
                stop="never",
            )
        )
    begun = await world.service.sessions(ANN)
    used = (await world.service.quota(ANN)).images
    await world.close()
    return len(begun), used


@pytest.mark.parametrize(("ration", "begun"), [(False, 2), (True, 1)])
async def test_free_pictures_are_not_rationed_unless_told(
    tmp_path: Path, ration: bool, begun: int
) -> None:
    limits = Limits(images_per_user_per_day=3, ration_embedded=ration)
    sessions, used = await painted(World(tmp_path, model_set=embedded(), limits=limits))
    assert sessions == begun
    assert (used > 0) is ration


async def test_a_painter_that_costs_is_rationed(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.limits = replace(world.limits, images_per_user_per_day=3)
    sessions, used = await painted(world)
    assert sessions == 1
    assert used > 0
