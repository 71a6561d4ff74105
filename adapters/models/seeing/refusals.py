"""Refusals that come as words alone: without a field, a finish reason or a code of their own."""

import re

BY_MODEL = re.compile(
    r"\bI(['’]m| am)? ?(can['’]?t|can ?not|won['’]?t|will not|unable|not able|not allowed|must decline"
    r"|have to decline|don['’]t feel comfortable)\b.{0,60}?"
    r"\b(help|assist|compl(y|ete)|do (this|that)|provide|describe|discuss|create|generate|continue"
    r"|fulfil|process|engage|identify|decline|view|look|compare|write|with (this|that))",
    re.I | re.S,
)
BY_SERVICE = re.compile(
    r"safety (system|filter|polic|guideline)|content[ _-](polic|filter|management|moderation)"
    r"|usage polic|moderation (system|filter|polic|block)|was (flagged|blocked)|not allowed by our"
    r"|(flagged|blocked|rejected) (by|due to) .{0,30}(moderation|safety)|violat\w{1,9} (our|the) \w"
    r"|prohibited content|inappropriate content|\bnsfw\b|responsible ai",
    re.I,
)
LONGEST = 600  # characters: who refuses does not write at length


def refuses(said: str) -> bool:
    """Whether a model's answer is a refusal: short words of that kind, and no data."""
    return "{" not in said and len(said) <= LONGEST and BY_MODEL.search(said) is not None


def refused_by(message: str) -> bool:
    """Whether a service's error says that its rules forbid the content."""
    return BY_SERVICE.search(message) is not None
