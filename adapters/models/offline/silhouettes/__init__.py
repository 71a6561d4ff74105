"""Everything the scene painter can draw, by the words people use for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from adapters.models.offline.silhouettes import (
    buildings,
    creatures,
    figures,
    living,
    quadrupeds,
    vehicles,
)
from adapters.models.offline.silhouettes.shapes import Silhouette

Home = Literal["ground", "water", "air", "deep"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A subject: how it is drawn, its usual colour, its height (share of the picture), where it is."""

    draw: Callable[[], Silhouette]
    colour: str
    height: float
    home: Home = "ground"


def _same(
    draw: Callable[[], Silhouette], height: float, home: Home, **colours: str
) -> dict[str, Entry]:
    return {
        name.replace("_", " "): Entry(draw, code, height, home) for name, code in colours.items()
    }


CATALOGUE: Final[dict[str, Entry]] = {
    **_same(quadrupeds.fox, 0.46, "ground", fox="#d9622a"),
    **_same(quadrupeds.wolf, 0.46, "ground", wolf="#7d828c", husky="#9aa2ac", coyote="#a8875c"),
    **_same(quadrupeds.dog, 0.44, "ground", dog="#b07a45", puppy="#d8a868", hound="#8a5a34"),
    **_same(quadrupeds.horse, 0.56, "ground", horse="#7a4a2c", pony="#a06a3c", unicorn="#f2eef6"),
    **_same(quadrupeds.deer, 0.54, "ground", deer="#a5713f", stag="#8a5a34", moose="#6b4a32", reindeer="#8f6a4c"),
    **_same(quadrupeds.cow, 0.46, "ground", cow="#f0ebe2", bull="#5a3a2a"),
    **_same(quadrupeds.sheep, 0.36, "ground", sheep="#efeae0", lamb="#f6f2ea", goat="#d8d0c0"),
    **_same(quadrupeds.bear, 0.48, "ground", bear="#6b4630", panda="#e8e6e2", polar_bear="#f2f0ea"),
    **_same(quadrupeds.lion, 0.46, "ground", lion="#d2a04c", tiger="#e08a30", leopard="#d8b060"),
    **_same(quadrupeds.elephant, 0.56, "ground", elephant="#8f8f96", mammoth="#6b4a32"),
    **_same(creatures.cat, 0.46, "ground", cat="#5a5560", kitten="#c98a4c"),
    **_same(creatures.rabbit, 0.34, "ground", rabbit="#b59a7c", hare="#a08060", bunny="#efe8de"),
    **_same(creatures.bird, 0.34, "ground", bird="#3f7fbf", robin="#b5532d", sparrow="#8a6a4c", crow="#26262e", raven="#22222a"),
    **_same(creatures.parrot, 0.52, "ground", parrot="#d8342c", macaw="#d8342c"),
    **_same(creatures.owl, 0.46, "ground", owl="#8a6a4a"),
    **_same(creatures.swan, 0.30, "water", swan="#fbfaf6", duck="#8a6a4a", goose="#e8e4da"),
    **_same(creatures.flying_bird, 0.10, "air", gull="#f4f4f2", seagull="#f4f4f2", eagle="#5a4030", swallow="#2a2f44",
            flying_bird="#4a5568", flying_crow="#26262e", flying_raven="#22222a"),
    **_same(creatures.fish, 0.26, "deep", fish="#f08a30", goldfish="#f08a30", shark="#7d8a96", dolphin="#6b8ba4"),
    **_same(creatures.whale, 0.40, "water", whale="#3f5f80"),
    **_same(creatures.butterfly, 0.26, "air", butterfly="#f08a30", moth="#b09a7c", bee="#f2c230"),
    **_same(creatures.dragon, 0.58, "ground", dragon="#3f8a4c"),
    **_same(buildings.house, 0.44, "ground", house="#e2c9a0", cottage="#e8dcc4", cabin="#8a5a34", hut="#a87c4c"),
    **_same(buildings.barn, 0.46, "ground", barn="#a5342b", farm="#a5342b"),
    **_same(buildings.lighthouse, 0.66, "ground", lighthouse="#c23b30"),
    **_same(buildings.castle, 0.62, "ground", castle="#a8a29a", palace="#e2d2b0", fortress="#8a8580"),
    **_same(buildings.church, 0.58, "ground", church="#e8e0d0", temple="#c9a877", cathedral="#b0a898"),
    **_same(buildings.tower, 0.70, "ground", tower="#5f6f88", skyscraper="#5f7898"),
    **_same(buildings.windmill, 0.62, "ground", windmill="#e2d6bf", mill="#e2d6bf"),
    **_same(buildings.tent, 0.34, "ground", tent="#e08a30", camp="#d8602c"),
    **_same(buildings.bridge, 0.36, "water", bridge="#9a9088"),
    **_same(vehicles.sailboat, 0.50, "water", sailboat="#f6f1e4", boat="#f2eee2", yacht="#fbfaf6"),
    **_same(vehicles.ship, 0.44, "water", ship="#c2402f", steamer="#c2402f", ferry="#2f7fb0"),
    **_same(vehicles.car, 0.30, "ground", car="#c8322c", taxi="#f2c230", van="#4a90b8"),
    **_same(vehicles.train, 0.40, "ground", train="#3f6a4c", locomotive="#2f3a44"),
    **_same(vehicles.balloon, 0.46, "air", balloon="#e04a3c"),
    **_same(vehicles.rocket, 0.62, "air", rocket="#d8342c", spaceship="#7a8ad0"),
    **_same(vehicles.plane, 0.26, "air", plane="#e8ecf0", aeroplane="#e8ecf0", airplane="#e8ecf0"),
    **_same(vehicles.bicycle, 0.38, "ground", bicycle="#c8322c", bike="#2f7fb0"),
    **_same(living.tree, 0.60, "ground", tree="#4f7d3c", oak="#4a7038", birch="#8aa84c"),
    **_same(living.pine, 0.58, "ground", pine="#2f5a3e", fir="#2f5a3e", spruce="#33604a"),
    **_same(living.palm, 0.62, "ground", palm="#3f8a4c"),
    **_same(living.cactus, 0.50, "ground", cactus="#4f8a4c"),
    **_same(living.flower, 0.56, "ground", flower="#d8456a", daisy="#fbfaf6", sunflower="#f2b920"),
    **_same(living.tulip, 0.46, "ground", tulip="#e0405a", rose="#c21f3a", poppy="#e0382c"),
    **_same(living.mushroom, 0.36, "ground", mushroom="#c8322c", toadstool="#c8322c"),
    **_same(living.rock, 0.26, "ground", rock="#8a8680", stone="#8a8680", boulder="#7d7a76"),
    **_same(living.person, 0.44, "ground", person="#b0413a", man="#3c5a80", boy="#3f8ab0", wizard="#4a3a8a",
            knight="#9aa2ac", samurai="#7a2a30", child="#e0a030", fisherman="#e0b030"),
    **_same(living.woman, 0.44, "ground", woman="#a23b58", girl="#d8577a", queen="#7a3a8a", princess="#e08ab0",
            dancer="#d8342c", witch="#3a2a4a"),
    **_same(living.astronaut, 0.48, "ground", astronaut="#eef0f2", spaceman="#eef0f2"),
    **_same(living.robot, 0.46, "ground", robot="#8a9aa8", android="#a8b0b8"),
    **_same(living.snowman, 0.46, "ground", snowman="#c8322c"),
    **_same(living.teapot, 0.40, "ground", teapot="#3f7fbf", kettle="#8a9aa8"),
    **_same(living.cup, 0.38, "ground", cup="#f2ece0", mug="#c8523a", coffee="#f2ece0", tea="#e8e0d0"),
    **_same(living.apple, 0.34, "ground", apple="#c8322c", pear="#b8c04a", orange="#f08a20", lemon="#f2d83a"),
    **_same(living.vase, 0.52, "ground", vase="#4a80b0", bouquet="#8ab0c8"),
    **_same(living.umbrella, 0.44, "ground", umbrella="#c8322c", parasol="#f2b8c0"),
    **_same(figures.square, 0.5, "ground", square="#3f6fb0"),
    **_same(figures.rectangle, 0.42, "ground", rectangle="#3f6fb0"),
    **_same(figures.circle, 0.5, "ground", circle="#d8452c"),
    **_same(figures.ring, 0.5, "ground", ring="#d8a83c"),
    **_same(figures.triangle, 0.5, "ground", triangle="#3f8a4c"),
    **_same(figures.diamond, 0.5, "ground", diamond="#4ab0c8"),
    **_same(figures.cross, 0.5, "ground", cross="#c8322c"),
    **_same(figures.star, 0.5, "ground", star="#f2c230"),
    **_same(figures.hexagon, 0.5, "ground", hexagon="#d8902c"),
    **_same(figures.octagon, 0.5, "ground", octagon="#8a4ab0"),
    **_same(figures.heart, 0.48, "ground", heart="#d8283c"),
    **_same(living.planet, 0.40, "air", planet="#c98a5c", saturn="#d8b27c"),
}  # fmt: skip

FIGURES: Final = frozenset(
    [
        "square",
        "rectangle",
        "circle",
        "ring",
        "triangle",
        "diamond",
        "cross",
        "star",
        "hexagon",
        "octagon",
        "heart",
    ]
)
_IRREGULAR: Final = {
    "people": "person", "men": "man", "women": "woman", "children": "child",
    "wolves": "wolf", "geese": "goose", "foxes": "fox", "ponies": "pony", "puppies": "puppy",
    "butterflies": "butterfly", "churches": "church", "daisies": "daisy", "cacti": "cactus",
    "birches": "birch", "witches": "witch", "bunnies": "bunny", "leaves": "tree", "ferries": "ferry",
    "crosses": "cross", "poppies": "poppy", "cherries": "apple", "ladies": "woman",
}  # fmt: skip


_SAME_IN_PLURAL: Final = frozenset(
    {"sheep", "deer", "moose", "reindeer", "fish", "goldfish", "samurai"}
)


def plural(name: str) -> str:
    """Several of what a catalogue name is the name of."""
    if name in _SAME_IN_PLURAL:
        return name
    irregular = next(
        (many for many, one in _IRREGULAR.items() if one == name and many[0] == one[0]), ""
    )
    return irregular or f"{name}{'es' if name.endswith(('s', 'x', 'ch', 'sh')) else 's'}"


def find(word: str) -> tuple[str, bool] | None:
    """The catalogue's name for a word and whether it is a plural; None if it can't be drawn."""
    if word in CATALOGUE:
        return word, False
    single = _IRREGULAR.get(word)
    if single is None and word.endswith("s") and word[:-1] in CATALOGUE:
        single = word[:-1]
    return (single, True) if single else None
