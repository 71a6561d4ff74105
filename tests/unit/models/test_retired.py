"""Models that are gone are named with their replacement, models that leave soon are warned of."""

from datetime import date

import pytest

from adapters.models.prices import PriceBook
from adapters.models.retired import RETIRED, gone_sentence, leaving_sentence, retirement

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "model",
    ["dall-e-2", "dall-e-3", "gpt-image-1", "gpt-4-vision-preview", "gpt-4-turbo-2024-04-09"],
)
def test_a_model_that_is_gone_gets_a_sentence_with_its_replacement(model: str) -> None:
    said = gone_sentence("openai", model, TODAY)
    assert said.startswith(f"{model} was shut down")
    assert '"openai:gpt-' in said
    assert leaving_sentence("openai", model, TODAY) == ""


@pytest.mark.parametrize(
    ("model", "days"),
    [("gpt-image-1.5", 10), ("gpt-5", 20), ("o3", 20), ("gpt-4o-2024-08-06", 54)],
)
def test_a_model_that_leaves_within_sixty_days_is_warned_of(model: str, days: int) -> None:
    assert gone_sentence("openai", model, TODAY) == ""
    said = leaving_sentence("openai", model, TODAY)
    assert f"in {days} days" in said
    assert '"openai:gpt-' in said


def test_the_day_itself_is_gone() -> None:
    day = date(2026, 12, 1)
    assert gone_sentence("openai", "gpt-image-1.5", day)
    assert leaving_sentence("openai", "gpt-image-1.5", day) == ""


def test_sixty_days_are_the_border() -> None:
    assert leaving_sentence("openai", "gpt-4o", date(2026, 11, 15))
    assert leaving_sentence("openai", "gpt-4o", date(2026, 11, 14)) == ""


def test_the_providers_own_date_is_believed_before_the_table() -> None:
    assert leaving_sentence("openai", "gpt-6-luna", TODAY) == ""
    assert "2026-12-31" in leaving_sentence("openai", "gpt-6-luna", TODAY, date(2026, 12, 31))


def test_models_that_are_here_to_stay_are_left_alone() -> None:
    for model in (
        "gpt-image-2.5-flare-2026-09-08",
        "gpt-6.1-terra",
        "gpt-5.9",
        "flux",
        "gpt-image-2",
    ):
        assert retirement(model) is None
    assert retirement("models/imagen-4.0-generate-001") is not None


def test_no_replacement_is_retired_itself_and_each_has_a_price() -> None:
    book = PriceBook()
    for entry in RETIRED.values():
        assert retirement(entry.instead) is None
        assert book.rates(entry.instead) is not None
