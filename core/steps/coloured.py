"""Colours of regions that a question names: measured, where the picture leaves no doubt."""

import re
from dataclasses import replace
from typing import NamedTuple

from core.domain.errors import BadImage, BadRequest, PixelsFailed
from core.domain.records import Iteration
from core.domain.views import Check
from core.imaging import tasks
from core.imaging.region_words import named
from core.runtime.context import RunContext

COLOUR = "red|orange|yellow|green|blue|purple|pink|brown|white|black|grey|gray"
IS = re.compile(
    rf"Is (?P<region>the [a-z ]{{3,40}}?) (?:all |mostly |mainly )?(?P<colour>{COLOUR})\?", re.I
)
SHOWS = re.compile(
    rf"(?:Is there|Does the picture (?:show|have)) an? (?P<colour>{COLOUR}) (?P<region>[a-z ]{{3,40}})\?",
    re.I,
)
SURE, NONE = 0.6, 0.03  # of the region has the colour; has anything like it


class ColourQuestion(NamedTuple):
    region: str
    colour: str


def colour_asked(question: str) -> ColourQuestion | None:
    """The region and the colour that a question is about, None where it asks for anything else: of
    a thing nobody here can tell where it is."""
    text = question.strip()
    match = IS.fullmatch(text) or SHOWS.fullmatch(text)
    if match is None or named(match["region"]) is None:
        return None
    return ColourQuestion(match["region"], match["colour"].lower().replace("gray", "grey"))


async def coloured(ctx: RunContext, node: Iteration, check: Check) -> Check:
    """The check as it is measured; as it was answered where it asks for no such thing, the region
    can't be told, or the colour is neither plainly there nor plainly not."""
    asked = colour_asked(check.question)
    if asked is None or check.passed is None:
        return check
    try:
        image = await ctx.images.get(node.image)
        share = await ctx.pixels.run(tasks.region_colour, image, asked.region, asked.colour)
    except (BadRequest, BadImage, PixelsFailed):
        return check
    if share.perhaps > NONE and share.surely < SURE:
        return check
    held = share.surely >= SURE
    claimed = check.passed if check.passed is not held else None
    read = "" if held else share.most
    return replace(check, passed=held, read=read, claimed=claimed, box=share.box)
