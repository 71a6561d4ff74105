"""Refusals that come as words alone: without a field, a finish reason or a code of their own."""

import re

BY_MODEL = re.compile(
    r"\bI(['’]m| am)? ?(can['’]?t|can ?not|won['’]?t|will not|unable|not able|not allowed|must decline"
    r"|have to decline|don['’]t feel comfortable)\b.{0,60}?"
    r"\b(help|assist|compl(y|ete)|do (this|that)|provide|describe|discuss|create|generate|continue"
    r"|fulfil|process|engage|identify|decline|view|look|compare|write|with (this|that))",
    re.I | re.S,
)
ELSEWHERE = re.compile(
    # German
    r"\b(?:ich (?:kann|darf|werde|möchte)|(?:kann|darf|werde|möchte) ich)\b.{0,60}?\bnicht\b.{0,80}?"
    r"(?:helfen|beschreiben|erstellen|fortfahren|unterstützen|beantworten|bearbeiten|vergleichen"
    r"|identifizieren|nachkommen)\b"
    # French
    r"|\bje (?:ne |n['’])(?:peux|puis|pourrai|suis)\b.{0,30}?\bpas\b.{0,60}?\b(?:aider|décrire|générer"
    r"|créer|traiter|comparer|identifier|répondre|poursuivre|continuer|fournir|satisfaire)\b"
    # Spanish
    r"|\bno (?:puedo|podré|me es posible|estoy autorizad[oa])\b.{0,60}?\b(?:ayudar|describir|generar"
    r"|crear|comparar|identificar|continuar|procesar|proporcionar|cumplir|asistir)(?:te|le|lo|la)?\b"
    # Japanese
    r"|(?:お手伝い|お答え|回答|説明|比較|作成|生成|対応|協力)(?:する)?(?:こと)?(?:は|が)?"
    r"(?:できません|出来ません|いたしかねます|致しかねます)",
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
    if "{" in said or len(said) > LONGEST:
        return False
    return BY_MODEL.search(said) is not None or ELSEWHERE.search(said) is not None


def refused_by(message: str) -> bool:
    """Whether a service's error says that its rules forbid the content."""
    return BY_SERVICE.search(message) is not None
