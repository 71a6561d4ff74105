"""The embedded critic beside a painter that is not embedded: it speaks in words alone."""

import pytest

from adapters.models.config import ProviderConfig
from adapters.models.offline import engine
from adapters.models.offline.answering import compared, rewritten
from adapters.models.offline.provider import OfflineCritic
from adapters.models.offline.softening import softened
from adapters.models.registry import ModelNames, build_models
from adapters.models.scripted import flat
from core.models.critic import Compare, Describe, Rewrite, Transform
from tests.harness import Inline


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


async def described(goal: str, in_words: bool = True) -> str:
    critic = OfflineCritic(Inline(), "oil", in_words=in_words)
    answer = await critic.describe(Describe(reference=flat(200), goal=goal))
    return answer.value.prompt


async def test_a_painter_of_words_hears_of_no_dabs_and_of_no_style_unless_asked() -> None:
    plain = await described("")
    assert plain.startswith("A square ")
    assert "Style:" not in plain
    assert not engine.has_dabs(plain)
    assert "Style: neon." in await described("in neon, please")
    own = await described("", in_words=False)
    assert "Style: oil." in own
    assert engine.has_dabs(own)


async def test_a_style_stays_where_it_was_asked_for() -> None:
    critic = OfflineCritic(Inline(), "oil", in_words=True)

    async def next_prompt(prompt: str, wish: str = "") -> str:
        ask = Compare(
            reference=flat(200), goal="", champion=flat(90), champion_prompt=prompt, wish=wish
        )
        return (await critic.compare(ask)).value.prompt

    assert "Style:" not in await next_prompt("a grey square")
    assert "Style: neon." in await next_prompt("a grey square\nStyle: neon.")
    assert "Style: pencil." in await next_prompt("a grey square", wish="as a pencil drawing")
    ask = Transform(
        previous=flat(90),
        previous_prompt="a grey square",
        original=None,
        goal="",
        style="vaporwave",
    )
    evolved = (await critic.evolve(ask)).value.prompt
    assert evolved.endswith("In the style of vaporwave.")
    assert "Style:" not in evolved
    assert "Leap:" not in evolved
    assert not engine.has_dabs(evolved)


@pytest.mark.parametrize(("painter", "dabs"), [("stability:core", False), ("offline:oil", True)])
async def test_the_program_tells_the_critic_who_paints(painter: str, dabs: bool) -> None:
    providers = {"stability": ProviderConfig(kind="stability", api_key="x")}
    models = build_models(ModelNames(painter=painter), providers, {}, Inline())
    answer = await models.critic.describe(Describe(reference=flat(200), goal=""))
    assert engine.has_dabs(answer.value.prompt) is dabs
    await models.close()
