"""evolve: look at the previous picture, keep its subject, bring in a style and a leap.

A styled picture copied again and again dissolves its subject and copies its frame. So the target
of a round is partly the previous picture (frame cropped) and partly its dabs in plain, and about
half of the dabs stay where they were.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from adapters.models.offline import language, mixture, silhouettes, styles
from adapters.models.offline.comparing import Effort, Target, coarse, refit, settled
from adapters.models.offline.describing import first_text, worked_size
from adapters.models.offline.raster import (
    Pixels,
    Plane,
    blur,
    clusters,
    edge_strength,
    fit,
    to_float,
    to_lab,
    to_pixels,
    to_rgb,
)
from adapters.models.offline.scene import paint_silhouette
from adapters.models.offline.scenery import Stage
from adapters.models.offline.wishes import Shift, shifted

_ROUNDS_BEFORE: Final = 2
_CALM: Final = 0.012  # mean strength of edges where nothing is
_MARGIN: Final = 0.07  # of the shorter side: a style's frame or paper edge covers the border
_MOTIFS: Final = ("balloon", "gull", "planet", "butterfly", "plane", "rocket", "eagle")


@dataclass(frozen=True, slots=True)
class Leap:
    """How far a round departs: turn of the hues (radians), lift of light, how often it is
    mirrored (0-1), how much of the styled picture comes in, whether a motif comes."""

    turn: float
    light: float
    saturation: float
    mirrored: float
    picture: float
    motif: bool


LEAPS: Final = {
    "subtle": Leap(0.10, 0.02, 1.05, 0.0, 0.25, False),
    "medium": Leap(0.38, 0.05, 1.12, 0.0, 0.32, True),
    "drastic": Leap(0.95, 0.08, 1.25, 0.5, 0.34, True),
}


def next_text(
    picture: Pixels, text: str, style: str, leap: str, lock: bool, limit: int, seed: int
) -> str:
    """The text of the next round, at most `limit` characters."""
    how = LEAPS.get(leap, LEAPS["medium"])
    random = np.random.default_rng(seed)
    old = language.read(text)
    height, width = picture.shape[:2]
    seen = to_lab(to_float(fit(_without_frame(picture, text), worked_size(picture))))
    if not len(old.dabs):
        lab = _leapt(seen, how, random)
        return first_text(
            lab, width, height, limit=limit, style=style, notes=_notes(leap, ""), length=limit,
            polish=30,
        )  # fmt: skip
    dabs = _fitted(old, seen, style, limit)
    plain = mixture.render(dabs, seen.shape[0], seen.shape[1], 16)
    lab = _leapt(_mixed(plain, seen, how.picture), how, random)
    if not lock and random.random() < how.mirrored:
        lab, dabs = np.ascontiguousarray(lab[:, ::-1]), _mirrored(dabs, seen.shape)
    motif = ""
    if how.motif and not lock and random.random() < (0.8 if leap == "drastic" else 0.35):
        motif = _MOTIFS[int(random.integers(len(_MOTIFS)))]
        among = with_motif(lab, motif, random)
        lab, motif = (lab, "") if among is None else (among, motif)
    target = Target(lab, old.width, old.height, style, limit)
    effort = Effort(turnover=0.08 if lock else 0.14, moved=0.5, steps=34, growth=120)
    return refit(dabs, target, _notes(leap, motif), effort)


def _fitted(old: language.Prompt, seen: Plane, style: str, limit: int) -> Plane:
    """The dabs to depart from. A first description is coarse: before anything is changed it is
    brought as near to the picture as its room allows, or what comes of a face is a blur."""
    target = Target(seen, old.width, old.height, style, limit)
    if not coarse(old.dabs, target, _notes("medium", "")):
        return old.dabs
    return settled(target, _notes("medium", ""), _ROUNDS_BEFORE)


def _notes(leap: str, motif: str) -> tuple[str, ...]:
    added = f"; {'an' if motif[:1] in 'aeiou' else 'a'} {motif} comes in" if motif else ""
    return (f"Leap: {leap}{added}.",)


def _without_frame(picture: Pixels, text: str) -> Pixels:
    """The picture inside its style's frame or paper edge, at the old aspect ratio."""
    style = styles.style_of(language.read(text).words) or styles.DEFAULT
    share = styles.frame_of(style)
    height, width = picture.shape[:2]
    margin = round(share * max(height, width) * 1.15)
    if not margin or min(height, width) < 6 * margin:
        return picture
    inside = to_float(picture[margin:-margin, margin:-margin])
    # the frame covered the border, the subject stays in place: the inside is extended, not enlarged
    wide = ((margin, margin), (margin, margin), (0, 0))
    return to_pixels(np.pad(inside, wide, mode="edge"))


def _mixed(plain: Plane, seen: Plane, share: float) -> Plane:
    """The dabs' own picture; only the broad light and colour of the styled one come in.

    Fine structure is the subject: it stays the dabs' own, so that ten rounds do not dissolve it.
    """
    broad = max(plain.shape[:2]) * 0.03
    levelled = seen.copy()
    levelled[..., 0] += plain[..., 0].mean() - seen[..., 0].mean()
    change = blur(levelled, broad) - blur(plain, broad)
    change[..., 0] *= 0.5
    strength = _colourfulness(seen) / max(0.02, _colourfulness(plain))
    mixed = plain.copy()
    mixed[..., 0] += share * change[..., 0]
    mixed[..., 1:] += share * min(1.0, strength) * change[..., 1:]
    spread = float(plain[..., 0].std()) / max(0.03, float(mixed[..., 0].std()))
    middle = float(mixed[..., 0].mean())
    mixed[..., 0] = np.clip((mixed[..., 0] - middle) * max(1.0, spread) + middle, 0, 1)
    mixed[..., 1:] *= max(1.0, _colourfulness(plain) / max(0.02, _colourfulness(mixed)))
    return mixed


def _colourfulness(lab: Plane) -> float:
    return float(np.hypot(lab[..., 1], lab[..., 2]).mean())


def _leapt(lab: Plane, leap: Leap, random: np.random.Generator) -> Plane:
    """Hues turned, light and colourfulness moved, within the leap."""
    turn = leap.turn * float(random.choice([-1.0, 1.0])) * (0.7 + 0.6 * float(random.random()))
    cos, sin = np.cos(turn), np.sin(turn)
    turned = lab.copy()
    turned[..., 1] = lab[..., 1] * cos - lab[..., 2] * sin
    turned[..., 2] = lab[..., 1] * sin + lab[..., 2] * cos
    middle = float(lab[..., 0].mean())
    lift = leap.light * float(random.normal()) + 0.2 * (0.52 - middle)
    saturation = leap.saturation if _colourfulness(lab) < 0.26 else 0.97
    return shifted(turned, Shift(light=lift, saturation=saturation, contrast=1.04))


def _mirrored(dabs: Plane, shape: tuple[int, ...]) -> Plane:
    """Left and right changed, without a loss, for a picture of that shape."""
    turned = dabs.copy()
    turned[:, mixture.X] = shape[1] / max(shape[:2]) - dabs[:, mixture.X]
    turned[:, mixture.TILT] = -dabs[:, mixture.TILT]
    return turned


def with_motif(lab: Plane, motif: str, random: np.random.Generator) -> Plane | None:
    """A small new thing in the calmest place above, in the light that is there; None where there is
    no calm place: over detail it would look pasted in."""
    height, width = lab.shape[:2]
    entry = silhouettes.CATALOGUE[motif]
    size = min(height, width) * min(0.26, entry.height * 0.6)
    place = _calmest(lab, size)
    if place is None:
        return None
    x, y = place
    canvas = to_pixels(to_rgb(lab))
    around = lab[max(0, int(y - size)) : int(y), max(0, int(x - size / 2)) : int(x + size / 2)]
    air = around.reshape(-1, 3).mean(0)
    own = _accent(lab, air) * 0.62 + to_rgb(air[None, None])[0, 0] * 0.38
    light = np.full(3, 0.72, np.float32)
    stage = Stage(canvas, random, 0, 0.5, light, to_rgb(air[None, None])[0, 0], None)
    paint_silhouette(stage, entry.draw(), own, np.array([x, y]), size, 1.0, False)
    return to_lab(to_float(canvas))


def _calmest(lab: Plane, size: float) -> tuple[float, float] | None:
    """Where a thing of that size may stand (x of its middle, y of its feet), the upper half first."""
    height, width = lab.shape[:2]
    busy = edge_strength(to_rgb(lab))
    mean = np.asarray(cv2.boxFilter(busy, -1, (int(size) | 1, int(size) | 1)))
    half = int(size * 0.6 + _MARGIN * min(height, width)) + 1
    inside = mean[half : max(half + 1, height // 2), half : max(half + 1, width - half)]
    if not inside.size or height < 4 * half:
        return None
    y, x = np.unravel_index(int(inside.argmin()), inside.shape)
    if float(inside.min()) > _CALM:
        return None
    return float(x) + half, float(y) + half + size / 2


def _accent(lab: Plane, air: Plane) -> Plane:
    """The picture's own colour that stands out most from the air around: float RGB (3,)."""
    centres = clusters(lab, 6, 1)
    apart = ((centres - air) ** 2).sum(-1) + 0.5 * (centres[:, 1:] ** 2).sum(-1)
    return to_rgb(centres[int(apart.argmax())][None, None])[0, 0]
