"""Diagrams are exact: what a sentence says is there, each once, and nothing lies over anything."""

from itertools import combinations

import numpy as np
import pytest

from adapters.models.offline.diagrams import CantDraw, Diagram, Edge, Node, drawn, read, said
from adapters.models.offline.diagrams.layout import extent, laid_out
from adapters.models.offline.diagrams.placed import Layout
from adapters.models.offline.operations import made
from core.domain.errors import Unsupported
from core.imaging import codec
from core.models.painter import PaintRequest

E = tuple[str, str, str]
EXACT: dict[str, list[E]] = {
    "a client sends a request to a server which asks a database": [
        ("client", "sends a request", "server"), ("server", "asks", "database")],
    "The browser talks to a proxy, the proxy forwards requests to a server and the server reads "
    "from a cache and a database.": [
        ("browser", "talks to", "proxy"), ("proxy", "forwards requests", "server"),
        ("server", "reads from", "cache"), ("server", "reads from", "database")],
    "A producer writes events to a queue, a consumer reads them from the queue and stores the "
    "result in a warehouse": [
        ("producer", "writes events", "queue"), ("consumer", "reads them from", "queue"),
        ("consumer", "stores the result in", "warehouse")],
    "a diagram of how water evaporates into clouds, clouds turn into rain and rain flows into the "
    "sea": [("water", "evaporates into", "clouds"), ("clouds", "turn into", "rain"),
            ("rain", "flows into", "sea")],
    "Alice sends hello to Bob and Bob answers Alice with thanks": [
        ("Alice", "sends hello", "Bob"), ("Bob", "answers with thanks", "Alice")],
    "The user logs in to the website, which checks the password in the database and returns a "
    "token to the user": [
        ("user", "logs in to", "website"), ("website", "checks the password in", "database"),
        ("website", "returns a token", "user")],
    "a gateway connects to auth, billing and mail": [
        ("gateway", "connects to", "auth"), ("gateway", "connects to", "billing"),
        ("gateway", "connects to", "mail")],
    "Diagram: sun heats water; water warms the house": [
        ("sun", "heats", "water"), ("water", "warms", "house")],
    "first wash, then dry, then fold": [("wash", "", "dry"), ("dry", "", "fold")],
    "client -> server: request; server -asks-> database": [
        ("client", "request", "server"), ("server", "asks", "database")],
    "if the tests pass, deploy to production, otherwise fix the code": [
        ("tests pass?", "yes", "deploy to production"), ("tests pass?", "no", "fix the code")],
    "wash -> dry -> fold -> wear -> wash": [
        ("wash", "", "dry"), ("dry", "", "fold"), ("fold", "", "wear"), ("wear", "", "wash")],
}  # fmt: skip


def reading(sentence: str) -> Diagram:
    found = read(sentence)
    assert found is not None
    return found


@pytest.mark.parametrize("sentence", EXACT)
def test_a_sentence_becomes_its_boxes_and_arrows_and_nothing_else(sentence: str) -> None:
    diagram = reading(sentence)
    assert [(e.source, e.label, e.target) for e in diagram.edges] == EXACT[sentence]
    named = [name for one, _, other in EXACT[sentence] for name in (one, other)]
    assert sorted(node.label for node in diagram.nodes) == sorted(set(named))
    for upright in (False, True):
        nothing_overlaps(laid_out(diagram, upright=upright))


def nothing_overlaps(layout: Layout) -> None:
    boxes = [(box.x, box.y, box.width, box.height) for box in layout.boxes]
    labels = [(*arrow.at, *extent(arrow.lines, 0.8)) for arrow in layout.arrows if arrow.lines]
    for one, other in combinations([*boxes, *labels], 2):
        apart = (abs(one[k] - other[k]) - (one[k + 2] + other[k + 2]) / 2 for k in (0, 1))
        assert max(apart) > -1e-6, (one, other)
    for x, y, width, height in [*boxes, *labels]:
        assert width / 2 <= x <= layout.width - width / 2
        assert height / 2 <= y <= layout.height - height / 2
    by_name = {box.name: box for box in layout.boxes}
    for arrow in layout.arrows:
        ends = zip((arrow.points[0], arrow.points[-1]), (arrow.edge.source, arrow.edge.target))  # noqa: B905
        for (x, y), name in ends:
            box = by_name[name]
            beside = (abs(x - box.x) / box.width, abs(y - box.y) / box.height)
            touching = sum(beside) if box.shape == "question" else max(beside)
            assert touching == pytest.approx(0.5), name


@pytest.mark.parametrize("sentence", ["a fox in the snow", "hello", "", "sends", "-> ->", "if so"])
def test_what_says_nothing_of_who_does_what_is_no_diagram(sentence: str) -> None:
    assert read(sentence) is None


def test_a_long_arrow_passes_between_the_boxes() -> None:
    names = ("a", "b", "c", "d")
    edges = tuple(Edge(one, other) for one, other in combinations(names, 2))
    layout = laid_out(Diagram(tuple(map(Node, names)), edges), upright=False)
    nothing_overlaps(layout)
    for arrow in layout.arrows:
        for box in layout.boxes:
            if box.name in {arrow.edge.source, arrow.edge.target}:
                continue
            for (a, b), (c, d) in zip(arrow.points, arrow.points[1:], strict=False):
                share = np.linspace(0, 1, 40)
                x, y = a + (c - a) * share, b + (d - b) * share
                inside = (abs(x - box.x) < box.width / 2) & (abs(y - box.y) < box.height / 2)
                assert not inside.any(), (arrow.edge, box.name)


def test_a_prompt_that_asks_for_one_is_painted_as_one_and_told_in_words() -> None:
    prompt = "Diagram: a client asks a server"
    done = made(PaintRequest(prompt=prompt, width=320, height=200), 1)
    assert done.said == said(reading(prompt))
    picture = codec.rgb(done.data).astype(int)
    dark = picture.max(-1) < 110
    columns = np.flatnonzero(dark.any(0))
    assert picture.shape == (200, 320, 3)
    assert dark.mean() > 0.003
    assert 8 < columns[0] < columns[-1] < 312
    assert made(PaintRequest(prompt=prompt, width=320, height=200), 2).data == done.data
    with pytest.raises(Unsupported, match="reads no diagram"):
        made(PaintRequest(prompt="Diagram: the human heart"), 1)


def test_more_boxes_than_can_be_read_are_refused_in_a_sentence() -> None:
    many = " -> ".join(f"step number {n}" for n in range(38))
    with pytest.raises(CantDraw, match="ask for a larger picture"):
        drawn(reading(many), 200, 200)
