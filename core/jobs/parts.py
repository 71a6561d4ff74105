"""Which part of a picture a job works in: a mask that came along, or a region in words."""

from core.domain.commands import ImageHandle
from core.domain.errors import BadRequest
from core.imaging import region_words
from core.jobs.job import Basis

UNSEEN = "-"  # stands for a picture while the words alone are checked


def part_of(mask: ImageHandle | None, region: str, basis: Basis) -> str:
    """The hash of the mask, "" for the whole picture. Raises BadRequest."""
    if mask is not None and region.strip():
        raise BadRequest("Say where once: by a mask or by region, not by both.")
    if region.strip():
        region_words.known(region)
    elif mask is None:
        return ""
    taken = basis.pictures.get("mask") or basis.pictures.get("region")
    return taken.hash if taken else UNSEEN


def marks_of(marks: ImageHandle | None, mask: ImageHandle | None, basis: Basis) -> str:
    """The hash of the layer of marks, "" for none. Raises BadRequest."""
    if marks is None:
        return ""
    if mask is not None:
        raise BadRequest(
            "Send a mask or marks, not both: a mask says where, marks say what and where."
        )
    taken = basis.pictures.get("marks")
    return taken.hash if taken else UNSEEN


def in_words(region: str) -> str:
    """The region as part of a sentence: "the top right", "the background"."""
    said = " ".join(region.split())
    return said if said.casefold().startswith(("the ", "der ", "die ", "das ")) else f"the {said}"
