"""Styles of the hand: pixel art, stained glass, mosaic, papercut, low poly, claymation."""

from typing import Final

import cv2
import numpy as np

from adapters.models.offline.raster import (
    Plane,
    blur,
    clusters,
    edge_strength,
    fill_polygon,
    fit,
    flatten,
    gradient,
    hex_rgb,
    nearest,
    resize_nearest,
    to_lab,
    to_pixels,
    to_rgb,
)
from adapters.models.offline.styles.texture import (
    borders,
    cell_means,
    cells,
    long_side,
    noise,
    paper,
    tuned,
)

_BAYER: Final = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) / 16 - 0.47


def pixel_art(picture: Plane, seed: int) -> Plane:
    """112 pixels across, 24 colours, ordered dither."""
    height, width = picture.shape[:2]
    small = tuned(fit(picture, min(112, long_side(picture))), saturation=1.3, contrast=1.1)
    lab = to_lab(small)
    centres = clusters(lab, 24, seed)
    rows, columns = lab.shape[:2]
    pattern = np.tile(_BAYER, (rows // 4 + 1, columns // 4 + 1))[:rows, :columns]
    dithered = lab.copy()
    dithered[..., 0] += (pattern * 0.06).astype(np.float32)
    chosen = to_rgb(centres[None])[0][nearest(dithered, centres)]
    return resize_nearest(chosen.astype(np.float32), width, height)


def stained_glass(picture: Plane, seed: int) -> Plane:
    """Glass cut along the picture's own lines, leaded, lit from behind."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    busy = blur(edge_strength(picture, side * 0.004), side * 0.012)
    busy = np.clip(busy / (float(np.quantile(busy, 0.97)) + 1e-6), 0, 1)
    labels = cells(height, width, 170, seed, busy * 0.40)
    flat = flatten(picture, 0.12, side * 0.007, 3)
    zones = nearest(to_lab(flat), clusters(to_lab(flat), 8, seed))
    zones = cv2.medianBlur(zones.astype(np.uint8), 5).astype(np.int32)
    glass = cell_means(picture, _renumbered(labels * 16 + zones))
    glass[..., 1:] *= 1.75
    glass[..., 0] = np.clip((glass[..., 0] - 0.5) * 1.15 + 0.56, 0.10, 0.97)
    lit = to_rgb(glass) * (1 + 0.10 * noise(height, width, 0.03, seed, 3))[..., None]
    lit = lit + 0.30 * blur(np.clip(lit - 0.45, 0, 1), side * 0.012)
    lead = np.maximum(borders(labels, 0.0055), 0.85 * borders(zones, 0.0035))
    lead = blur(lead, 0.6)[..., None]
    return np.clip(lit, 0, 1) * (1 - lead) + np.array([0.06, 0.06, 0.07], np.float32) * lead


def _renumbered(labels: Plane) -> Plane:
    _, packed = np.unique(labels, return_inverse=True)
    return packed.reshape(labels.shape).astype(np.int32)


def mosaic(picture: Plane, seed: int) -> Plane:
    """Small glazed stones, cut finer along the picture's lines, set in dark grout."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    random = np.random.default_rng(seed)
    busy = blur(edge_strength(picture, side * 0.003), side * 0.008)
    busy = np.clip(busy / (float(np.quantile(busy, 0.97)) + 1e-6), 0, 1)
    labels = cells(height, width, 1300, seed, busy * 0.26)
    stones = cell_means(tuned(picture, saturation=1.45, contrast=1.15, lift=0.03), labels)
    jitter = random.normal(0, 0.030, int(labels.max()) + 1).astype(np.float32)
    stones[..., 0] = np.clip(stones[..., 0] + jitter[labels], 0, 1)
    grout = blur(borders(labels, 0.0019), side * 0.0005)
    across, down = gradient(blur(1 - grout, max(0.8, side * 0.0022)) * side * 0.0012)
    light = np.clip((across + down) * 1.6, -0.20, 0.22)[..., None]
    laid = np.clip(to_rgb(stones) * (1 + light) + 0.12 * np.clip(light, 0, 1), 0, 1)
    share = np.clip(grout[..., None] * 1.1, 0, 0.95)
    return laid * (1 - share) + hex_rgb("#3b3530") * share


def papercut(picture: Plane, seed: int) -> Plane:
    """Sheets of coloured paper, one above the other, each with its shadow."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    flat = blur(flatten(picture, 0.14, side * 0.008, 4), side * 0.005)
    lab = to_lab(flat)
    levels = np.quantile(lab[..., 0], [0.0, 0.16, 0.34, 0.52, 0.70, 0.86])
    hue = blur(lab[..., 1:], side * 0.010)
    index = nearest(lab, clusters(lab, 9, seed))
    hue = np.stack([_zone_mean(hue[..., i], index) for i in range(2)], -1)
    order = np.argsort(-levels)
    sheet = np.empty_like(lab)
    sheet[..., 0], sheet[..., 1:] = 0.95, hue * 1.35
    out = to_rgb(sheet) * paper(height, width, seed, 0.05)
    for number in order[1:] if levels[order[0]] < 0.99 else order:
        top = levels[number + 1] if number + 1 < len(levels) else 1.0
        mask = blur((lab[..., 0] < top).astype(np.float32), max(0.8, side * 0.002))
        mask = np.clip((mask - 0.5) * 4 + 0.5, 0, 1)
        shift = max(1, round(side * 0.006))
        shadow = blur(np.roll(mask, (shift, shift), (0, 1)), side * 0.006)
        out = out * (1 - 0.48 * (shadow * (1 - mask)))[..., None]
        tone = sheet.copy()
        tone[..., 0] = (float(levels[number]) + float(top)) / 2
        card = to_rgb(tone) * paper(height, width, seed + int(number), 0.05)
        out = out * (1 - mask[..., None]) + card * mask[..., None]
    return out


def _zone_mean(plane: Plane, index: Plane) -> Plane:
    flat = index.ravel()
    mean = np.bincount(flat, plane.ravel()) / np.maximum(np.bincount(flat), 1)
    return mean[index]


def low_poly(picture: Plane, seed: int) -> Plane:
    """Triangles between points on the edges (Delaunay), each in one colour."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    random = np.random.default_rng(seed)
    busy = blur(edge_strength(picture, side * 0.002), side * 0.003).ravel() + 1e-4
    picks = random.choice(busy.size, 620, p=busy / busy.sum())
    points = np.stack([picks % width, picks // width], 1).astype(np.float32)
    even = random.random((160, 2)) * (width - 1, height - 1)
    steps = np.linspace(0, 1, 9)
    rim = [(s * (width - 1), e) for s in steps for e in (0, height - 1)]
    rim += [(e, s * (height - 1)) for s in steps for e in (0, width - 1)]
    division = cv2.Subdiv2D((0, 0, width, height))
    for x, y in np.concatenate([points, even, np.array(rim)]):
        division.insert((float(x), float(y)))
    triangles = np.asarray(division.getTriangleList()).reshape(-1, 3, 2)
    inside = (triangles > -1).all((1, 2)) & (triangles < (width + 1, height + 1)).all((1, 2))
    seen = tuned(blur(picture, side * 0.004), saturation=1.25, contrast=1.08)
    canvas = to_pixels(seen)
    for corners in triangles[inside]:
        at = corners.mean(0)
        spots = np.concatenate([corners * 0.5 + at * 0.5, at[None]]).astype(int)
        colour = seen[np.clip(spots[:, 1], 0, height - 1), np.clip(spots[:, 0], 0, width - 1)].mean(
            0
        )
        fill_polygon(canvas, corners, colour * (0.95 + 0.1 * random.random()))
    return canvas / np.float32(255)


def claymation(picture: Plane, seed: int) -> Plane:
    """Rounded lumps of plasticine: forms swell between their edges; thumb prints, studio light."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    flat = blur(flatten(picture, 0.13, side * 0.008, 4), side * 0.0025)
    edges = blur(edge_strength(flat, side * 0.002), side * 0.0015)
    seam = edges > max(0.030, float(np.quantile(edges, 0.86)))
    inner: Plane = cv2.distanceTransform((~seam).astype(np.uint8), cv2.DIST_L2, 5)
    dome = 1 - np.exp(-((inner / (side * 0.022)) ** 1.2))
    prints = noise(height, width, 0.016, seed, 2) * 0.030
    prints += noise(height, width, 0.07, seed + 1, 2) * 0.14
    across, down = gradient(blur(dome + prints, side * 0.0055) * side * 0.011)
    shade = np.tanh(across + down)[..., None]
    centres = clusters(to_lab(flat), 14, seed)
    lumps = blur(to_rgb(centres[None])[0][nearest(to_lab(flat), centres)], side * 0.004)
    clay = tuned(0.35 * flat + 0.65 * lumps, saturation=1.5, contrast=1.08, lift=0.02)
    shine = np.clip(shade - 0.25, 0, 1) ** 2 * 0.40
    return np.clip(clay * (0.97 + 0.55 * shade) * (1.03, 1.0, 0.95) + shine, 0, 1)
