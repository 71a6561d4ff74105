"""Masks on their way in, and what a door asks of core about the painter's link."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from adapters.models.scripted import FOUR
from core.domain.commands import ImageHandle
from core.domain.errors import BadImage, BadRequest
from core.domain.records import InboxState
from core.domain.settings import ServerSettings
from core.imaging.mask import plane_of
from core.ports.api import MaskLink
from core.service.masks import take_in_marks, take_in_mask, take_in_region
from core.service.service import Service
from tests.harness import ANN, PAGE, World, refine

SIZE = (48, 32)
HANDLE = ImageHandle("web", "mask")


def file(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


async def test_masks_marks_and_regions_are_kept_at_the_pictures_size(tmp_path: Path) -> None:
    world = await World(tmp_path).open()
    ctx, files = world.ctx, world.files.files
    image = Image.new("L", (96, 64), 255)
    image.paste(0, (20, 20, 60, 40))
    files["mask"] = file(image)
    taken = await take_in_mask(ctx, world.uploads, HANDLE, SIZE)
    assert taken.notes == ("Read as black = edit: 13 % of the picture.",)
    plane = plane_of(await world.images.get(taken.hash))
    assert plane.shape == (32, 48) and plane[15, 20] == 255 and plane[2, 2] == 0
    with pytest.raises(BadImage, match="another shape"):
        await take_in_mask(ctx, world.uploads, HANDLE, (32, 32))
    with pytest.raises(BadImage, match="can't be fetched any more"):
        await take_in_mask(ctx, {}, HANDLE, SIZE)
    layer = Image.new("RGBA", SIZE)
    layer.paste((0, 0, 255, 255), (4, 4, 20, 8))
    files["mask"] = file(layer)
    drawn = await take_in_marks(ctx, world.uploads, HANDLE, SIZE)
    with Image.open(io.BytesIO(await world.images.get(drawn.hash))) as kept:
        assert (kept.mode, kept.size) == ("RGBA", SIZE)
    picture = await world.images.put(file(Image.new("RGB", SIZE, "grey")))
    region = await take_in_region(ctx, "linke Hälfte", picture)
    assert region.notes == ("“linke Hälfte” is 50 % of the picture.",)
    assert (plane_of(await world.images.get(region.hash))[:, :24] == 255).all()
    with pytest.raises(BadRequest, match="no part of a picture"):
        await take_in_region(ctx, "the sky", picture)
    assert np.all(plane == plane_of(await world.images.get(taken.hash)))
    await world.close()


async def test_a_link_carries_only_roles_that_count_and_a_commands_fate_is_told(
    tmp_path: Path,
) -> None:
    world = await World(tmp_path).open()
    asked: list[MaskLink] = []
    service = Service(
        world.ctx,
        world.engine,
        world.loop,
        world.limits,
        world.uploads,
        mask_link=lambda link: asked.append(link) or "https://here",
    )
    async with world.store.write() as uow:
        await uow.servers.save_settings("web", "", ServerSettings(roles=("cooks",)))
    cook = replace(ANN, roles=("1", "cooks", "2"))
    link = MaskLink(actor=cook, place=PAGE, iteration="x.1.0")
    assert await service.mask_link(link) == "https://here"
    assert asked == [replace(link, actor=replace(cook, roles=("cooks",)))]
    assert await world.service.mask_link(link) == ""
    assert service.masks and not world.service.masks  # no page, no address
    world.painter.operations = frozenset({"generate"})
    assert not service.masks  # nobody here edits
    world.painter.operations = FOUR
    assert await service.fate("web::9") is None
    await world.send(refine("web::9", image=ImageHandle("gone", "ref")))
    assert await service.fate("web::9") is InboxState.REFUSED
    await world.send(refine("web::8", actor=cook, iterations=1))
    assert await service.fate("web::8") is InboxState.TAKEN
    await world.close()
