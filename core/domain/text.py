"""People's sentences, cleaned."""

import re
import unicodedata

# What is not closed goes on to the end: looking for its end from every beginning would take hours.
EXTRA_ARGS = re.compile(
    r"<sd_cpp_extra_args>.*?(</sd_cpp_extra_args>|\Z)|<(lora|lyco|hypernet):[^>]*(>|\Z)",
    re.S | re.I,
)


def clean(text: str) -> str:
    """A person's sentence without control characters and without a server's private syntax."""
    text = EXTRA_ARGS.sub(" ", text)
    text = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return re.sub(r"[ \t]+", " ", text).strip()


JOINER = "\u200d"
NEAR = 24  # characters within which a word's end is looked for


def clip(text: str, limit: int) -> str:
    """At most `limit` characters; where something was left out with an ellipsis, at a word's end if
    one is near, never within what is read as one character (an emoji, a letter with its accents)."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end > 0 and _within(text, end):
        end -= 1
    blank = max(
        text.rfind(" ", max(1, end - NEAR), end + 1), text.rfind("\n", max(1, end - NEAR), end + 1)
    )
    return text[: blank if blank > 0 else end].rstrip() + "…"


def _within(text: str, at: int) -> bool:
    """Whether a cut before `text[at]` would take a character apart."""
    here, before = text[at], text[at - 1]
    if before == JOINER or _joins(here):
        return True
    return _is_flag_half(here) and _flag_halves_before(text, at) % 2 == 1


def _joins(character: str) -> bool:
    """Accents, variation selectors, skin tones, the tags of some flags, the joiner itself."""
    return (
        character == JOINER
        or unicodedata.category(character)[0] == "M"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
    )


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_halves_before(text: str, at: int) -> int:
    count = 0
    while count < at and _is_flag_half(text[at - 1 - count]):
        count += 1
    return count
