"""For prompts without a word that can be drawn: colour and rhythm out of the words themselves."""

import re
import zlib
from typing import Final

import numpy as np

from adapters.models.offline import colours
from adapters.models.offline.raster import (
    Plane,
    fill_circle,
    fill_polygon,
    hex_rgb,
    to_float,
    to_pixels,
)
from adapters.models.offline.silhouettes.shapes import spline
from adapters.models.offline.styles.texture import noise, ramp

MOODS: Final = (
    (r"joy\w*|happ\w+|cheer\w*|fun|party|love\w*|smile\w*|celebrat\w*",
     ("#ffd23f", "#ff6b6b", "#ff9f5a", "#3bceac", "#fff3d0")),
    (r"sad\w*|melanchol\w*|lonel\w*|grief|lost|memor\w*|nostalg\w*",
     ("#22324a", "#4a6584", "#8aa0b4", "#c9c2b8", "#2e2a3a")),
    (r"ang\w+|rage|war|fire|fury|passion\w*|danger\w*",
     ("#2b0f0e", "#8c1c13", "#e0481f", "#f7a226", "#3a1a2a")),
    (r"calm|quiet|silen\w+|peace\w*|zen|sleep\w*|dream\w*|gentle|soft",
     ("#cfe3e2", "#9fc3c9", "#e8dccb", "#b7a9c9", "#6f93a8")),
    (r"strange|weird|mystery|mysterious|magic\w*|surreal|secret|unknown",
     ("#1d1135", "#5b2a86", "#2ec4b6", "#e71d73", "#f4e04d")),
    (r"music|jazz|rhythm|dance|song|symphony|beat",
     ("#14213d", "#fca311", "#e5383b", "#e5e5e5", "#3a86ff")),
    (r"future|machine|digital|code|data|electric|technolog\w*",
     ("#0b132b", "#1c7293", "#5bc0be", "#f0f3bd", "#e94f8a")),
)  # fmt: skip
_PALETTES: Final = (
    ("#264653", "#2a9d8f", "#e9c46a", "#f4a261", "#e76f51"),
    ("#2b2d42", "#8d99ae", "#edf2f4", "#ef233c", "#f2b84b"),
    ("#3d405b", "#81b29a", "#f2cc8f", "#e07a5f", "#f4f1de"),
    ("#1b3a4b", "#0b7a75", "#d7c9aa", "#7b2d26", "#f0a868"),
)


def compose(text: str, named: tuple[str, ...], width: int, height: int, seed: int) -> Plane:
    """An abstract picture (float RGB): ribbons, discs and lines; colours named in the text lead."""
    random = np.random.default_rng(seed)
    palette = palette_for(text, named)
    words = re.findall(r"\w+", text[:2000]) or ["silence"]
    stops = tuple(
        zip(np.linspace(0, 1, 3).tolist(), (palette[1], palette[0], palette[-1]), strict=True)
    )
    field = np.clip(noise(height, width, 0.55, seed + 1, 2) * 0.22 + 0.5, 0, 1)
    canvas = to_pixels(ramp(field, stops))
    for number, word in enumerate(words[:9]):
        _ribbon(canvas, palette[(number + 2) % len(palette)], word, random)
    for number, word in enumerate(words[:12]):
        _discs(canvas, palette[(number + 1) % len(palette)], word, random)
    return to_float(canvas) * (1 + 0.02 * noise(height, width, 0.01, seed + 3, 2))[..., None]


def palette_for(text: str, named: tuple[str, ...]) -> tuple[str, ...]:
    """Five colours: those named, then those of the mood the words have."""
    lead = tuple(_hex(value) for name in named if (value := colours.rgb_of(name)) is not None)
    text = text.lower()
    mood = next((p for pattern, p in MOODS if re.search(rf"\b(?:{pattern})\b", text)), None)
    rest = mood or _PALETTES[zlib.crc32(text.encode("utf-8", "replace")) % len(_PALETTES)]
    return (*lead[:3], *rest)[:6]


def _hex(rgb: Plane) -> str:
    return "#" + "".join(f"{round(float(v) * 255):02x}" for v in rgb)


def _ribbon(canvas: Plane, code: str, word: str, random: np.random.Generator) -> None:
    """A flowing band; long words make long waves."""
    height, width = canvas.shape[:2]
    x = np.linspace(-0.1, 1.1, 30)
    waves = 1 + 6 / (1 + len(word))
    level, lift, phase = random.random(), 0.06 + 0.14 * random.random(), random.random() * 6
    middle = level + lift * np.sin(x * waves * np.pi + phase) + 0.25 * (random.random() - 0.5) * x
    half = (0.012 + 0.05 * random.random()) * (1 + 0.6 * np.sin(x * 3 + phase))
    top, bottom = np.stack([x, middle - half], 1), np.stack([x, middle + half], 1)
    layer = canvas.copy()
    fill_polygon(layer, np.concatenate([top, bottom[::-1]]) * (width, height), hex_rgb(code))
    strength = 0.55 + 0.35 * random.random()
    canvas[:] = (canvas * (1 - strength) + layer * strength + 0.5).astype(np.uint8)


def _discs(canvas: Plane, code: str, word: str, random: np.random.Generator) -> None:
    """As many discs or petals as the word has syllables, roughly."""
    height, width = canvas.shape[:2]
    side = max(height, width)
    for _ in range(max(1, len(re.findall(r"[aeiouy]+", word.lower())))):
        x, y = random.random(2) * (width, height)
        radius = side * (0.008 + 0.05 * random.random() ** 2)
        if random.random() < 0.6:
            fill_circle(canvas, float(x), float(y), radius, hex_rgb(code))
            if random.random() < 0.5:
                fill_circle(canvas, float(x), float(y), radius * 0.6, hex_rgb(code) * 0.7 + 0.2)
            continue
        turn = np.linspace(0, 2 * np.pi, 7, endpoint=False) + random.random()
        reach = radius * (0.6 + 0.9 * random.random(7))
        blob = np.stack([np.cos(turn) * reach, np.sin(turn) * reach], 1) + (x, y)
        fill_polygon(canvas, spline(blob), hex_rgb(code))
