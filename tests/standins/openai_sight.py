"""What the stand-in vision model answers: pictures are greys, and nearer in grey is nearer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.standins.openai_looking import Look

Json = dict[str, Any]
GREY = re.compile(r"grey (\d+)")
BETWEEN = re.compile(r"between (\d+) and (\d+)")
NAMED = re.compile(r"^(\w+): ", re.M)
NUMBERED = re.compile(r"^(\d+)\. (.*)$", re.M)
NAMES = {"Batman": "a masked man in a dark cape", "Coca-Cola": "a red sign with white script"}
GERMAN = {"ein graues Bild": "a grey picture"}
TOLERANCES = (8, 16, 24, 32, 48, 64)
LOCAL = 0.3
STEP = 0.6  # of the way to the wanted grey that one round gets


@dataclass(frozen=True)
class Sight:
    """A request as it was understood. `blunder`: how far the first description is off;
    `prefers`: the position a biased judge likes; `repair`: the repair question, if it is one."""

    looks: Mapping[str, Look]
    words: Mapping[str, str]
    blunder: int = 0
    prefers: str = ""
    repair: str = ""

    def wanted(self) -> int:
        """The goal's grey, else the reference's: where they disagree the goal is right."""
        told = GREY.search(self.words.get("goal", ""))
        if told:
            return int(told[1])
        return self.looks["REFERENCE"].mean if "REFERENCE" in self.looks else 128


def scene(grey: int) -> str:
    return (
        f"A flat colour photograph of grey {grey}, evenly lit, filling the whole frame. Calm mood."
    )


def describe(sight: Sight) -> Json:
    grey = sight.wanted()
    parts = ("subject", "action", "style", "environment", "details", "quality")
    formula = {part: "grey" for part in (*parts, "colours", "layout", "theme", "mood")}
    return {
        "formula": formula,
        "prompt": scene(max(0, grey - sight.blunder)),
        "variants": _variants(sight, grey - sight.blunder),
        "checklist": [
            {"question": f"Is the grey between {grey - t} and {grey + t}?", "needs": 0}
            for t in TOLERANCES
        ],
        "alt": f"A flat field of grey {grey}.",
    }


def compare(sight: Sight) -> Json:
    champion, wanted = sight.looks["CHAMPION"], sight.wanted()
    wish = GREY.search(sight.words.get("wish", ""))
    next_grey = round(champion.mean + STEP * (wanted - champion.mean))
    box = _box(sight)
    is_so, shall_be = champion.mean, wanted
    if box is not None:
        is_so, shall_be = (sight.looks[n].within(box) for n in ("CHAMPION", "REFERENCE"))
    what = f"The picture is grey {is_so}; make it grey {shall_be}."
    off = [] if is_so == shall_be else [{"what": what, "box": box}]
    return {
        "differences": off,
        "keep": ["the even light"],
        "summary": f"Too far from grey {wanted}; next nearer to it.",
        "prompt": scene(int(wish[1]) if wish else next_grey),
        "variants": _variants(sight, next_grey),
        "idea": "A single white line across it.",
    }


def _variants(sight: Sight, grey: int) -> list[str]:
    """As many further prompts as were asked for."""
    more = int(sight.words.get("PROMPTS", "1").split(",")[0]) - 1
    return [scene(min(255, max(0, grey + 10 * n))) for n in range(1, more + 1)]


def _box(sight: Sight) -> Json | None:
    if "REFERENCE" not in sight.looks or "grey" in sight.words.get("goal", ""):
        return None
    box = sight.looks["CHAMPION"].unlike(sight.looks["REFERENCE"])
    if box is None or box[2] * box[3] > LOCAL:
        return None
    return dict(zip(("x", "y", "width", "height"), box, strict=True))


def evolve(sight: Sight) -> Json:
    style, previous = sight.words["style"], sight.looks["PREVIOUS"]
    stride = {"subtle": 10, "medium": 40, "drastic": 100}[sight.words["LEAP"]]
    motif = "the same" if sight.words["LOCK"] == "locked" else "another"
    return {
        "keep": ["flatness"],
        "summary": f"Into {style}.",
        "prompt": f"In the manner of {style}, {motif} field of grey {(previous.mean + stride) % 256}.",
        "idea": "",
    }


def duel(sight: Sight) -> Json:
    wanted = sight.wanted()
    off = {name: _off(sight, sight.looks[name.upper()]) for name in ("first", "second")}
    winner = "tie" if abs(off["first"] - off["second"]) <= 1 else min(off, key=lambda n: off[n])
    return {
        "first": f"off by {off['first']}",
        "second": f"off by {off['second']}",
        "reason": f"Nearer to grey {wanted}.",
        "winner": sight.prefers or winner,
    }


def _off(sight: Sight, look: Look) -> int:
    """How far a picture is from what is wanted, in greys: beside a reference part by part."""
    if "REFERENCE" in sight.looks and not GREY.search(sight.words.get("goal", "")):
        return look.apart(sight.looks["REFERENCE"])
    return abs(look.mean - sight.wanted())


def inspect(sight: Sight) -> Json:
    look = sight.looks["IMAGE"]
    return {"answers": _answers(sight, look), "alt": f"Grey {look.mean}."}


def _answers(sight: Sight, look: Look) -> list[Json]:
    return [
        {"number": int(number), "seen": f"grey {look.mean}", "answer": _truth(question, look)}
        for number, question in NUMBERED.findall(sight.words.get("checklist", ""))
    ]


def _truth(question: str, look: Look) -> str:
    match = BETWEEN.search(question)
    if match is None:
        return "unknown"
    return "true" if int(match[1]) <= look.mean <= int(match[2]) else "false"


def rewrite(sight: Sight) -> Json:
    prompt, task = sight.words["prompt"], sight.words["TASK"]
    if task == "soften":
        for name, seen in NAMES.items():
            prompt = prompt.replace(name, seen)
    elif task == "translate":
        for german, english in GERMAN.items():
            prompt = prompt.replace(german, english)
    elif task == "instruct":
        prompt = f"{prompt} {sight.words['instruction']}"
    limit = int(sight.words["LIMIT"].split(" characters")[0].rsplit(" ", 1)[1])
    sentences = re.split(r"(?<=[.!?])\s+", prompt)
    while len(" ".join(sentences)) > limit and len(sentences) > 1:
        sentences.pop()
    return {"prompt": " ".join(sentences)}


def tell(sight: Sight) -> Json:
    """Everybody known is named with another look, one is new, and the choice is taken up."""
    known = NAMED.findall(sight.words.get("cast", ""))
    count = int(sight.words["CHOICES"])
    told = sight.words.get("choice", "").strip()
    cast = [
        {"name": name, "look": "someone else entirely", "here": i < 2}
        for i, name in enumerate(known)
    ]
    if len(cast) < 2:
        new = (
            ("Mara", "a girl with two black plaits") if not cast else ("Fox", "a fox with one ear")
        )
        cast.append({"name": new[0], "look": new[1], "here": True})
    return {
        "cast": cast,
        "place": {"name": "Ice", "look": "a frozen lake under a grey cliff"},
        "text": f"{told or 'It begins'}: {sight.words['premise'][:60]}",
        "title": "A scene",
        "prompt": f"{sight.words.get('style', 'Gouache')} of {cast[0]['name']} on the ice.",
        "choices": [f"Take way {i}" for i in range(1, count + 1)],
        "alt": "Somebody on the ice.",
    }


def answer(sight: Sight) -> Json:
    """What is asked, and that it can't be told: the stand-in sees greys."""
    return {
        "seen": "an even grey",
        "answer": f"An even grey. You asked: {sight.words['question'][:80]}",
        "unseen": "what is behind it" if "behind" in sight.words["question"] else "",
    }


ANSWERS: Mapping[str, Callable[[Sight], Json]] = {
    "describe": describe,
    "compare": compare,
    "evolve": evolve,
    "duel": duel,
    "inspect": inspect,
    "rewrite": rewrite,
    "tell": tell,
    "answer": answer,
}
