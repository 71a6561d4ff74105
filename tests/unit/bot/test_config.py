"""One sentence that names the key, or the right value."""

import tomllib
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.models.config import ProviderConfig
from bot.cli import example_config
from bot.config import load
from bot.sections import ProviderSection
from core.domain.errors import Misconfigured


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_example_holds_every_key_with_its_default() -> None:
    assert load(example_config(), {}).model_dump() == load(None, {}).model_dump()
    data = tomllib.loads(example_config().read_text())
    for section, values in data.items():
        if section == "prices":
            continue
        assert set(values) == set(load(None, {}).model_dump()[section]), section


def test_the_environment_wins_over_dotenv_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[loop]\niterations = 2\npatience = 3\ncandidates = 2")
    (tmp_path / ".env").write_text("DARKROOM_LOOP__PATIENCE=4\nDARKROOM_LOOP__CANDIDATES=3\n")
    loop = load(None, {"DARKROOM_LOOP__CANDIDATES": "4"}).loop
    assert (loop.iterations, loop.patience, loop.candidates) == (2, 4, 4)


def test_lists_are_json_and_the_usual_names_work() -> None:
    settings = load(None, {"DARKROOM_DISCORD__GUILD_IDS": "[1, 2]", "DISCORD_TOKEN": "hush-1"})
    assert settings.discord.guild_ids == (1, 2)
    assert settings.discord.token.get_secret_value() == "hush-1"
    assert "hush-1" not in repr(settings)
    assert load(None, {"DARKROOM_QUOTAS__USD_PER_RUN": "0.1"}).quotas.usd_per_run == Decimal("0.1")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DARKROOM_LOOP__ITERATION", "3", "loop.iteration: there is no such key; did you mean"),
        ("DARKROOM_LOOP__ITERATIONS", "many", "loop.iterations: "),
        ("DARKROOM_LOOP__ITERATIONS", "99", "loop.iterations: "),
        ("DARKROOM_WEB__HOST", "0.0.0.0", "web.token: "),
        ("DARKROOM_BOT__ADMIN", "me", 'bot.admin: "discord:USER_ID"'),
        ("DARKROOM_DISCORD__GUILD_IDS", "[1", "DARKROOM_DISCORD__GUILD_IDS: lists"),
        ("DARKROOM_MODELS__PAINTER", "gouache", 'models.painter: "provider:model"'),
        ("SLACK_BOT_TOKEN", "xoxb-1", "slack.app_token: "),
        ("DARKROOM_QUOTAS__USD_PER_RUN", "-1", "quotas.usd_per_run: "),
        ("DARKROOM_MODELS__PAINTER", "dall-e-3", "models.painter: dall-e-3 was shut down on"),
        ("DARKROOM_PROVIDERS__MINE__STEPS", "3", "providers.mine: steps means nothing to"),
        ("DARKROOM_PROVIDERS__MINE__SIZES", '["big"]', 'providers.mine.sizes: "big" is no size'),
        ("DARKROOM_PROVIDERS__MINE__BASE_URL", "host:1", "providers.mine.base_url: it begins"),
        (
            "DARKROOM_PROVIDERS__MINE__BASE_URL",
            "http://a b/v1",
            "providers.mine.base_url: there is a",
        ),
        (
            "DARKROOM_PROVIDERS__MINE__BASE_URL",
            "http://a:1/v1/images/generations",
            'providers.mine.base_url: it is where the API begins, not one of its pages: write "http://a:1/v1".',
        ),
        (
            "DARKROOM_PROVIDERS__MINE__BASE_URL",
            "http://a:1/sdapi/v1/txt2img/",
            'providers.mine.base_url: it is where the API begins, not one of its pages: write "http://a:1".',
        ),
        ("DARKROOM_PROVIDERS__MINE__BASE_URL", "http://a/?v=1", "providers.mine.base_url: it ends"),
        (
            "DARKROOM_PROVIDERS__MINE__EXTRA_HEADERS",
            '{"a b": "c"}',
            "providers.mine.extra_headers: a b",
        ),
        ("DARKROOM_PROVIDERS__MINE__OMIT", '["model"]', "providers.mine.omit: model can't be left"),
        ("DARKROOM_PROVIDERS__MINE__DIALECT", "imagen", "providers.mine.dialect: "),
        ("DARKROOM_PROVIDERS__MINE__KIND", "imagen", "providers.mine.kind: "),
        ("DARKROOM_PROVIDERS__STABILITY__SIZES", '["64x64"]', "providers.stability: sizes means"),
        ("DARKROOM_PRICES__flux", '{"imag": "0"}', "prices.flux.imag: there is no such key; did"),
        ("DARKROOM_PRICES__flux", '{"image": "-1"}', "prices.flux.image: "),
        ("DARKROOM_PRICES__UNKNOWN", "1", "prices.unknown: it is a section, not a value"),
    ],
)
def test_a_mistake_is_one_sentence_that_names_the_key(name: str, value: str, sentence: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        load(None, {name: value})
    assert caught.value.sentence.startswith(sentence)
    assert "\n" not in caught.value.sentence


def test_prices_are_data_and_stability_exists_by_itself() -> None:
    names = {
        "DARKROOM_PRICES__gpt-6.1-terra": '{"text_in": "3"}',
        "STABILITY_API_KEY": "sk-1",
        "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
    }
    settings = load(None, names)
    assert settings.prices.models == {"gpt-6.1-terra": {"text_in": Decimal(3)}}
    assert settings.providers["stability"].kind == "stability"
    assert settings.providers["openai"].kind == "openai"
    assert settings.providers["openai"].base_url == "http://127.0.0.1:1/v1"


def test_every_key_of_a_provider_is_heeded_by_a_kind() -> None:
    heeded = ProviderSection.of_all.union(*ProviderSection.of_kind.values())
    assert set(ProviderSection.model_fields) == heeded
    assert set(ProviderSection.model_fields) == {field.name for field in fields(ProviderConfig)} - {
        "previews"
    }  # loop.previews holds for all of them


def test_a_missing_file_and_a_broken_one(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="no such file"):
        load(tmp_path / "none.toml", {})
    (tmp_path / "bad.toml").write_text("[loop\n")
    with pytest.raises(Misconfigured, match=r"bad\.toml"):
        load(tmp_path / "bad.toml", {})
