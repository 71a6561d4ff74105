"""Every job on a picture, from that picture: the chooser, its form, several pictures, the posts."""

import json
from typing import Any

import pytest

from adapters.models.scripted import flat
from core.domain.access import PROGRAM
from core.domain.commands import Actor
from core.domain.records import Tree
from core.ports.offers import on_picture
from tests.integration.discord.conftest import Start
from tests.integration.discord.program import REFERENCE, Program
from tests.integration.discord.story import Message, saying, thread_of
from tests.jobs import studio
from tests.standins.discord_people import EPHEMERAL, Asked
from tests.standins.discord_server import DiscordServer
from tests.standins.discord_world import ANNA, BEN, GUILD, buttons, media, texts, walk

SECOND, THIRD = flat(90), flat(20)


@pytest.fixture
async def program(start: Start, monkeypatch: pytest.MonkeyPatch) -> Program:
    studio.added(monkeypatch)
    return await start()


async def posted(server: DiscordServer, words: str, channel: str) -> Message:
    """The first post of pictures with these words."""

    def found() -> list[Message]:
        return [m for m in saying(server, words, channel) if "to continue from it" in texts(m)]

    await server.until(found)
    return found()[0]


def over(server: DiscordServer, channel: str) -> int:
    """How many runs have ended here: each closes with its bill."""
    return len(saying(server, "was promised)", channel))


async def varied(server: DiscordServer) -> tuple[str, Message]:
    await server.slash("vary", {"goal": "a fox"}, image=REFERENCE)
    thread = await thread_of(server)
    await server.until(lambda: over(server, thread) == 1)
    return thread, await posted(server, "### Vary", thread)


def selects(message: Message) -> list[dict[str, Any]]:
    return [part for part in walk(message["components"]) if part["type"] == 3]


def options_in(message: Message) -> list[str]:
    return [row["value"] for select in selects(message) for row in select["options"]]


async def chosen(server: DiscordServer, post: Message, job: str, label: str = "More…") -> Asked:
    """Presses More… on a post and chooses a job there."""
    asked = await server.click(post, label)
    assert asked.original is not None
    assert asked.original["flags"] & EPHEMERAL
    value = next(v for v in options_in(asked.original) if v.split(" ")[0] == job)
    return await server.choose(asked.original, value)


async def tree_of(program: Program) -> Tree:
    rows = await program.service.sessions(Actor("discord", GUILD, ANNA))
    tree = await program.service.tree(rows[0].session.id, PROGRAM)
    assert tree is not None
    return tree


async def test_every_job_opens_from_a_picture_and_builds_its_command(
    server: DiscordServer, program: Program
) -> None:
    """Each form that core's offers make is taken by Discord and comes back as the job's command."""
    thread, post = await varied(server)
    taken: list[Any] = []
    receive = program.service.receive

    async def noting(command: Any) -> bool:
        taken.append(command)
        return await receive(command)

    program.service.receive = noting  # type: ignore[method-assign]
    asked = await server.click(post, "More… · 2")
    assert asked.original is not None
    said = texts(asked.original)
    assert "`/enlarge`: needs a painter that enlarges pictures: `STABILITY_API_KEY`" in said
    names = [row["value"].split(" ")[0] for row in selects(asked.original)[0]["options"]]
    offers = on_picture(program.service.offers)
    assert names == [each.name for each in offers if not each.missing]
    assert "enlarge" not in names
    listed = next(each for each in server.commands if each["name"] == "enlarge")
    assert listed["description"].startswith("Needs a painter that enlarges pictures: STABILITY_")
    assert listed["description_localizations"]["de"].startswith("Braucht einen Maler, der Bilder v")
    said_at_once = await server.slash("enlarge")
    assert said_at_once.response["data"]["flags"] & EPHEMERAL
    assert "needs a painter that enlarges pictures" in json.dumps(said_at_once.response)
    before = (await tree_of(program)).iterations
    second = sorted(before, key=lambda node: node.candidate)[1].id
    forms: dict[str, Any] = {}
    for name in names:
        opened = await chosen(server, post, name, "More… · 2")
        if opened.response["type"] == 9:
            forms[name] = opened.form
            assert len(opened.form["components"]) <= 5
    at_once = {each.name for each in offers if not each.asks and not each.missing}
    assert "mirror" in at_once
    assert set(names) - set(forms) == at_once
    by_name = {each.name: each for each in offers}
    for name, form in forms.items():
        needed = [field for field in by_name[name].asks if field.required]
        answers = {f.name: SECOND if f.kind == "image" else "how many suns?" for f in needed}
        await server.submit(form, answers, channel=thread)
    made = {each.kind: each for each in taken}
    assert set(made) == set(names)
    assert {each.iteration for each in made.values()} == {second}


@pytest.mark.slow
async def test_a_form_asks_what_matters_and_takes_every_kind_of_answer(
    server: DiscordServer, program: Program
) -> None:
    thread, post = await varied(server)
    form = (await chosen(server, post, "merge", "More… · 1")).form
    inputs = {row["component"]["custom_id"]: row["component"] for row in form["components"]}
    assert list(inputs) == ["second", "goal", "third", "tone", "amount"]  # firm has no room
    assert (inputs["second"]["type"], inputs["second"]["required"]) == (19, True)
    answers = {"second": SECOND, "goal": "a fox", "tone": ["cold"], "amount": "3"}
    await server.submit(form, answers, channel=thread, user=BEN)
    merged = await posted(server, "### Merge", thread)
    await server.until(lambda: over(server, thread) == 2)
    request = program.painter.requests[-1]
    assert request.prompt.startswith("a fox cold 3 False")
    assert len(request.sources) == 2
    assert (await tree_of(program)).runs[-1].actor.id == BEN
    assert "1 ink · 2 oil" in texts(merged)
    assert "Round" not in texts(merged)
    assert [b for b in buttons(merged) if b.startswith("More")] == [
        "More… · 1 ink",
        "More… · 2 oil",
    ]


@pytest.mark.slow
async def test_a_number_that_is_none_is_a_sentence_and_nothing_is_begun(
    server: DiscordServer, program: Program
) -> None:
    thread, post = await varied(server)
    form = (await chosen(server, post, "merge", "More… · 1")).form
    typed = {"second": SECOND, "goal": "a fox", "tone": ["cold"], "amount": "many"}
    sent = await server.submit(form, typed, channel=thread)
    assert "amount is a whole number" in json.dumps(sent.response)
    form = (await server.click(sent.original or {}, "Change and try again")).form
    inputs = {row["component"]["custom_id"]: row["component"] for row in form["components"]}
    assert (inputs["goal"]["value"], inputs["amount"]["value"]) == ("a fox", "many")
    assert [row["value"] for row in inputs["tone"]["options"] if row.get("default")] == ["cold"]
    assert len((await tree_of(program)).runs) == 1


async def test_one_picture_closes_with_a_line_and_goes_back_to_the_one_before(
    server: DiscordServer, program: Program
) -> None:
    thread, post = await varied(server)
    await chosen(server, post, "mirror", "More… · 2")
    mirrored = await posted(server, "### Mirror", thread)
    await server.until(lambda: over(server, thread) == 2)
    for closing in saying(server, "was promised)", thread):
        assert not list(media(closing["components"]))
        assert texts(closing).strip().startswith("-# ")
    assert list(buttons(mirrored)) == [
        "Continue from this",
        "Paint again",
        "Change…",
        "Edit prompt…",
        "Details",
        "More…",
    ]
    first = await server.click(post, "More… · 1")
    assert "No picture of this session comes before it" in texts(first.original or {})
    asked = await server.click(mirrored, "More…")
    assert asked.original is not None
    await server.click(asked.original, "Back to the picture before")
    await server.until(lambda: saying(server, "### Back", thread))
    tree = await tree_of(program)
    second = sorted((n for n in tree.iterations if n.run == tree.runs[0].id), key=lambda n: n.id)[1]
    assert (tree.session.back, len(tree.runs)) == (second.id, 2)


async def test_a_number_picks_that_picture_of_several(
    server: DiscordServer, program: Program
) -> None:
    thread, post = await varied(server)
    assert "React with a number" in texts(post)
    await server.react(post, "7️⃣", user=BEN)
    await server.react(post, "2️⃣", user=BEN)
    await server.until(lambda: saying(server, "### Done", thread))
    tree = await tree_of(program)
    second = sorted((n for n in tree.iterations if n.run == tree.runs[0].id), key=lambda n: n.id)[1]
    assert [run.plan.base for run in tree.runs[1:]] == [second.id]


async def test_a_blind_comparison_is_voted_on_by_buttons(
    server: DiscordServer, program: Program
) -> None:
    program.painter.qualities = ("low", "high")
    await server.slash("compare", {"prompt": "a fox", "blind": True})
    thread = await thread_of(server)
    (post,) = await server.until(lambda: saying(server, "### Compare", thread))
    assert list(buttons(post)) == ["A · 0 votes", "B · 0 votes", "Show the labels"]
    assert "low" not in texts(post)
    await server.click(post, "B", user=BEN)
    await server.until(lambda: "B · 1 vote" in buttons(saying(server, "### Compare", thread)[0]))
    await server.click(post, "Show the labels")
    await server.until(lambda: "painter · low" in texts(saying(server, "### Compare", thread)[0]))


async def test_a_press_makes_it_wide_by_extending_or_cropping(
    server: DiscordServer, program: Program
) -> None:
    thread, post = await varied(server)
    for words, head in (("extend", "### Outpaint"), ("crop", "### Crop")):
        asked = await server.click(post, "More… · 1")
        assert asked.original is not None
        rows = [row for select in selects(asked.original) for row in select["options"]]
        wide = next(row["value"] for row in rows if row["label"] == f"Make wide (16:9): {words}")
        await server.choose(asked.original, wide)
        await posted(server, head, thread)
    extended, cropped = (await tree_of(program)).iterations[-2:]
    assert extended.width > cropped.width > cropped.height
    assert extended.height > cropped.height
    assert cropped.cost in (None, 0)


@pytest.mark.slow
async def test_anybodys_picture_goes_to_every_job_and_several_together(
    server: DiscordServer, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.added(monkeypatch)
    first = await start()
    message = await server.say("look", images=[REFERENCE, SECOND, THIRD], mention=False, user=BEN)
    asked = await server.menu("More with this image…", message)
    assert asked.original is not None
    (select,) = selects(asked.original)
    values = {row["value"].split(" ")[0]: row["value"] for row in select["options"]}
    assert {"refine", "evolve", "vary", "outpaint", "merge", "mirror"} <= set(values)
    form = (await server.choose(asked.original, values["merge"])).form
    named = [row["component"]["custom_id"] for row in form["components"]]
    assert named == ["goal", "tone", "amount", "firm"]  # the pictures are there
    await first.stop()
    second = await start()  # the form is sent to a program that never saw the message
    await server.submit(form, {"goal": "one", "firm": True})
    thread = await thread_of(server)
    await server.until(lambda: over(server, thread) == 1)
    assert len(second.painter.requests[-1].sources) == 3
    assert second.painter.requests[-1].prompt.startswith("one warm None True")


@pytest.mark.slow
async def test_the_menu_on_a_post_of_ours_is_about_its_picture(
    server: DiscordServer, program: Program
) -> None:
    _, post = await varied(server)
    asked = await server.menu("More with this image…", post)
    assert asked.original is not None
    assert selects(asked.original)[0]["options"][0]["value"].endswith(".1.0")


async def test_a_mention_with_several_pictures_offers_what_takes_them(
    server: DiscordServer, program: Program
) -> None:
    await server.say("a fox in both", images=[REFERENCE, SECOND])
    offer = await server.until(lambda: next(iter(saying(server, "2 pictures: what")), None))
    (select,) = selects(offer)
    merge = next(row["value"] for row in select["options"] if row["label"] == "Merge")
    assert "Refine: the first one alone" in [row["label"] for row in select["options"]]
    form = (await server.choose(offer, merge, user=BEN)).form
    words = next(
        r["component"] for r in form["components"] if r["component"]["custom_id"] == "goal"
    )
    assert words["value"] == "a fox in both"
    assert program.painter.requests == []
    await server.submit(form, {}, user=BEN)
    thread = await thread_of(server)
    await server.until(lambda: over(server, thread) == 1)
    assert len(program.painter.requests[-1].sources) == 2


@pytest.mark.slow
async def test_a_slash_command_takes_several_pictures(
    server: DiscordServer, program: Program
) -> None:
    await server.slash("merge", {"goal": "a fox"}, images={"image": REFERENCE, "second": SECOND})
    thread = await thread_of(server)
    await server.until(lambda: over(server, thread) == 1)
    assert len(program.painter.requests[-1].sources) == 2


@pytest.mark.slow
async def test_a_round_with_several_candidates_has_a_way_to_each(
    server: DiscordServer, program: Program
) -> None:
    await server.slash("refine", {"iterations": 1, "candidates": 3}, image=REFERENCE)
    thread = await thread_of(server)
    await server.until(lambda: saying(server, "### Done", thread))
    post = saying(server, "### Round 1", thread)[0]
    third = selects(post)[1]["options"][2]["value"]
    run = third.split(".")[0]
    asked = await server.select(post, f"which|{run}", third)
    assert asked.original is not None
    assert selects(asked.original)[0]["options"][0]["value"].endswith(third)
