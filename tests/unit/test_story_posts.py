"""A scene of a story at every door: its words, its ways on, and what each of them means."""

import json
from dataclasses import replace

from adapters.answering import _line  # pyright: ignore[reportPrivateUsage]
from adapters.discord.ids import unpack
from adapters.discord.messages import Past, page_of
from adapters.slack import blocks, stories
from adapters.web.outbound import jsonable
from bot import told
from core.domain.commands import Actor, Place
from core.domain.updates import IterationFinished
from core.domain.views import CandidateView, SceneView
from core.jobs.journey import Journey

WAYS = ("Open the door", "Hide <@U1> *here*", "Turn back")
SCENE = SceneView(
    text="The *door* hums. <!channel>", choices=WAYS, title="A door", scene=2, scenes=8, before="n1"
)
POST = IterationFinished(
    session="s",
    run="r",
    mode="journey",
    round=1,
    rounds=1,
    candidates=(CandidateView("n2", "a" * 64, 768, 512, "A door in the ice."),),
    best=0,
    champion="n2",
    won=True,
    change=None,
    cost=None,
    seconds=1.0,
    prompt="p",
    words="Knock on it",
    shown="picture",
    scene=SCENE,
)
ENDED = replace(POST, scene=SceneView(text="It is over.", scene=8, scenes=8))


def test_discord_has_a_button_for_each_way() -> None:
    page = page_of(POST, Past())
    presses = [press for row in page.rows for press in row]
    assert [(press.label, press.act, press.ids) for press in presses] == [
        (f"{n} {way}", "turn", ("n2", str(n))) for n, way in enumerate(WAYS, 1)
    ]
    assert [press.act for press in page.buttons] == ["say", "scene", "again", "details", "more"]
    assert "\\*door\\*" in page.text
    assert "The end" in page_of(ENDED, Past()).text
    assert not page_of(ENDED, Past()).rows
    assert unpack("dk|turn|n2|3") == ("turn", ["n2", "3"])


def test_slack_has_a_button_for_each_way() -> None:
    message = blocks.round_(POST, {"a" * 64: "F1"})
    buttons = [e for b in message.blocks if b["type"] == "actions" for e in b["elements"]]
    assert [b["value"] for b in buttons[:3]] == ["n2 1", "n2 2", "n2 3"]
    assert [b["action_id"] for b in buttons[3:]] == ["say", "scene", "again", "details", "more"]
    assert "<!channel>" not in json.dumps(message.blocks[:3])
    command = stories.command_of(
        "k", Actor("slack", "T", "U"), Place("slack", "T", "C"), "turn", "n2 3"
    )
    assert (command.iteration, command.choice) == ("n2", 3)
    assert isinstance(command, Journey)


def test_the_page_the_terminal_and_an_assistant_get_the_same() -> None:
    assert jsonable(POST)["scene"]["choices"] == list(WAYS)
    lines = told.scene(POST, SCENE)
    assert lines[:3] == ("Scene 2 of 8  A door", SCENE.text, f"  1  {WAYS[0]}")
    assert "--from n2" in lines[-1]
    assert "iteration n2" in _line(POST)
    assert told.scene(ENDED, ENDED.scene or SCENE)[-1] == "The end"
