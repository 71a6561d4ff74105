"""/imagine: what is painted for a prompt, and what is refused before it costs anything."""

import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest
from PIL import Image

from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from core.domain.commands import ImageHandle
from core.domain.defaults import LoopDefaults
from core.domain.errors import BadRequest
from core.domain.ledger import Limits
from core.domain.records import Plan, RunStatus
from core.domain.work import Work
from core.imaging import keep
from core.jobs import imagine
from core.jobs.imagine import Imagine
from core.jobs.job import Basis, Picture
from core.jobs.pick import Pick
from core.models.painter import PainterProfile
from core.runtime.models import ModelSet
from tests.harness import ANN, PAGE, World, scripted_models

PICTURE = ImageHandle("web", "ref")


class Like(ScriptedPainter):
    """A painter that is said to be otherwise."""

    changes: ClassVar[dict[str, object]] = {}

    @property
    def profile(self) -> PainterProfile:
        return replace(super().profile, **self.changes)  # type: ignore[arg-type]


def like(**changes: object) -> ModelSet:
    painter = Like()
    type(painter).changes = changes
    return scripted_models(painter, ScriptedCritic())


def planned(model_set: ModelSet, pictures: int = 0, **options: object) -> Plan:
    command = Imagine(dedup_key="k", actor=ANN, place=PAGE, **options)  # type: ignore[arg-type]
    names = ("picture", "picture2", "picture3", "picture4")[:pictures]
    stored = {name: Picture(f"hash of {name}", 64, 64) for name in names}
    return imagine.plan(command, Basis(loop=LoopDefaults(), model_set=model_set, pictures=stored))


def work_of(model_set: ModelSet, pictures: int = 0, **options: object) -> Work:
    work = planned(model_set, pictures, **options).work
    assert work is not None
    return work


def test_every_way_of_the_braces_is_painted_and_named() -> None:
    work = work_of(like(), prompt="a {red, blue} fox, not: snow", look="vivid", seed=7)
    assert work.labels == ("red", "blue")
    assert work.prompts[0].startswith("a red fox\n\nVivid: ")
    assert work.prompts[1].endswith("\n\nWithout snow.")
    assert (work.seed, work.negative, work.over, work.operation) == (7, "", False, "generate")
    twice = work_of(like(), prompt="a {red, blue} fox", candidates=2)
    assert twice.labels == ("red", "red", "blue", "blue")


def test_what_is_not_wanted_goes_into_its_own_field_where_there_is_one() -> None:
    work = work_of(like(negative=True), prompt="a fox not: snow", avoid="people")
    assert (work.prompts, work.negative) == (("a fox", "a fox"), "snow, people")


def test_pictures_go_in_with_what_they_are_for() -> None:
    options = {"prompt": "a fox", "picture": PICTURE, "role": "character", "picture2": PICTURE}
    work = work_of(like(), 2, **options, role2="style", candidates=1)
    assert work.sources == ("hash of picture", "hash of picture2")
    assert (work.operation, work.over) == ("vary", False)
    assert "The first picture shows the character" in work.prompts[0]
    assert "The second picture is for its style alone" in work.prompts[0]
    alone = {"prompt": "a fox", "picture": PICTURE, "role": "style", "candidates": 1}
    own = work_of(like(operations=frozenset({"generate", "style"}), max_sources=1), 1, **alone)
    assert (own.operation, own.prompts) == ("style", ("a fox",))


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ("square", (1024, 1024)),
        ("portrait", (832, 1248)),
        ("wide", (1360, 768)),
        ("phone", (768, 1360)),
        ("banner", (1776, 592)),
        ("640x480", (640, 480)),
    ],
)
def test_sizes_by_name_and_in_pixels(size: str, shape: tuple[int, int]) -> None:
    plan = planned(like(), prompt="a fox", size=size)
    assert (plan.width, plan.height) == shape


@pytest.mark.parametrize(
    ("changes", "options", "said"),
    [
        ({}, {"prompt": "  "}, "empty"),
        ({}, {"prompt": "not: snow"}, "Say what to paint"),
        ({}, {"prompt": "a {red fox"}, "not closed"),
        ({}, {"prompt": "a fox not: {snow, rain}"}, "belong before"),
        ({}, {"prompt": "{a,b,c} fox", "candidates": 4}, "12 pictures, and 8"),
        ({}, {"prompt": "a fox", "role2": "style"}, "no picture2 for the role"),
        ({}, {"prompt": "a fox", "size": "tall"}, "square, portrait, wide, phone, banner"),
        ({}, {"prompt": "a fox", "transparent": True}, "no transparent background"),
        ({"seed": False}, {"prompt": "a fox", "seed": 1}, "takes no seed"),
        ({"english": True}, {"prompt": "ein Fuchs in dem Schnee"}, "reads English alone"),
        ({"prompt_limit": 9}, {"prompt": "a red fox!"}, "10 characters"),
        ({"max_sources": 1}, {"prompt": "a fox", "picture": PICTURE}, "paints from words"),
        (
            {"max_sources": 2},
            {"prompt": "a fox", "picture": PICTURE, "picture2": PICTURE, "picture3": PICTURE},
            "takes 2 pictures at once",
        ),
        ({"operations": frozenset({"generate"})}, {"prompt": "a", "picture": PICTURE}, "can vary"),
    ],
)
def test_what_can_not_be_is_a_sentence_while_the_words_are_checked(
    changes: dict[str, object], options: dict[str, object], said: str
) -> None:
    with pytest.raises(BadRequest, match=said):
        planned(like(**changes), **options)


async def test_painted_with_its_seed_posted_as_one_and_refined_towards_the_prompt(
    tmp_path: Path,
) -> None:
    world = await World(tmp_path).open()
    command = Imagine(
        dedup_key="web::1", actor=ANN, place=PAGE, prompt="a {red, blue} fox", seed=40
    )
    await world.send(command)
    session = await world.only_session()
    nodes = sorted(await world.nodes(session), key=lambda node: node.candidate)
    assert [(n.prompt, n.style, n.seed) for n in nodes] == [
        ("a red fox", "red", 40),
        ("a blue fox", "blue", 41),
    ]
    tree = (await world.service.sessions(ANN))[0].session
    assert tree.goal == "a red or blue fox"
    await world.send(Pick(dedup_key="web::p", actor=ANN, place=PAGE, iteration=nodes[1].id))
    run = (await world.runs(session))[-1]
    assert (run.plan.mode, run.plan.base, run.plan.work) == ("refine", nodes[1].id, None)
    assert run.status is RunStatus.DONE
    await world.close()


async def test_eight_at_once_ask_first_and_above_the_budget_cost_nothing(tmp_path: Path) -> None:
    limits = Limits(usd_per_run=Decimal("0.15"), confirm_usd_above=Decimal(9))
    world = await World(tmp_path, limits=limits).open()
    eight = Imagine(dedup_key="web::8", actor=ANN, place=PAGE, prompt="{a,b,c,d} {e,f}")
    await world.send(eight)
    async with world.store.read() as uow:
        row = await uow.inbox.get("web::8")
    assert row is not None
    assert "$0.1" in row.error
    assert (await world.service.quota(ANN)).images == 0
    await world.close()
    (tmp_path / "rich").mkdir()
    world = await World(tmp_path / "rich").open()
    await world.send(eight)
    (run,) = await world.runs(await world.only_session())
    assert (run.status, run.quote.images) == (RunStatus.CONFIRMING, 8)
    assert world.painter.requests == []
    await world.close()


def test_a_transparent_painting_keeps_its_transparency() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 30), (200, 10, 10, 90)).save(out, "PNG")
    admitted = keep.ground(out.getvalue())
    with Image.open(io.BytesIO(admitted.data)) as kept:
        assert (kept.mode, kept.size, kept.getpixel((3, 3))) == (
            "RGBA",
            (40, 30),
            (200, 10, 10, 90),
        )
    with Image.open(io.BytesIO(keep.ground(flat(7)).data)) as opaque:
        assert opaque.getpixel((3, 3)) == (7, 7, 7, 255)
