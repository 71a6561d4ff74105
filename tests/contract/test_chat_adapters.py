"""What every chat does alike: one suite over all of them. adapters/README.md lists it for people,
a row for each test here."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
import yaml

from adapters.texts import catalogue
from core.domain.access import PROGRAM
from core.domain.commands import Actor
from core.domain.records import OPEN
from core.domain.settings import ServerSettings
from core.jobs import registry
from core.models.painter import Operation
from tests.contract.chats import Chat, Seen, chatting
from tests.jobs import negative

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]
ROUND_BUTTONS = ("Continue from this", "Paint again", "Edit prompt…", "Details")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["discord", "slack", "console"])
async def chat(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Chat]:
    async with chatting(request.param, tmp_path_factory.mktemp(request.param)) as chat:
        yield chat


def rounds(chat: Chat, thread: str, number: int = 1) -> list[Seen]:
    return [each for each in chat.seen(thread) if re.search(rf"Round {number} of", each.text)]


def closings(chat: Chat, thread: str) -> list[Seen]:
    return [each for each in chat.seen(thread) if re.search(r"### Done|\*Finished", each.text)]


def heard(chat: Chat, words: str) -> int:
    """How many private answers contain these words."""
    return sum(words in each.text for each in chat.whispers())


async def done(chat: Chat, thread: str, times: int = 1) -> Seen:
    found = await chat.until(lambda: closings(chat, thread)[times - 1 :])
    return found[0]


@dataclass(frozen=True)
class Story:
    """A finished run of two rounds: its thread, its posts."""

    goal: str
    thread: str
    first: Seen
    second: Seen


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def story(chat: Chat) -> Story:
    goal = "a grey morning"
    thread = await chat.refine(goal, rounds=2)
    await done(chat, thread)
    return Story(goal, thread, rounds(chat, thread, 1)[0], rounds(chat, thread, 2)[0])


@asynccontextmanager
async def one_more_run(chat: Chat, story: Story) -> AsyncGenerator[None]:
    """What the block does starts exactly one more run in the story's thread; waits for its end."""
    await settled(chat)
    before = len(closings(chat, story.thread))
    yield
    await done(chat, story.thread, before + 1)
    await chat.program.service.settle_down()
    assert len(closings(chat, story.thread)) == before + 1


async def settled(chat: Chat) -> None:
    """Until nothing that an earlier test began is going on, or on its way."""
    async with asyncio.timeout(30):
        while True:
            await chat.program.service.settle_down()
            async with chat.program.store.read() as uow:
                going = await uow.runs.with_status(sorted(OPEN))
                leaving = await uow.outbox.due(chat.name, datetime.now(UTC) + timedelta(days=1))
                if not going and not leaving and not await uow.outbox.sending(chat.name):
                    return
            await asyncio.sleep(0.02)


@contextmanager
def slowly(chat: Chat, seconds: float) -> Generator[None]:
    chat.program.painter.seconds = seconds
    try:
        yield
    finally:
        chat.program.painter.seconds = 0.0


async def runs(chat: Chat, goal: str) -> list[str]:
    """Who started the runs of a session."""
    found = await chat.program.service.tree(await session(chat, goal), PROGRAM)
    return [run.actor.id for run in found.runs]


async def session(chat: Chat, goal: str) -> str:
    anna = Actor(chat.name, chat.tenant, chat.anna)
    found = await chat.program.service.sessions(anna, 100)
    return next(each.session.id for each in found if each.session.goal == goal)


async def test_refine_an_upload(chat: Chat, story: Story) -> None:
    assert story.goal in chat.status(story.thread).text
    assert [story.first.images, story.second.images] == [1, 1]
    closing = closings(chat, story.thread)[0]
    assert closing.images >= 3
    assert "$" in closing.text


async def test_refine_a_sentence(chat: Chat) -> None:
    thread = await chat.refine("a red fox in the snow", image=False)
    await done(chat, thread)
    assert rounds(chat, thread)[0].images == 1


async def test_posted_picture(chat: Chat) -> None:
    thread = await chat.posted_picture("somebody else's picture")
    await done(chat, thread)
    assert rounds(chat, thread)[0].images == 1


async def test_evolve(chat: Chat) -> None:
    def shown() -> bool:
        found = [e.text for e in chat.everywhere() if "Round 1 of 1" in e.text]
        return any("neon" in text for text in found)

    await chat.evolve("neon")
    await chat.until(shown)


async def test_choose_a_model(chat: Chat) -> None:
    own, another = chat.program.service.models.painters
    assert await chat.models("refine") == await chat.models("evolve") == [own, another]
    thread = await chat.refine("by another hand", model=another)
    await done(chat, thread)
    tree = await chat.program.service.tree(await session(chat, "by another hand"), PROGRAM)
    assert [node.model for node in tree.iterations] == [another]
    mona = Actor(chat.name, chat.tenant, chat.mona, admin=True)
    await chat.program.service.configure(mona, ServerSettings(painter=another))
    assert await chat.models("refine") in ([another], [])  # of one there is nothing to choose
    await chat.program.service.configure(mona, ServerSettings())


async def test_talk_with_a_picture(chat: Chat) -> None:
    await chat.talk("a harbour by night")
    await chat.until(
        lambda: [e for e in chat.everywhere() if "a harbour by night" in e.text and e.buttons]
    )
    await chat.until(lambda: "a harbour by night" in repr(chat.program.critic.asked))


async def test_neither_gets_an_example(chat: Chat) -> None:
    assert "a red fox in the snow" in await chat.nothing()


async def test_buttons_of_a_round(chat: Chat, story: Story) -> None:
    shown = [label for label in story.first.buttons if label in ROUND_BUTTONS]
    assert shown == list(ROUND_BUTTONS)


async def test_pick_by_button(chat: Chat, story: Story) -> None:
    async with one_more_run(chat, story):
        await chat.press(story.first, "Continue from this", chat.ben)
    assert chat.ben in await runs(chat, story.goal)
    assert any(re.search(r"Ben picked|for Ben", each.text) for each in chat.seen(story.thread))


async def test_pick_by_star_is_the_same_pick(chat: Chat, story: Story) -> None:
    with slowly(chat, 0.3):
        async with one_more_run(chat, story):
            await chat.react(story.second, "⭐", chat.ben)
            await chat.press(story.second, "Continue from this", chat.ben)


async def test_star_taken_back(chat: Chat, story: Story) -> None:
    await settled(chat)
    painted = len(chat.program.painter.requests)
    with slowly(chat, 0.5):
        async with one_more_run(chat, story):
            await chat.react(story.second, "⭐", chat.mona)
            await chat.react(story.second, "⭐", chat.mona, on=False)
    assert len(chat.program.painter.requests) <= painted + 1


async def test_cross_takes_a_post_down(chat: Chat) -> None:
    thread = await chat.refine("two crosses", rounds=2, stop="never")
    await done(chat, thread)
    first, second = rounds(chat, thread, 1)[0], rounds(chat, thread, 2)[0]
    await chat.react(first, "❌", chat.ben)
    await chat.program.service.settle_down()
    assert not chat.gone(first)
    await chat.react(first, "❌", chat.anna)
    await chat.until(lambda: chat.gone(first))
    await chat.react(second, "❌", chat.mona)
    await chat.until(lambda: chat.gone(second))


async def test_cross_leaves_no_copy(chat: Chat) -> None:
    thread = await chat.refine("no copy left", rounds=2, stop="never")
    closing = await done(chat, thread)
    first, second = rounds(chat, thread, 1)[0], rounds(chat, thread, 2)[0]
    letters = sum(each.images for each in chat.whispers())
    await chat.react(second, "✉️", chat.ben)
    await chat.until(lambda: sum(each.images for each in chat.whispers()) == letters + 1)
    tree = await chat.program.service.tree(await session(chat, "no copy left"), PROGRAM)
    gone = next(node.image for node in tree.iterations if node.round == 2)
    await chat.react(second, "❌", chat.anna)
    await chat.until(lambda: sum(each.images for each in chat.whispers()) == letters)
    await chat.react(first, "❌", chat.anna)
    await chat.until(lambda: closings(chat, thread)[0].images < min(closing.images, 2))
    rows = await chat.program.service.deliveries(tree.session.id, PROGRAM)
    assert gone not in repr([row.update for row in rows])


async def test_letter_sends_the_image(chat: Chat, story: Story) -> None:
    before = sum(each.images for each in chat.whispers())
    await chat.react(story.first, "✉️", chat.anna)
    await chat.until(lambda: sum(each.images for each in chat.whispers()) == before + 1)


async def test_paint_again(chat: Chat, story: Story) -> None:
    async with one_more_run(chat, story):
        await chat.press(story.first, "Paint again", chat.ben)
    tree = await chat.program.service.tree(await session(chat, story.goal), PROGRAM)
    first = next(each for each in tree.iterations if each.round == 1)
    assert chat.program.painter.requests[-1].prompt == first.prompt


async def test_edit_prompt(chat: Chat, story: Story) -> None:
    async with one_more_run(chat, story):
        await chat.press(story.first, "Edit prompt", chat.anna, prompt="a blue fox at noon")
    assert "a blue fox at noon" in chat.program.painter.requests[-1].prompt


async def test_details_are_private(chat: Chat, story: Story) -> None:
    before, told = len(chat.seen(story.thread)), heard(chat, "prompt 1")
    await chat.press(story.first, "Details", chat.ben)
    await chat.until(lambda: heard(chat, "prompt 1") > told)
    assert len(chat.seen(story.thread)) == before


async def test_stop(chat: Chat) -> None:
    with slowly(chat, 0.2):
        thread = await chat.refine("stopped", rounds=8, stop="never")
        await chat.until(lambda: "Stop" in chat.status(thread).buttons)
        await chat.press(chat.status(thread), "Stop", chat.anna)
        await done(chat, thread)
    assert len([e for e in chat.seen(thread) if re.search(r"Round \d of 8", e.text)]) < 8


async def test_review_is_edited(chat: Chat) -> None:
    thread = await chat.refine("reviewed", rounds=2, stop="never", review=True)
    asked = await chat.until(
        lambda: [e for e in chat.seen(thread) if "Edit critique…" in e.buttons]
    )
    await chat.press(asked[0], "Edit critique", chat.anna, critique="much more fog")
    await done(chat, thread)
    assert "much more fog" in repr(chat.program.critic.asked)

    def closed() -> list[Seen]:
        return [e for e in chat.seen(thread) if "edited it" in e.text and "much more fog" in e.text]

    await chat.until(closed)
    assert not any("Edit critique…" in each.buttons for each in chat.seen(thread))


async def test_review_goes_on_as_it_is(chat: Chat) -> None:
    thread = await chat.refine("left as it is", rounds=2, stop="never", review=True)
    asked = await chat.until(
        lambda: [e for e in chat.seen(thread) if "Go on as it is" in e.buttons]
    )
    await chat.press(asked[0], "Go on as it is", chat.anna)
    await done(chat, thread)
    await chat.until(lambda: [e for e in chat.seen(thread) if "let it go on as it is" in e.text])
    assert not any("Go on as it is" in each.buttons for each in chat.seen(thread))


async def test_mention_in_the_thread(chat: Chat, story: Story) -> None:
    async with one_more_run(chat, story):
        await chat.say("darker, keep the dog", story.thread, chat.ben)
    assert "darker, keep the dog" in repr(chat.program.critic.asked)


@pytest.mark.parametrize(
    ("question", "answer"), [("help", "/evolve"), ("quota", "images"), ("sessions", "")]
)
async def test_questions(chat: Chat, story: Story, question: str, answer: str) -> None:
    (newest,) = await chat.program.service.sessions(Actor(chat.name, chat.tenant, chat.anna), 1)
    assert (answer or newest.session.goal) in await chat.ask(question, chat.anna)


async def test_help_names_every_job(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what it does and, where no model here can do it, the keys that would enable it."""
    job = replace(negative.JOB, needs=frozenset[Operation]({"upscale"}))
    monkeypatch.setitem(registry.JOBS, "negative", job)
    folder = Path(negative.__file__).parent
    monkeypatch.setattr(catalogue, "FOLDERS", [*catalogue.FOLDERS, folder])
    catalogue.forget()
    try:
        said = await chat.ask("help", chat.anna)
        begin = [each for each in chat.program.service.offers if each.slash and each.begins_session]
        assert [each.name for each in begin if catalogue.t(each.name) not in said] == []
        own = said.partition("/negative")[2].partition("•")[0]
        assert "needs a painter that enlarges" in own
        assert "STABILITY_API_KEY" in own
    finally:
        catalogue.forget()


async def test_settings_are_for_admins(chat: Chat) -> None:
    assert "Only" in await chat.ask("settings", chat.ben)
    assert "Painter" in await chat.ask("settings", chat.mona)


async def test_refusals_are_private(chat: Chat, story: Story) -> None:
    before, told = len(chat.seen(story.thread)), heard(chat, "Only ")
    await chat.press(story.first, "Edit prompt", chat.ben)  # refused before the form
    await chat.until(lambda: heard(chat, "Only ") > told)
    await chat.program.service.settle_down()
    assert len(chat.seen(story.thread)) == before


async def test_a_lost_answer_shows_the_post_once(chat: Chat, story: Story) -> None:
    said = len([e for e in chat.seen(story.thread) if "Repost" in e.buttons])
    before = len(chat.seen(story.thread))
    async with one_more_run(chat, story):
        chat.lose_an_answer()
        await chat.press(story.second, "Paint again", chat.anna)
    texts = [each.text for each in chat.seen(story.thread)[before:]]
    offers = [e for e in chat.seen(story.thread) if "Repost" in e.buttons]
    assert len(set(texts)) == len(texts)
    assert len(offers) - said == (1 if chat.name == "slack" else 0)


async def test_restart_then_click_and_star(chat: Chat) -> None:
    thread = await chat.refine("an old post")
    await done(chat, thread)
    post = rounds(chat, thread)[0]
    await chat.restart(lambda: chat.star_unheard(post, chat.ben))
    await done(chat, thread, 2)
    await chat.press(post, "Continue from this", chat.anna)
    await done(chat, thread, 3)
    assert await runs(chat, "an old post") == [chat.anna, chat.ben, chat.anna]


async def test_a_removed_program_forgets(chat: Chat, tmp_path: Path) -> None:
    async with chatting(chat.name, tmp_path) as other:
        thread = await other.refine("to be forgotten")
        await done(other, thread)
        id = await session(other, "to be forgotten")
        assert await other.program.service.purge(chat.name, chat.tenant)
        assert await other.program.service.deliveries(id, PROGRAM) == []
        assert not list((other.program.folder / "images").glob("??/*"))


async def test_the_result_finds_its_owner(chat: Chat, tmp_path: Path) -> None:
    async with chatting(chat.name, tmp_path) as other:
        with slowly(other, 0.3):
            await other.refine("a closed channel", rounds=2, stop="never")
            other.close_channel()
            letters = await other.until(
                lambda: [e for e in other.whispers() if e.images and "of session" not in e.text]
            )
        assert re.search(r"### Done|\*Finished", letters[0].text)


# the table that people read

TABLE = (ROOT / "adapters" / "README.md").read_text()


def _rows() -> list[list[str]]:
    lines = [line for line in TABLE.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if len(row) == 4][2:]


@pytest.mark.asyncio(loop_scope="function")
async def test_the_table_names_every_test_and_no_platform_has_a_gap() -> None:
    named = {test for row in _rows() for test in re.findall(r"`(\w+)`", row[3])}
    here = {n.removeprefix("test_") for n in globals() if n.startswith("test_")}
    assert named - here == set(), "the table names tests that are not here"
    assert {n for n in here if not n.startswith("the_table")} - named == set()
    assert all(cell for row in _rows() for cell in row)


@pytest.mark.asyncio(loop_scope="function")
async def test_the_table_names_commands_that_exist() -> None:
    manifest = yaml.safe_load((ROOT / "manifest.yaml").read_text())
    known = {each["command"] for each in manifest["features"]["slash_commands"]}
    named = set(re.findall(r"`(/\w+)(?:`|\s)", " ".join(row[2] for row in _rows())))
    listed = set(re.findall(r"`(/\w+)`", TABLE))
    assert named <= known
    assert known - named <= listed, "`make parity` writes the table of jobs"
