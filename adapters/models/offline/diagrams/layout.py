"""Where boxes and arrows of a diagram lie: in layers, along the direction that the picture is long in
(Sugiyama et al. 1981). Units are those of the text's height; the drawing scales them.

Arrows against the stream (cycles) are turned for the layering and drawn as they are. Long arrows pass
the layers between in lanes of their own, so that none runs through a box.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from adapters.models.offline.diagrams.placed import Arrow, Box, Layout, Point
from adapters.models.offline.diagrams.structure import Diagram, Edge

_LETTER: Final = 0.56  # width of a letter, for its height
_LINE: Final = 1.25
_PAD: Final = 0.8
_ASIDE: Final = 1.6  # between boxes of a layer
_GAP: Final = 3.4  # between layers, where no label needs more
_WRAP: Final = 16  # letters
_LABEL_WRAP: Final = 18
_LABEL: Final = 0.8  # of the height of the boxes' letters
_SWEEPS: Final = 6


@dataclass(slots=True)
class _Cell:
    """A box, or the lane of an arrow, in the layers; `across` is its extent within the layer."""

    name: str
    layer: int
    along: float
    across: float
    at: float = 0.0


def laid_out(diagram: Diagram, *, upright: bool) -> Layout:
    """Layers from left to right, `upright` from top to bottom."""
    turned = _against_the_stream(diagram)
    layers_of = _layers(diagram, turned)
    cells = {
        node.label: _cell(diagram, node.label, layers_of[node.label], upright)
        for node in diagram.nodes
    }
    lanes = {edge: _lanes(edge, cells, edge in turned) for edge in diagram.edges}
    order = _ordered(cells, lanes)
    _spread(order)
    stations = _stations(diagram, order, upright)
    boxes = _boxes(diagram, cells, stations, upright)
    arrows = _arrows(diagram, cells, lanes, boxes, stations, upright)
    return _framed(boxes, arrows)


def wrapped(text: str, most: int) -> tuple[str, ...]:
    """Lines of about `most` letters, none cut in mid-word."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


def extent(lines: tuple[str, ...], scale: float = 1.0) -> tuple[float, float]:
    """Width and height of lines of text."""
    width = max((len(line) for line in lines), default=0) * _LETTER
    return width * scale, len(lines) * _LINE * scale


def _against_the_stream(diagram: Diagram) -> set[Edge]:
    """The arrows that close a circle, found by going along from the first box."""
    state: dict[str, int] = {}
    back: set[Edge] = set()

    def visit(name: str) -> None:
        state[name] = 1
        for edge in diagram.edges:
            if edge.source != name:
                continue
            if state.get(edge.target) == 1:
                back.add(edge)
            elif edge.target not in state:
                visit(edge.target)
        state[name] = 2

    for node in diagram.nodes:
        if node.label not in state:
            visit(node.label)
    return back


def _layers(diagram: Diagram, turned: set[Edge]) -> dict[str, int]:
    """Each box as far along as the longest way to it."""
    layer = {node.label: 0 for node in diagram.nodes}
    for _ in diagram.nodes:
        for edge in diagram.edges:
            if edge not in turned and layer[edge.target] <= layer[edge.source]:
                layer[edge.target] = layer[edge.source] + 1
    return layer


def _cell(diagram: Diagram, name: str, layer: int, upright: bool) -> _Cell:
    node = next(node for node in diagram.nodes if node.label == name)
    width, height = extent(wrapped(name, _WRAP))
    width, height = width + 2 * _PAD, height + 2 * _PAD
    if node.shape == "question":
        width, height = width * 1.5, height * 1.7
    ends = [edge for edge in diagram.edges if name in {edge.source, edge.target}]
    room = sum(_room(edge, upright) for edge in ends)
    across = max(width if upright else height, room if len(ends) > 1 else 0)
    return _Cell(name, layer, height if upright else width, across)


def _room(edge: Edge, upright: bool) -> float:
    """What an arrow with its label takes of the side of a box."""
    return extent(wrapped(edge.label, _LABEL_WRAP), _LABEL)[0 if upright else 1] + 0.5


def _lanes(edge: Edge, cells: dict[str, _Cell], turned: bool) -> list[_Cell]:
    """A cell in each layer that the arrow passes, from its tail to its head."""
    first, last = cells[edge.source].layer, cells[edge.target].layer
    step = 1 if last > first else -1
    return [_Cell("", layer, 0.0, 1.0) for layer in range(first + step, last, step)]


def _ordered(cells: dict[str, _Cell], lanes: dict[Edge, list[_Cell]]) -> list[list[_Cell]]:
    """The layers' cells in an order that crosses few arrows (barycentre, in sweeps)."""
    count = max(cell.layer for cell in cells.values()) + 1
    layers: list[list[_Cell]] = [[] for _ in range(count)]
    for cell in [*cells.values(), *(cell for passed in lanes.values() for cell in passed)]:
        layers[cell.layer].append(cell)
    ties: list[tuple[_Cell, _Cell]] = []
    for edge, passed in lanes.items():
        way = [cells[edge.source], *passed, cells[edge.target]]
        ties += [*pairwise(way), *pairwise(way[::-1])]
    for sweep in range(_SWEEPS):
        for layer in layers if sweep % 2 == 0 else layers[::-1]:
            where = {id(cell): n / max(1, len(row)) for row in layers for n, cell in enumerate(row)}
            layer.sort(key=lambda cell: _middle_of(cell, ties, where))
    return layers


def _middle_of(cell: _Cell, ties: list[tuple[_Cell, _Cell]], where: dict[int, float]) -> float:
    near = [where[id(b)] for a, b in ties if a is cell and b.layer != cell.layer]
    return sum(near) / len(near) if near else where[id(cell)]


def _spread(layers: list[list[_Cell]]) -> None:
    """Places within the layers: all of a layer about the same middle."""
    for layer in layers:
        total = sum(cell.across for cell in layer) + _ASIDE * (len(layer) - 1)
        at = -total / 2
        for cell in layer:
            cell.at = at + cell.across / 2
            at += cell.across + _ASIDE


def _stations(diagram: Diagram, layers: list[list[_Cell]], upright: bool) -> list[Point]:
    """Where each layer begins and ends along the stream."""
    place = {cell.name: cell.layer for layer in layers for cell in layer if cell.name}
    gaps = [_GAP] * max(1, len(layers))
    for edge in diagram.edges:
        size = extent(wrapped(edge.label, _LABEL_WRAP), _LABEL)[1 if upright else 0]
        first = min(place[edge.source], place[edge.target])
        if edge.label:
            gaps[first] = max(gaps[first], size + 2.2)
    found: list[Point] = []
    at = 0.0
    for number, layer in enumerate(layers):
        deep = max((cell.along for cell in layer), default=0)
        found.append((at, at + deep))
        at += deep + gaps[number]
    return found


def _boxes(
    diagram: Diagram, cells: dict[str, _Cell], stations: list[Point], upright: bool
) -> dict[str, Box]:
    found: dict[str, Box] = {}
    for node in diagram.nodes:
        cell = cells[node.label]
        along = sum(stations[cell.layer]) / 2
        x, y = (cell.at, along) if upright else (along, cell.at)
        size = (cell.across, cell.along) if upright else (cell.along, cell.across)
        lines = wrapped(node.label, _WRAP)
        found[node.label] = Box(node.label, x, y, *size, lines, node.shape)
    return found


def _arrows(
    diagram: Diagram,
    cells: dict[str, _Cell],
    lanes: dict[Edge, list[_Cell]],
    boxes: dict[str, Box],
    stations: list[Point],
    upright: bool,
) -> list[Arrow]:
    """Each arrow from a place of its own on its box's side, through its lanes, to another such."""
    ports = _ports(diagram, cells, lanes, upright)
    found: list[Arrow] = []
    for edge in diagram.edges:
        forward = cells[edge.target].layer > cells[edge.source].layer
        tail, head = ports[edge, "tail"], ports[edge, "head"]
        way: list[Point] = [(_side(boxes[edge.source], forward, upright, tail), tail)]
        for cell in lanes[edge]:
            begin, end = stations[cell.layer]
            way += (
                [(begin, cell.at), (end, cell.at)]
                if forward
                else [(end, cell.at), (begin, cell.at)]
            )
        way.append((_side(boxes[edge.target], not forward, upright, head), head))
        middle = _label_place(way)
        points = tuple((b, a) if upright else (a, b) for a, b in way)
        at = (middle[1], middle[0]) if upright else middle
        found.append(Arrow(edge, points, wrapped(edge.label, _LABEL_WRAP), at))
    return found


def _label_place(way: list[Point]) -> Point:
    """The middle of the first stretch between two layers."""
    (a, b), (c, d) = way[0], way[1]
    return (a + c) / 2, (b + d) / 2


def _side(box: Box, forward: bool, upright: bool, port: float) -> float:
    """Where a box's outline is at that place of its side; a rhomb's goes back from its corner."""
    middle, size = (box.y, box.height) if upright else (box.x, box.width)
    if box.shape == "question":
        across, wide = (box.x, box.width) if upright else (box.y, box.height)
        size *= max(0.0, 1 - 2 * abs(port - across) / wide)
    return middle + size / 2 if forward else middle - size / 2


def _ports(
    diagram: Diagram, cells: dict[str, _Cell], lanes: dict[Edge, list[_Cell]], upright: bool
) -> dict[tuple[Edge, str], float]:
    """Where arrows touch a box's side: spread over it, in the order of where they come from."""
    found: dict[tuple[Edge, str], float] = {}
    for name, cell in cells.items():
        for ahead in (True, False):
            ends: list[tuple[float, int, Edge, str]] = []
            for number, edge in enumerate(diagram.edges):
                way = [cells[edge.source], *lanes[edge], cells[edge.target]]
                for end, here, beside in (
                    ("tail", edge.source, way[1]),
                    ("head", edge.target, way[-2]),
                ):
                    if here == name and (beside.layer > cell.layer) == ahead:
                        ends.append((beside.at, number, edge, end))
            ends.sort(key=lambda item: item[:2])
            rooms = [_room(edge, upright) for _, _, edge, _ in ends]
            gap = (cell.across - sum(rooms)) / (len(ends) + 1)
            at = cell.at - cell.across / 2
            for room, (_, _, edge, end) in zip(rooms, ends, strict=True):
                found[edge, end] = at + gap + room / 2
                at += gap + room
    return found


def _framed(boxes: dict[str, Box], arrows: list[Arrow]) -> Layout:
    """All moved so that it begins at (0, 0), with a margin."""
    xs: list[float] = []
    ys: list[float] = []
    for box in boxes.values():
        xs += [box.x - box.width / 2, box.x + box.width / 2]
        ys += [box.y - box.height / 2, box.y + box.height / 2]
    for arrow in arrows:
        width, height = extent(arrow.lines, _LABEL)
        xs += [x for x, _ in arrow.points] + [arrow.at[0] - width / 2, arrow.at[0] + width / 2]
        ys += [y for _, y in arrow.points] + [arrow.at[1] - height / 2, arrow.at[1] + height / 2]
    left, top = min(xs) - _ASIDE, min(ys) - _ASIDE
    moved = tuple(replace(box, x=box.x - left, y=box.y - top) for box in boxes.values())
    shifted = tuple(
        replace(
            arrow,
            points=tuple((x - left, y - top) for x, y in arrow.points),
            at=(arrow.at[0] - left, arrow.at[1] - top),
        )
        for arrow in arrows
    )
    return Layout(moved, shifted, max(xs) + _ASIDE - left, max(ys) + _ASIDE - top)
