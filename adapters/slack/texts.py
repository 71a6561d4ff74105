"""How text becomes safe on Slack, and how times are shown there."""

import re
from datetime import datetime

from adapters.texts.sentences import said
from core.domain.text import clip as text_clip

_MENTION = re.compile(r"&lt;@([UW][A-Z0-9]+)&gt;")


def escape(text: str) -> str:
    """Slack's three control characters as entities, so that nothing in `text` can address anyone."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, limit: int) -> str:
    """At most `limit` characters; never a half entity at the end."""
    cut = text_clip(text, limit)
    amp = cut.rfind("&")
    if len(cut) < len(text) and amp > len(cut) - 7 and ";" not in cut[amp:]:
        cut = cut[:amp] + "…"
    return cut


def safe(text: str, limit: int = 2900) -> str:
    return clip(escape(text), limit)


def sentence(text: str, limit: int = 2900) -> str:
    """A sentence of the program's own, in the language spoken: the people it names by id become
    mentions."""
    return clip(_MENTION.sub(r"<@\1>", escape(said(text))), limit)


def when(moment: datetime, form: str = "{date_short_pretty} {time}") -> str:
    """Slack shows it in the reader's own time zone."""
    fallback = f"{moment:%Y-%m-%d %H:%M} UTC"
    return f"<!date^{int(moment.timestamp())}^{form}|{fallback}>"
