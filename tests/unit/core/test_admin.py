"""What admins do, in core: each act refused to members, done for admins, and in the log."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.models.scripted import ScriptedPainter, flat
from core.domain import admin
from core.domain.admin import ACTS, amount_of, id_of
from core.domain.budgets import Unit
from core.domain.commands import Actor, Place
from core.domain.errors import BadRequest, Gone, NotAllowed, Refusal
from core.domain.ledger import Limits
from core.domain.options import build, options
from core.service.admin import Admin, Realm
from tests.harness import World, refine
from tests.unit.core.test_budgets import HOME, ROOT, ask, opened

ANN = Actor("slack", "T1", "ann", "Ann")
VALUES = {
    "limits": {}, "limit": {"scope": "person", "amount": "3"},
    "grant": {"person": "<@ann>", "amount": "5", "days": "2"}, "block": {"person": "<@ann|Ann>"},
    "unblock": {"person": "ann"}, "freeze": {}, "thaw": {}, "spend": {"by": "person"}, "runs": {},
    "stop": {"run": "all"}, "audit": {"verify": "yes"}, "timezone": {"zone": "europe/berlin"},
    "stories": {"words": "60"}, "rule": {"rule": "block", "value": "gore"},
    "gallery": {"channel": "<#C1>"},
}  # fmt: skip


def act(name: str, actor: Actor = ROOT, key: str = "k", **values: str) -> admin.Act:
    return build(ACTS[name], values or VALUES[name], dedup_key=key, actor=actor, place=HOME)


async def test_every_act_is_refused_to_members_and_changes_nothing(tmp_path: Path) -> None:
    world = await opened(tmp_path)
    for name in ACTS:
        moderator = replace(ANN, moderator=True)
        with pytest.raises(NotAllowed, match="admins"):
            await world.service.administer(act(name, moderator))
    async with world.store.read() as uow:
        assert await uow.audit.all() == []
        assert await uow.budgets.limits("slack", "T1") == []
    await world.close()


async def test_an_admin_bounds_grants_blocks_and_looks(tmp_path: Path) -> None:
    world = await opened(tmp_path)
    do = world.service.administer
    assert "3 images a day" in (await do(act("limit"))).text
    assert "Europe/Berlin" in (await do(act("timezone"))).text
    assert await ask(world, ANN, 2) == ""
    refused = "This needs 2 images and you have 1 image left until Thursday 00:00 Europe/Berlin."
    assert await ask(world, ANN, 2) == refused
    assert await ask(world, replace(ANN, tenant="T2"), 2, Place("slack", "T2", "C")) == ""
    for _ in range(2):  # a repeat gives nothing more
        assert "5 images more" in (await do(act("grant", key="one"))).text
    assert await ask(world, ANN, 4) == ""
    assert "0 of your 4 a day" in await ask(world, ANN, 2)  # elsewhere it was used as well
    told = (await do(act("limits"))).text
    assert "person each: 3 images (day)" in told
    assert "grant to <@ann>: 1 image left of 5 images" in told
    await do(act("block"))
    assert "let you start no runs" in await ask(world, ANN, 1)
    assert "blocked: <@ann>" in (await do(act("limits"))).text
    await do(act("unblock"))
    assert await ask(world, ANN, 1) == ""
    await do(act("freeze"))
    assert "admins here have stopped" in await ask(world, replace(ANN, id="ben"), 1)
    await do(act("thaw"))
    assert "gone" in (await do(act("limit", scope="person", amount="off"))).text
    with pytest.raises(Gone):
        await do(act("limit", scope="person", amount="off"))
    spent = await do(act("spend"))
    assert "<@ann>: $" in spent.text and "7 images" in spent.text
    assert spent.plot.startswith(b"\x89PNG")
    log = await do(act("audit"))
    assert log.ok and "The log holds" in log.text
    acts = [line.split(": ")[1].split()[0] for line in log.lines[1:]]
    assert acts == ["limit", "thaw", "freeze", "unblock", "block", "grant", "timezone", "limit"]
    elsewhere = await do(act("audit", replace(ROOT, tenant="T2")))
    assert "empty" in elsewhere.text
    await world.close()


async def test_what_cannot_be_is_a_sentence_and_nothing_is_logged(tmp_path: Path) -> None:
    world = await opened(tmp_path)
    for name, values, said in (
        ("limit", {"scope": "bot", "amount": "$5"}, "operator"),
        ("limit", {"scope": "role", "amount": "$5"}, "which role"),
        ("limit", {"scope": "person", "amount": "lots"}, "number of images"),
        ("limit", {"scope": "person", "amount": "5", "whom": "all of them"}, "mention"),
        ("grant", {"person": "ann", "amount": "off"}, "more than nothing"),
        ("block", {"person": "root"}, "yourself"),
        ("stop", {"run": "nothing"}, "no such run"),
        ("timezone", {"zone": "Mars/Olympus"}, "Europe/Berlin"),
        ("stories", {"rating": "mature"}, "keeps stories to everyone"),
        ("stories", {"words": "180"}, "at most 120"),
    ):
        with pytest.raises(Refusal, match=said):
            await world.service.administer(act(name, ROOT, "k", **values))
    async with world.store.read() as uow:
        assert await uow.audit.all() == []
    await world.close()


async def test_runs_that_go_are_shown_and_stopped(tmp_path: Path) -> None:
    limits = Limits(confirm_usd_above=Decimal(0))
    world = World(tmp_path, painter=ScriptedPainter([flat(20)] * 9), limits=limits)
    await world.open()
    world.uploads["slack"] = world.files
    await world.send(replace(refine(actor=ANN, iterations=2), place=HOME))
    told = await world.service.administer(act("runs"))
    ((label, run),) = told.stops
    assert run in label
    assert "confirming" in told.text
    other = replace(ROOT, tenant="T2")
    assert (await world.service.administer(act("runs", other))).stops == ()
    with pytest.raises(Gone):
        await world.service.administer(act("stop", other, run=run))
    assert "1 run stops" in (await world.service.administer(act("stop", run=run))).text
    async with world.store.read() as uow:
        assert (await uow.ledger.usage(world.now().date())).images == 0
        (row,) = await uow.audit.all()
    assert (row.act, row.who, row.whom) == ("stop", "slack:root", "ann")
    # the operator acts on all, or on the server they name
    operator = Admin(world.store, world.now, world.pixels, limits)
    alone = Realm("", "", operator=True)
    assert (
        "$5.00 a month"
        in (await operator.act(act("limit", scope="bot", amount="$5", window="month"), alone)).text
    )
    with pytest.raises(BadRequest, match="--server"):
        await operator.act(act("grant"), alone)
    await world.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [("$5", ("usd", "5")), ("2,50 USD", ("usd", "2.50")), ("3$", ("usd", "3")), ("100", ("images", "100")),
     ("1 image", ("images", "1")), ("OFF", None)],
)  # fmt: skip
def test_amounts_as_people_write_them(text: str, found: tuple[Unit, str] | None) -> None:
    assert amount_of(text) == (found and (found[0], Decimal(found[1])))


def test_ids_from_mentions_and_every_option_has_words() -> None:
    assert {id_of(x) for x in ("<@1>", "<@!1>", "<@&1>", "<#1>", "<@1|a b>", " 1 ")} == {"1"}
    with pytest.raises(BadRequest):
        id_of("everyone here")
    assert all(field.help.startswith("admin.") for each in ACTS.values() for field in options(each))
