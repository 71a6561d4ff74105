"""Everything of a scene that is behind its subjects: sky, backdrop, ground."""

import numpy as np

from adapters.models.offline.raster import hex_rgb
from adapters.models.offline.scenery.backdrops import paint_backdrop
from adapters.models.offline.scenery.grounds import paint_ground
from adapters.models.offline.scenery.interiors import INSIDES
from adapters.models.offline.scenery.skies import paint_sky
from adapters.models.offline.scenery.stage import LIGHT, SKIES, WATER, Stage, ground_colour, sky_of
from adapters.models.offline.scenery.weathers import paint_weather
from adapters.models.offline.vocabulary import Scene

__all__ = ["WATER", "Stage", "ground_colour", "paint_weather", "prepare", "sky_of"]


def prepare(scene: Scene, width: int, height: int, seed: int) -> Stage:
    """Sky, ground and backdrop of a scene."""
    kind = sky_of(scene)
    random = np.random.default_rng(seed)
    water = scene.ground in WATER
    horizon = (0.52 if water else 0.60) + 0.05 * random.random()
    colours = [hex_rgb(code) for code in SKIES[kind]]
    light = np.array(LIGHT[kind], np.float32)
    stage = Stage(
        np.zeros((height, width, 3), np.uint8), random, seed, horizon, light, colours[-1], None
    )
    if scene.ground in INSIDES:
        INSIDES[scene.ground](stage, scene)
        return stage
    paint_sky(stage, kind, colours, scene)
    paint_backdrop(stage, scene)
    paint_ground(stage, scene)
    return stage
