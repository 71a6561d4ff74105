"""One hundred sentences of different kinds for the scene painter."""

_PLAIN = """\
a red fox in the snow at sunset, watercolor
a lighthouse by the sea in a storm, oil painting
a black cat under the moon at night
a sailboat on the ocean at dawn, ukiyo-e woodblock
a cottage in an autumn forest, van gogh
sunflowers in a meadow, pencil sketch
mountains and a lake at sunrise, pixel art
a city at night, neon
something joyful and strange
a castle in the fog
three sheep and a windmill
an astronaut on mars
a whale in the sea at sunset
a blue teapot on a table
two orange fish underwater
northern lights over a snowy forest
a white horse in a field of flowers
a dragon in front of a castle at dusk
a train in the mountains in winter
a robot in the city, pop art
a yellow car on a street in the rain
five boats in the harbour at dawn
an owl at night, linocut
a deer in a foggy forest
a hot air balloon over the desert
a rocket in space, synthwave
a snowman in winter
a brown bear by a lake
two people under a red umbrella in the rain
a palm on the beach at sunset
a cactus in the desert at noon
a church in the snow at night
a bridge over a river in autumn
a rabbit in the garden, botanical illustration
a parrot in the jungle, papercut
an elephant at sunset, low poly
a lion in the savanna grass
a swan on a quiet lake, pointillism
a mushroom in the forest, claymation
a bicycle in paris, art deco poster
a wolf under the stars, charcoal
a tulip field with a windmill
a bouquet on a table, stained glass
an apple on a table, oil
a cup of coffee in the morning
a butterfly over the flowers
a ship in a thunderstorm
a tent in the mountains at night
a plane above the clouds
a woman in a red dress in the city
a knight on a hill, mosaic
a goldfish, comic ink
a purple octagon of silence
melancholy in grey and blue
the sound of jazz
anger
a dream of calm water
the future of machines, blueprint
love in pink and gold
memory of a lost summer
"""
_SUBJECTS = ("a green boat", "two white rabbits", "a red house", "a tall tree", "a tiny robot")
_PLACES = (
    "by the sea at dawn",
    "in the snow at night",
    "in a meadow in spring",
    "in the desert at sunset",
)
_MORE = tuple(f"{subject} {place}" for subject in _SUBJECTS for place in _PLACES)
_STYLED = tuple(
    f"a lighthouse by the sea at sunset, {style}"
    for style in (
        "gouache", "watercolor", "oil", "van gogh", "pixel art", "ukiyo-e", "steampunk", "neon", "pencil",
        "stained glass", "pop art", "art deco poster", "charcoal", "linocut", "papercut", "mosaic",
        "pointillism", "synthwave", "fresco", "comic ink",
    )
)  # fmt: skip
SENTENCES = (*_PLAIN.splitlines(), *_MORE, *_STYLED)
