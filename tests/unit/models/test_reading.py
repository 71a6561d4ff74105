"""How much of a prompt a painter is told to read."""

import pytest

from adapters.models.config import ProviderConfig
from adapters.models.openai.dialect import dialect_of, profile_of
from adapters.models.prices import PriceBook
from adapters.models.sdwebui.painter import SdWebuiPainter
from tests.harness import Inline


@pytest.mark.parametrize(
    ("model", "configured", "tokens", "manner", "limit"),
    [
        ("default", 0, 77, "keywords", 308),
        ("juggernautXL_v9", 0, 77, "keywords", 308),
        ("flux1-dev-fp8", 0, 512, "sentences", 2000),
        ("default", 200, 200, "sentences", 800),
    ],
)
async def test_a_self_hosted_painter_is_written_for(
    model: str, configured: int, tokens: int, manner: str, limit: int
) -> None:
    config = ProviderConfig(kind="sdwebui", base_url="http://127.0.0.1:1", prompt_tokens=configured)
    painter = SdWebuiPainter("mine", model, config, PriceBook(), Inline())
    profile = painter.profile
    await painter.close()
    assert (profile.reads_tokens, profile.manner, profile.written_limit) == (tokens, manner, limit)


@pytest.mark.parametrize(
    ("model", "tokens"), [("gpt-image-2", 0), ("stable-diffusion-v1-5", 77), ("other", 0)]
)
def test_a_server_of_the_openai_dialect_goes_by_the_name(model: str, tokens: int) -> None:
    config = ProviderConfig(kind="openai", base_url="http://127.0.0.1:1/v1")
    assert profile_of("mine", dialect_of(model, config), 60.0).reads_tokens == tokens
