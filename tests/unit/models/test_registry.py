"""From names to models: mixed set-ups, what "" means, and one sentence for every mistake."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date
from decimal import Decimal

import pytest
from PIL import Image

from adapters.models.config import ProviderConfig
from adapters.models.registry import ModelNames, Models, build_models
from adapters.models.throttled import PacedCritic, PacedPainter
from core.domain.errors import Misconfigured
from core.imaging import codec
from core.models.critic import Compare, Describe, Transform
from core.models.painter import PaintRequest
from tests.harness import Inline

TODAY = date(2026, 11, 21)
KEYED = {"openai": ProviderConfig(kind="openai", api_key="sk-1")}
SERVERS: Mapping[str, ProviderConfig] = {
    **KEYED,
    "stability": ProviderConfig(kind="stability", api_key="sk-2", rpm=30),
    "mine": ProviderConfig(kind="openai", base_url="http://127.0.0.1:1/v1", ipm=6, concurrency=1),
    "forge": ProviderConfig(kind="sdwebui", base_url="http://127.0.0.1:2"),
    "blind": ProviderConfig(
        kind="openai", base_url="http://127.0.0.1:3/v1", mask_field="", supports_edits=False
    ),
}
FLARE, SUNBURST = "gpt-image-2.5-flare-2026-09-08", "gpt-image-2.5-sunburst-2026-09-08"
Build = Callable[..., Models]


@pytest.fixture
async def build() -> AsyncIterator[Build]:
    """Makes models; they are closed at the end."""
    made: list[Models] = []

    def make(
        providers: Mapping[str, ProviderConfig] = SERVERS,
        prices: Mapping[str, Mapping[str, Decimal]] | None = None,
        **names: str,
    ) -> Models:
        models = build_models(ModelNames(**names), providers, prices or {}, Inline(), TODAY)
        made.append(models)
        return models

    yield make
    for models in made:
        await models.close()


def names(models: Models) -> dict[str, str]:
    return {role: model.profile.name for role, model in models.roles()}


async def test_without_a_key_everything_is_embedded(build: Build) -> None:
    assert set(names(build({})).values()) == {"offline:gouache"}
    assert set(names(build({"openai": ProviderConfig(kind="openai")})).values()) == {
        "offline:gouache"
    }


async def test_a_key_alone_makes_it_openais(build: Build) -> None:
    assert names(build(KEYED)) == {
        "painter": f"openai:{FLARE}",
        "editor": f"openai:{SUNBURST}",
        "critic": "openai:gpt-6.1-terra",
        "judge": "openai:gpt-6-luna",
    }


@pytest.mark.parametrize(
    "name",
    [f"openai:{FLARE}", "mine:flux", "forge:default", "stability:core", "offline:oil"]
    + ["scripted:painter"],
)
async def test_every_provider_paints(build: Build, name: str) -> None:
    models = build(painter=name)
    assert models.painter.profile.name == name


@pytest.mark.parametrize(
    "name", ["openai:gpt-6.1-sol", "mine:llava", "offline:gouache", "scripted:critic"]
)
async def test_every_provider_that_sees_criticises(build: Build, name: str) -> None:
    models = build(painter="mine:flux", critic=name)
    assert models.critic.profile.name == name


async def test_a_mixed_set_up(build: Build) -> None:
    chosen = {
        "painter": "forge:sdxl",
        "editor": "stability:core",
        "critic": "mine:llava",
        "judge": "openai:gpt-6-luna",
    }
    models = build(**chosen)
    assert names(models) == chosen
    assert models.editor is not None
    assert models.editor.profile.mask
    assert isinstance(models.painter, PacedPainter)
    assert {each.name for each in models.painter.others} == {"forge:sdxl", "stability:core"}


@pytest.mark.parametrize(
    ("given", "editor", "critic", "judge"),
    [
        ({"painter": "offline:oil"}, "offline:oil", "offline:gouache", "offline:gouache"),
        ({"painter": "stability:core"}, "stability:core", "openai:gpt-6.1-terra", "openai:luna"),
        ({"painter": "blind:flux"}, f"openai:{SUNBURST}", "openai:gpt-6.1-terra", "openai:luna"),
        ({"painter": "mine:flux", "critic": "mine:llava"}, "mine:flux", "mine:llava", "mine:llava"),
        (
            {"critic": "openai:gpt-6.1-sol"},
            f"openai:{SUNBURST}",
            "openai:gpt-6.1-sol",
            "openai:luna",
        ),
    ],
)
async def test_what_is_left_out_follows_what_is_named(
    build: Build, given: dict[str, str], editor: str, critic: str, judge: str
) -> None:
    found = names(build(**given))
    assert found["editor"] == editor
    assert found["critic"] == critic
    assert found["judge"] == judge.replace("openai:luna", "openai:gpt-6-luna")


async def test_nobody_edits_where_nobody_can(build: Build) -> None:
    models = build({"blind": SERVERS["blind"]}, painter="blind:flux", critic="blind:llava")
    assert models.editor is None
    assert "editor" not in names(models)


async def test_the_embedded_critic_speaks_words_to_painters_that_read_them(build: Build) -> None:
    servers = {"forge": SERVERS["forge"]}
    picture = codec.encode(Image.linear_gradient("L").convert("RGB"))
    asked = Describe(reference=picture)
    models = build(servers, painter="forge:default")
    assert names(models)["critic"] == "offline:gouache"
    said = (await models.critic.describe(asked)).value
    assert said.prompt == said.words
    assert "Style:" not in said.prompt
    compared = Compare(reference=picture, goal="", champion=picture, champion_prompt=said.prompt)
    again = (await models.critic.compare(compared)).value
    assert again.prompt == again.words
    leap = Transform(
        previous=picture, previous_prompt=said.prompt, original=None, goal="", style="neon"
    )
    assert "In the style of neon." in (await models.critic.evolve(leap)).value.prompt
    embedded = (await build({}).critic.describe(asked)).value
    assert len(embedded.prompt) > len(embedded.words)


async def test_one_model_in_two_roles_is_one_and_one_provider_has_one_gate(build: Build) -> None:
    models = build(painter="mine:flux", critic="mine:llava")
    assert models.painter is models.editor
    assert models.critic is models.judge
    assert isinstance(models.painter, PacedPainter)
    assert isinstance(models.critic, PacedCritic)
    assert models.painter.gate is models.critic.gate
    assert models.painter.gate.label == "The server mine"
    other = build(painter="forge:default", critic="openai:gpt-6-luna")
    assert isinstance(other.painter, PacedPainter)
    assert isinstance(other.critic, PacedCritic)
    assert other.painter.gate is not other.critic.gate


async def test_prices_are_overridden_and_unknown_stays_unknown(build: Build) -> None:
    request = PaintRequest(prompt="a fox")
    assert build(painter="mine:flux").painter.price(request) is None
    priced = build(prices={"flux": {"image": Decimal("0.04")}}, painter="mine:flux")
    assert priced.painter.price(request) == Decimal("0.04")
    assert build(painter="forge:default").painter.price(request) == 0
    assert build(painter="mine:flux", critic="mine:llava").critic.price("compare") is None
    free = {"llava": {"text_in": Decimal(0), "text_out": Decimal(0)}}
    assert build(prices=free, critic="mine:llava").critic.price("compare") == 0


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"painter": "openai:dall-e-2"}, f"models.painter: dall-e-2 was shut down.*openai:{FLARE}"),
        ({"painter": "openai:dall-e-3"}, f"models.painter: dall-e-3 was shut down.*openai:{FLARE}"),
        ({"editor": "openai:gpt-image-1"}, f"models.editor: gpt-image-1 was.*openai:{FLARE}"),
        ({"critic": "openai:gpt-4-vision-preview"}, r"models.critic: .*openai:gpt-6\.1-terra"),
        ({"painter": "nobody:x"}, "models.painter: there is no provider nobody; there are blind"),
        ({"painter": "openai"}, 'models.painter: "provider:model"'),
        ({"painter": "openai:"}, 'models.painter: "provider:model"'),
        ({"painter": "offline:crayon"}, "models.painter: the embedded engine's styles are"),
        ({"painter": "stability:sd1"}, "stability:sd1: Stability AI has no such model"),
        ({"critic": "stability:core"}, "models.critic: stability paints and can't see"),
        ({"judge": "forge:default"}, "models.judge: forge paints and can't see"),
    ],
)
async def test_a_mistake_is_one_sentence(
    build: Build, given: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        build(**given)


async def test_a_missing_key_or_address_is_named(build: Build) -> None:
    with pytest.raises(Misconfigured, match=r"models.painter: openai needs a key.*OPENAI_API_KEY"):
        build({}, painter=f"openai:{FLARE}")
    with pytest.raises(Misconfigured, match=r"providers\.stability\.api_key"):
        build({}, painter="stability:core")
    with pytest.raises(Misconfigured, match=r"providers\.forge\.base_url"):
        build({"forge": ProviderConfig(kind="sdwebui")}, painter="forge:default")
    with pytest.raises(Misconfigured, match=r"providers\.offline"):
        build({"offline": ProviderConfig(kind="openai")})


async def test_googles_endpoint_forgets_its_models_too(build: Build) -> None:
    base = "https://generativelanguage.googleapis.com/v1beta/openai/"
    google = {"google": ProviderConfig(kind="openai", base_url=base, api_key="k")}
    with pytest.raises(Misconfigured, match=r'write "google:gemini-nano-banana-2\.1" instead'):
        build(google, painter="google:imagen-4.0-generate-001")
    models = build(google, painter="google:gemini-nano-banana-2.1")
    assert models.painter.price(PaintRequest(prompt="a fox")) == Decimal("0.0336")


async def test_a_server_of_ones_own_may_call_its_models_what_it_likes(build: Build) -> None:
    models = build(painter="mine:dall-e-3", critic="mine:gpt-4-vision-preview")
    assert names(models)["painter"] == "mine:dall-e-3"
