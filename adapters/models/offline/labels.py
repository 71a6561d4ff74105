"""Lines of a prompt that begin with a label and a colon."""

import re
from functools import cache


@cache
def _pattern(label: str) -> re.Pattern[str]:
    return re.compile(rf"^{re.escape(label)}:\s*(\S.*)$", re.M | re.I)


def labelled(label: str, words: str) -> str | None:
    """What such a line says; None without one. The first that says something counts."""
    found = _pattern(label).search(words)
    return found[1].rstrip() if found else None
