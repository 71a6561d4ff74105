"""The studio's jobs on a picture: what they paint, what stays, and what is refused for nothing."""

import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from adapters.models.scripted import EVERYTHING, ScriptedPainter, flat
from core.domain.access import PROGRAM
from core.domain.commands import Command, ImageHandle, Reveal, Vote
from core.domain.ledger import Limits
from core.domain.records import RunStatus
from core.domain.updates import Accepted, Described, Finished, IterationFinished, Noticed
from core.imaging import codec, stayed
from core.imaging.formats import PICTURE as ONE_MORE
from core.imaging.mask import plane_of
from core.jobs.blend import Blend
from core.jobs.compare import ComparePainters
from core.jobs.compose import Compose
from core.jobs.crop import Crop
from core.jobs.edit import Edit
from core.jobs.erase import Erase
from core.jobs.imagine import Imagine
from core.jobs.outpaint import Outpaint, shaped
from core.jobs.paint_again import PaintAgain
from core.jobs.put_back import PutBack
from core.jobs.replace import Replace
from core.jobs.restyle import Restyle
from core.jobs.styles import Styles
from core.jobs.upscale import Upscale
from core.models.painter import PainterProfile
from tests.harness import ANN, BOB, MASK, PAGE, World

PICTURE, MASKED = ImageHandle("web", "ref"), ImageHandle("web", "mask")


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def moving() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("L", (64, 64), shade) for shade in (0, 255)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


async def said(world: World, kind: type[Command], **fields: object) -> str:
    """What this command is refused with, "" where it is taken."""
    key = f"web::{kind.__name__}{len(world.told)}{sorted(map(str, fields.items()))}"
    known: dict[str, object] = {"actor": ANN, "place": PAGE, **fields}
    await world.send(kind(dedup_key=key, **known))  # type: ignore[arg-type]
    async with world.store.read() as uow:
        row = await uow.inbox.get(key)
    assert row is not None
    return row.error


async def closings(world: World, session: str) -> list[Finished]:
    updates = [each.update for each in await world.updates(session)]
    return [each for each in updates if isinstance(each, Finished)]


async def test_what_can_not_be_is_a_sentence_and_costs_nothing(tmp_path: Path) -> None:
    world = await World(tmp_path, painter=ScriptedPainter(mask=True)).open()
    world.files.files |= {
        "nothing": flat(0),
        "everything": flat(255),
        "speck": codec.box_mask(640, 640, 0, 0, 0, 0),
        "wide": codec.box_mask(128, 32, 0, 0, 0.5, 1),
        "moving": moving(),
        "large": flat(9, (2200, 1400)),
    }
    at = {name: ImageHandle("web", name) for name in world.files.files}
    over: dict[str, object] = {"image": PICTURE, "instruction": "a red door"}
    table: list[tuple[type[Command], dict[str, object], str]] = [
        (Edit, {"image": PICTURE}, "Say what shall change"),
        (Edit, over | {"mask": at["nothing"]}, "covers nothing"),
        (Edit, over | {"mask": at["everything"]}, "covers the whole picture"),
        (Edit, over | {"mask": at["wide"]}, "another shape"),
        (Edit, over | {"mask": at["moving"]}, "is an animation"),
        (Edit, over | {"mask": MASKED, "region": "left"}, "not by both"),
        (Edit, over | {"mask": MASKED, "marks": MASKED}, "a mask or marks, not both"),
        (Edit, over | {"region": "the fox's ear"}, "is no part of a picture that I know"),
        (Edit, over | {"region": "the subject"}, "can't tell the subject"),
        (Edit, {"instruction": "a red door"}, "needs a picture"),
        (Erase, {"image": PICTURE}, "Say what shall go"),
        (Replace, {"image": PICTURE, "what": "dog"}, "gives way to what"),
        (Restyle, {"image": PICTURE, "style": " "}, "Say which style"),
        (Upscale, {"image": at["large"], "factor": "4"}, "4096 a side are kept"),
        (Blend, {"image": PICTURE}, "two pictures at least"),
        (Blend, {"image": PICTURE, "image2": PICTURE, "unused": (ONE_MORE,)}, "4 pictures are"),
        (Styles, {"prompt": "a", "styles": tuple("abcdefg")}, "7 styles; 6"),
        (Styles, {"image": PICTURE, "size": "wide"}, "keeps its size"),
        (ComparePainters, {"prompt": "a fox"}, "nothing to compare"),
        (Outpaint, {"image": PICTURE, "zoom": "2", "amount": 50}, "in one way"),
        (Outpaint, {"image": PICTURE, "ratio": "3:2", "direction": "left"}, "leave direction out"),
        (Outpaint, {"image": PICTURE, "ratio": "1:1"}, "is square already"),
        (Outpaint, {"image": PICTURE, "direction": "square"}, "is square already"),
        (Imagine, {"prompt": "{a,b,c,d,e,f,g,h,i}"}, "more than 8 pictures"),
    ]
    for kind, fields, words in table:
        assert words in await said(world, kind, **fields), (kind, fields)
    assert world.painter.requests == []
    assert (await world.service.quota(ANN)).images == 0
    await world.close()


async def test_an_edit_is_measured_and_its_rest_is_put_back(tmp_path: Path) -> None:
    world = await World(tmp_path, painter=ScriptedPainter(mask=True)).open()
    assert await said(world, Edit, image=PICTURE, instruction="darker", mask=MASKED) == ""
    (request,) = world.painter.requests
    assert (request.operation, request.prompt) == ("edit", "darker")
    assert request.mask is not None
    assert np.array_equal(plane_of(request.mask), plane_of(MASK))
    session = await world.only_session()
    (edited,) = await world.nodes(session)
    posts = [d.update for d in await world.service.deliveries(session, PROGRAM)]
    (post,) = [each for each in posts if isinstance(each, IterationFinished)]
    assert post.rest
    assert "colours are off by 2" in post.note
    (seen,) = [each for each in posts if isinstance(each, Described)]
    assert (seen.shows, posts.index(seen) < posts.index(post)) == ("mask", True)
    shown = codec.rgb(await world.images.get(seen.image))
    inside, outside = shown[:, :20].mean(axis=(0, 1)), shown[:, 44:].mean(axis=(0, 1))
    assert inside[0] > inside[1] + 40, "what may change is red"
    assert outside.max() < 150, "the rest is dimmed"
    again = "darker still"
    assert await said(world, Edit, iteration=edited.id, instruction=again, mask=MASKED) == ""
    begun = [d.update for d in await world.service.deliveries(session, PROGRAM)]
    asked = [each.goal for each in begun if isinstance(each, Accepted)]
    assert asked == ["darker", again], "the post says what this run does"
    world.painter.requests.pop()
    assert await said(world, PutBack, iteration=edited.id) == ""
    mended = (await world.nodes(session))[-1]
    pixels = codec.rgb(await world.images.get(mended.image))
    assert (pixels[:, 40:] == 200).all()  # as it was
    assert (pixels[:, :25] == 128).all()  # the edit
    assert len(world.painter.requests) == 1
    assert "painted" in await said(world, PaintAgain, iteration=mended.id)
    assert "has a rest" in await said(world, PutBack, iteration=mended.id)
    await world.close()


async def test_without_a_mask_the_whole_picture_is_edited_and_a_region_is_said_in_words(
    tmp_path: Path,
) -> None:
    world = await World(tmp_path).open()
    assert await said(world, Edit, image=PICTURE, instruction="a boat", region="top left") == ""
    (request,) = world.painter.requests
    assert request.mask is None
    assert request.prompt.startswith("Change only the top left of the picture. a boat")
    assert "takes no mask" in await said(
        world, Edit, image=PICTURE, instruction="a boat", mask=MASKED
    )
    assert await said(world, Erase, image=PICTURE, what="the car") == ""
    assert world.painter.requests[-1].prompt.startswith("Remove the car.")
    assert await said(world, Replace, image=PICTURE, what="a dog", instead="a cat") == ""
    assert "Replace a dog with a cat" in world.painter.requests[-1].prompt
    await world.close()


async def test_what_a_painter_has_an_operation_for_is_done_by_it(tmp_path: Path) -> None:
    painter = ScriptedPainter(operations=EVERYTHING, moves=[flat(9, (200, 200))])
    world = await World(tmp_path, painter=painter).open()
    assert await said(world, Replace, image=PICTURE, what="a dog", instead="a cat") == ""
    request = painter.requests[-1]
    assert (request.operation, request.search, request.prompt) == ("replace", "a dog", "a cat")
    assert await said(world, Upscale, image=PICTURE, factor="4") == ""
    run = (await world.runs((await world.service.sessions(ANN))[0].session.id))[-1]
    (node,) = await world.nodes(run.session)
    assert (painter.requests[-1].operation, node.width, node.height) == ("upscale", 256, 256)
    assert await said(world, Blend, image=PICTURE, image2=PICTURE, image3=MASKED) == ""
    assert len(painter.requests[-1].sources) == 3
    await world.close()


async def test_nobody_enlarges_so_lanczos_does_for_nothing_and_says_so(tmp_path: Path) -> None:
    world = await World(tmp_path).open()
    assert await said(world, Upscale, image=PICTURE) == ""
    session = await world.only_session()
    (run,), (node,) = await world.runs(session), await world.nodes(session)
    assert (run.status, run.quote.at_most, run.quote.images) == (RunStatus.DONE, 0, 0)
    assert (node.width, node.height, node.model) == (128, 128, "")
    assert "by Lanczos" in node.words
    await world.close()


async def test_styles_and_qualities_side_by_side_on_one_sheet(tmp_path: Path) -> None:
    painter = ScriptedPainter(qualities=("low", "high"))
    world = await World(tmp_path, painter=painter).open()
    assert await said(world, Styles, prompt="a fox", styles=("oil", "neon")) == ""
    assert [each.operation for each in painter.requests] == ["generate", "generate"]
    assert await said(world, Styles, image=PICTURE, styles=("oil", "neon", "ink")) == ""
    assert {each.operation for each in painter.requests[2:]} == {"edit"}
    assert await said(world, ComparePainters, prompt="a fox") == ""
    assert sorted(each.quality for each in painter.requests[5:]) == ["high", "low"]
    for session, labels in zip(
        [each.session.id for each in await world.service.sessions(ANN)],
        [("painter · low", "painter · high"), ("oil", "neon", "ink"), ("oil", "neon")],
        strict=True,
    ):
        updates = [d.update for d in await world.service.deliveries(session, PROGRAM)]
        (post,) = [each for each in updates if isinstance(each, IterationFinished)]
        (end,) = [each for each in updates if isinstance(each, Finished)]
        assert post.labels == labels
        assert end.contact_sheet
    await world.close()


def test_what_changed_is_found_and_the_rest_is_another_thing() -> None:
    before = np.full((120, 160, 3), 90, np.uint8)
    after = before.copy()
    after[30:70, 40:90] = (200, 40, 40)
    one, two = codec.encode_array(before), codec.encode_array(after)
    exact = stayed.measured(one, two, None)
    assert (exact.rest, "not a pixel changed" in exact.note) == (False, True)
    tinted = codec.encode_array(np.clip(after.astype(int) + (8, 0, 0), 0, 255).astype(np.uint8))
    off = stayed.measured(one, tinted, None)
    assert off.rest
    back = codec.rgb(stayed.rest_put_back(one, None, tinted))
    assert (back[90:] == 90).all()
    assert back[50, 60, 0] > 190
    other = codec.encode_array(np.full((120, 160, 3), 240, np.uint8))
    assert stayed.measured(one, other, None).note == stayed.ALL_OTHER
    shape = codec.encode_array(np.full((160, 120, 3), 90, np.uint8))
    assert stayed.measured(one, shape, None).note == stayed.OTHER_SHAPE


@pytest.mark.parametrize(
    ("ratio", "size", "margins"),
    [
        ("1:1", (100, 60), (0, 0, 20, 20)),
        ("16:9", (90, 90), (35, 35, 0, 0)),
        ("9:16", (90, 90), (0, 0, 35, 35)),
    ],
)
def test_a_shape_is_reached_on_two_sides(
    ratio: str, size: tuple[int, int], margins: tuple[int, ...]
) -> None:
    assert shaped(ratio, *size) == margins  # type: ignore[arg-type]


async def test_zoomed_out_it_is_as_much_larger(tmp_path: Path) -> None:
    world = await World(tmp_path).open()
    assert await said(world, Outpaint, image=PICTURE, zoom="1.5") == ""
    (node,) = await world.nodes(await world.only_session())
    assert (node.width, node.height) == (96, 96)
    assert (codec.rgb(await world.images.get(node.image))[16:80, 16:80] == 200).all()
    await world.close()


class EnglishAlone(ScriptedPainter):
    @property
    def profile(self) -> PainterProfile:
        return replace(super().profile, english=True)


async def test_the_shows_refusals_are_sentences_on_the_real_path(tmp_path: Path) -> None:
    """Too small a part, an animation, eight permutations above the budget, another language; a mask
    that is upside down by its EXIF is turned."""
    painter = EnglishAlone(mask=True, worst=Decimal("0.10"), usd=Decimal("0.10"))
    limits = Limits(confirm_usd_above=Decimal(9), usd_per_run=Decimal("0.45"))
    world = await World(tmp_path, painter=painter, limits=limits).open()
    half = Image.open(io.BytesIO(MASK)).rotate(180)
    turned = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 3
    half.convert("L").save(turned, "PNG", exif=exif)
    world.files.files |= {
        "speck": codec.box_mask(64, 64, 0.5, 0.5, 0.02, 0.02),
        "moving": moving(),
        "turned": turned.getvalue(),
    }
    at = {name: ImageHandle("web", name) for name in world.files.files}
    over: dict[str, object] = {"image": PICTURE, "instruction": "a red door"}
    table: list[tuple[type[Command], dict[str, object], str]] = [
        (Edit, over | {"mask": at["speck"]}, "too little to work on"),
        (Crop, {"image": PICTURE}, "is 1:1 already"),
        (Compose, {"action": "running"}, "the subject"),
        (Imagine, {"prompt": "{a,b,c,d,e,f,g,h} fox"}, "0.45"),
        (Imagine, {"prompt": "ein Fuchs im Schnee bei der Mühle"}, "say it in English"),
        (Edit, over | {"instruction": "mach die Tür rot und den Himmel blau"}, "say it in English"),
    ]
    for kind, fields, words in table:
        assert words in await said(world, kind, **fields), (kind, fields)
    assert painter.requests == []
    quota = await world.service.quota(ANN)
    assert (quota.images, quota.usd) == (0, 0)
    assert await said(world, Edit, **over | {"mask": at["turned"]}) == ""
    (request,) = painter.requests
    assert request.mask is not None
    assert np.array_equal(plane_of(request.mask), plane_of(MASK))
    assert await said(world, Crop, image=at["moving"], ratio="16:9", keep="start") == ""
    session = (await world.service.sessions(ANN))[0].session.id
    (node,) = await world.nodes(session)
    assert (node.width, node.height, node.cost) == (64, 36, 0)
    posts = [each.update for each in await world.updates(session)]
    notes = [each.sentence for each in posts if isinstance(each, Noticed)]
    assert any("first" in note for note in notes), notes  # of the animation's frames
    await world.close()


async def test_a_prompt_is_composed_of_fields_and_a_template_and_painted(tmp_path: Path) -> None:
    world = await World(tmp_path).open()
    assert await said(world, Compose, template="logo", subject="a school's mark") == ""
    first = world.painter.requests[-1].prompt
    assert first.startswith("A school's mark. Flat vector logo")
    assert "loaf" not in first
    assert "Without shading" in first
    assert await said(world, Compose, template="app_screen", size="square") == ""
    second = world.painter.requests[-1]
    assert "plant care app" in second.prompt
    assert second.width == second.height
    assert (await world.service.sessions(ANN))[0].session.mode == "imagine"
    await world.close()


async def test_a_blind_comparison_is_voted_on_and_revealed(tmp_path: Path) -> None:
    painter = ScriptedPainter(qualities=("low", "high"))
    world = await World(tmp_path, painter=painter).open()
    assert await said(world, ComparePainters, prompt="a fox", blind=True) == ""
    session = await world.only_session()

    async def post() -> IterationFinished:
        updates = [each.update for each in await world.updates(session)]
        return next(each for each in updates if isinstance(each, IterationFinished))

    shown = await post()
    assert (shown.blind, shown.labels) == (True, ("A", "B"))
    assert not any("low" in view.alt or "high" in view.alt for view in shown.candidates)
    first, second = (view.iteration for view in shown.candidates)
    for number, (who, which) in enumerate(((ANN, first), (BOB, second), (ANN, second))):
        vote = Vote(dedup_key=f"web::v{number}", actor=who, place=PAGE, iteration=which)
        await world.send(vote)
        if number == 1:
            assert (await post()).votes == (1, 1)
    assert (await post()).votes == (0, 2)
    letters = (await closings(world, session))[-1].contact_sheet
    assert letters
    assert "Only Ann" in await said(world, Reveal, actor=BOB, iteration=first)
    assert await said(world, Reveal, iteration=first) == ""
    over = await post()
    assert (over.blind, over.votes) == (False, (0, 2))
    assert over.labels[0].startswith("painter · low  $0.0")
    ends = [u for u in await closings(world, session) if u.contact_sheet]
    assert ends and ends[-1].contact_sheet != letters, "the sheet has the labels too"
    assert "vote is over" in await said(world, Vote, iteration=first)
    assert await said(world, Imagine, prompt="a fox") == ""
    other = (await world.nodes((await world.service.sessions(ANN))[0].session.id))[0]
    assert "not voted on" in await said(world, Vote, iteration=other.id)
    await world.close()
