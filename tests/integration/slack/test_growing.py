"""Every job on a picture, from that picture: the chooser, its dialog, several pictures, the posts."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.models.scripted import flat
from adapters.slack import clicks
from core.domain.access import PROGRAM
from core.domain.commands import Actor, Undo
from core.domain.ledger import Limits
from core.domain.records import Tree
from core.ports.offers import on_picture, ways_on
from tests.integration.slack.conftest import Start
from tests.integration.slack.program import REFERENCE, Program, Taken, says
from tests.jobs import studio
from tests.standins.slack_people import Person
from tests.standins.slack_server import ANNA, BEN, TEAM, Post, SlackServer

SECOND = flat(90)
Json = dict[str, Any]


@pytest.fixture
async def program(start: Start, monkeypatch: pytest.MonkeyPatch) -> Program:
    studio.added(monkeypatch)
    monkeypatch.setattr(clicks, "DOUBLE_CLICK_S", 0.0)
    plenty = Limits(
        confirm_usd_above=Decimal(9),
        usd_per_run=Decimal(5),
        usd_per_user_per_day=Decimal(90),
        usd_total_per_day=Decimal(90),
        images_per_user_per_day=500,
        concurrent_runs_per_user=50,
    )
    return await start(limits=plenty)


async def tree_of(program: Program) -> Tree:
    rows = await program.service.sessions(Actor("slack", TEAM, ANNA))
    tree = await program.service.tree(rows[0].session.id, PROGRAM)
    assert tree is not None
    return tree


def closings(program: Program) -> list[Post]:
    """The posts that close a picture job: a line with the bill and nothing else."""
    return [
        post
        for post in program.server.posts.values()
        if [block["type"] for block in post.blocks] == ["context"]
    ]


async def over(program: Program, times: int) -> None:
    await program.server.until(lambda: len(closings(program)) >= times)


async def varied(program: Program) -> Post:
    anna = program.person()
    await anna.slash("/vary")
    photo = program.server.add_file(REFERENCE, mimetype="image/png")
    await anna.submit(await anna.opened(), image=photo, goal="a fox")
    await over(program, 1)
    return await program.post(lambda post: "more:1" in post.buttons())


async def chooser(anna: Person, post: Post, action: str) -> Json:
    count = len(anna.server.views)
    await anna.click(post, action)
    return await anna.opened(count + 1)


def jobs_in(view: Json) -> list[str]:
    element = next(b["element"] for b in view["blocks"] if b.get("block_id") == "job")
    return [row["value"] for row in element["options"]]


def words(view: Json) -> str:
    return str(view["blocks"])


async def dialog(anna: Person, view: Json, job: str) -> Json:
    """The job's own dialog, which takes the chooser's place."""
    ack = await anna.submit(view, job=job)
    assert ack.payload["response_action"] == "update"
    return ack.payload["view"] | {"id": view["id"]}


@pytest.mark.slow
async def test_every_job_opens_from_a_picture_and_builds_its_command(
    server: SlackServer, program: Program
) -> None:
    """Each dialog that core's offers make is taken by Slack and comes back as the job's command."""
    post, anna = await varied(program), program.person()
    second = sorted((await tree_of(program)).iterations, key=lambda n: n.candidate)[1].id
    offers = on_picture(program.service.offers)
    can = [each for each in offers if not each.missing]
    taken = Taken(program)
    for offer in can:
        view = await chooser(anna, post, "more:1")
        ways = [id for id, _, _ in ways_on(offers)]
        assert jobs_in(view) == [*(each.name for each in can), *ways, "save"]
        assert "`/enlarge`: needs a painter that enlarges pictures" in words(view)
        assert "No picture of this session comes before it" in words(view)
        if not offer.asks:
            assert (await anna.submit(view, job=offer.name)).payload == {}
        else:
            own = await dialog(anna, view, offer.name)
            assert {b["block_id"] for b in own["blocks"] if b["type"] == "input"} >= {
                f.name for f in offer.asks if f.required
            }
            photo = server.add_file(SECOND, mimetype="image/png")
            needed = [field for field in offer.asks if field.required]
            answers = {f.name: photo if f.kind == "image" else "how many suns?" for f in needed}
            assert (await anna.submit(own, **answers)).payload == {}
    commands = {each.kind: each for each in taken.commands}
    assert set(commands) == {each.name for each in can}
    assert {each.iteration for each in commands.values()} == {second}


async def test_a_press_makes_it_wide_by_extending_or_cropping(
    server: SlackServer, program: Program
) -> None:
    post, anna = await varied(program), program.person()
    for n, way in enumerate(("outpaint:7", "crop:1"), 2):
        await anna.submit(await chooser(anna, post, "more:0"), job=way)
        await over(program, n)
    extended, cropped = (await tree_of(program)).iterations[-2:]
    assert extended.width > cropped.width > cropped.height
    assert extended.height > cropped.height


async def test_a_blind_comparison_is_voted_on_by_buttons(
    server: SlackServer, program: Program
) -> None:
    program.painter.qualities = ("low", "high")
    anna, ben = program.person(), program.person(BEN, "ben")
    await anna.slash("/compare")
    await anna.submit(await anna.opened(), prompt="a fox", blind="yes")
    post = await program.post(lambda post: "vote:1" in post.buttons())
    assert "low" not in str(post.blocks)
    await ben.click(post, "vote:1")
    await server.until(lambda: "B · 1 vote" in str(post.buttons()["vote:1"]))
    closing = await program.post(lambda post: "All pictures side by side" in str(post.blocks))
    (letters,) = closing.images()
    await anna.click(post, "reveal")
    await server.until(lambda: "painter · low" in str(post.blocks))
    await server.until(lambda: closing.images() != [letters])
    assert "vote:1" not in post.buttons()


@pytest.mark.slow
async def test_a_missing_second_picture_is_said_beside_its_field(
    server: SlackServer, program: Program
) -> None:
    post, anna = await varied(program), program.person()
    own = await dialog(anna, await chooser(anna, post, "more:0"), "merge")
    ack = await anna.submit(own, goal="both")
    assert list(ack.payload["errors"]) == ["second"]
    photo = server.add_file(SECOND, mimetype="image/png")
    await anna.submit(own, goal="both", second=photo, tone="cold", amount=3, firm="yes")
    await over(program, 2)
    request = program.painter.requests[-1]
    assert request.prompt.startswith("both cold 3 True")
    assert len(request.sources) == 2
    merged = await program.post(says("*Merge · B · anna*"))
    titles = [b["title"]["text"] for b in merged.blocks if b["type"] == "image"]
    assert titles == ["1 ink", "2 oil"]
    assert "Round" not in str(merged.blocks[0])


async def test_the_menu_leads_back_to_the_picture_before(
    server: SlackServer, program: Program
) -> None:
    post, anna = await varied(program), program.person()
    await anna.submit(await chooser(anna, post, "more:1"), job="mirror")
    await over(program, 2)
    mirrored = await program.post(lambda post: "more" in post.buttons())
    taken = Taken(program)
    view = await chooser(anna, mirrored, "more")
    assert jobs_in(view)[-1] == "before"
    await anna.submit(view, job="before")
    (undo,) = taken.commands
    assert isinstance(undo, Undo)
    tree = await tree_of(program)
    assert undo.iteration == next(n.id for n in tree.iterations if n.run == tree.runs[1].id)


@pytest.mark.slow
async def test_anybodys_pictures_go_to_every_job_and_to_one_together(
    server: SlackServer, program: Program
) -> None:
    anna = program.person()
    files = [server.add_file(data, mimetype="image/png") for data in (REFERENCE, SECOND)]
    message: Json = {"ts": "1700000000.000200", "files": [server.describe(f) for f in files]}
    await anna.shortcut("more_image", message)
    view = await anna.opened()
    assert {"refine", "evolve", "vary", "merge"} <= set(jobs_in(view))
    own = await dialog(anna, view, "merge")
    named = [b["block_id"] for b in own["blocks"] if b["type"] == "input"]
    assert named[0] == "third"
    assert not {"image", "second"} & set(named)
    await anna.submit(own, goal="one")
    await over(program, 1)
    assert len(program.painter.requests[-1].sources) == 2


async def test_a_mention_with_several_pictures_offers_what_takes_them(
    server: SlackServer, program: Program
) -> None:
    anna = program.person()
    files = [server.add_file(data, mimetype="image/png") for data in (REFERENCE, SECOND)]
    shown = [server.describe(each) for each in files]
    await anna.say("<@U0BOT> a fox in both", files=shown)
    await server.until(lambda: server.ephemeral)
    whisper = server.ephemeral[-1]
    assert "2 pictures" in whisper["text"]
    options = whisper["blocks"][1]["elements"][0]["options"]
    merge = next(each["value"] for each in options if each["text"]["text"] == "Merge")
    assert program.painter.requests == []
    post = Post(whisper["channel"], "1.0", whisper)
    await anna.click(post, "several", merge)
    own = await anna.opened()
    goal = next(b["element"] for b in own["blocks"] if b.get("block_id") == "goal")
    assert goal["initial_value"] == "a fox in both"
    await anna.submit(own)
    await over(program, 1)
    assert len(program.painter.requests[-1].sources) == 2


async def test_a_job_nobody_can_do_is_told_with_its_key(
    server: SlackServer, program: Program
) -> None:
    await program.person().slash("/enlarge")
    await server.until(lambda: server.replies)
    assert "STABILITY_API_KEY" in server.replies[-1]["text"]
    assert server.views == []
