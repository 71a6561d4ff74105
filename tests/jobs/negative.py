"""Negative: inverts a picture, for nothing. Here so that a test can add a job as a stranger would."""

import io
from dataclasses import dataclass
from typing import Annotated, Literal

from PIL import Image, ImageOps

from core.domain.commands import Command, ImageHandle
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Plan
from core.jobs.job import Basis, Job
from core.steps.derive import derive
from core.steps.describe import Opening
from core.steps.loop import Loop


@dataclass(frozen=True, slots=True, kw_only=True)
class Negative(Command):
    kind: Literal["negative"] = "negative"
    image: Annotated[ImageHandle | None, Option("negative.image", required=True)] = None
    amount: Annotated[int | None, Option("negative.amount", least=10, most=100)] = None


def plan(command: Negative, basis: Basis) -> Plan:
    if command.image is None:
        raise BadRequest("/negative needs a picture.")
    width, height = basis.size or (64, 64)
    return Plan(mode="negative", rounds=1, width=width, height=height)


def inverted(data: bytes) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as opened:
        ImageOps.invert(opened.convert("RGB")).save(out, "PNG")
    return out.getvalue()


async def recipe(loop: Loop, opening: Opening) -> str:
    loop.champion = await loop.step("derive/1", derive, inverted, "its negative")
    return "rounds"


JOB = Job(command=Negative, needs=frozenset(), plan=plan, recipe=recipe, shown="picture")
