"""What a diagram is made of."""

from dataclasses import dataclass
from typing import Literal

Shape = Literal["box", "question"]


class CantDraw(ValueError):
    """The message is a sentence for whoever asked."""


@dataclass(frozen=True, slots=True)
class Node:
    """A box, or the rhomb of a question. `label` is its name as well: no two have the same."""

    label: str
    shape: Shape = "box"


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow from one label to another; `label` stands beside it, "" for none."""

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Diagram:
    """Nodes in the order in which they are named."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def said(diagram: Diagram) -> str:
    """The diagram in words, for those who don't see it: every box and arrow, each once."""
    arrows = [
        f"{edge.source} → {edge.target}" + (f" ({edge.label})" if edge.label else "")
        for edge in diagram.edges
    ]
    boxes = ", ".join(node.label for node in diagram.nodes)
    return f"A diagram. Boxes: {boxes}. Arrows: {'; '.join(arrows) or 'none'}."
