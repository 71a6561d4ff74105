"""Mixed set-ups: a painter over the network, the embedded critic, the real service, store and loop."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from adapters.engine.inline import InlineRun
from adapters.models.config import ProviderConfig
from adapters.models.offline.provider import OfflineCritic
from adapters.models.prices import PriceBook
from adapters.models.rates import Limiter
from adapters.models.scripted import ScriptedCritic
from adapters.models.sdwebui.painter import SdWebuiPainter
from adapters.models.stability.errors import LABEL
from adapters.models.stability.painter import StabilityPainter
from adapters.models.throttled import Account, PacedPainter, ProbedPainter, Throttle
from core.domain.answers import Box, Critique, Difference
from core.domain.commands import ImageHandle
from core.domain.records import RunStatus
from core.domain.updates import Finished, Noticed, Progressed
from core.imaging.codec import box_mask
from tests.harness import Inline, World, refine
from tests.standins.loopback import PAINT, Loopback, array
from tests.standins.sdwebui_server import SdWebui
from tests.standins.stability_server import KEY, Stability

U = TypeVar("U")
OURS = re.compile(r"\bDabs \d|Style: gouache")  # for the embedded painter alone
GOES_ON = "the run waits and goes on by itself."
TOLD = f"the operator is told, {GOES_ON}"
MINE = "The image server mine"
FOX = "a red fox in the snow"
REFERENCE = ImageHandle("web", "ref")


@dataclass
class Mix:
    """A run's world. Waiting takes no time: it moves the clock; `shown` is what the thread said
    meanwhile, `then` is called before each wait ends. `usd` is the price of one picture."""

    server: Loopback
    world: World
    usd: Decimal
    waits: list[float] = field(default_factory=list[float])
    shown: list[str] = field(default_factory=list[str])
    down: bool = False

    def now(self) -> float:
        return sum(self.waits)

    async def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.shown += await self.notices()
        if self.down:
            self.down = False
            await self.server.start()
        return False

    async def run(self, **options: object) -> Finished:
        """Without a picture to compare with unless `image` is given: that is done sooner."""
        given = {"stop": "never", "size": "128x128", "image": None, "goal": FOX} | options
        await self.world.send(refine(**given))
        (end,) = await self.said(Finished)
        return end

    async def said(self, kind: type[U]) -> list[U]:
        updates = await self.world.updates(await self.world.only_session())
        return [d.update for d in updates if isinstance(d.update, kind)]

    async def notices(self) -> list[str]:
        return [notice.sentence for notice in await self.said(Noticed)]

    async def percentages(self) -> list[str]:
        return [update.line for update in await self.said(Progressed) if "%" in update.line]

    async def booked(self) -> tuple[Decimal, int]:
        """Dollars that are known, and the number of calls whose cost nobody knows."""
        (run,) = await self.world.runs(await self.world.only_session())
        assert run.status is RunStatus.DONE
        async with self.world.store.read() as uow:
            rows = await uow.ledger.of_run(run.id)
        known = [row.usd for row in rows if row.kind == "settle" and row.usd is not None]
        return sum(known, Decimal(0)), sum(row.kind == "unknown" for row in rows)

    @property
    def prompts(self) -> list[str]:
        return [call.fields["prompt"] for call in self.server.calls]


async def mixed(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    label: str,
    server: Loopback,
    painter: ProbedPainter,
    usd: str,
) -> Mix:
    """The painter behind its provider's gate, as the program sets it up."""
    clock: list[Mix] = []

    def now() -> float:
        return clock[0].now() if clock else 0.0

    gate = Throttle(label, Limiter(rpm=0, concurrency=8, clock=now), Account(now))
    paced = PacedPainter(painter, gate)
    critic = OfflineCritic(Inline(), in_words=True)
    world = await World(folder, painter=paced, critic=critic).open()  # type: ignore[arg-type]
    mix = Mix(server, world, Decimal(usd))
    clock.append(mix)

    async def signal(_: InlineRun, timeout: float) -> bool:
        return await mix.wait(timeout)

    monkeypatch.setattr(InlineRun, "signal", signal)
    return mix


@asynccontextmanager
async def sdwebui(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Mix]:
    server = SdWebui()
    await server.start()
    config = ProviderConfig(kind="sdwebui", base_url=server.url)
    prices = PriceBook({"dreamshaper_8": {"image": Decimal("0.004")}})
    painter = SdWebuiPainter("mine", "dreamshaper_8", config, prices, Inline())
    painter.poll_s = 0.001
    mix = await mixed(folder, monkeypatch, MINE, server, painter, "0.004")
    yield mix
    await ended(mix)


@asynccontextmanager
async def stability(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Mix]:
    server = Stability()
    await server.start()
    config = ProviderConfig(kind="stability", base_url=server.url, api_key=KEY)
    painter = StabilityPainter("stability", "core", config, PriceBook(), Inline())
    mix = await mixed(folder, monkeypatch, LABEL, server, painter, "0.03")
    yield mix
    await ended(mix)


async def ended(mix: Mix) -> None:
    await mix.world.close()
    await mix.world.painter.close()
    await mix.server.stop()
    assert mix.server.violations == []


@pytest.fixture(params=[sdwebui, stability], ids=["sdwebui", "stability"])
async def mix(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Mix]:
    async with request.param(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
async def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Mix]:
    async with stability(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
async def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Mix]:
    async with sdwebui(tmp_path, monkeypatch) as made:
        yield made


@pytest.mark.slow
async def test_three_rounds_in_plain_words_each_paid_once(mix: Mix) -> None:
    mix.server.shades += (60, 140, 195)
    end = await mix.run(image=REFERENCE, goal="", iterations=3)
    assert end.rounds == 3
    assert len(mix.prompts) == 3
    assert not [prompt for prompt in mix.prompts if OURS.search(prompt)]
    assert "Revision 1: " in mix.prompts[1]
    assert "lighter" in mix.prompts[1].splitlines()[-1]
    assert "Revision 2: " in mix.prompts[2]
    nodes = await mix.world.nodes(await mix.world.only_session())
    scores = [node.score.value for node in nodes if node.score]
    assert scores == sorted(scores)
    assert [node.seed for node in nodes] == [int(c.fields["seed"]) for c in mix.server.calls]
    assert await mix.booked() == (3 * mix.usd, 0)
    assert end.spent == 3 * mix.usd
    assert end.best is not None
    assert end.best.iteration == nodes[-1].id


@pytest.mark.slow
async def test_four_candidates_are_four_calls_of_one_price(mix: Mix) -> None:
    end = await mix.run(iterations=1, candidates=4)
    assert len({call.fields["seed"] for call in mix.server.calls}) == 4
    assert (end.spent, end.spent_images) == (4 * mix.usd, 4)
    assert await mix.booked() == (4 * mix.usd, 0)


WAITED = {
    "sdwebui": {
        "429 told": (f"{MINE} is busy; {GOES_ON}", 7),
        "500": (f"{MINE} reports a fault of its own; {GOES_ON}", 10),
    },
    "stability": {
        "429 told": (f"{LABEL} has had too many requests; {GOES_ON}", 7),
        "503 told": (f"{LABEL} reports a fault of its own; {GOES_ON}", 40),
        "402": (f"{LABEL}: the account has no credits left; {TOLD}", 60),
        "403 other": (
            f"{LABEL} refuses the key: check providers.stability.api_key; {TOLD}",
            60,
        ),
    },
}


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "fault"), [(kind, f) for kind in WAITED for f in WAITED[kind]])
async def test_what_was_not_billed_is_waited_for_as_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, fault: str
) -> None:
    sentence, seconds = WAITED[kind][fault]
    async with {"sdwebui": sdwebui, "stability": stability}[kind](tmp_path, monkeypatch) as mix:
        mix.server.faults += ["", fault]
        end = await mix.run(iterations=2)
        assert end.rounds == 2
        assert mix.waits == [seconds]
        assert mix.shown == [sentence]
        assert await mix.notices() == ["The wait is over; the run went on."]
        assert len(mix.server.calls) == 3
        assert len(mix.world.told) == (seconds == 60)
        assert await mix.booked() == (2 * mix.usd, 0)


@pytest.mark.slow
async def test_a_provider_that_is_down_is_waited_for(mix: Mix) -> None:
    await mix.server.stop()
    mix.down = True
    end = await mix.run(iterations=2)
    assert end.rounds == 2
    label = MINE if isinstance(mix.server, SdWebui) else LABEL
    assert mix.shown == [f"{label} is not answering; {GOES_ON}"]
    assert len(mix.server.calls) == 2
    assert await mix.booked() == (2 * mix.usd, 0)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["drop", "truncated", "empty"])
async def test_what_may_be_billed_counts_as_spent_and_is_painted_once_more(
    mix: Mix, fault: str
) -> None:
    mix.server.faults.append(fault)
    end = await mix.run(iterations=3)
    (said,) = await mix.notices()
    assert said.startswith("Round 1: ")
    assert said.endswith(" It counts as spent; trying once more.")
    assert len(mix.server.calls) == 3  # no more than the quote promised
    assert await mix.booked() == (2 * mix.usd, 1)
    assert (end.rounds, end.unknown_calls) == (2, 1)
    assert "budget" in end.reason


@pytest.mark.slow
async def test_a_program_that_ends_while_the_provider_works_pays_nothing_twice(mix: Mix) -> None:
    mix.server.faults += ["", "hang"]
    request = refine(iterations=3, stop="never", size="128x128", image=None, goal=FOX)
    await mix.world.service.receive(request)
    async with asyncio.timeout(20):
        await mix.server.arrived.wait()
    await mix.world.restart()
    mix.server.go_on.set()
    first, lost, *again = mix.server.calls
    assert len(again) == 1  # the quote is used up
    assert again[0].fields["seed"] == lost.fields["seed"] == first.fields["seed"]
    assert await mix.booked() == (2 * mix.usd, 1)
    nodes = await mix.world.nodes(await mix.world.only_session())
    assert [node.round for node in nodes] == [1, 2]
    (said,) = await mix.notices()
    assert said == (
        "Round 2: The program stopped while the provider was working. It counts as spent; trying "
        "once more."
    )


@pytest.mark.parametrize("fault", ["filtered", "403"])
async def test_a_refused_prompt_is_softened_once(cloud: Mix, fault: str) -> None:
    cloud.server.faults.append(fault)
    end = await cloud.run(goal="a bloody fox in Paris", iterations=1)
    assert cloud.prompts == ["a bloody fox in Paris", "a red fox in a place"]
    assert (end.rounds, end.unknown_calls) == (1, 0)
    assert await cloud.notices() == []
    assert await cloud.booked() == (cloud.usd, 0)


async def test_a_prompt_is_never_sent_again_once_it_was_refused(cloud: Mix) -> None:
    cloud.server.faults += ["403", "filtered"]
    end = await cloud.run(iterations=3)
    assert cloud.prompts == [FOX]
    assert (end.rounds, end.best) == (0, None)
    assert "refused" in end.reason
    (said,) = await cloud.notices()
    assert said == f"Round 1 is skipped: {LABEL}'s safety system refused this."
    assert await cloud.booked() == (Decimal(0), 0)


async def test_a_painter_an_editor_and_a_critic_of_three_houses(mine: Mix) -> None:
    cloud = Stability()
    await cloud.start()
    config = ProviderConfig(kind="stability", base_url=cloud.url, api_key=KEY)
    editor = StabilityPainter("stability", "core", config, PriceBook(), Inline())
    box = Box(0.25, 0.5, 0.25, 0.25)
    critic = ScriptedCritic(
        critiques=[
            Critique(summary="no hat", prompt="all", differences=(Difference("a hat", box),)),
            Critique(summary="too dark", prompt="lighter"),
        ]
    )
    model_set = replace(mine.world.ctx.model_set, editor=editor, critic=critic, judge=critic)
    object.__setattr__(mine.world.ctx, "model_set", model_set)
    mine.server.shades += (120, 190)
    end = await mine.run(image=REFERENCE, goal="", iterations=3)
    await editor.close()
    await cloud.stop()
    assert cloud.violations == []
    assert mine.prompts == ["prompt 1", "lighter"]
    (edit,) = cloud.calls
    assert (edit.path, edit.fields["prompt"]) == ("/v2beta/stable-image/edit/inpaint", "a hat")
    mask = array(edit.files["mask"], "L")
    wanted = array(box_mask(128, 128, box.x, box.y, box.width, box.height), "L")
    assert np.array_equal(mask == 255, wanted >= 128)
    assert (array(edit.files["image"]) == 120).all()
    nodes = await mine.world.nodes(await mine.world.only_session())
    painted, mended, anew = nodes
    assert [node.cost for node in nodes] == [mine.usd, Decimal("0.05"), mine.usd]
    result = array(await mine.world.images.get(mended.image))
    assert (result[mask == 255] == PAINT).all()
    assert (result[mask == 0] == 120).all()
    assert (mended.model, anew.model) == ("stability:core", "mine:dreamshaper_8")
    answers = Decimal("0.001") * len(critic.asked)
    assert await mine.booked() == (2 * mine.usd + Decimal("0.05") + answers, 0)
    assert end.rounds == 3
    assert painted.id == mended.parent


async def test_a_checkpoint_that_is_gone_waits_for_the_operator(mine: Mix) -> None:
    assert isinstance(mine.server, SdWebui)
    mine.server.strict, mine.server.models = True, ["sdxl.safetensors [31e35c80fc]"]

    async def bring_back(seconds: float) -> bool:
        mine.waits.append(seconds)
        mine.server.models.append("dreamshaper_8.safetensors [879db523c3]")  # type: ignore[attr-defined]
        return False

    mine.wait = bring_back  # type: ignore[method-assign]
    end = await mine.run(iterations=1)
    assert end.rounds == 1
    assert mine.waits == [60.0]
    ((_, told),) = mine.world.told
    assert "has no model dreamshaper_8" in told
    assert await mine.booked() == (mine.usd, 0)


async def test_the_channel_sees_how_far_a_picture_is(mine: Mix) -> None:
    assert isinstance(mine.server, SdWebui)
    mine.server.progress = [{"progress": 0.57}] * 100_000
    mine.server.faults.append("wait")
    nudged = asyncio.Event()
    object.__setattr__(mine.world.ctx, "nudge", nudged.set)
    await mine.world.service.receive(refine(iterations=1, size="128x128", image=None, goal=FOX))
    async with asyncio.timeout(10):
        await mine.server.arrived.wait()
        while not (lines := await mine.percentages()):
            await nudged.wait()
            nudged.clear()
    mine.server.go_on.set()
    await mine.world.settle()
    assert lines == ["painting round 1 of 1: 55 %"]
    assert await mine.percentages() == []
    assert len(mine.server.calls) == 1
