"""What people write into a prompt beside its words: `{red, blue} fox` for several, `not: snow`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from core.domain.errors import BadRequest

MOST_TOGETHER: Final = 8  # pictures of one request
_NOT: Final = re.compile(r"(?:^|[\s,;.])not:", re.I)
_BRACES: Final = re.compile(r"([{}])")


@dataclass(frozen=True, slots=True)
class Way:
    """One of the prompts that braces stand for. `label`: what was chosen in them, "" without any."""

    prompt: str
    label: str


def ways(text: str, most: int = MOST_TOGETHER) -> tuple[Way, ...]:
    """Every prompt that the braces of a text stand for, the last brace changing first. Raises
    BadRequest where they are nested, not closed or empty, or stand for more than `most`."""
    parts = _parts(text)
    count = 1
    for choices in parts[1::2]:
        count *= len(choices)
        if count > most:
            raise BadRequest(
                f"These braces stand for more than {most} pictures, and {most} are painted "
                "together at most: leave some of the words in them out."
            )
    return tuple(
        Way(" ".join("".join(chosen).split(" ")).strip(), ", ".join(chosen[1::2]))
        for chosen in product(*parts)
    )


def readable(text: str) -> str:
    """A prompt with its braces as people say them: "red or blue fox". Raises BadRequest."""
    parts = _parts(text)
    spoken = [part[0] if i % 2 == 0 else " or ".join(part) for i, part in enumerate(parts)]
    return "".join(spoken).strip()


def apart(text: str) -> tuple[str, str]:
    """A prompt and what it does not want: everything after its first "not:"."""
    found = _NOT.search(text)
    if found is None:
        return text.strip(), ""
    return text[: found.start()].rstrip(" ,;."), text[found.end() :].strip(" ,;.")


def _parts(text: str) -> Sequence[Sequence[str]]:
    """Fixed words and choices in turn, fixed ones first and last."""
    found: list[list[str]] = [[""]]
    inside = False
    for piece in _BRACES.split(text):
        if piece == "{":
            if inside:
                raise BadRequest("Braces can't stand in braces: write every choice out.")
            inside = True
            found.append([])
        elif piece == "}":
            if not inside:
                raise BadRequest("There is a } without a { before it: leave it out, or add the {.")
            inside = False
            found.append([""])
        elif inside:
            found[-1] = [each.strip() for each in piece.split(",") if each.strip()]
            if not found[-1]:
                raise BadRequest(
                    "There is nothing between { and }: {red, blue} is a choice of two."
                )
        else:
            found[-1][0] += piece
    if inside:
        raise BadRequest("There is a { that is not closed: add the }, or leave it out.")
    if any(not choices for choices in found[1::2]):
        raise BadRequest("There is nothing between { and }: {red, blue} is a choice of two.")
    return found
