"""What admins are told is told in German as well: of each act, line by line."""

from pathlib import Path

from adapters.texts.catalogue import speak
from adapters.texts.sentences import said
from core.domain.admin import ACTS
from core.domain.errors import Refusal
from tests.unit.core.test_admin import act
from tests.unit.core.test_budgets import opened

SAME = ("rule", "gallery")  # a name and its value; a gallery's own sentences


async def test_every_act_answers_in_german(tmp_path: Path) -> None:
    world = await opened(tmp_path)
    english: list[str] = []
    for name in (*ACTS, "limits", "audit"):
        try:
            lines = (await world.service.administer(act(name))).lines
        except Refusal as refusal:
            lines = (refusal.sentence,)
        speak("de")
        head = lines[:1] if name == "audit" else lines
        english += [line for line in head if name not in SAME and said(line) == line]
        speak("en")
    assert english == []
    await world.close()
