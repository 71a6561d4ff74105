"""The embedded critic beside a painter that is not embedded: it speaks in words alone."""

import pytest

from adapters.models.offline import engine
from adapters.models.offline.provider import compared, rewritten
from adapters.models.offline.softening import softened
from adapters.models.scripted import flat
from core.critique import Compare, Rewrite


def critique(champion: int, prompt: str = "a grey picture", wish: str = "", round: int = 2):  # type: ignore[no-untyped-def]
    return compared(
        Compare(
            reference=flat(200), goal="", champion=flat(champion), champion_prompt=prompt,
            round=round, wish=wish,
        )
    )  # fmt: skip


def test_a_picture_painted_from_words_is_measured_itself() -> None:
    dark, light = critique(60), critique(250)
    assert all("lighter" in d.what for d in dark.differences)
    assert all("darker" in d.what for d in light.differences)
    assert len(dark.differences) == 3
    assert dark.words.splitlines()[-1] == f"Revision 2: {dark.summary}."
    assert not engine.has_dabs(dark.words)
    assert engine.has_dabs(dark.prompt)


def test_the_next_round_says_what_is_wrong_now_and_keeps_the_wish() -> None:
    first = critique(60, wish="warmer")
    second = critique(250, prompt=first.words, round=3)
    assert second.words.count("Revision") == 1
    assert "Revision 3" in second.words
    assert "Wish: warmer." in second.words


@pytest.mark.parametrize(
    ("prompt", "softer"),
    [
        ("a portrait of Taylor Swift in Paris", "a portrait of someone in a place"),
        ("Mickey Mouse with a gun, by Walt Disney", "Someone with a tool"),
        ("a red Ferrari before the Eiffel Tower", "a red thing before the thing"),
        ("two foxes\nStyle: gouache", "two foxes\nStyle: gouache"),
        ("a bloody knife. Dead leaves", "a red tool. Sleeping leaves"),
        ("A fox in the snow. The moon is full.", "A fox in the snow. The moon is full."),
        ("Palette: dark taupe, olive.\nStyle: gouache.", "Palette: dark taupe, olive.\nStyle: gouache."),
    ],
)  # fmt: skip
def test_softening_takes_names_and_harsh_words_away_and_nothing_else(
    prompt: str, softer: str
) -> None:
    assert softened(prompt) == softer
    assert softened(softer) == softer
    assert rewritten(Rewrite(task="soften", prompt=prompt)).prompt == softer
    assert rewritten(Rewrite(task="shorten", prompt=prompt)).prompt == prompt
