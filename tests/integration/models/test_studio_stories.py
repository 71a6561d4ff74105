"""Every job of the studio on the stand-ins of OpenAI and Stability AI: no request against a rule, the
ledger as it was billed to the last digit, and no bill above its quote."""

import dataclasses
import io
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from adapters.models.config import ProviderConfig
from adapters.models.prices import CREDIT, CREDITS
from adapters.models.registry import ModelNames, build_models
from adapters.models.scripted import ScriptedCritic
from core.domain.commands import Command, Confirm, ImageHandle
from core.domain.ledger import Limits
from core.domain.records import RunRecord, RunStatus
from core.domain.updates import Accepted, Finished
from core.imaging.codec import box_mask
from core.jobs.ask import AskAbout
from core.jobs.blend import Blend
from core.jobs.compare import ComparePainters
from core.jobs.describe import DescribeImage
from core.jobs.diagram import Diagram
from core.jobs.edit import Edit
from core.jobs.erase import Erase
from core.jobs.imagine import Imagine
from core.jobs.outpaint import Outpaint
from core.jobs.paint_again import PaintAgain
from core.jobs.replace import Replace
from core.jobs.restyle import Restyle
from core.jobs.styles import Styles
from core.jobs.upscale import Upscale
from core.jobs.vary import Vary
from core.runtime.models import ModelSet
from tests.harness import ANN, PAGE, Inline, World
from tests.integration.models.seeing import JUDGE, MODEL, grey
from tests.integration.models.test_openai_sessions import billed as said_for
from tests.standins import openai_server, stability_server
from tests.standins.openai_chat import add_chat
from tests.standins.openai_server import FLARE, SUNBURST

PHOTO, SECOND = ImageHandle("web", "ref"), ImageHandle("web", "second")
MASK, MARKS = ImageHandle("web", "mask"), ImageHandle("web", "marks")
SIZE = (320, 240)
PLENTY = Decimal(99)
GENEROUS = Limits(
    confirm_usd_above=PLENTY,
    usd_per_run=PLENTY,
    usd_per_user_per_day=PLENTY,
    usd_total_per_day=PLENTY,
    images_per_user_per_day=999,
)
Part = tuple[str, str, Command, int]


@dataclass
class Studio:
    """A stand-in, the names of the models on it, what it has billed, and the paths it was asked at."""

    server: Any
    kind: str
    key: str
    painter: str
    editor: str
    billed: Callable[[], Decimal]
    paths: Callable[[], Sequence[str]]
    critic: str = ""
    keys: dict[str, Any] = field(default_factory=dict[str, Any])


def openai() -> Studio:
    server = openai_server.OpenAIServer()
    eye = add_chat(server)

    def billed() -> Decimal:
        total = Decimal(0)
        for usage in server.usages:
            seen = usage["input_tokens_details"]["image_tokens"]
            total += 5 * (usage["input_tokens"] - seen) + 8 * seen + 30 * usage["output_tokens"]
        return total / 1_000_000 + said_for(eye)

    def paths() -> list[str]:
        return [call.path for call in server.calls]

    return Studio(
        server, "openai", openai_server.KEY, FLARE, SUNBURST, billed, paths, f"mine:{MODEL}"
    )


def stability() -> Studio:
    server = stability_server.Stability()

    def paths() -> list[str]:
        return [call.path.removeprefix("/v2beta/stable-image/") for call in server.calls]

    def billed() -> Decimal:
        ends = [path.rpartition("/")[2] for path in paths()]
        known = [CREDITS["sd3.5-large" if end == "sd3" else end] for end in ends]
        return sum((each * CREDIT for each in known), Decimal(0))

    return Studio(server, "stability", stability_server.KEY, "sd3.5-large", "", billed, paths)


def arrow() -> bytes:
    """A transparent layer of the photograph's size with a stroke on it."""
    layer = Image.new("RGBA", SIZE)
    layer.paste((255, 0, 0, 255), (40, 40, 200, 56))
    out = io.BytesIO()
    layer.save(out, "PNG")
    return out.getvalue()


def job(kind: type[Command], **options: Any) -> Command:
    return kind(dedup_key="", actor=ANN, place=PAGE, **options)  # type: ignore[arg-type]


def over(kind: type[Command], **options: Any) -> Command:
    """On a photograph that is brought along."""
    return job(kind, image=PHOTO, **options)


GENERATED, EDITED, SAID = "/images/generations", "/images/edits", "/chat/completions"
ON_OPENAI: tuple[Part, ...] = (
    ("imagine four", GENERATED, job(Imagine, prompt="a fox", candidates=4, transparent=True), 4),
    ("imagine in braces", GENERATED, job(Imagine, prompt="a {red, blue} fox", size="banner"), 2),
    (
        "imagine with a picture",
        EDITED,
        job(Imagine, prompt="a fox", picture=PHOTO, role="style", candidates=1),
        1,
    ),
    ("edit", EDITED, over(Edit, instruction="paint the door red", quality="high"), 1),
    ("edit in a mask", EDITED, over(Edit, instruction="a red door", mask=MASK), 1),
    ("edit by marks", EDITED, over(Edit, instruction="as drawn", marks=MARKS), 1),
    ("erase", EDITED, over(Erase, what="the dog", region="left"), 1),
    ("replace", EDITED, over(Replace, what="the dog", instead="a cat"), 1),
    ("vary", EDITED, over(Vary, by="strong", candidates=2), 2),
    ("outpaint", EDITED, over(Outpaint, direction="right", amount=30, goal="hills"), 1),
    ("zoom out", EDITED, over(Outpaint, zoom="2"), 1),
    ("upscale", "", over(Upscale), 1),
    ("restyle", EDITED, over(Restyle, style="oil"), 1),
    ("styles", GENERATED, job(Styles, prompt="a fox", styles=("oil", "neon", "ink")), 3),
    ("styles of a picture", EDITED, over(Styles, styles=("oil", "neon")), 2),
    ("blend", EDITED, over(Blend, image2=SECOND, goal="at dusk"), 1),
    ("compare", GENERATED, job(ComparePainters, prompt="a fox"), 8),
    ("describe", SAID, over(DescribeImage), 0),
    ("ask", SAID, over(AskAbout, question="how many boats?"), 0),
    ("diagram", GENERATED, job(Diagram, goal='a "client" asks a "server"'), 1),
    ("diagram of a scribble", EDITED, over(Diagram, goal="tidy it up"), 1),
)
ON_STABILITY: tuple[Part, ...] = (
    ("imagine four", "generate/sd3", job(Imagine, prompt="a fox", candidates=4, avoid="snow"), 4),
    ("edit in a mask", "edit/inpaint", over(Edit, instruction="a red door", mask=MASK), 1),
    ("erase in a mask", "edit/erase", over(Erase, mask=MASK), 1),
    ("replace", "edit/search-and-replace", over(Replace, what="the dog", instead="a cat"), 1),
    ("vary", "generate/sd3", over(Vary), 2),
    ("outpaint", "edit/outpaint", over(Outpaint, direction="left", goal="hills"), 1),
    ("upscale", "upscale/fast", over(Upscale, factor="4"), 1),
    ("restyle", "generate/sd3", over(Restyle, style="oil"), 1),
    ("styles", "generate/sd3", job(Styles, prompt="a fox", styles=("oil", "neon")), 2),
)


def model_set(studio: Studio, stack: AsyncExitStack) -> ModelSet:
    config = ProviderConfig(
        kind=studio.kind, base_url=studio.server.url, rpm=0, api_key=studio.key, **studio.keys
    )
    names = ModelNames(
        painter=f"mine:{studio.painter}",
        editor=f"mine:{studio.editor}" if studio.editor else "offline:gouache",
        critic=studio.critic or "scripted:critic",
        judge=f"mine:{JUDGE}" if studio.critic else "scripted:critic",
    )
    models = build_models(names, {"mine": config}, {}, Inline())
    stack.push_async_callback(models.close)
    free = ScriptedCritic(usd=Decimal(0))
    return ModelSet(
        painter=models.painter,
        editor=models.editor if studio.editor else None,
        critic=models.critic if studio.critic else free,
        judge=models.judge if studio.critic else free,
        styles=("oil", "neon", "ink"),
    )


async def settled(world: World, run: RunRecord) -> Decimal:
    async with world.store.read() as uow:
        rows = await uow.ledger.of_run(run.id)
    assert not [row for row in rows if row.kind == "unknown"]
    return sum((row.usd or Decimal(0) for row in rows if row.kind == "settle"), Decimal(0))


async def played(world: World, studio: Studio, part: Part) -> str:
    """The session of one job, done, paid for as billed and within its quote."""
    name, path, command, images = part
    before, asked = studio.billed(), len(studio.paths())
    key = f"web::{name}"
    await world.send(dataclasses.replace(command, dedup_key=key))
    async with world.store.read() as uow:
        row = await uow.inbox.get(key)
    assert row is not None and not row.error, (name, row and row.error)
    newest = max(await world.service.sessions(ANN, 50), key=lambda each: each.session.created)
    session = newest.session.id
    run = (await world.runs(session))[-1]
    if run.status is RunStatus.CONFIRMING:  # many pictures at once
        sure = Confirm(dedup_key=f"{key}/yes", actor=ANN, place=PAGE, run=run.id, yes=True)
        await world.send(sure)
        run = (await world.runs(session))[-1]
    updates = [each.update for each in await world.updates(session)]
    ended = [each for each in updates if isinstance(each, Finished)]
    assert run.status is RunStatus.DONE and ended, (name, updates[-1])
    (opened,) = [each for each in updates if isinstance(each, Accepted) and each.run == run.id]
    billed, paid = studio.billed() - before, await settled(world, run)
    assert paid == billed, (name, paid, billed)
    most = opened.quote.at_most
    assert most is not None and billed <= most, (name, billed, most)
    assert len([node for node in await world.nodes(session) if node.run == run.id]) == images, name
    assert {each for each in studio.paths()[asked:] if each != SAID or path == SAID} == (
        {path} - {""}
    ), name
    return session


STUDIOS = ((openai, ON_OPENAI), (stability, ON_STABILITY))


@pytest.mark.slow
@pytest.mark.parametrize(("made", "parts"), STUDIOS, ids=("openai", "stability"))
async def test_each_job_is_paid_as_billed_and_within_its_quote(
    made: Callable[[], Studio], parts: Sequence[Part], tmp_path: Path
) -> None:
    studio = made()
    await studio.server.start()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(studio.server.stop)
        world = await World(tmp_path, model_set=model_set(studio, stack), limits=GENEROUS).open()
        stack.push_async_callback(world.close)
        world.files.files |= {
            "ref": grey(200, SIZE),
            "second": grey(90, (200, 300)),
            "mask": box_mask(*SIZE, 0, 0, 0.5, 1),
            "marks": arrow(),
        }
        for part in parts:
            session = await played(world, studio, part)
            if part[0] in ("outpaint", "vary"):  # what came of it can be painted again
                node = (await world.nodes(session))[-1]
                again = job(PaintAgain, iteration=node.id)
                await played(world, studio, (f"{part[0]} again", part[1], again, 1))
            if part[0] == "edit by marks":  # a layer of their own, beside no mask
                sent = [name for name, _ in studio.server.calls[-1].files]
                assert sent == ["image", "markup"]
            assert studio.server.violations == [], part[0]
