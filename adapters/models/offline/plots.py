"""What the story grammar is made of: names, quests, places, and sentences with gaps."""

from typing import Final

NAMES: Final = (
    "Fenn",
    "Mika",
    "Oda",
    "Pip",
    "Runa",
    "Tomo",
    "Juno",
    "Bela",
    "Wim",
    "Ansa",
    "Kiri",
    "Odo",
)
HEROES: Final = (
    "a red fox", "a small white rabbit", "a brown bear", "a blue robot", "a girl in a yellow coat",
    "a golden lion", "a grey wolf", "a boy in a green jacket",
)  # fmt: skip
FRIENDS: Final = (
    "a brown owl", "a white horse", "a black cat", "a grey elephant", "a green dragon",
    "a blue bird", "a golden dog", "a white swan",
)  # fmt: skip
COATS: Final = ("red", "yellow", "green", "blue", "white")
QUESTS: Final = (
    "the song that only the wind remembers", "a lamp that never goes out", "the last warm stone",
    "the door under the hill", "a star that fell behind the mountains", "the ship without a harbour",
    "the garden that moves at night", "a bell nobody has heard",
)  # fmt: skip

# where it is, for the picture; how one gets there, for a choice ("" = only if somebody names it)
PLACES: Final = {
    "sea": ("by the sea", "go down to the sea"),
    "forest": ("in the forest", "take the path into the forest"),
    "snow": ("in the snow", "climb up into the snow"),
    "lake": ("by a lake", "walk round the lake"),
    "meadow": ("in a meadow", "cross the meadow"),
    "desert": ("in the desert", "walk out into the desert"),
    "city": ("in the city", "look for help in the city"),
    "mountains": ("in the mountains", "go over the mountains"),
    "jungle": ("in the jungle", ""),
    "underwater": ("under the sea", ""),
    "moon": ("on the moon", ""),
    "space": ("in space", ""),
    "room": ("in a room", ""),
}
HOURS: Final = {
    "day": ("at noon", "rest until noon"),
    "sunset": ("at sunset", "rest until sunset"),
    "night": ("at night", "wait for the night"),
    "dawn": ("at dawn", "wait for the morning"),
}
MOODS: Final = {"": "", "rain": " in the rain", "fog": " in the fog", "storm": " in a storm"}

OPENINGS: Final = (
    "{hero} lived {where} and wanted one thing: {quest}. {hour}, the wind turned, and {hero} knew that it was time to go.",
    "Nobody {where} believed in {quest} any more, but {hero} did. {hour}, {hero} packed bread and a blanket and left a note on the door.",
    "{hour}, {hero} found half a map {where}. On its torn edge stood in small letters: {quest}.",
)
MEETINGS: Final = (
    '{choice}{where}, {hour_low}, somebody was waiting already: {friend}. "I know the other half of the way to {quest}," said {friend}, "and I am bad at walking alone."',
    '{choice}{hero} was not alone {where}: {friend} sat there {hour_low}, counting footsteps. "Yours are the first that don\'t run away," said {friend}.',
)
MIDDLES: Final = (
    "{choice}{where} the way ended. {friend} looked left, {hero} looked right, and both saw the same light {hour_low}. It went out when they called.",
    "{choice}They came to a place {where} that {hero} had dreamt of. {friend} found a mark on a stone {hour_low}: somebody had looked for {quest} before them, and turned back here.",
    "{choice}{where} they quarrelled, quietly, about who had lost the map. {hour}, {friend} found it in {hero}'s pocket, and they laughed until it hurt.",
    "{choice}An old voice {where} asked {hero} for the one thing in the bag that was not needed. {hero} gave the blanket, and {hour_low} the way was open.",
)
TROUBLES: Final = (
    "{choice}Then the storm came. {where} {hero} lost {friend} from sight, called, and heard nothing but water. {hour}, a small answer came from very near.",
    "{choice}{where}, {hour_low}, {hero} wanted to give up. {friend} said nothing, only moved closer, and that was enough to go on.",
)
ENDINGS: Final = (
    "{choice}{where}, {hour_low}, they stood before it: {quest}. It was smaller than in the stories. {hero} and {friend} looked at it for a long time and left it for the next who would come.",
    '{choice}They found {quest} {where}, {hour_low}, where {hero} had started from. "We walked the whole way round," said {friend}. "Yes," said {hero}, "and now it is the two of us."',
)
