"""Pictures drawn of a session: its tree, a comic page; at their extremes as well."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from adapters.models.scripted import ScriptedCritic, flat
from core.domain.updates import Described
from core.imaging.comic import comic_page, split
from core.imaging.lineage import MOST_SIDE, lineage
from core.imaging.results import Panel, Twig
from core.jobs.comic import MakeComic
from core.jobs.journey import Journey
from core.jobs.tree import ShowTree
from tests.harness import ANN, PAGE, World


def opened(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB")


def _parent(n: int, *, fork: bool) -> str:
    return "" if n == 0 else "n0" if fork else f"n{n - 1}"


def twigs(count: int, *, fork: bool) -> list[Twig]:
    """A line of images, or all from the first."""
    return [
        Twig(
            f"n{n}",
            _parent(n, fork=fork),
            flat(90) if n % 7 else b"",
            f"{n} · 61.2",
            "B · Ann · $0.04",
            n < 2,
        )
        for n in range(count)
    ]


@pytest.mark.parametrize(("count", "fork", "size"), [(1, False, (382, 192)), (4, True, (598, 528))])
def test_a_tree_has_a_row_for_each_branch(count: int, fork: bool, size: tuple[int, int]) -> None:
    drawn = opened(lineage(twigs(count, fork=fork)))
    assert drawn.size == size
    assert (226, 72, 58) in {colour for _, colour in drawn.getcolors(1 << 20) or ()}


def test_a_long_tree_stays_within_bounds() -> None:
    assert max(opened(lineage(twigs(60, fork=False))).size) == MOST_SIDE


@pytest.mark.parametrize("count", range(1, 7))
def test_a_page_has_its_panels_in_shape(count: int) -> None:
    panels = [Panel(flat(30 * n), f"Scene {n}. “Come!” she said.") for n in range(1, count + 1)]
    page = opened(comic_page("A title", panels))
    assert page.width == 1400
    greys = {colour for _, colour in page.getcolors(1 << 22) or ()}
    assert {(30 * n,) * 3 for n in range(1, count + 1)} <= greys


def test_a_word_without_end_and_a_picture_of_one_row_have_room() -> None:
    thin = io.BytesIO()
    Image.new("RGB", (1, 400)).save(thin, "PNG")
    text = f"{'Donaudampfschiff' * 30} “{'na' * 60}” and so on. " * 4
    assert opened(comic_page("T" * 300, [Panel(thin.getvalue(), text)] * 2)).width == 1400


def test_what_is_said_goes_into_balloons_and_the_rest_into_the_caption() -> None:
    caption, said = split('The owl sat there. "Come with me," it said. She went. "No."')
    assert caption == "The owl sat there. She went."
    assert said == ("Come with me", "No.")
    assert split("„Komm mit“, sagte er.")[1] == ("Komm mit",)


async def test_a_story_is_posted_as_a_tree_and_as_a_page(tmp_path: Path) -> None:
    world = await World(tmp_path, critic=ScriptedCritic()).open()
    known: dict[str, Any] = {"actor": ANN, "place": PAGE}
    await world.send(Journey(dedup_key="web::1", theme="a fox", **known))
    session = await world.only_session()
    comic = MakeComic(dedup_key="web::2", session=session, **known)
    await world.send(comic)
    found = await world.service.refusal("web::2", ANN)
    assert found is not None
    assert "two scenes" in found.sentence
    node = (await world.nodes(session))[0]
    await world.send(Journey(dedup_key="web::3", iteration=node.id, choice=1, **known))
    await world.send(MakeComic(dedup_key="web::4", session=session, panels=6, **known))
    await world.send(ShowTree(dedup_key="web::5", session=session, **known))
    drawn = [r.update for r in await world.updates(session) if isinstance(r.update, Described)]
    assert [each.shows for each in drawn] == ["comic", "tree"]
    assert drawn[0].alt.startswith("Panel 1: scene 1 of a fox Panel 2: ")
    assert "2 images; the way to the best: 1 → 2" in drawn[1].alt
    assert opened(await world.images.get(drawn[1].image)).width > 400
    await world.close()
