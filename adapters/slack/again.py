"""What was refused is changed and said again: nothing that was typed is lost by a refusal."""

from dataclasses import replace

from adapters.slack import job_dialog, modals
from adapters.slack.api import Json
from adapters.slack.forms import DialogInputs, answer, pictures_of
from adapters.slack.modals import Where
from adapters.slack.outcome import After
from adapters.slack.people import PLATFORM
from adapters.slack.responder import Responder
from adapters.texts.catalogue import t
from core.domain.commands import Actor, Command, Revise
from core.domain.options import again, typed
from core.jobs.edit_prompt import EditPrompt
from core.ports.api import CoreApi
from core.ports.offers import Offer


class RefusedDialogs:
    """Dialogs that hold what was said in a refused command, and what comes of them."""

    def __init__(self, core: CoreApi, responder: Responder) -> None:
        self._core, self._responder = core, responder

    async def opening(self, body: Json, actor: Actor, key: str, where: Where) -> After | None:
        """Opens the command's dialog; None where it is not there for this person."""
        command = await self._core.refused(key, actor)
        view = await self._view(command, actor, key, where) if command is not None else None
        return None if view is None else (lambda: self._responder.open(body, view))

    async def _view(self, command: Command, actor: Actor, key: str, where: Where) -> Json | None:
        if isinstance(command, Revise):
            where = replace(where, run=command.run, round=command.round)
            return modals.revising(where, command.critique)
        if isinstance(command, EditPrompt):
            node = await self._core.iteration(command.iteration, actor)
            return modals.editing(node, where, command.prompt) if node is not None else None
        offer = next((each for each in self._core.offers if each.name == command.kind), None)
        if offer is None:
            return None
        painters = await self._core.painters(PLATFORM, actor.tenant)
        back = Where(channel=command.place.channel, refused=key)
        styles = self._core.models.styles
        return job_dialog.dialog(offer, back, styles, painters, typed(command))

    async def submitted(
        self, offer: Offer, key: str, actor: Actor, where: Where, answers: DialogInputs
    ) -> Command | Json:
        """Raises BadRequest."""
        command = await self._core.refused(where.refused, actor)
        asked = job_dialog.asked(offer, where)
        if command is None:
            gone = {asked[0].name: t("say.not_there")}
            return {"response_action": "errors", "errors": gone}
        images = pictures_of(offer, answers, where, actor.tenant)
        said = {field.name: answer(field, images, answers) for field in asked}
        place = replace(command.place, hint="")
        return again(command, said, dedup_key=key, actor=actor, place=place)
