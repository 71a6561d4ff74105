"""A workflow of ComfyUI as the person saved it (API format), and its marked inputs.

A node is marked by its title: `darkroom:prompt`, `darkroom:seed`, `darkroom:size`, … (NAMES below), several
in one title where one node takes several, and `darkroom:seed=noise_seed` where the input has another name
than the usual ones.
"""

import copy
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from adapters.models.fields import fields_of, text_of
from core.domain.errors import Misconfigured

MARK = re.compile(r"darkroom:([a-z]+)(\d?)(?:=(\w{1,60}))?")
TEXTS = ("text", "prompt", "value", "string")
NAMES: dict[str, tuple[str, ...]] = {
    "prompt": TEXTS,
    "negative": TEXTS,
    "seed": ("seed", "noise_seed", "value"),
    "width": ("width", "value"),
    "height": ("height", "value"),
    "strength": ("denoise", "value"),
    "image": ("image",),
    "mask": ("image",),
    "output": (),
}
BOTH = ("width", "height")
LARGEST = 8 * 1024 * 1024  # bytes of a workflow file
Graph = dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands where: `darkroom:image2` is the image at index 1."""

    name: str
    index: int
    node: str
    input: str


@dataclass(frozen=True, slots=True)
class Workflow:
    """The graph as it was saved, and its marks."""

    graph: Graph
    marks: tuple[Mark, ...]

    def has(self, name: str) -> bool:
        return any(mark.name == name for mark in self.marks)

    @property
    def images(self) -> int:
        """How many pictures go in."""
        return len({mark.index for mark in self.marks if mark.name == "image"})

    @property
    def outputs(self) -> tuple[str, ...]:
        """The nodes whose pictures are the result; () = any that saves."""
        return tuple(mark.node for mark in self.marks if mark.name == "output")

    def filled(self, values: dict[tuple[str, int], object]) -> Graph:
        """The graph with these values at their marks, by name and index."""
        graph = copy.deepcopy(self.graph)
        for mark in self.marks:
            if (mark.name, mark.index) in values and mark.input:
                inputs = cast(dict[str, object], graph[mark.node]["inputs"])
                inputs[mark.input] = values[mark.name, mark.index]
        return graph


def load(key: str, path: str) -> Workflow:
    """The workflow in a file. Raises Misconfigured, with a sentence that names the key."""
    try:
        if Path(path).stat().st_size > LARGEST:
            raise ValueError
        found: object = json.loads(Path(path).read_bytes())
    except (OSError, ValueError) as exc:
        raise Misconfigured(f"{key}: {path} is no file of JSON that can be read.") from exc
    nodes = fields_of(found)
    if not nodes or not all(fields_of(node).get("class_type") for node in nodes.values()):
        raise Misconfigured(
            f"{key}: {path} is no workflow in API format: save it with ComfyUI's Export (API)."
        )
    graph = {id: fields_of(node) for id, node in nodes.items()}
    marks = tuple(mark for id in graph for mark in _marks(key, id, graph[id]))
    flow = Workflow(graph, marks)
    if not flow.has("prompt"):
        raise Misconfigured(f'{key}: no node of {path} has the title "darkroom:prompt".')
    return flow


def _marks(key: str, id: str, node: dict[str, object]) -> list[Mark]:
    found: list[Mark] = []
    title = text_of(fields_of(node.get("_meta")).get("title"))
    inputs = fields_of(node.get("inputs"))
    for name, number, said in MARK.findall(title):
        for each in BOTH if name == "size" else (name,):
            if each not in NAMES:
                known = ", ".join(sorted([*NAMES, "size"]))
                raise Misconfigured(f'{key}: "darkroom:{each}" is no mark; there are {known}.')
            input = said or next((usual for usual in NAMES[each] if usual in inputs), "")
            if not input and each != "output":
                hint = f'write "darkroom:{each}=INPUT"'
                raise Misconfigured(f'{key}: the node "{title}" has no input for it; {hint}.')
            found.append(Mark(each, int(number or 1) - 1, id, input))
    return found
