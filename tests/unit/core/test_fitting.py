"""Prompts as a painter takes them: English where it knows nothing else, never cut blindly."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.engine.inline import InlineRun
from adapters.models.scripted import ScriptedCritic, ScriptedPainter
from core.domain.answers import Box, Critique, Difference
from core.domain.errors import BadAnswer, Unavailable
from core.jobs.edit_prompt import EditPrompt
from core.models.critic import Compare, Describe, Rewrite
from core.models.language import reads_english
from core.models.painter import PainterProfile
from core.steps.fit_prompt import whole_sentences
from tests.harness import ANN, PAGE, World, refine

GERMAN = "ein roter Fuchs im Schnee bei Nacht"


@dataclass
class Narrow(ScriptedPainter):
    """A painter that knows only English, or takes only short prompts."""

    english: bool = False
    limit: int = 4000

    @property
    def profile(self) -> PainterProfile:
        base = ScriptedPainter.profile.fget(self)  # type: ignore[attr-defined]
        return replace(base, english=self.english, prompt_limit=self.limit)


@dataclass
class Writer(ScriptedCritic):
    """A critic whose first prompt is `first`, and whose rewrites are `rewrites`."""

    first: str = ""
    rewrites: dict[str, str] = field(default_factory=dict[str, str])

    async def describe(self, ask: Describe):  # type: ignore[no-untyped-def]
        answer = await super().describe(ask)
        return replace(answer, value=replace(answer.value, prompt=self.first or "a fox"))

    async def rewrite(self, ask: Rewrite):  # type: ignore[no-untyped-def]
        answer = await super().rewrite(ask)
        return replace(answer, value=replace(answer.value, prompt=self.rewrites[ask.task]))


def asked(critic: ScriptedCritic, kind: type) -> list:  # type: ignore[type-arg]
    return [ask for ask in critic.asked if isinstance(ask, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "a red fox in the snow at night",
        "red fox, snow, night, 35mm",
        "Die Hard poster on a wall",
        "the café «Le Chat» in Paris, with its red awning",
        "",
        "42 / 7",
    ],
)
def test_english_and_bare_nouns_read_as_english(text: str) -> None:
    assert reads_english(text)


@pytest.mark.parametrize(
    "text",
    [
        GERMAN,
        "un renard roux dans la neige",
        "un zorro rojo en la nieve",
        "uma raposa vermelha com neve",
        "una volpe rossa nella neve",
        "een rode vos met een hoed",
        "рыжая лиса на снегу",
        "雪の中の赤い狐",
        "ثعلب أحمر في الثلج",
    ],
)
def test_other_languages_do_not(text: str) -> None:
    assert not reads_english(text)


def test_a_prompt_is_cut_at_a_sentence_else_a_clause_else_a_word() -> None:
    text = "A fox in the snow. It looks up, a bird in its mouth. The moon is full."
    assert whole_sentences(text, 200) == text
    assert whole_sentences(text, 60) == "A fox in the snow. It looks up, a bird in its mouth."
    assert whole_sentences(text, 52) == "A fox in the snow. It looks up, a bird in its mouth."
    assert whole_sentences(text, 51) == "A fox in the snow."
    assert whole_sentences("a fox 3.5 metres long", 9) == "a fox"
    assert whole_sentences("a red fox, in snow under a moon", 20) == "a red fox"
    assert whole_sentences("雪の中の赤い狐。夜の月が明るい", 10) == "雪の中の赤い狐。"


async def test_a_goal_in_another_language_is_painted_in_english_and_judged_as_it_was_said(
    tmp_path: Path,
) -> None:
    painter = Narrow(english=True)
    english = "a red fox in the snow at night"
    critic = Writer(first=GERMAN, rewrites={"translate": english})
    world = await World(tmp_path, painter=painter, critic=critic).open()
    await world.send(refine(image=None, goal=GERMAN, iterations=2))
    assert painter.requests[0].prompt == english
    assert {ask.goal for ask in asked(critic, Compare)} == {GERMAN}
    first = (await world.nodes(await world.only_session()))[0]
    assert (first.prompt, first.words) == (english, GERMAN)
    (rewrite,) = asked(critic, Rewrite)
    assert (rewrite.task, rewrite.prompt) == ("translate", GERMAN)
    assert rewrite.user == world.ctx.user_hash(ANN) != ""
    await world.close()


async def test_a_painter_that_knows_the_language_gets_it_untouched(tmp_path: Path) -> None:
    critic = Writer(first=GERMAN)
    world = await World(tmp_path, critic=critic).open()
    await world.send(refine(image=None, goal=GERMAN, iterations=1))
    assert world.painter.requests[0].prompt == GERMAN
    assert asked(critic, Rewrite) == []
    await world.close()


async def test_a_persons_own_prompt_is_translated_and_shown_as_they_wrote_it(
    tmp_path: Path,
) -> None:
    painter = Narrow(english=True)
    critic = Writer(rewrites={"translate": "a blue whale"})
    world = await World(tmp_path, painter=painter, critic=critic).open()
    await world.send(refine(iterations=1))
    node = (await world.nodes(await world.only_session()))[0]
    edit = EditPrompt(
        dedup_key="web::edit",
        actor=ANN,
        place=PAGE,
        iteration=node.id,
        prompt="ein blauer Wal im Meer",
    )
    await world.send(edit)
    last = (await world.nodes(await world.only_session()))[1]
    assert (last.prompt, last.words) == ("a blue whale", "ein blauer Wal im Meer")
    await world.close()


async def test_what_an_editor_is_told_is_translated_for_the_editor(tmp_path: Path) -> None:
    local = Critique(
        summary="Auge",
        prompt="x",
        differences=(Difference("öffne das Auge", Box(0.4, 0.4, 0.2, 0.2)),),
    )
    painter = Narrow(english=True, mask=True)
    critic = Writer(critiques=(local,), rewrites={"translate": "open the eye"})
    world = await World(tmp_path, painter=painter, critic=critic).open()
    await world.send(refine(iterations=2))
    assert painter.requests[1].operation == "edit"
    assert painter.requests[1].prompt == "open the eye"
    await world.close()


async def test_a_prompt_that_is_too_long_is_shortened_by_the_critic(tmp_path: Path) -> None:
    long = "A fox in the snow under a full moon. " * 3
    painter = Narrow(limit=60)
    critic = Writer(first=long, rewrites={"shorten": "A fox in the snow."})
    world = await World(tmp_path, painter=painter, critic=critic).open()
    await world.send(refine(iterations=1))
    assert painter.requests[0].prompt == "A fox in the snow."
    (rewrite,) = asked(critic, Rewrite)
    assert (rewrite.task, rewrite.prompt, rewrite.limit) == ("shorten", long, 60)
    await world.close()


@pytest.mark.parametrize("useless", ["too long again. " * 20, None])
async def test_a_useless_shortening_ends_at_a_whole_sentence(
    tmp_path: Path, useless: str | None
) -> None:
    long = "A fox in the snow. " + "The moon is full and very bright. " * 5
    painter = Narrow(limit=60)
    faults = {} if useless else {"rewrite": (BadAnswer("nonsense"),)}
    critic = Writer(first=long, rewrites={"shorten": useless or ""}, faults=faults)
    world = await World(tmp_path, painter=painter, critic=critic).open()
    await world.send(refine(iterations=1))
    prompt = painter.requests[0].prompt
    assert len(prompt) <= 60
    assert prompt.endswith(".")
    await world.close()


async def test_a_busy_critic_is_waited_for_and_not_paid_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(self: InlineRun, timeout: float) -> bool:
        return False

    monkeypatch.setattr(InlineRun, "signal", at_once)
    busy = Unavailable("OpenAI is not answering.", retry_after=1.0)
    critic = Writer(
        first=GERMAN, rewrites={"translate": "a red fox"}, faults={"rewrite": (busy, busy)}
    )
    painter = Narrow(english=True)
    world = await World(tmp_path, painter=painter, critic=critic).open()
    await world.send(refine(iterations=1))
    assert painter.requests[0].prompt == "a red fox"
    assert critic.count["describe"] == 1
    assert critic.count["rewrite"] == 3
    (run,) = await world.runs(await world.only_session())
    async with world.store.read() as uow:
        settled = [row.usd for row in await uow.ledger.of_run(run.id) if row.kind == "settle"]
    assert sorted(settled) == [Decimal("0.001"), Decimal("0.001"), Decimal("0.01")]
    await world.close()
