"""Extreme shapes through everything that works on pixels, in the real pool: what crashes in C code
ends a worker, and that is an error here."""

import io
from collections.abc import AsyncGenerator

import cv2
import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray
from PIL import Image

from adapters.models.offline import engine, restyling
from adapters.models.openai import pictures as openai
from adapters.models.sdwebui import canvas as sdwebui
from adapters.models.stability import pictures as stability
from adapters.pixels import PixelPool
from core.domain.errors import BadImage
from core.imaging import codec, montage, resemblance, similarity
from core.models.painter import Margins

pytestmark = pytest.mark.asyncio(loop_scope="module")
FEW = [(1600, 200), (16, 5000), (1, 600), (1, 1)]
MORE = [(728, 90), (3000, 500), (90, 728), (512, 61), (512, 125), (512, 128), (5000, 32)]
MORE += [(17, 4096), (4096, 16), (600, 1), (2, 3), (1, 4096)]
SIZES = [*FEW, *(pytest.param(size, marks=pytest.mark.slow) for size in MORE)]
MARGINS = Margins(left=5, right=0, up=3, down=8)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncGenerator[PixelPool]:
    pool = PixelPool(1)
    yield pool
    await pool.close()


def noise(width: int, height: int) -> NDArray[np.uint8]:
    """Soft patches: something to register, at any size."""
    random = np.random.default_rng(width * 5003 + height)
    small = (max(2, height // 16), max(2, width // 16), 3)
    patches = random.integers(0, 256, small, dtype=np.uint8)
    return cv2.resize(patches, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(noise(width, height)).save(out, "PNG", compress_level=1)
    return out.getvalue()


def likenesses(width: int, height: int) -> tuple[float, float, float]:
    """The same three pairs by the measure for painters that paint from words."""
    one = noise(width, height)
    softer = cv2.GaussianBlur(one, (0, 0), 3).astype(np.uint8)
    other = noise(96, 64)
    pairs = ((one, one), (one, softer), (other, one))
    first, second, third = (resemblance.resemble(a, b).score for a, b in pairs)
    return first, second, third


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_a_picture_of_any_shape_resembles_itself(
    pool: PixelPool, size: tuple[int, int]
) -> None:
    same, softer, other = await pool.run(likenesses, *size)
    assert same > 99
    assert 0 <= softer <= same + 0.1
    assert 0 <= other <= 100


def scores(width: int, height: int) -> tuple[float, float, float]:
    """A picture against itself, against a softer one, against one of another shape."""
    one = noise(width, height)
    softer = cv2.GaussianBlur(one, (0, 0), 3).astype(np.uint8)
    other = noise(96, 64)
    pairs = ((one, one), (one, softer), (other, one))
    first, second, third = (similarity.measure(a, b).score for a, b in pairs)
    return first, second, third


def banners_measured() -> list[float]:
    """Every height that a wide picture can have after it was scaled down."""
    return [
        similarity.measure(noise(512, height), noise(500, height)).score for height in range(1, 160)
    ]


@pytest.mark.slow
async def test_a_wide_picture_of_any_height_is_measured(pool: PixelPool) -> None:
    found = await pool.run(banners_measured)
    assert len(found) == 159
    assert all(0 <= score <= 100 for score in found)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_a_picture_of_any_shape_is_like_itself(
    pool: PixelPool, size: tuple[int, int]
) -> None:
    same, softer, other = await pool.run(scores, *size)
    assert same > 99
    assert 0 <= softer <= same + 0.1
    assert 0 <= other <= 100


def admitted(width: int, height: int) -> tuple[int, int]:
    made = codec.admit(png(width, height))
    return made.width, made.height


@pytest.mark.parametrize("size", SIZES)
async def test_a_picture_of_any_shape_is_taken_or_refused_in_a_sentence(
    pool: PixelPool, size: tuple[int, int]
) -> None:
    scale = min(1.0, codec.MAX_EDGE_STORED / max(size))
    if min(size) < 16:
        with pytest.raises(BadImage, match="smaller than 16"):
            await pool.run(admitted, *size)
        return
    found = await pool.run(admitted, *size)
    assert found == (round(size[0] * scale), round(size[1] * scale))


def shown(width: int, height: int) -> list[tuple[int, int]]:
    """The sizes of all that is made to be looked at."""
    data, other = png(width, height), png(96, 64)
    frames, captions = [data, other, data], ["1 · 20.0", "2", "3"]
    made = [
        codec.fit(data, 320, "WEBP", 80),
        codec.fit(data, 1024, "JPEG"),
        codec.under(data, max(2000, len(data) // 2))[0],
        montage.contact_sheet(frames, captions, 0, data),
        montage.contact_sheet(frames[::-1], captions, 0, None),
        montage.animation(frames, captions, "webp"),
        montage.animation(frames, captions, "gif"),
        codec.box_mask(width, height, 0.3, 0.3, 0.01, 0.01),
    ]
    return [Image.open(io.BytesIO(each)).size for each in made]


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_a_picture_of_any_shape_is_shown(pool: PixelPool, size: tuple[int, int]) -> None:
    thumbnail, sent, under, sheet, other, *films, mask = await pool.run(shown, *size)
    assert max(thumbnail) <= 320
    assert max(sent) <= 1024
    assert under[0] <= size[0]
    assert max(*sheet, *other) < 1400
    assert all(max(film) == min(512, max(size)) for film in films)
    assert mask == size


def looked_at(width: int, height: int) -> tuple[int, int, str]:
    """The embedded engine from a picture to its first and second prompt, its edit and its answers;
    the size that the prompt is painted in."""
    picture = noise(width, height)
    prompt = engine.describe(picture, limit=1500)
    painted = engine.paint(prompt, *size_of(width, height), seed=1)
    revised = engine.compare(picture, prompt, limit=1500, round_number=1)
    evolved = engine.evolve(picture, prompt, "neon", limit=1500)
    mask = np.zeros((height, width), np.uint8)
    mask[: height // 2 + 1] = 255
    assert engine.edit(picture, mask, "a red balloon", 1).shape == picture.shape
    assert restyling.varied(picture, 0.7, 1).shape == picture.shape
    assert restyling.in_style(picture, "watercolor", 1).shape == picture.shape
    assert max(restyling.enlarged(picture, 64, 64).shape) <= 8192
    wider = engine.outpaint(picture, 5, 0, 3, 8, 1)
    assert wider.shape == (height + 11, width + 5, 3)
    for question in engine.questions(prompt, picture):
        engine.answer(picture, question)
    assert revised.prompt
    assert evolved
    return painted.shape[1], painted.shape[0], prompt


def size_of(width: int, height: int) -> tuple[int, int]:
    """A size to paint in of that shape."""
    scale = 256 / max(width, height)
    return max(64, round(width * scale)), max(64, round(height * scale))


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_the_embedded_engine_takes_any_shape(pool: PixelPool, size: tuple[int, int]) -> None:
    width, height, prompt = await pool.run(looked_at, *size)
    assert (width, height) == size_of(*size)
    assert prompt


def prepared(width: int, height: int) -> list[tuple[int, int]]:
    """The sizes in which each provider gets a picture, its mask and its wider canvas."""
    data, mask = png(width, height), codec.box_mask(width, height, 0, 0, 0.5, 0.5)
    canvas, added = openai.padded(data, MARGINS)
    upload = openai.upload(data)
    sent = [
        upload.data,
        openai.mask_for(mask, upload.width, upload.height, "transparent"),
        canvas,
        added,
        sdwebui.for_edit(data, mask).image,
        sdwebui.for_outpaint(data, MARGINS).image,
        sdwebui.for_vary(data, 512, 768).image,
    ]
    return [Image.open(io.BytesIO(each)).size for each in sent]


@pytest.mark.parametrize("size", SIZES)
async def test_every_provider_gets_any_shape_within_its_limits(
    pool: PixelPool, size: tuple[int, int]
) -> None:
    sent = await pool.run(prepared, *size)
    assert sent[0] == sent[1] == size
    assert sent[2] == sent[3]
    assert max(sent[2]) <= openai.MAX_CANVAS
    assert all(side % 8 == 0 and side <= 2048 for pair in sent[4:7] for side in pair)


def for_stability(width: int, height: int, bounds: stability.Bounds) -> tuple[int, int]:
    mask = codec.box_mask(width, height, 0, 0, 0.5, 0.5)
    sent = stability.prepared(png(width, height), mask, bounds)
    assert sent.mask is not None
    assert Image.open(io.BytesIO(sent.mask)).size == Image.open(io.BytesIO(sent.data)).size
    return Image.open(io.BytesIO(sent.data)).size


@pytest.mark.slow
@pytest.mark.parametrize("bounds", [stability.EDITED, stability.ENLARGED])
@pytest.mark.parametrize("size", SIZES)
async def test_stability_gets_any_shape_within_its_limits_or_a_sentence_is_said(
    pool: PixelPool, size: tuple[int, int], bounds: stability.Bounds
) -> None:
    short, long = min(size), max(size)
    least = stability.SHORTEST / short
    if least * long > bounds.longest or least * long * stability.SHORTEST > bounds.pixels:
        with pytest.raises(BadImage, match="too long and narrow"):
            await pool.run(for_stability, *size, bounds)
        return
    width, height = await pool.run(for_stability, *size, bounds)
    assert min(width, height) >= stability.SHORTEST
    assert width * height <= bounds.pixels
    assert max(width, height) <= bounds.longest
