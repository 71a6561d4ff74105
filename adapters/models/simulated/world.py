"""What the simulated models share: the prompt at work, chance, and pictures that hold the truth.

A picture is a grid of cells, one for each question of the prompt, light where the question's answer
is yes; it can be scaled, cropped by a little and compressed and is still read right. The rates are
assumptions, stated here and printed with every report; nothing measures a real model.
"""

import hashlib
import io
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from PIL import Image, ImageDraw

from core.domain.trial import TrialPrompt, TypedQuestion

CELLS, CELL = 8, 32
ROOM = CELLS * (CELLS - 1)  # questions; the last row makes pictures differ
DARK, LIGHT = 24, 232
FIRST: Mapping[str, float] = MappingProxyType(
    {
        "object": 0.85,
        "colour": 0.75,
        "count": 0.5,
        "place": 0.6,
        "lettering": 0.4,
        "relation": 0.55,
        "style": 0.9,
        "unchanged": 0.7,
        "other": 0.7,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldRates:
    """`first`: the chance of a yes when a prompt just says it, by kind of question. `stress`: what
    asking for it once more adds to the log odds, `crowd` what each further thing asked for takes
    from all. `mend`: what an edit adds, `spill` how likely it breaks each thing beside it.
    `follow`: how likely a painter that gets the picture before keeps each thing of it, right or wrong;
    half of that for what is asked for once more. `unseen`: how likely the critic takes a no for a yes, `invented` a yes for a no, by kind or "".
    `keen`: how often a duel finds the better one, `side` how often it takes the first instead."""

    first: Mapping[str, float] = field(default_factory=lambda: FIRST)
    stress: float = 1.0
    crowd: float = 0.15
    mend: float = 1.3
    spill: float = 0.06
    follow: float = 0.8
    unseen: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"": 0.1, "count": 0.2, "lettering": 0.25})
    )
    invented: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({"": 0.06}))
    keen: float = 0.85
    side: float = 0.1
    paint_usd: Decimal = Decimal("0.04")
    ask_usd: Decimal = Decimal("0.002")


class World:
    """The prompt being painted, and chance: the same for the same prompt, seed and policy."""

    def __init__(self, rates: WorldRates | None = None) -> None:
        self.rates = rates or WorldRates()
        self.begin(TrialPrompt("", "", ()), 0, "")

    def begin(self, prompt: TrialPrompt, seed: int, policy: str) -> None:
        """Raises ValueError for more questions than a picture holds."""
        if len(prompt.questions) > ROOM:
            raise ValueError(f"{prompt.id}: {ROOM} questions fit into a simulated picture.")
        self.prompt, self.seed = prompt, seed
        self.chance = random.Random(f"{seed}/{prompt.id}/{policy}")

    @property
    def questions(self) -> tuple[TypedQuestion, ...]:
        return self.prompt.questions

    def drawn(self, odds: float) -> bool:
        """Whether something of these log odds happens."""
        return self.chance.random() < 1 / (1 + math.exp(-odds))

    def odds(self, question: TypedQuestion) -> float:
        p = self.rates.first[question.kind]
        return math.log(p / (1 - p))

    def perceived(self, image: bytes, question: TypedQuestion, truth: bool) -> bool:
        """What a critic sees: wrong at its rate, and the same whenever it looks at this picture."""
        rates = self.rates.invented if truth else self.rates.unseen
        wrong = rates.get(question.kind, rates[""])
        name = hashlib.sha256(image).hexdigest()
        return truth != (random.Random(f"{self.seed}/{name}/{question.text}").random() < wrong)


def picture(truth: tuple[bool, ...], chance: random.Random) -> bytes:
    """A PNG of 256 x 256 pixels that holds the answers."""
    image = Image.new("RGB", (CELLS * CELL, CELLS * CELL), (128, 128, 128))
    draw = ImageDraw.Draw(image)
    for number in range(CELLS * CELLS):
        if number < len(truth):
            colour = (LIGHT,) * 3 if truth[number] else (DARK,) * 3
        elif number >= ROOM:
            colour = tuple(chance.randrange(256) for _ in range(3))
        else:
            continue
        x, y = number % CELLS * CELL, number // CELLS * CELL
        draw.rectangle((x, y, x + CELL - 1, y + CELL - 1), fill=colour)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def truth_of(data: bytes, questions: int) -> tuple[bool, ...]:
    """The answers that a simulated picture holds."""
    with Image.open(io.BytesIO(data)) as image:
        small = image.convert("L").resize((CELLS, CELLS), Image.Resampling.BOX)
    return tuple(level > 128 for level in small.tobytes()[:questions])
