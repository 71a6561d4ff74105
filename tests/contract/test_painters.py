"""The contract of `core.models.painter.Painter`, over every implementation.

To add one: an async context manager that yields a Rig, and its name in FACTORIES.
"""

import io
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, get_args

import numpy as np
import pytest
from PIL import Image

from adapters.models.bfl.painter import FluxPainter
from adapters.models.comfyui.painter import ComfyPainter
from adapters.models.config import ProviderConfig
from adapters.models.fal.painter import FalPainter
from adapters.models.google.painter import GeminiPainter
from adapters.models.offline.provider import OfflinePainter
from adapters.models.openai.painter import OpenAIPainter
from adapters.models.openrouter.painter import OpenRouterPainter
from adapters.models.prices import PriceBook
from adapters.models.rates import Limiter
from adapters.models.replicate.painter import ReplicatePainter
from adapters.models.scripted import ScriptedPainter, flat
from adapters.models.sdwebui.painter import SdWebuiPainter
from adapters.models.served import ServedPainter
from adapters.models.stability.painter import StabilityPainter
from adapters.models.throttled import PacedPainter, Throttle
from core.domain.errors import Unsupported
from core.imaging import codec
from core.models.painter import Margins, Operation, Painter, Painting, PaintRequest
from tests.harness import Inline
from tests.standins.bfl_server import KEY as BFL_KEY
from tests.standins.bfl_server import Bfl
from tests.standins.comfy_server import EDIT, PAINT, Comfy
from tests.standins.fal_server import KEY as FAL_KEY
from tests.standins.fal_server import PRO as FAL_PRO
from tests.standins.fal_server import Fal
from tests.standins.google_server import KEY as GOOGLE_KEY
from tests.standins.google_server import NANO as GEMINI
from tests.standins.google_server import Google
from tests.standins.openai_server import FLARE, KEY, OpenAIServer
from tests.standins.openrouter_server import KEY as OPENROUTER_KEY
from tests.standins.openrouter_server import NANO, OpenRouter
from tests.standins.replicate_server import KEY as REPLICATE_KEY
from tests.standins.replicate_server import PRO as REPLICATE_PRO
from tests.standins.replicate_server import Replicate
from tests.standins.sdwebui_server import SdWebui
from tests.standins.stability_server import KEY as STABILITY_KEY
from tests.standins.stability_server import Stability
from tests.unit.offline.pictures import hill_scene

SIDE = 64
SOURCE = flat(90, (SIDE, SIDE))
MASK = flat(255, (SIDE, SIDE))
SCENE = codec.encode_array(hill_scene(SIDE, SIDE))


@dataclass(frozen=True)
class Rig:
    """A painter, and how many paid requests have left it. `own_shape`: it paints the size asked.
    `exact`: what an edit or an outpaint leaves alone it gives back to the pixel."""

    painter: Painter
    calls: Callable[[], int] = lambda: 0
    own_shape: bool = True
    exact: bool = False


Factory = Callable[[], AbstractAsyncContextManager[Rig]]


@asynccontextmanager
async def offline() -> AsyncIterator[Rig]:
    yield Rig(OfflinePainter(Inline()), exact=True)


@asynccontextmanager
async def scripted() -> AsyncIterator[Rig]:
    painter = ScriptedPainter(mask=True)
    yield Rig(painter, lambda: len(painter.requests), own_shape=False)


@asynccontextmanager
async def openai() -> AsyncIterator[Rig]:
    async with OpenAIServer() as server:
        config = ProviderConfig(kind="openai", base_url=server.url, api_key=KEY)
        painter = OpenAIPainter("openai", FLARE, config, PriceBook(), Inline())
        yield Rig(painter, lambda: len(server.calls))
        assert server.violations == []


@asynccontextmanager
async def compatible() -> AsyncIterator[Rig]:
    async with OpenAIServer(dialect="compatible") as server:
        config = ProviderConfig(
            kind="openai",
            base_url=server.url,
            supports_n=False,
            supports_quality=False,
            supports_edits=False,
        )
        painter = OpenAIPainter("mine", "sdxl", config, PriceBook(), Inline())
        yield Rig(painter, lambda: len(server.calls))


@asynccontextmanager
async def sdwebui() -> AsyncIterator[Rig]:
    server = SdWebui()
    await server.start()
    config = ProviderConfig(kind="sdwebui", base_url=server.url)
    painter = SdWebuiPainter("mine", "dreamshaper_8", config, PriceBook(), Inline())
    try:
        yield Rig(painter, lambda: len(server.calls))
    finally:
        await server.stop()
    assert server.violations == []


@asynccontextmanager
async def stability() -> AsyncIterator[Rig]:
    server = Stability()
    await server.start()
    config = ProviderConfig(kind="stability", base_url=server.url, api_key=STABILITY_KEY)
    yield Rig(
        StabilityPainter("stability", "ultra", config, PriceBook(), Inline()),
        lambda: len(server.calls),
    )
    await server.stop()
    assert server.violations == []


@asynccontextmanager
async def openrouter() -> AsyncIterator[Rig]:
    server = OpenRouter()
    await server.start()
    config = ProviderConfig(kind="openrouter", base_url=server.base, api_key=OPENROUTER_KEY)
    yield Rig(
        OpenRouterPainter("openrouter", NANO, config, PriceBook(), Inline()),
        lambda: len(server.calls),
    )
    await server.stop()
    assert server.violations == []


@asynccontextmanager
async def bfl() -> AsyncIterator[Rig]:
    server = Bfl()
    server.pending = 0
    await server.start()
    config = ProviderConfig(kind="bfl", base_url=server.url, api_key=BFL_KEY)
    yield Rig(
        FluxPainter("bfl", "flux-2-pro", config, PriceBook(), Inline()),
        lambda: len(server.calls),
    )
    await server.stop()
    assert server.violations == []


async def served(
    server: Any, make: type[ServedPainter], model: str, **keys: Any
) -> AsyncIterator[Rig]:
    await server.start()
    config = ProviderConfig(base_url=getattr(server, "base", server.url), **keys)
    yield Rig(make("mine", model, config, PriceBook(), Inline()), lambda: len(server.calls))
    await server.stop()
    assert server.violations == []


@asynccontextmanager
async def google() -> AsyncIterator[Rig]:
    keys = {"kind": "google", "api_key": GOOGLE_KEY}
    async for rig in served(Google(), GeminiPainter, GEMINI, **keys):
        yield rig


@asynccontextmanager
async def comfyui() -> AsyncIterator[Rig]:
    server = Comfy()
    server.pending = 0
    keys = {"kind": "comfyui", "workflow": PAINT, "workflow_edit": EDIT}
    async for rig in served(server, ComfyPainter, "flux", **keys):
        yield rig


@asynccontextmanager
async def replicate() -> AsyncIterator[Rig]:
    server = Replicate()
    server.pending = 0
    keys = {"kind": "replicate", "api_key": REPLICATE_KEY}
    async for rig in served(server, ReplicatePainter, REPLICATE_PRO, **keys):
        yield rig


@asynccontextmanager
async def fal() -> AsyncIterator[Rig]:
    server = Fal()
    server.pending = 0
    async for rig in served(server, FalPainter, FAL_PRO, kind="fal", api_key=FAL_KEY):
        yield rig


@asynccontextmanager
async def paced() -> AsyncIterator[Rig]:
    """As painters are used: behind the gate of their provider."""
    async with compatible() as rig:
        assert isinstance(rig.painter, OpenAIPainter)
        gate = Throttle("The server mine", Limiter(rpm=0, concurrency=2))
        yield Rig(PacedPainter(rig.painter, gate), rig.calls)


FACTORIES: list[Factory] = [
    offline,
    scripted,
    openai,
    compatible,
    sdwebui,
    stability,
    openrouter,
    bfl,
    google,
    comfyui,
    replicate,
    fal,
    paced,
]


@pytest.fixture(params=FACTORIES, ids=lambda factory: factory.__name__)
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    factory: Factory = request.param
    async with factory() as made:
        yield made
        await made.painter.close()


def asking(operation: Operation = "generate", **options: object) -> PaintRequest:
    """A request of this operation with all it needs."""
    given: dict[str, object] = {"prompt": "a red fox", "width": SIDE, "height": SIDE, "seed": 7}
    if operation != "generate":
        given["sources"] = (SOURCE,)
    if operation == "edit":
        given["mask"] = MASK
    if operation == "outpaint":
        given["margins"] = Margins(left=SIDE // 2, right=SIDE // 2)
    if operation == "replace":
        given["search"] = "the left half"
    return PaintRequest(operation=operation, **(given | options))  # type: ignore[arg-type]


def size_of(painting: Painting) -> tuple[int, int]:
    """Width and height in pixels, decoded from end to end."""
    with Image.open(io.BytesIO(painting.data)) as image:
        image.load()
        return image.size


def ratio(painting: Painting) -> float:
    width, height = size_of(painting)
    return width / height


async def test_it_says_who_it_is_and_what_it_can(rig: Rig) -> None:
    profile = rig.painter.profile
    assert profile.name == f"{profile.provider}:{profile.model}"
    assert profile.provider
    assert profile.model
    assert profile.operations <= set(
        get_args(Operation.__value__ if hasattr(Operation, "__value__") else Operation)
    )
    assert profile.operations
    assert profile.max_n >= 1
    assert profile.prompt_limit > 100
    assert profile.timeout_s > 0
    assert profile.formats
    works_on_pictures = bool(profile.operations - {"generate"})
    assert works_on_pictures == (profile.max_sources > 0 or profile.image_to_image)


async def test_every_operation_it_declares_gives_a_picture_within_its_price(rig: Rig) -> None:
    """Where a painter is exact, the same request over another picture gives another painting too."""
    profile = rig.painter.profile
    for operation in sorted(profile.operations):
        mask = {} if profile.mask or operation != "edit" else {"mask": None}
        request = asking(operation, **mask)
        price = rig.painter.price(request)
        (painting,) = await rig.painter.paint(request)
        assert min(size_of(painting)) > 0, operation
        assert painting.model
        assert price is None or (isinstance(price, Decimal) and price >= 0)
        cost = painting.cost.usd if painting.cost else None
        assert price is None or cost is None or cost <= price
        if rig.exact and operation != "generate":  # the stand-ins paint what they like
            (other,) = await rig.painter.paint(asking(operation, sources=(SCENE,)))
            assert painting.data != other.data, operation


async def test_an_operation_it_does_not_declare_is_refused_before_anything_is_sent(
    rig: Rig,
) -> None:
    missing = set(get_args(Operation)) - rig.painter.profile.operations
    for operation in sorted(missing):
        with pytest.raises(Unsupported, match=rig.painter.profile.name) as refused:
            await rig.painter.paint(asking(operation))
        assert refused.value.sentence.endswith(".")
    assert rig.calls() == 0


async def test_what_its_profile_excludes_is_refused_before_anything_is_sent(rig: Rig) -> None:
    profile = rig.painter.profile
    impossible = [asking(prompt="fox " * (profile.prompt_limit // 4 + 1))]
    impossible.append(asking(n=profile.max_n + 1))
    if not profile.transparent:
        impossible.append(asking(transparent=True))
    if not profile.mask:
        impossible.append(asking("edit"))
    if "outpaint" in profile.operations:
        impossible.append(asking("outpaint", margins=Margins()))
        impossible.append(asking("outpaint", margins=Margins(left=64, right=-64)))
    if "vary" in profile.operations:
        impossible.append(asking("vary", sources=()))
        impossible.append(asking("vary", sources=(SOURCE,) * (profile.max_sources + 1)))
    for request in impossible:
        with pytest.raises(Unsupported):
            await rig.painter.paint(request)
    assert rig.calls() == 0


async def test_as_many_as_asked_come_back(rig: Rig) -> None:
    for n in sorted({1, min(2, rig.painter.profile.max_n), min(4, rig.painter.profile.max_n)}):
        paintings = await rig.painter.paint(asking(n=n))
        assert len(paintings) == n
        assert all(min(size_of(painting)) > 0 for painting in paintings)


async def test_the_shape_is_the_one_asked_for(rig: Rig) -> None:
    if (
        not rig.own_shape
        or rig.painter.profile.sizes
        or "generate" not in rig.painter.profile.operations
    ):
        pytest.skip("its shapes are its own")
    for width, height in ((192, 128), (128, 192)):
        (painting,) = await rig.painter.paint(asking(width=width, height=height))
        assert ratio(painting) == pytest.approx(width / height, rel=0.1)


async def test_an_outpainted_picture_is_wider(rig: Rig) -> None:
    if not rig.own_shape or "outpaint" not in rig.painter.profile.operations:
        pytest.skip("it does not outpaint")
    (painting,) = await rig.painter.paint(asking("outpaint"))
    assert ratio(painting) == pytest.approx(2.0, rel=0.1)


async def test_what_is_left_alone_stays_to_the_pixel(rig: Rig) -> None:
    if not rig.exact:
        pytest.skip("it paints all of the picture anew")
    left = np.zeros((SIDE, SIDE, 3), np.uint8)
    left[:, : SIDE // 2] = 255
    half = codec.encode_array(left)
    (edited,) = await rig.painter.paint(asking("edit", sources=(SCENE,), mask=half))
    before, after = codec.rgb(SCENE), codec.rgb(edited.data)
    assert np.array_equal(after[:, SIDE // 2 :], before[:, SIDE // 2 :])
    assert not np.array_equal(after[:, : SIDE // 2], before[:, : SIDE // 2])
    (wider,) = await rig.painter.paint(asking("outpaint", sources=(SCENE,)))
    assert np.array_equal(codec.rgb(wider.data)[:, SIDE // 2 : SIDE // 2 + SIDE], before)


async def test_every_quality_paints(rig: Rig) -> None:
    if "generate" not in rig.painter.profile.operations:
        pytest.skip("it begins with a picture")
    for quality in {"low", "max", *rig.painter.profile.qualities[:1]}:
        (painting,) = await rig.painter.paint(asking(quality=quality))
        assert min(size_of(painting)) > 0, quality


async def test_a_quote_needs_no_prompt_and_nothing_is_sent_for_it(rig: Rig) -> None:
    one = rig.painter.price(PaintRequest(prompt=""))
    two = rig.painter.price(PaintRequest(prompt="", n=2))
    assert (one is None) == (two is None)
    assert one is None or two is None or one <= two
    assert rig.calls() == 0


async def test_a_seed_it_takes_is_given_back(rig: Rig) -> None:
    if not rig.painter.profile.seed:
        pytest.skip("it takes no seed")
    (painting,) = await rig.painter.paint(asking(seed=1234))
    assert painting.seed == 1234


async def test_a_repeatable_painter_paints_the_same_again(rig: Rig) -> None:
    if not rig.painter.profile.repeatable:
        pytest.skip("it is not repeatable")
    (first,) = await rig.painter.paint(asking())
    (second,) = await rig.painter.paint(asking())
    assert first.data == second.data


async def test_any_text_is_a_prompt(rig: Rig) -> None:
    for prompt in (
        "ein Fuchs im Schnee, 狐狸 🦊",
        "half a character: \ud83e",
        'quotes " and \\ \n',
    ):
        (painting,) = await rig.painter.paint(asking(prompt=prompt))
        assert min(size_of(painting)) > 0


async def test_closing_twice_is_closing(rig: Rig) -> None:
    await rig.painter.close()
    await rig.painter.close()
