"""What the terminal says before anything begins."""

from dataclasses import replace

from bot.driving import _missing
from core.jobs.refine import Refine
from tests.harness import refine
from tests.offers import offer_of


def test_a_job_that_no_model_can_do_names_the_key_that_would_enable_it() -> None:
    there = offer_of("refine")
    command = refine()
    assert isinstance(command, Refine)
    assert _missing([there], command) == ""
    assert _missing([replace(there, missing="edit")], command) == (
        "refine needs a painter that edits: models.editor."
    )
    other = replace(offer_of("evolve"), missing="edit")
    assert _missing([other, there], command) == ""
