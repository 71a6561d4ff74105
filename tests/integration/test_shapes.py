"""Extreme shapes through everything that works on pixels, in the real pool: what crashes in C code
ends a worker, and that is an error here."""

import io
from collections.abc import AsyncGenerator, Callable

import cv2
import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray
from PIL import Image

from adapters.models.offline import engine
from adapters.models.openai import pictures as openai
from adapters.models.sdwebui import canvas as sdwebui
from adapters.models.stability import pictures as stability
from adapters.pixels import PixelPool
from core import imaging, keepsakes, similarity
from core.errors import BadImage
from core.painting import Margins

pytestmark = pytest.mark.asyncio(loop_scope="module")
BANNERS = [(1600, 200), (728, 90), (3000, 500), (90, 728), (512, 61), (512, 125), (512, 128)]
SLIVERS = [(16, 5000), (5000, 32), (17, 4096), (4096, 16)]
THREADS = [(1, 1), (1, 600), (600, 1), (2, 3), (1, 4096)]
ADMITTED = [*BANNERS, *SLIVERS]
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


async def test_a_wide_picture_of_any_height_is_measured(pool: PixelPool) -> None:
    found = await pool.run(banners_measured)
    assert len(found) == 159
    assert all(0 <= score <= 100 for score in found)


@pytest.mark.parametrize("size", [*ADMITTED, *THREADS])
async def test_a_picture_of_any_shape_is_like_itself(
    pool: PixelPool, size: tuple[int, int]
) -> None:
    same, softer, other = await pool.run(scores, *size)
    assert same > 99
    assert 0 <= softer <= same + 0.1
    assert 0 <= other <= 100
