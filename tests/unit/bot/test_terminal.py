"""What the terminal says before anything begins."""

from dataclasses import replace

from adapters.texts.help import lacking
from tests.offers import offer_of


def test_a_job_that_no_model_can_do_names_the_key_that_would_enable_it() -> None:
    there = offer_of("refine")
    assert lacking([there], "refine") == ""
    assert lacking([replace(there, missing="edit")], "refine") == (
        "refine needs a painter that edits: models.editor."
    )
    other = replace(offer_of("evolve"), missing="edit")
    assert lacking([other, there], "refine") == ""
