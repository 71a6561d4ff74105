"""What a picture job paints: one call of a painter for each picture, frozen at intake."""

from dataclasses import dataclass
from typing import Literal

Operation = Literal["generate", "edit", "outpaint", "vary", "replace", "style", "upscale"]
"""`replace`: what `search` names becomes the prompt; `style`: the prompt painted in the source's
style; `upscale`: the source enlarged, as it is."""

Kept = Literal["", "outside", "source", "size"]
"""What of the picture worked on is put back from it, to the pixel: nothing, what is outside the
mask, all of it in the middle of what was added around it; "size": the plan's width and height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """`prompts`: a picture each; `labels` tell them apart, in the same order (a style, a model), ""
    or none where the words do. `over`: the picture that the run begins with is worked on; `sources`
    are hashes of further pictures. `mask` (white = edit) and `marks` (drawn over it) are hashes too;
    `outside` is a mask that the painter does not get, outside of which the result is measured.
    `styles`, `painters` (names) and `qualities` are of each picture, where they differ.
    `margins`: pixels added left, right, up, down. `strength`: how far from the source, 0-1. `blind`: whose each picture is, is not shown at first.
    """

    operation: Operation = "generate"
    prompts: tuple[str, ...]
    labels: tuple[str, ...] = ()
    over: bool = True
    sources: tuple[str, ...] = ()
    mask: str = ""
    outside: str = ""
    marks: str = ""
    margins: tuple[int, int, int, int] = (0, 0, 0, 0)
    strength: float = 0.5
    negative: str = ""
    search: str = ""
    styles: tuple[str, ...] = ()
    painters: tuple[str, ...] = ()
    qualities: tuple[str, ...] = ()
    seed: int | None = None
    transparent: bool = False
    blind: bool = False
    kept: Kept = ""

    def label(self, number: int) -> str:
        """Of the picture with this number, from 0; "" where it has none."""
        return _of(self.labels, number)

    def style(self, number: int) -> str:
        return _of(self.styles, number)

    def painter(self, number: int) -> str:
        """The name of who paints it, "" for whoever can."""
        return _of(self.painters, number)

    def quality(self, number: int) -> str:
        """ "" for the plan's."""
        return _of(self.qualities, number)


def _of(each: tuple[str, ...], number: int) -> str:
    return each[number] if number < len(each) else ""
