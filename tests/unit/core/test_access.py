"""The table of who may."""

from datetime import UTC, datetime

import pytest

from core.domain import access
from core.domain.commands import Actor, Command, Confirm, Discard, Place, Stop
from core.domain.errors import Gone, NotAllowed
from core.domain.records import Session
from core.jobs.continue_ import Continue
from core.jobs.edit_prompt import EditPrompt
from core.jobs.pick import Pick
from core.jobs.registry import who_may

OWNER = Actor("web", "", "ann", "Ann")
OTHER = Actor("web", "", "bob", "Bob")
MODERATOR = Actor("web", "", "mo", "Mo", moderator=True)
PLACE = Place("web", "", "page")
SESSION = Session(
    id="s", mode="refine", owner=OWNER, place=PLACE, created=datetime(2026, 1, 1, tzinfo=UTC)
)


def make(kind: type, actor: Actor) -> Command:
    extra = {
        Pick: {"iteration": "i"},
        Continue: {"session": "s"},
        Stop: {"session": "s"},
        EditPrompt: {"iteration": "i", "prompt": "p"},
        Discard: {"iteration": "i"},
        Confirm: {"run": "r", "yes": True},
    }[kind]
    return kind(dedup_key="k", actor=actor, place=PLACE, **extra)


def authorise(command: Command, session: Session, charged: Actor | None = None) -> None:
    access.authorise(command, who_may(command), session, charged)


@pytest.mark.parametrize("kind", [Pick, Continue])
def test_everyone_continues(kind: type) -> None:
    authorise(make(kind, OTHER), SESSION)


@pytest.mark.parametrize("kind", [Stop, EditPrompt, Discard])
def test_owner_moderator_and_payer_may_others_not(kind: type) -> None:
    authorise(make(kind, OWNER), SESSION)
    authorise(make(kind, MODERATOR), SESSION)
    authorise(make(kind, OTHER), SESSION, charged=OTHER)
    with pytest.raises(NotAllowed, match="Ann"):
        authorise(make(kind, OTHER), SESSION)


def test_the_same_id_on_another_platform_is_another_person() -> None:
    with pytest.raises(Gone):
        authorise(make(Stop, Actor("slack", "T1", "ann")), SESSION)


def test_only_who_pays_confirms_not_even_a_moderator() -> None:
    authorise(make(Confirm, OTHER), SESSION, charged=OTHER)
    with pytest.raises(NotAllowed):
        authorise(make(Confirm, MODERATOR), SESSION, charged=OTHER)
