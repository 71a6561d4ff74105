"""What is read off a picture stands beside what the judge says of it, and goes before it."""

import random
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.eyes.ocr import OcrReader
from adapters.models.scripted import ScriptedCritic, ScriptedPainter
from adapters.texts.catalogue import speak
from adapters.texts.sentences import said
from core.domain.answers import Box
from core.domain.errors import BadAnswer
from core.domain.lettering import Word
from core.domain.records import CallRow, CallState, RunRecord, RunStatus
from core.domain.updates import Finished, IterationFinished
from core.imaging.codec import size
from core.models.critic import Ask, Compare, Inspect
from tests.harness import Inline, World, refine
from tests.unit.eyes.lettered import picture

ZERO = Decimal(0)
SIGN, OTHER = "Does the sign say “BAKERY”?", "Is there a red door?"


class Read:
    """Implements `core.ports.reader.Reader`: what each picture in turn reads, None = no end."""

    def __init__(self, *texts: str | None) -> None:
        self.texts, self.seen = list(texts), list[str]()

    async def read(self, hash: str, image: bytes) -> Sequence[Word] | None:
        self.seen.append(hash)
        text = self.texts.pop(0)
        return None if text is None else [Word(text, 0.9, Box(0.2, 0.3, 0.4, 0.1))]


async def told(world: World) -> tuple[list[IterationFinished], Finished]:
    posts = [d.update for d in await world.updates(await world.only_session())]
    (end,) = [update for update in posts if isinstance(update, Finished)]
    return [update for update in posts if isinstance(update, IterationFinished)], end


def critic(*answers: tuple[bool | None, ...]) -> ScriptedCritic:
    return ScriptedCritic(eyes=True, checklist=(SIGN, OTHER), checks=answers, duels=("tie",))


async def test_a_run_does_not_end_on_lettering_that_the_judge_takes_for_right(
    tmp_path: Path,
) -> None:
    reader, judge = Read("BAKREY", "The BAKERY"), critic((True, True))
    world = World(tmp_path, critic=judge, reader=reader, painter=ScriptedPainter((b1(), b2())))
    await world.open()
    await world.send(refine(image=None, goal="a bakery", iterations=4))
    rounds, end = await told(world)
    await world.close()
    assert len(rounds) == 2 and "check" in end.reason
    (first, second) = (each.candidates[0].checks for each in rounds)
    assert [(c.passed, c.read, c.claimed) for c in first] == [
        (False, "BAKREY", True),
        (True, "", None),
    ]
    assert [(c.passed, c.read, c.claimed) for c in second] == [(True, "", None), (True, "", None)]
    assert rounds[0].note == (
        "Read by measurement at the middle: “BAKERY” was taken for right, and “BAKREY” stands there. "
        "Asked once more about that part, enlarged, the judge says the same; what was measured "
        "holds."
    )
    assert rounds[1].won and not rounds[1].note
    (compared,) = [ask for ask in judge.asked if isinstance(ask, Compare)]
    assert compared.failed == (SIGN,)


@pytest.mark.parametrize("reads", [None, "BAKERY"])
async def test_what_can_not_be_measured_stays_as_it_was_answered(
    tmp_path: Path, reads: str | None
) -> None:
    world = World(tmp_path, critic=critic((True, False)), reader=Read(reads))
    await world.open()
    await world.send(refine(image=None, goal="a bakery", iterations=1))
    ((only,), _) = await told(world)
    await world.close()
    assert [(c.passed, c.claimed) for c in only.candidates[0].checks] == [
        (True, None),
        (False, None),
    ]
    assert only.note == ""


def again(*answers: tuple[bool | None, ...]) -> ScriptedCritic:
    """Its first answer is wrong; then what it says at a closer look."""
    return critic((True, False), *answers)


async def looked(world: World) -> tuple[IterationFinished, list[CallRow], RunRecord]:
    await world.open()
    await world.send(refine(image=None, goal="a bakery", iterations=1))
    ((only,), _) = await told(world)
    async with world.store.read() as uow:
        (run,) = await uow.runs.with_status([RunStatus.DONE])
        rows = [row for row in await uow.calls.of_run(run.id) if "/closer/" in row.key]
    await world.close()
    return only, rows, run


@pytest.mark.parametrize(
    ("answer", "closer", "ending"),
    [
        (False, "agrees", "says so too."),
        (True, "insists", "says the same; what was measured holds."),
        (None, "unsure", "can't tell."),
    ],
)
async def test_a_contradiction_is_asked_about_once_more_over_the_part_enlarged(
    tmp_path: Path, answer: bool | None, closer: str, ending: str
) -> None:
    judge = again((answer,))
    world = World(
        tmp_path, critic=judge, reader=Read("BAKREY"), painter=ScriptedPainter((b1(),), usd=ZERO)
    )
    only, rows, run = await looked(world)
    (check, _) = only.candidates[0].checks
    assert (check.passed, check.claimed, check.closer) == (False, True, closer)
    assert check.box == Box(0.2, 0.3, 0.4, 0.1)
    assert only.note.endswith(f"enlarged, the judge {ending}")
    whole, part = (ask for ask in judge.asked if isinstance(ask, Inspect))
    assert whole.checklist == (SIGN, OTHER) and part.checklist == (SIGN,)
    assert size(whole.image) == (768, 512)
    assert max(size(part.image)) == 1024  # the box and a little around it, enlarged
    (row,) = rows
    (paid,) = (
        each
        for each in world.ctx.calls(run.plan, world.ctx.model_set)
        if each.spare and each.kind == "check"
    )
    assert str(row.name.step) == f"{paid.step}/0" and row.usd == Decimal("0.001")
    speak("de")  # of this test's task alone
    spoken = said(only.note)
    assert spoken.startswith(
        "Durch Messen gelesen (in der Mitte): “BAKERY” galt als richtig, dort steht “BAKREY”. Noch"
    )
    assert "judge" not in spoken


class Dear(ScriptedCritic):
    """Every answer costs what it may cost."""

    def price(self, ask: Ask, prompts: int = 1) -> Decimal | None:
        return self.usd


async def test_where_the_quote_has_no_room_nobody_looks_again(tmp_path: Path) -> None:
    painter = ScriptedPainter((b1(),), usd=Decimal("0.02"))
    judge = Dear(
        eyes=True, checklist=(SIGN, OTHER), checks=((True, False), (False,)), usd=Decimal("0.002")
    )
    only, rows, run = await looked(
        World(tmp_path, critic=judge, reader=Read("BAKREY"), painter=painter)
    )
    assert rows == [] and only.candidates[0].checks[0].closer == ""
    assert only.candidates[0].checks[0].passed is False
    assert run.plan.usd_limit == run.quote.at_most


async def test_a_closer_look_that_brings_nothing_ends_no_run(tmp_path: Path) -> None:
    judge = again((False,))
    judge.faults = {"inspect": [None, BadAnswer("It said nothing.")]}
    world = World(
        tmp_path, critic=judge, reader=Read("BAKREY"), painter=ScriptedPainter((b1(),), usd=ZERO)
    )
    only, rows, _ = await looked(world)
    assert [row.state for row in rows] == [CallState.UNKNOWN]
    assert only.candidates[0].checks[0].closer == "" and only.won


async def test_without_a_contradiction_nobody_looks_again(tmp_path: Path) -> None:
    world = World(
        tmp_path,
        critic=critic((True, True)),
        reader=Read("BAKERY"),
        painter=ScriptedPainter((b2(),), usd=ZERO),
    )
    _, rows, _ = await looked(world)
    assert rows == []


def b1() -> bytes:
    return picture("BAKREY", random.Random(1))


def b2() -> bytes:
    return picture("BAKERY", random.Random(2))


@pytest.mark.slow
async def test_the_real_eye_reads_the_pictures_of_a_run(tmp_path: Path) -> None:
    world = World(
        tmp_path,
        critic=critic((True, True)),
        reader=OcrReader(Inline()),
        painter=ScriptedPainter((b1(), b2())),
    )
    await world.open()
    await world.send(refine(image=None, goal="a bakery", iterations=3))
    rounds, _ = await told(world)
    await world.close()
    assert [each.candidates[0].checks[0].passed for each in rounds] == [False, True]
    assert rounds[0].candidates[0].checks[0].read == "BAKREY"
