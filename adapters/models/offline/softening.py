"""A refused prompt said more gently, without a model: names go, harsh words become mild ones."""

import re

_MILD = {
    "blood": "red paint",
    "bloody": "red",
    "gore": "red paint",
    "gory": "red",
    "gun": "tool",
    "guns": "tools",
    "rifle": "tool",
    "pistol": "tool",
    "weapon": "tool",
    "weapons": "tools",
    "knife": "tool",
    "bomb": "firework",
    "explosion": "firework",
    "kill": "meet",
    "kills": "meets",
    "killing": "meeting",
    "killed": "sleeping",
    "murder": "mystery",
    "dead": "sleeping",
    "corpse": "sleeper",
    "naked": "clothed",
    "nude": "clothed",
    "nudity": "clothing",
    "sexy": "elegant",
    "violent": "lively",
    "violence": "bustle",
    "war": "storm",
    "torture": "worry",
    "suicide": "solitude",
    "drug": "potion",
    "drugs": "potions",
}
_WORD = re.compile(r"\b(" + "|".join(_MILD) + r")\b", re.I)
_NAME = r"[A-ZÄÖÜÀ-Ý][\w'’-]+(?: +[A-ZÄÖÜÀ-Ý][\w'’-]+)*"
_AUTHOR = re.compile(rf"(?<! )(?: *,)? *\b(?:by|after|in the style of|directed by) +{_NAME}")
_PLACE = re.compile(rf"\b(in|at|near|from) +{_NAME}")
_THING = re.compile(rf"\b((?:an?|the|my|his|her|their) +(?:[a-z]+ +)?){_NAME}")
_SOMEBODY = re.compile(rf"(?<=[\w,;] ){_NAME}")
_FULL_NAME = re.compile(r"(?:^|(?<=[.!?] ))[A-Z][\w'’-]+(?: +[A-Z][\w'’-]+)+", re.M)


def softened(prompt: str) -> str:
    """The same picture without names of people, places and makers, and without harsh words.

    A single capital at the start of a sentence is no name. What has nothing to soften comes back
    as it is.
    """
    text = _AUTHOR.sub("", prompt)
    text = _PLACE.sub(r"\1 a place", text)
    text = _THING.sub(r"\1thing", text)
    text = _FULL_NAME.sub("Someone", text)
    text = _SOMEBODY.sub("someone", text)
    return _WORD.sub(_milder, text)


def _milder(found: re.Match[str]) -> str:
    mild = _MILD[found[0].lower()]
    return mild.capitalize() if found[0][0].isupper() else mild
