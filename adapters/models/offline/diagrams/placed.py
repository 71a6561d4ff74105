"""A diagram with every box and arrow in its place. Units are those of the text's height."""

from dataclasses import dataclass

from adapters.models.offline.diagrams.structure import Edge, Shape

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A node's place: its middle, its size, its lines of text."""

    name: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Arrow:
    """The corners of an arrow, from its tail to its head; its label's lines and their middle."""

    edge: Edge
    points: tuple[Point, ...]
    lines: tuple[str, ...]
    at: Point


@dataclass(frozen=True, slots=True)
class Layout:
    """All of it, within (0, 0, width, height)."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: float
    height: float
