"""Diagrams that are exact: a sentence becomes boxes and arrows, laid out in layers, lettered with a
real font."""

from adapters.models.offline.diagrams.drawing import drawn
from adapters.models.offline.diagrams.reading import asked_for, read
from adapters.models.offline.diagrams.structure import CantDraw, Diagram, Edge, Node, said

__all__ = ["CantDraw", "Diagram", "Edge", "Node", "asked_for", "drawn", "read", "said"]
