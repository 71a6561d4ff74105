"""Messages and dialogs from hostile and from extreme data, against Slack's own types."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from adapters.slack import blocks, closing, forms, modals, scopes
from adapters.slack.job_dialog import dialog
from adapters.slack.kit import Message
from core.domain.records import Iteration
from core.domain.reviews import ReviewRequested
from core.domain.updates import (
    Accepted,
    Critiqued,
    Finished,
    IterationFinished,
    Noticed,
    Progressed,
    Refused,
)
from core.domain.views import CandidateView, Check, Quote, Score
from core.jobs.by_words import named
from tests.offers import offer_of, scripted_offers
from tests.standins.slack_schema import Schema

EVIL = "<!channel> <@U1> & `x` " * 400
QUOTE = Quote(4, 4, Decimal("0.04"), None, 2.0, ("openai:x",))
VIEW = CandidateView("i1", "h1", 10, 10, EVIL, Score(70.04), (Check(EVIL, True),) * 30)
ROUND = IterationFinished(
    session="s", run="r", mode="refine", round=1, rounds=4, candidates=(VIEW,) * 4, best=0,
    champion="i1", won=True, change=1.5, cost=None, seconds=3.0, prompt=EVIL, words=EVIL,
    critique=EVIL, style=EVIL, note=EVIL, embedded=True,
)  # fmt: skip
CRITIQUE = Critiqued(
    session="s", run="r", round=1, iteration="i1", summary=EVIL, differences=(EVIL,) * 5,
    keep=(EVIL,), idea=EVIL,
)  # fmt: skip
ACCEPTED = Accepted(
    session="s", run="r", mode="refine", owner="U1", owner_name="x", quote=QUOTE, goal=EVIL,
    reference="h1",
)  # fmt: skip
PROGRESS = Progressed(
    session="s", run="r", phase="done", line=EVIL, candidates=(VIEW,) * 120, champion="i1"
)
FINISHED = Finished(
    session="s", run="r", mode="refine", reason=EVIL, best=VIEW, rounds=4, spent=Decimal("0.02"),
    spent_images=4, quote=QUOTE, released=Decimal("0.02"), seconds=100.0, contact_sheet="h1",
    plot="h1", animation_gif="h1", unknown_calls=1,
)  # fmt: skip
REVIEW = ReviewRequested(
    session="s", run="r", round=1, iteration="i1", critique=EVIL, until=datetime.now(UTC)
)
FILES = {"h1": "F1"}
NODE = Iteration(
    id="i1", session="s", run="r", parent="", round=1, candidate=0, prompt="w " * 4000 + "tail",
    words="w", image="h1", width=1, height=1, model="m", created=datetime.now(UTC), because=EVIL,
)  # fmt: skip
MESSAGES = {
    "status": blocks.status(ACCEPTED, None, FILES),
    "confirming": blocks.status(replace(ACCEPTED, confirm=True, reason=EVIL), None, FILES),
    "progress": blocks.status(ACCEPTED, PROGRESS, FILES),
    "round": blocks.round_(ROUND, FILES, CRITIQUE),
    "final": closing.final(FINISHED, FILES),
    "review": blocks.review(REVIEW),
    "refused": blocks.refused(Refused(command="stop", sentence=EVIL, actor="U1")),
    "repost": blocks.noticed(Noticed(session="s", about="repost:k1", sentence=EVIL)),
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]},
        {"blocks": [{"type": "image", "slack_file": {"id": "F1"}}]},
        {"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]},
        {"blocks": [{"type": "marquee"}]},
        {"blocks": [{"type": "divider"}] * 101},
        {"channel": None},
        {"colour": "red"},
    ],
)
def test_the_stand_in_sees_what_is_wrong(wrong: dict[str, object]) -> None:
    schema = Schema()
    if not schema.there:
        pytest.skip("slack_schema.json is not there")
    args = {"channel": "C1", "text": "x", "blocks": [{"type": "divider"}]}
    assert schema.violations("chat.postMessage", args) == []
    assert schema.violations("chat.postMessage", args | wrong) != []


@pytest.mark.parametrize("name", MESSAGES)
def test_messages_keep_slacks_limits(name: str) -> None:
    schema, message = Schema(), MESSAGES[name]
    if not schema.there:
        pytest.skip("slack_schema.json is not there")
    args = {"channel": "C1", "text": message.text, "blocks": message.blocks}
    assert schema.violations("chat.postMessage", args) == []
    assert len(message.text) <= 4000


@pytest.mark.parametrize("name", MESSAGES)
def test_nothing_people_or_models_write_addresses_the_channel(name: str) -> None:
    for text in _mrkdwn(MESSAGES[name]):
        assert "<!channel>" not in text
        assert "<!here>" not in text


@pytest.mark.parametrize("name", ["round", "final"])
def test_what_models_write_mentions_nobody(name: str) -> None:
    allowed = MESSAGES[name].text if name == "final" else ""
    for text in _mrkdwn(MESSAGES[name]):
        assert "<@U1>" not in text or text == allowed


def _mrkdwn(message: Message) -> list[str]:
    pieces = [b["text"] for b in message.blocks if b["type"] == "section"]
    pieces += [e for b in message.blocks if b["type"] == "context" for e in b["elements"]]
    return [message.text, *(piece["text"] for piece in pieces)]


@pytest.mark.parametrize("mode", ["refine", "evolve"])
def test_dialogs_keep_slacks_limits_and_carry_the_option_names(mode: str) -> None:
    prefill = {"goal": "x" * 5000, "iterations": "99"}
    view = dialog(offer_of(mode), modals.Where(), ("oil",), ("a:b", "c:d"), prefill)
    schema = Schema()
    if schema.there:
        assert schema.errors("ModalView", view) == []
    names = {block.get("block_id") for block in view["blocks"]}
    refine = {
        "image",
        "goal",
        "iterations",
        "candidates",
        "quality",
        "size",
        "review",
        "stop",
        "hold",
    }
    evolve = {"image", "goal", "iterations", "styles", "leap", "lock", "quality", "size", "crowd"}
    assert names == (refine if mode == "refine" else evolve) | {"channel", "model"}
    alone = dialog(offer_of(mode), modals.Where(), ("oil",), ("a:b",))
    assert "model" not in {block.get("block_id") for block in alone["blocks"]}


def test_of_a_long_prompt_the_words_are_edited_and_the_rest_is_kept() -> None:
    machine = "dabs " * 2000
    assert modals.edited(f"a red fox\n{machine}", "a red fox", "a blue fox") == (
        f"a blue fox\n{machine}"
    )
    assert modals.edited(NODE.prompt, "", "new").endswith("tail")
    view = modals.editing(NODE, modals.Where(channel="C1"))
    assert len(view["blocks"][0]["element"]["initial_value"]) <= 3000
    assert json.loads(view["private_metadata"]) == {"channel": "C1", "iteration": "i1"}


def test_every_post_of_the_embedded_engine_says_so() -> None:
    embedded = replace(QUOTE, embedded=True)
    for message in (
        blocks.status(replace(ACCEPTED, quote=embedded), None, {}),
        blocks.round_(ROUND, {}),
        closing.final(replace(FINISHED, embedded=True), {}),
    ):
        assert "by formula" in json.dumps(message.blocks)


@pytest.mark.parametrize(
    ("words", "mode", "count", "goal"),
    [
        ("evolve 6", "evolve", 6, ""),
        ("Evolve 6 oil, neon", "evolve", 6, "oil, neon"),
        ("refine 5 foxes in the snow", "refine", None, "5 foxes in the snow"),
        ("evolving skies", "refine", None, "evolving skies"),
        ("a red fox", "refine", None, "a red fox"),
    ],
)
def test_first_words(words: str, mode: str, count: int | None, goal: str) -> None:
    found = named(scripted_offers(), words)
    assert (found.offer.name, found.rounds, found.goal) == (mode, count, goal)


def test_spoken_words_lose_mentions_and_links() -> None:
    said = "<@U0BOT> make <https://x.test|this> a &lt;b&gt; <!here> dusk"
    assert forms.spoken(said) == "make this a <b> dusk"


def test_the_manifest_names_exactly_the_scopes_and_events() -> None:
    manifest = yaml.safe_load((Path(__file__).parents[3] / "manifest.yaml").read_text())
    assert tuple(manifest["oauth_config"]["scopes"]["bot"]) == scopes.SCOPES
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert tuple(events) == scopes.EVENTS
    commands = [each["command"] for each in manifest["features"]["slash_commands"]]
    assert {"/refine", "/evolve", "/quota", "/darkroom"} <= set(commands)
    assert len(set(commands)) == len(commands) <= 50  # as many as an app may have
    callbacks = {each["callback_id"] for each in manifest["features"]["shortcuts"]}
    assert callbacks == {"refine_image", "evolve_image", "more_image", "refine", "evolve"}
