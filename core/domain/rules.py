"""What a server's admins let be painted, shown and kept; and what is refused for it."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Literal

from core.domain.errors import BadRequest, NotAllowed

Likeness = Literal["free", "nobody"]
RuleName = Literal[
    "block", "allow", "opt-out", "likeness", "adult", "label", "reports", "keep-days",
    "store-prompts",
]  # fmt: skip
MOST_WORDS, LONGEST_WORD, MOST_DAYS = 200, 60, 3650
MENTION = re.compile(r"<@!?\w+(?:\|[^<>]*)?>|(?<!\w)@\w{2,}")
CHANNEL = re.compile(r"(?:<#)?(\w{1,32})(?:\|[^<>]*)?>?")
NOBODY_REAL = "Nobody in the picture resembles a real person."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`block`: words that no wish may have, a `*` at the end stands for any ending; `allow`: phrases
    in which they may stand after all; `opt_out`: names of people who are not to be shown. `likeness`
    "nobody": nobody real is painted or named. `adult`: channels for adults, where the platform
    marks none itself. `label`: posts say that an AI made the picture. `reports`: the
    channel that reports of pictures go to, "" = none. `keep_days`: after so many, sessions are deleted
    but for those with favourites, 0 = never. `store_prompts`: what was written stays when a run is
    over."""

    block: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    opt_out: tuple[str, ...] = ()
    likeness: Likeness = "free"
    adult: tuple[str, ...] = ()
    label: bool = False
    reports: str = ""
    keep_days: int = 0
    store_prompts: bool = True

    def check(self, texts: Iterable[str]) -> None:
        """Raises NotAllowed with what has to be left out of these words."""
        for text in map(_folded, texts):
            left = _matching(self.allow).sub(" ", text) if self.allow else text
            if self.block and (found := _matching(self.block).search(left)):
                raise NotAllowed(f"“{found[0]}” is not allowed here: say it without.")
            if self.opt_out and (found := _matching(self.opt_out).search(text)):
                raise NotAllowed(f"“{found[0]}” is not to be shown in pictures: leave them out.")
            if self.likeness == "nobody" and MENTION.search(text):
                raise NotAllowed("Pictures of people are not allowed here: name nobody.")


def _folded(text: str) -> str:
    """As it looks: without invisible letters, wide and styled ones as plain ones."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Cc") or c.isspace())


@lru_cache(maxsize=256)
def _matching(words: tuple[str, ...]) -> re.Pattern[str]:
    each = (re.escape(_folded(word).removesuffix("*")) + _end(word) for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})")


def _end(word: str) -> str:
    return r"\w*" if word.endswith("*") else r"(?!\w)"


Set = Callable[[Rules, str], Rules]


def changed(rules: Rules, name: RuleName, value: str) -> Rules:
    """The rules with what an admin said of one. Raises BadRequest."""
    return SETTERS[name](rules, " ".join(value.split()))


def _listed(field: str, clean: Callable[[str], str]) -> Set:
    """ "word" is added, "-word" taken away, "off" empties the list."""

    def put(rules: Rules, value: str) -> Rules:
        known: tuple[str, ...] = getattr(rules, field)
        if value.casefold() == "off":
            return replace(rules, **{field: ()})
        gone, word = value.startswith("-"), clean(value.removeprefix("-").strip())
        rest = tuple(each for each in known if each.casefold() != word.casefold())
        if gone and len(rest) == len(known):
            raise BadRequest(f"“{word}” is not on the list.")
        kept = rest if gone else (*rest, word)
        if len(kept) > MOST_WORDS:
            raise BadRequest(f"{MOST_WORDS} on a list are the limit.")
        return replace(rules, **{field: kept})

    return put


def _word(text: str) -> str:
    if not _folded(text).strip("* ") or len(text) > LONGEST_WORD:
        raise BadRequest(f"Say a word or a phrase of at most {LONGEST_WORD} characters.")
    return text


def _channel(text: str) -> str:
    if found := CHANNEL.fullmatch(text):
        return found[1]
    raise BadRequest("Name a channel by a mention, such as #channel, or by its id.")


def _place(field: str) -> Set:
    def put(rules: Rules, value: str) -> Rules:
        return replace(rules, **{field: "" if value.casefold() == "off" else _channel(value)})

    return put


def _flag(field: str) -> Set:
    def put(rules: Rules, value: str) -> Rules:
        if value.casefold() not in ("on", "off"):
            raise BadRequest("This rule is on or off.")
        return replace(rules, **{field: value.casefold() == "on"})

    return put


def _likeness(rules: Rules, value: str) -> Rules:
    match value.casefold():
        case "free" | "off":
            return replace(rules, likeness="free")
        case "nobody" | "on":
            return replace(rules, likeness="nobody")
        case _:
            raise BadRequest("likeness is free or nobody.")


def _days(rules: Rules, value: str) -> Rules:
    days = "0" if value.casefold() == "off" else value
    if not days.isdecimal() or int(days) > MOST_DAYS:
        raise BadRequest(f"keep-days is a number of days up to {MOST_DAYS}, or off.")
    return replace(rules, keep_days=int(days))


SETTERS: dict[RuleName, Set] = {
    "block": _listed("block", _word),
    "allow": _listed("allow", _word),
    "opt-out": _listed("opt_out", _word),
    "likeness": _likeness,
    "adult": _listed("adult", _channel),
    "label": _flag("label"),
    "reports": _place("reports"),
    "keep-days": _days,
    "store-prompts": _flag("store_prompts"),
}


def shown(rules: Rules, name: RuleName) -> str:
    """How it stands, for its admins."""
    value: object = getattr(rules, name.replace("-", "_"))
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "off"  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value or "off")


def counts(rules: Rules) -> str:
    """What the log keeps of them: no word, no name."""
    values = {field.name: getattr(rules, field.name) for field in fields(Rules)}
    told = (f"{k}:{len(v) if isinstance(v, tuple) else v}" for k, v in values.items())  # pyright: ignore[reportUnknownArgumentType]
    return " ".join(told)
