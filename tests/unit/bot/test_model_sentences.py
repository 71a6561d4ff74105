"""What is said of the configured models."""

import pytest

from adapters.pixels import PixelPool
from bot.bootstrap import make_models
from bot.config import Settings
from bot.models import undecided


@pytest.mark.parametrize(
    ("model", "keys", "told"),
    [
        ("my-gpt-image-2", {}, True),
        ("our_GPT_images", {}, True),
        ("my-pictures", {"api_version": "2025-04-01"}, True),
        ("my-gpt-image-2", {"dialect": "gpt-image"}, False),
        ("gpt-image-2", {}, False),
        ("sdxl", {}, False),
    ],
)
def test_a_gpt_image_model_under_another_name_is_asked_about(
    model: str, keys: dict[str, str], told: bool
) -> None:
    mine = {"kind": "openai", "base_url": "http://127.0.0.1:9/v1", "api_key": "k"} | keys
    names = {"painter": f"mine:{model}", "critic": "offline:gouache", "judge": "offline:gouache"}
    settings = Settings.model_validate({"providers": {"mine": mine}, "models": names})
    said = undecided(settings, make_models(settings, PixelPool()))
    assert [('providers.mine.dialect = "gpt-image"' in each) for each in said] == [True] * told
