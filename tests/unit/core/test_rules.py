"""What a server's admins let be painted: words, people, adults' channels, labels, reports, refusals."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.admin import ACTS
from core.domain.commands import Actor, Place, Report, pick_key
from core.domain.errors import BadRequest, NotAllowed, PolicyRefusal, Unavailable
from core.domain.ledger import Limits
from core.domain.options import build
from core.domain.records import Iteration
from core.domain.rules import RuleName, Rules, changed, shown
from core.domain.settings import ServerSettings
from core.domain.updates import IterationFinished, Noticed
from core.jobs.imagine import Imagine
from core.jobs.pick import Pick
from tests.harness import World

ANN = Actor("slack", "T1", "ann", "Ann")
ROOT = replace(ANN, id="root", name="Root", admin=True)
HOME = Place("slack", "T1", "C1")


def told(*said: tuple[RuleName, str]) -> Rules:
    rules = Rules()
    for name, value in said:
        rules = changed(rules, name, value)
    return rules


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        ("a gory scene", False),
        ("GORE", False),
        ("ｇｏｒｅ in wide letters", False),
        ("go\u200bre with nothing in between", False),
        ("gorement", False),
        ("a glorious day", True),
        ("the gore point lighthouse", True),
        ("gore at the gore point", False),
        ("category", True),
    ],
)
def test_blocked_words_are_words_however_they_are_written(words: str, allowed: bool) -> None:
    rules = told(("block", "gore*"), ("block", "gory"), ("allow", "gore point"))
    if allowed:
        return rules.check([words])
    with pytest.raises(NotAllowed, match="is not allowed here"):
        rules.check(["a fox", words])
    return None


def test_who_opted_out_is_not_painted_and_where_nobody_is_nobody_is_named() -> None:
    rules = told(("opt-out", "Maria Huber"))
    rules.check(["maria at the sea", "<@U1> at the sea"])
    with pytest.raises(NotAllowed, match="“maria huber” is not to be shown"):
        rules.check(["a portrait of MARIA  Huber".replace("  ", " ")])
    strict = told(("likeness", "nobody"))
    for words in ("<@U123|ann> as a pirate", "@ann as a pirate", "<@!99> dancing"):
        with pytest.raises(NotAllowed, match="name nobody"):
            strict.check([words])
    strict.check(["a pirate, mail me at home", "ann as a pirate"])


def test_a_list_is_added_to_taken_from_and_emptied() -> None:
    rules = told(("block", "one"), ("block", "two"), ("block", "ONE"), ("block", "-two"))
    assert shown(rules, "block") == "ONE"
    assert changed(rules, "block", "off").block == ()
    for name, value in (
        ("block", "-never"), ("block", "*"), ("block", "x" * 61), ("label", "maybe"),
        ("keep-days", "soon"), ("keep-days", "99999"), ("reports", "a channel"), ("likeness", "x"),
    ):  # fmt: skip
        with pytest.raises(BadRequest):
            changed(rules, name, value)  # type: ignore[arg-type]


def test_a_channel_for_adults_is_one_that_the_platform_marks_or_the_admins_name() -> None:
    marked = Place("discord", "G", "C", nsfw=True)
    assert not ServerSettings().relaxed(marked)
    assert ServerSettings(nsfw="age_restricted").relaxed(marked)
    assert not ServerSettings(nsfw="age_restricted").relaxed(replace(marked, nsfw=False))
    named = ServerSettings(rules=told(("adult", "<#C1|wild>")))
    assert named.relaxed(HOME)
    assert not named.relaxed(replace(HOME, channel="C2"))


@dataclass
class Watcher:
    """`core.ports.guard.Guard`: what it finds, or why it can't look."""

    finds: Sequence[str] = ()
    trouble: Exception | None = None
    looked: list[bytes] = field(default_factory=list[bytes])

    async def look(self, picture: bytes) -> tuple[str, ...]:
        self.looked.append(picture)
        if self.trouble is not None:
            raise self.trouble
        return tuple(self.finds)

    async def close(self) -> None:
        return None


async def opened(folder: Path, guard: Watcher | None = None, **more: object) -> World:
    limits = Limits(confirm_usd_above=Decimal(9), refusals_per_user_per_day=2)
    world = await World(folder, limits=limits, **more).open()  # type: ignore[arg-type]
    if guard is not None:
        world.ctx.guards["scripted"] = guard  # type: ignore[index]
    return world


async def rule(world: World, name: str, value: str = "") -> str:
    values = {"rule": name, "value": value}
    act = build(ACTS["rule"], values, dedup_key="k", actor=ROOT, place=HOME)
    return (await world.service.administer(act)).text


def imagine(key: str = "1", prompt: str = "a fox", place: Place = HOME) -> Imagine:
    return Imagine(dedup_key=f"slack:T1:{key}", actor=ANN, place=place, prompt=prompt, candidates=1)


async def refused(world: World, wish: Imagine) -> str:
    """Why it was refused, "" where it was not."""
    await world.send(wish)
    found = await world.service.refusal(wish.dedup_key, ANN)
    return found.sentence if found else ""


async def posts(world: World) -> list[object]:
    (newest, *_) = await world.service.sessions(ANN)
    return [each.update for each in await world.updates(newest.session.id)]


async def test_the_rules_of_the_server_hold_for_every_wish_and_are_in_the_log(
    tmp_path: Path,
) -> None:
    world = await opened(tmp_path)
    assert await rule(world, "block", "gore") == "block: gore"
    assert await rule(world, "block") == "block: gore"
    assert "“gore” is not allowed here" in await refused(world, imagine(prompt="a fox in Gore"))
    elsewhere = replace(imagine("2", "gore"), place=Place("slack", "T2", "C"))
    assert await refused(world, elsewhere) == ""
    assert len(world.painter.requests) == 1
    async with world.store.read() as uow:
        (row,) = await uow.audit.all()
    assert (row.act, row.what) == ("rule", {"rule": "block"})  # the word is no part of it
    await world.close()


async def test_posts_say_that_an_ai_made_it_where_that_has_to_be_said(tmp_path: Path) -> None:
    world = await opened(tmp_path)
    await rule(world, "label", "on")
    await world.send(imagine())
    (post,) = [each for each in await posts(world) if isinstance(each, IterationFinished)]
    assert post.note == "This picture was made by an AI."
    await world.close()


async def test_painters_hear_that_nobody_real_is_painted(tmp_path: Path) -> None:
    world = await opened(tmp_path)
    await rule(world, "likeness", "nobody")
    await world.send(imagine())
    assert world.painter.requests[0].prompt.endswith("resembles a real person.")
    await world.close()


async def test_a_report_reaches_the_channel_that_is_set_else_the_operator(tmp_path: Path) -> None:
    world = await opened(tmp_path)
    await world.send(imagine())
    (node,) = await world.nodes(await world.only_session(ANN))
    report = Report(dedup_key="slack:T1:r", actor=ROOT, place=HOME, iteration=node.id)
    await world.send(report)
    assert any("reports picture" in sentence for _, sentence in world.told)
    await rule(world, "reports", "<#C9|mods>")
    await world.send(replace(report, dedup_key="slack:T1:r2"))
    async with world.store.read() as uow:
        due = await uow.outbox.due("slack", world.now())
    (notice,) = [row for row in due if not row.session]
    assert notice.place.channel == "C9"
    said = f"<@root> reports picture {node.id} of <@ann> in <#C1>: “a fox”"
    assert isinstance(notice.update, Noticed)
    assert notice.update.sentence == said
    far = Place("slack", "T2", "C")
    stranger = replace(report, actor=Actor("slack", "T2", "x"), place=far, dedup_key="slack:T2:r")
    await world.send(stranger)
    found = await world.service.refusal("slack:T2:r", stranger.actor)
    assert found is not None and "not there any more" in found.sentence
    await world.close()


async def test_whoever_is_refused_too_often_waits_for_the_next_day(tmp_path: Path) -> None:
    painter = ScriptedPainter(moves=[PolicyRefusal("Studio refused this.")])
    world = await opened(tmp_path, painter=painter)
    for key in "12":
        assert await refused(world, imagine(key)) == ""
    made = len(painter.requests)
    assert "refused too much" in await refused(world, imagine("3"))
    assert len(painter.requests) == made
    ben = replace(imagine("4"), actor=replace(ANN, id="ben"))
    assert await refused(world, ben) == ""
    await world.close()


async def test_a_second_look_holds_a_picture_back_and_the_refusal_counts(tmp_path: Path) -> None:
    guard = Watcher(finds=["violence/graphic"])
    world = await opened(tmp_path, guard)
    for key in "12":
        await world.send(imagine(key))
    assert not any(isinstance(each, IterationFinished) for each in await posts(world))
    assert any("held back after a second look" in str(each) for each in await posts(world))
    assert guard.looked
    assert "refused too much" in await refused(world, imagine("3"))
    async with world.store.read() as uow:
        usage = await uow.ledger.usage(world.now().date())
    assert usage.usd >= Decimal("0.02")  # what was billed is booked all the same
    await world.close()


async def test_a_channel_for_adults_sees_more_but_not_everything(tmp_path: Path) -> None:
    guard = Watcher(finds=["sexual"])
    world = await opened(tmp_path, guard)
    await rule(world, "adult", "C1")
    await world.send(imagine("1"))
    assert any(isinstance(each, IterationFinished) for each in await posts(world))
    guard.finds = ["sexual", "sexual/minors"]
    await world.send(imagine("2"))
    assert not any(isinstance(each, IterationFinished) for each in await posts(world))
    await world.close()


async def test_where_nobody_looks_pictures_are_posted_and_the_operator_is_told(
    tmp_path: Path,
) -> None:
    world = await opened(tmp_path, Watcher(trouble=Unavailable("OpenAI is not answering.")))
    await world.send(imagine())
    assert any(isinstance(each, IterationFinished) for each in await posts(world))
    assert any("without a second look" in sentence for _, sentence in world.told)
    await world.close()


async def test_what_is_older_than_the_rule_lets_it_be_is_deleted_but_for_favourites(
    tmp_path: Path,
) -> None:
    world = await opened(tmp_path, painter=ScriptedPainter([flat(n) for n in (9, 99, 199, 222)]))
    far = Place("slack", "T2", "C")
    for key, place in (("old", HOME), ("starred", HOME), ("elsewhere", far)):
        who = replace(ANN, tenant=place.tenant)
        await world.send(replace(imagine(key, f"{key} fox", place), actor=who))
    nodes: dict[str, Iteration] = {}
    async with world.store.read() as uow:
        there = await world.service.sessions(replace(ANN, tenant="T2"))
        for one in [*await world.service.sessions(ANN), *there]:
            nodes |= {n.words: n for n in await uow.iterations.of_session(one.session.id)}
    starred, old = nodes["starred fox"], nodes["old fox"]
    key = pick_key("slack", "T1", starred.id, "ann")
    await world.send(Pick(dedup_key=key, actor=ANN, place=HOME, iteration=starred.id))
    assert await rule(world, "keep-days", "30") == "keep-days: 30"
    later = world.now() + timedelta(days=29)
    world.now = lambda: later
    await world.service.sweep()
    async with world.store.read() as uow:
        assert await uow.iterations.get(old.id) is not None
    much_later = later + timedelta(days=2)
    world.now = lambda: much_later
    await world.service.sweep()
    async with world.store.read() as uow:
        assert await uow.iterations.get(old.id) is None
        assert await uow.iterations.get(starred.id) is not None
        assert await uow.iterations.get(nodes["elsewhere fox"].id) is not None
    assert old.image != starred.image
    with pytest.raises(KeyError):
        await world.images.get(old.image)
    assert await world.images.get(starred.image)
    await world.close()
