"""What people say to the bot where nobody marks it as a request: a word for it, a thank-you, or a
wish. Pure, and read by every door on which people talk; English and German words."""

import re
from typing import Literal

from core.domain.wishes import wish_of

Meaning = Literal[
    "thanks", "greeting", "help", "quota", "stop", "stop_all", "sessions", "wish", "unclear"
]

_WORD = re.compile(r"[^\W_]+")
_HEARTS = frozenset("❤♥🧡💛💚💙💜🙏👍👏🎉😍🥰😊🙂😀😃🤩🔥⭐✨")
_SHORT = 6  # words of a remark: what is longer describes something


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COMMANDS: tuple[tuple[Meaning, str], ...] = (
    ("help", "help commands command usage hilfe befehle anleitung"),
    ("quota", "quota limit limits budget balance kontingent guthaben"),
    ("stop", "stop halt cancel abort quit enough stopp stoppen abbrechen anhalten aufhören genug"),
    ("sessions", "sessions session sitzungen sitzung"),
)
_NAMED: dict[str, Meaning] = {
    word: meaning for meaning, words in _COMMANDS for word in words.split()
}
_FILLERS = _words(
    "please pls bot darkroom now the this that it a my me show tell run what s is whats left just"
    " can i have see bitte mal jetzt den das diesen lauf mein meine meinen mir zeig zeige wie viel"
    " ist noch übrig was wieviel to for you your here there and und oder"
)
_EVERY = _words("all everything every runs mine of alle alles läufe von")
_THANKS = _words(
    "thanks thank thankyou thx tx ty tysm cheers merci gracias danke dankeschön dank dankschön vielen"
    " lieben herzlichen"
)
_PRAISE = _words(
    "lovely great nice cool awesome beautiful wonderful amazing perfect wow good love loved brilliant"
    " excellent fantastic gorgeous super sweet neat bravo toll schön klasse prima wunderbar"
    " wunderschön großartig perfekt geil gut hübsch spitze"
)
_GREETINGS = _words(
    "hi hello hey hallo hiya yo howdy greetings moin servus tach huhu morning evening afternoon"
    " morgen tag abend guten grüezi"
)
_CHAT = _words(
    "ok okay k yes no yep nope yeah ja nein nö lol haha hahaha hmm hm um oh ah well so very much lot"
    " really job work are am im re test testing ping nvm never mind sorry same too again all"
    " everyone ihr alle sehr echt so viel fürs für deine hilfe arbeit gemacht bist du ich dich liebe"
    " das war were was who why how when where warum wer wann wo hast been one"
)
_ASKING = _words(
    "what why how who whom when where which whats can could do does did is are was were will would"
    " warum wieso wie wer wann wo welche was kannst könntest bist ist hast machst geht"
)
_MAKING = _words(
    "paint draw make show create imagine turn give render sketch design generate want wish like need"
    " refine evolve male mal malen zeichne zeichnen mach mache machen zeig zeige erstelle will möchte"
    " hätte brauche"
)
_TO_ME = _words("you your youre du dein deine i ich im ive")


def meaning_of(text: str) -> Meaning:
    """What a sentence without a picture asks for. A wish is whatever describes something; unclear
    is a remark or a question that may not have meant to be painted, so it is asked before it
    costs."""
    words = [word.casefold() for word in _WORD.findall(text)]
    if not words:
        return _of_signs(text)
    if {_NAMED.get(word) for word in words} >= {"stop"} and all(
        _NAMED.get(word) == "stop" or word in _EVERY or word in _FILLERS for word in words
    ):
        return "stop_all" if any(word in _EVERY for word in words) else "stop"
    if wish_of(text).act not in ("stop", "edit", "continue"):
        return "wish"
    named: set[Meaning] = {_NAMED[word] for word in words if word in _NAMED}
    if len(named) == 1 and all(word in _NAMED or word in _FILLERS for word in words):
        return named.pop()
    if all(word in _TALK for word in words):
        return _of_talk(words)
    return "unclear" if _is_remark(text, words) else "wish"


_TALK = _THANKS | _PRAISE | _GREETINGS | _CHAT | _FILLERS | frozenset(_NAMED)


def _of_signs(text: str) -> Meaning:
    if any(sign in _HEARTS for sign in text):
        return "thanks"
    return "help" if text.strip(" ") in ("?", "??") else "unclear"


def _of_talk(words: list[str]) -> Meaning:
    if any(word in _THANKS for word in words):
        return "thanks"
    if any(word in _GREETINGS for word in words):
        return "greeting"
    return "thanks" if any(word in _PRAISE for word in words) else "unclear"


def _is_remark(text: str, words: list[str]) -> bool:
    """A question, or a short remark to the bot, in which nothing is said of making something."""
    if any(word in _MAKING for word in words):
        return False
    if text.rstrip().endswith("?"):
        return True
    return len(words) <= _SHORT and (words[0] in _ASKING or words[0] in _TO_ME)
