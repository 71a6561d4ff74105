"""A trial's parts: sets, pictures that hold the truth, figures with intervals, the report."""

import io
import json
import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from adapters.models.simulated.critic import STRESS, SimulatedCritic
from adapters.models.simulated.painter import SimulatedPainter
from adapters.models.simulated.world import World, WorldRates, picture, truth_of
from bot.trial import report, statistics
from bot.trial.command import SIMULATED, planned
from bot.trial.policies import POLICIES, policies
from bot.trial.runner import keep, read_results, tries_for
from bot.trial.sets import SHIPPED, read_set
from core.domain.errors import BadRequest
from core.domain.trial import TrialPrompt, TrialResult, TypedQuestion
from core.models.critic import Compare, Inspect
from core.models.painter import PaintRequest


def test_the_shipped_set_has_sixty_sentences_in_six_kinds() -> None:
    shipped = read_set(SHIPPED)
    groups = {each.group for each in shipped}
    assert (len(shipped), len(groups)) == (60, 6)
    assert all(sum(e.group == group for e in shipped) == 10 for group in groups)
    assert all(3 <= len(each.questions) <= 6 for each in shipped)
    assert {q.kind for e in shipped for q in e.questions} == {
        "object", "colour", "count", "place", "lettering", "relation", "style",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("a.txt", "# mine\na fox\n\na hen\n", [("001", "a fox", 0), ("002", "a hen", 0)]),
        ("a.csv", "Prompts,Category\na fox,Animals\n", [("001", "a fox", 0)]),
        (
            "dsg.csv",
            "item_id,text,question_natural_language\nx1,a fox,Is there a fox?\nx1,a fox,Is it red?\n",
            [("x1", "a fox", 2)],
        ),
        (
            "g.jsonl",
            '{"prompt": "a fox", "vqa_list": [["Is there a fox?", "yes"], ["How many?", "two"]]}',
            [("001", "a fox", 1)],
        ),
        ("o.jsonl", '{"id": "q", "prompt": "a fox", "questions": ["A fox?"]}', [("q", "a fox", 1)]),
    ],
)
def test_sets_of_others_are_read(
    tmp_path: Path, name: str, text: str, wanted: list[tuple[str, str, int]]
) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert [(e.id, e.prompt, len(e.questions)) for e in read_set(path)] == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no prompts"),
        ("{", "line 1: this is no JSON"),
        ('{"prompt": 3}', 'an object with "prompt"'),
        ("[" * 100_000, "this is no JSON"),
        ('{"id": 1, "prompt": "a"}\n{"id": 1, "prompt": "b"}', "the id 1 is there twice"),
    ],
)
def test_what_is_wrong_with_a_set_is_said(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(text)
    with pytest.raises(BadRequest, match=said):
        read_set(path)
    with pytest.raises(BadRequest, match="can't be read"):
        read_set(tmp_path / "nothing.jsonl")


@pytest.mark.parametrize("usd", ["", "two", "0", "-1", "nan"])
def test_a_trial_without_a_cap_is_none(tmp_path: Path, usd: str) -> None:
    with pytest.raises(BadRequest, match="--usd"):
        planned(None, "", "", 4, 1, usd, tmp_path)


def test_the_loop_goes_first_and_says_what_the_others_may_spend() -> None:
    assert next(iter(policies("best-of-k"))).name == "loop"
    assert {each.name for each in policies("")} == set(POLICIES) - {"picture"}
    with pytest.raises(BadRequest, match="no policy best"):
        policies("best")


def test_a_simulated_picture_keeps_its_truth_through_scaling_and_compression() -> None:
    chance = random.Random(1)
    for _ in range(20):
        truth = tuple(chance.random() < 0.5 for _ in range(12))
        data = picture(truth, chance)
        assert truth_of(data, 12) == truth
        out = io.BytesIO()
        Image.open(io.BytesIO(data)).resize((391, 391)).save(out, "JPEG", quality=60)
        assert truth_of(out.getvalue(), 12) == truth


QUESTIONS = tuple(TypedQuestion(f"Does the picture show thing {n}?", "lettering") for n in "abcdef")


def world(**rates: float) -> World:
    made = World(WorldRates(**rates))  # pyright: ignore[reportArgumentType]
    made.begin(TrialPrompt("p", "six things", QUESTIONS), 0, "loop")
    return made


async def share(it: World, prompt: str, **request: object) -> float:
    paint = SimulatedPainter(it).paint
    made = [(await paint(PaintRequest(prompt=prompt, **request)))[0].data for _ in range(150)]  # pyright: ignore[reportArgumentType]
    return sum(sum(truth_of(data, 6)) for data in made) / (6 * len(made))


async def test_what_is_stressed_comes_oftener_and_crowds_out_nothing_else() -> None:
    it = world()
    plain = await share(it, "six things")
    stressed = await share(it, f"six things{STRESS}" + "; ".join(q.phrase for q in QUESTIONS))
    assert plain == pytest.approx(0.4, abs=0.05)
    assert plain + 0.04 < stressed < 0.7


async def test_an_edit_mends_what_it_names_and_spills_at_its_rate() -> None:
    it = world(mend=20.0, spill=0.25)
    source = picture((True, True, True, True, True, False), it.chance)
    made = [
        (
            await SimulatedPainter(it).paint(
                PaintRequest(operation="edit", prompt="thing f", sources=(source,))
            )
        )[0].data
        for _ in range(200)
    ]
    truths = [truth_of(data, 6) for data in made]
    assert all(truth[5] for truth in truths)
    assert sum(sum(t[:5]) for t in truths) / 1000 == pytest.approx(0.75, abs=0.05)


async def test_of_a_picture_so_much_is_kept_as_the_rate_says_and_less_of_what_is_asked_for() -> (
    None
):
    it = world(follow=1.0)
    source = picture((True, False, True, False, True, False), it.chance)
    given = {"operation": "vary", "sources": (picture((False,) * 6, it.chance), source)}

    async def kept(prompt: str) -> float:
        request = PaintRequest(prompt=prompt, **given)  # pyright: ignore[reportArgumentType]
        made = [(await SimulatedPainter(it).paint(request))[0].data for _ in range(150)]
        truths = [truth_of(data, 6) for data in made]
        return sum(t[n] == (n % 2 == 0) for t in truths for n in range(6)) / 900

    assert await kept("six things") == 1
    assert 0.6 < await kept("; ".join(q.phrase for q in QUESTIONS)) < 0.9


async def test_a_critic_errs_at_its_rate_and_twice_alike() -> None:
    it = world()
    critic, wrong = SimulatedCritic(it), 0
    asked = tuple(question.text for question in QUESTIONS)
    for _ in range(150):
        image = picture((False,) * 6, it.chance)
        seen = (await critic.inspect(Inspect(image=image, goal="", checklist=asked))).value.answers
        assert (
            seen
            == (await critic.inspect(Inspect(image=image, goal="", checklist=asked))).value.answers
        )
        wrong += sum(answer is True for answer in seen)
    assert wrong / 900 == pytest.approx(0.25, abs=0.05)


async def test_a_critique_names_what_is_missing_and_keeps_what_was_stressed() -> None:
    it = world(unseen={"": 0.0}, invented={"": 0.0})  # pyright: ignore[reportArgumentType]
    image = picture((True, True, False, True, True, True), it.chance)
    said = await SimulatedCritic(it).compare(
        Compare(
            reference=None,
            goal="six things",
            champion=image,
            champion_prompt=f"six things{STRESS}thing b",
        )
    )
    assert said.value.prompt == f"six things{STRESS}thing b; thing c"
    (difference,) = said.value.differences
    assert difference.what == "thing c" and difference.box is not None


def result(
    policy: str, prompt: str, *passed: bool, usd: str = "0.10", seed: int = 0
) -> TrialResult:
    return TrialResult(
        policy=policy, model="", prompt=prompt, group="g", seed=seed, passed=passed,
        rounds=((False,) * len(passed), passed), usd=Decimal(usd), seconds=2.0,
    )  # fmt: skip


RESULTS = [
    *(result("loop", str(n), True, n < 6, usd="0.12") for n in range(10)),
    *(result("best-of-k", str(n), True, n < 3) for n in range(10)),
    *(result("no-edit", str(n), True, n < 6) for n in range(10)),
]


def test_figures_and_their_intervals() -> None:
    loop = next(s for s in statistics.summarise(RESULTS) if s.policy == "loop")
    assert (loop.solved.value, loop.questions.value) == (0.6, 0.8)
    assert loop.solved.low < 0.6 < loop.solved.high
    assert loop.usd == Decimal("1.20") and loop.usd_per_solved == Decimal("0.2")
    assert loop.by_round == (0.0, 0.6)
    times = statistics.ratio(RESULTS, "loop", "best-of-k")
    assert times is not None and times.value == pytest.approx(2.0) and times.low >= 1
    same = statistics.difference(RESULTS, "loop", "no-edit")
    assert same is not None and (same.value, same.low, same.high) == (0, 0, 0)


def test_nothing_measured_is_no_figure() -> None:
    lost = [replace(result("loop", "1"), passed=(), rounds=(), error="The provider is away.")]
    (summary,) = statistics.summarise(lost)
    assert (summary.cells, summary.failed, summary.usd_per_solved) == (1, 1, None)
    assert statistics.ratio(lost, "loop", "best-of-k") is None
    assert statistics.difference(lost, "loop", "no-edit") is None


def test_best_of_k_may_spend_what_the_loop_spent() -> None:
    assert tries_for(RESULTS, "", Decimal("0.044")) == 3
    assert tries_for(RESULTS, "", Decimal("0.04")) == 3
    assert tries_for([], "", Decimal("0.04")) == 1


def test_results_are_kept_to_the_cent(tmp_path: Path) -> None:
    for each in RESULTS[:3]:
        keep(tmp_path, each)
    assert read_results(tmp_path) == RESULTS[:3]
    assert read_results(tmp_path / "elsewhere") == []


def test_the_report_says_the_same_three_times(tmp_path: Path) -> None:
    prompts = (TrialPrompt("1", "<b>fox</b>", QUESTIONS),)
    made = report.TrialReport(prompts=prompts, results=tuple(RESULTS), note=SIMULATED, whole=False)
    report.write(made, tmp_path)
    page, words = (tmp_path / "report.html").read_text(), (tmp_path / "report.md").read_text()
    facts = json.loads((tmp_path / "report.json").read_text())
    assert facts["policies"][1]["solved"]["value"] == 0.6
    for text in (page, words):
        assert "60.0 %" in text and "assumed error rates" in text and "ended before" in text
    assert "| loop − no-edit |" not in words and "share solved, loop − no-edit | 0.00" in words
    assert "<polyline" in page and "<b>fox" not in page
