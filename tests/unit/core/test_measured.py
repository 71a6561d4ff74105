"""What is read off a picture stands beside what the judge says of it, and goes before it."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from adapters.eyes.ocr import OcrReader
from adapters.models.scripted import ScriptedCritic, ScriptedPainter
from core.domain.answers import Box
from core.domain.lettering import Word
from core.domain.updates import Finished, IterationFinished
from tests.harness import Inline, World, refine
from tests.unit.eyes.lettered import picture

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
    said = [d.update for d in await world.updates(await world.only_session())]
    (end,) = [update for update in said if isinstance(update, Finished)]
    return [update for update in said if isinstance(update, IterationFinished)], end


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
        "Read by measurement: “BAKERY” was taken for right, and reads “BAKREY”."
    )
    assert rounds[1].won and not rounds[1].note
    (compared,) = [ask for ask in judge.asked if getattr(ask, "kind", "") == "compare"]
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
