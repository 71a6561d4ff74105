"""The table of who may."""

import pytest

from core.domain import access
from core.domain.commands import Actor, Command, Confirm, Discard, Place, Stop
from core.domain.errors import NotAllowed
from core.jobs.continue_ import Continue
from core.jobs.edit_prompt import EditPrompt
from core.jobs.pick import Pick
from core.jobs.registry import who_may

OWNER = Actor("web", "", "ann", "Ann")
OTHER = Actor("web", "", "bob", "Bob")
MODERATOR = Actor("web", "", "mo", "Mo", moderator=True)
PLACE = Place("web", "", "page")


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


def authorise(command: Command, owner: Actor, charged: Actor | None = None) -> None:
    access.authorise(command, owner, charged, who_may(command))


@pytest.mark.parametrize("kind", [Pick, Continue])
def test_everyone_continues(kind: type) -> None:
    authorise(make(kind, OTHER), OWNER)


@pytest.mark.parametrize("kind", [Stop, EditPrompt, Discard])
def test_owner_moderator_and_payer_may_others_not(kind: type) -> None:
    authorise(make(kind, OWNER), OWNER)
    authorise(make(kind, MODERATOR), OWNER)
    authorise(make(kind, OTHER), OWNER, charged=OTHER)
    with pytest.raises(NotAllowed, match="Ann"):
        authorise(make(kind, OTHER), OWNER)


def test_the_same_id_on_another_platform_is_another_person() -> None:
    with pytest.raises(NotAllowed):
        authorise(make(Stop, Actor("slack", "T1", "ann")), OWNER)


def test_only_who_pays_confirms_not_even_a_moderator() -> None:
    authorise(make(Confirm, OTHER), OWNER, charged=OTHER)
    with pytest.raises(NotAllowed):
        authorise(make(Confirm, MODERATOR), OWNER, charged=OTHER)
