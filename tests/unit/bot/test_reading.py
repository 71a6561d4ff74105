"""Environment values and files as people and their tools write them."""

from pathlib import Path

import pytest

from bot.config import load
from core.domain.errors import Misconfigured


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("written", ["sk-1", '"sk-1"', "'sk-1'", "sk-1\n", "sk-1\r\n", ' "sk-1"\n'])
@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "DARKROOM_DISCORD__TOKEN"])
def test_what_only_carried_a_key_is_no_part_of_it(name: str, written: str) -> None:
    assert load(None, {name: written}).discord.token.get_secret_value() == "sk-1"


def test_every_kind_of_value_is_cleaned() -> None:
    settings = load(
        None,
        {
            "DARKROOM_WEB__PORT": '"9000"\n',
            "DARKROOM_WEB__PLAYGROUND": "'false'",
            "DARKROOM_DISCORD__GUILD_IDS": "'[1,\n2]'",
            "OPENAI_API_KEY": '""',
        },
    )
    assert (settings.web.port, settings.web.playground) == (9000, False)
    assert settings.discord.guild_ids == (1, 2)
    assert "openai" not in settings.providers


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ('"sk-1', "DISCORD_TOKEN: a quote at one end only"),
        ("sk-1'", "DISCORD_TOKEN: a quote at one end only"),
        ("sk-1\nsk-2", "DISCORD_TOKEN: there is a line break or control character in it."),
        ("sk-\x7f1", "DISCORD_TOKEN: there is a line break or control character in it."),
        ("sk-\udcff", "DISCORD_TOKEN: it is not UTF-8."),
    ],
)
def test_what_can_t_be_meant_is_named_without_being_shown(value: str, sentence: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        load(None, {"DISCORD_TOKEN": value})
    assert refused.value.sentence.startswith(sentence)
    assert "sk-" not in refused.value.sentence


def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes("[loop]\niterations = 3\n".encode("utf-8-sig"))
    (tmp_path / ".env").write_bytes("DARKROOM_LOOP__PATIENCE=4\r\n# é\n".encode("utf-8-sig"))
    loop = load(None, {}).loop
    assert (loop.iterations, loop.patience) == (3, 4)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (
            'token = "sk-1\\n"',
            "discord.token: there is a space or line break in it that no key has.",
        ),
        (
            'token = "sk-\u2013"',
            "discord.token: there is a letter in it that no key has; copy it again.",
        ),
    ],
)
def test_a_key_in_the_file_is_held_to_the_same(tmp_path: Path, key: str, sentence: str) -> None:
    (tmp_path / "config.toml").write_text(f"[discord]\n{key}\n", encoding="utf-8")
    with pytest.raises(Misconfigured) as refused:
        load(None, {})
    assert refused.value.sentence == sentence


def test_a_pass_phrase_of_the_page_may_be_of_any_letters() -> None:
    phrase = "Schöne Grüße aus Köln"
    assert load(None, {"DARKROOM_WEB__TOKEN": phrase}).web.token.get_secret_value() == phrase
