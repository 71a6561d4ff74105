"""A person's preferences in a command, where they said nothing, as far as they can be here."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.domain.commands import Actor, Command
from core.domain.defaults import LoopDefaults
from core.domain.errors import DarkroomError
from core.domain.options import filled
from core.domain.preferences import Preferences
from core.domain.settings import ServerSettings, allowed_painters
from core.jobs.job import Basis, Job
from core.runtime.context import RunContext

FROM_WORDS = frozenset({"size", "style"})  # of a picture that is brought along they stay its own
Preferred = tuple[Command, tuple[str, ...]]


class FillIn:
    """`preferred`: the command filled in, and a sentence for each that can't be here."""

    def __init__(self, ctx: RunContext, loop: LoopDefaults) -> None:
        self._ctx, self._loop = ctx, loop

    async def of(self, actor: Actor) -> Preferences:
        async with self._ctx.store.read() as uow:
            return await uow.people.preferences(actor)

    def preferred(
        self, command: Command, job: Job, personal: Preferences, settings: ServerSettings
    ) -> Preferred:
        """Of what begins a session; what the server's admins set is filled in last."""
        command, said = self._wanted(command, job, personal, settings)
        return filled(command, server_defaults(settings, personal)), said

    def _wanted(
        self, command: Command, job: Job, personal: Preferences, settings: ServerSettings
    ) -> Preferred:
        command, said = self._painted_by(command, personal.painter, settings)
        painter: str = getattr(command, "painter", "") or settings.painter
        model_set = self._ctx.model_set_of(painter)
        if model_set is None:
            return command, said
        basis = Basis(loop=self._loop, model_set=model_set)
        brought = getattr(command, "image", None) is not None
        for name, value in _values(personal):
            if not (brought and name in FROM_WORDS):
                command, why = _taken(command, name, value, job, basis)
                said = (*said, *why)
        return command, said

    def on_branch(
        self, command: Command, job: Job, personal: Preferences, basis: Basis
    ) -> Preferred:
        """Of what grows on a tree, which keeps its painter, shape and style: the quality."""
        return _taken(command, "quality", personal.quality, job, basis)

    def _painted_by(self, command: Command, painter: str, settings: ServerSettings) -> Preferred:
        if not painter or getattr(command, "painter", None) != "":
            return command, ()
        if painter in allowed_painters(settings, self._ctx.painters):
            known: Any = {"painter": painter}
            return replace(command, **known), ()
        return command, (f"Your preferred model, {painter}, does not paint here.",)


def _values(personal: Preferences) -> Sequence[tuple[str, object]]:
    return [
        ("quality", personal.quality),
        ("size", personal.size),
        ("style", personal.style),
        ("review", personal.review == "on"),
    ]


def _taken(command: Command, name: str, value: object, job: Job, basis: Basis) -> Preferred:
    """The command with it, or without and what the plan says against it; nothing of it where the
    plan can't be made anyway."""
    wanted = filled(command, [(name, value)])
    if wanted == command or _refused(job, command, basis):
        return command, ()
    if why := _refused(job, wanted, basis):
        return command, (f"Your preferred {name}, {value}, is left out: {why}",)
    return wanted, ()


def _refused(job: Job, command: Command, basis: Basis) -> str:
    try:
        job.plan(command, basis)
    except DarkroomError as exc:
        return exc.sentence
    return ""


def server_defaults(
    settings: ServerSettings, personal: Preferences
) -> Sequence[tuple[str, object]]:
    """What the server's admins set for those who say nothing; a person who wants no review has said so."""
    return [
        (name, value)
        for name, value in settings.defaults
        if not (name == "review" and personal.review == "off")
    ]
