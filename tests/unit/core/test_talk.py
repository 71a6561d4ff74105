"""What people say: known words, thanks, wishes, and what is asked about before it costs."""

import pytest

from core.domain.talk import Meaning, meaning_of

SAID: dict[Meaning, tuple[str, ...]] = {
    "thanks": (
        "thanks , lovely!", "Thank you so much", "thx", "Danke!", "vielen Dank, sehr schön", "👍",
        "❤️", "wow, great job", "I love it", "du bist toll", "good bot",
    ),
    "greeting": ("hi", "Hello!", "hey there", "good morning", "Hallo", "Guten Morgen", "moin"),
    "help": ("help", "Help me please", "Hilfe", "?", "commands"),
    "quota": ("quota", "what's my quota?", "show me my limits", "Kontingent", "my budget"),
    "stop": ("stop", "STOP!!", "please stop now", "stopp", "bitte abbrechen", "cancel this run", "stop it"),
    "sessions": ("sessions", "my sessions", "meine Sitzungen", "show me my sessions"),
    "unclear": (
        "ok", "lol", "why is it so dark?", "how does this work", "what can you do?", "you broke it",
        "…", "is anyone in there?", "kannst du das?", "hmm",
    ),
    "wish": (
        "a red fox in the snow", "dragon", "darker, keep the dog", "a stop sign at dusk",
        "can you paint a red fox?", "thanks, now with more snow", "make it stop raining",
        "help, a shipwreck in a storm", "I want a lighthouse", "ein roter Fuchs", "the morning fog",
        "a session of the parliament", "good morning, Vietnam poster", "hello kitty",
        "how the light falls on a table with three lemons and a jug", "日本の庭",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "meant"), [(words, meant) for meant, all_ in SAID.items() for words in all_]
)
def test_what_is_meant(words: str, meant: Meaning) -> None:
    assert meaning_of(words) == meant
