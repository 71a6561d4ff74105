"""Mentions and direct messages: a picture and a sentence, what shall change, or just talk."""

import logging
from dataclasses import dataclass, replace

from adapters.going import going_in
from adapters.slack.api import Json
from adapters.slack.choosers import A_PICTURE, about_several
from adapters.slack.forms import images_in, spoken, unused_in
from adapters.slack.outcome import Outcome
from adapters.slack.people import PLATFORM, SlackPeople, place
from adapters.slack.responder import Responder
from adapters.slack.uploads import file_of
from core.domain.commands import Actor, Ask, Command, ImageHandle, Place, Question, Say, Stop
from core.domain.talk import meaning_of
from core.domain.updates import Asked
from core.jobs.by_words import named
from core.ports.api import CoreApi
from core.ports.offers import on_several

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message to the bot: `place` is where a session of it would live."""

    key: str
    actor: Actor
    place: Place
    in_thread: bool
    words: str
    image: ImageHandle | None = None
    unused: tuple[str, ...] = ()

    def ask(self, what: Question, about: str = "") -> Ask:
        """A question that is answered for this person alone, where the message is."""
        at = self.place if self.in_thread else replace(self.place, thread="")
        return Ask(dedup_key=self.key, actor=self.actor, place=at, what=what, about=about)


class SlackTalk:
    """What people say becomes a command; known words do what they say."""

    def __init__(self, core: CoreApi, responder: Responder, people: SlackPeople) -> None:
        self._core, self._responder, self._people = core, responder, people

    async def heard(self, event: Json, team: str) -> Outcome:
        """Both events of one gesture, a mention and a message, have the same key."""
        channel, ts = str(event.get("channel") or ""), str(event["ts"])
        images = images_in(event, team)
        image = next(iter(images), None)
        said = Spoken(
            key=f"{PLATFORM}:{team}:message:{channel}:{ts}",
            actor=self._people.actor(team, str(event["user"])),
            place=place(team, channel, str(event.get("thread_ts") or ts), ts),
            in_thread=bool(event.get("thread_ts")),
            words=spoken(str(event.get("text") or "")),
            image=image,
            unused=unused_in(event, image),
        )
        if said.image is None and not said.unused:
            return await self._words(said)
        if len(images) > 1 and on_several(self._core.offers):
            files = [file_of(each.ref) for each in images]
            others = [each for each in said.unused if each != A_PICTURE]
            return Outcome((said.ask("several", about_several(said.words, files, others)),))
        return Outcome((await self._wish(said),))

    async def _words(self, said: Spoken) -> Outcome:
        """Words alone; those that may be no wish are asked about before they cost."""
        if not said.words:
            return Outcome((said.ask("hint"),))
        match meaning_of(said.words):
            case "thanks":
                return Outcome(after=lambda: self._responder.welcome(said.place, said.actor))
            case "greeting":
                return Outcome((said.ask("hint"),))
            case "help" | "quota" | "sessions" as what:
                return Outcome((said.ask(what),))
            case "stop_all":
                return Outcome(after=lambda: self._responder.cancel_all(said.place, said.actor))
            case "stop":
                return Outcome((await self._stop(said),))
            case "unclear":
                return Outcome((said.ask("unclear", said.words),))
            case "wish":
                return Outcome((await self._wish(said),))

    async def _wish(self, said: Spoken) -> Command:
        """What words alone mean is core's to say, but where they name a job and its rounds."""
        wish = named(self._core.offers, said.words)
        plain = bool(said.words) and wish.goal == said.words
        if said.image is None and (plain or (said.words and await self._session(said))):
            return Say(
                dedup_key=said.key,
                actor=said.actor,
                place=said.place,
                words=said.words,
                unused=said.unused,
            )
        if said.image is None and not (wish.goal or said.unused):
            return said.ask("hint")
        return wish.begun(said.key, said.actor, said.place, said.image, unused=said.unused)

    async def _stop(self, said: Spoken) -> Command:
        session = await self._session(said)
        if not session and said.place.is_dm:
            session = await going_in(self._core, said.actor, said.place)
        if not session:
            return said.ask("hint", "no session")
        return Stop(dedup_key=said.key, actor=said.actor, place=said.place, session=session)

    async def _session(self, said: Spoken) -> str:
        """The session of the thread it is said in."""
        if not said.in_thread:
            return ""
        at = said.place
        found = await self._core.session_in(said.actor, PLATFORM, at.channel, at.thread)
        return found.id if found else ""

    async def meant(self, key: str, actor: Actor) -> Command | None:
        """The words of an unclear message, taken for the wish they were; None where they are gone."""
        found = await self._core.question(key, actor)
        if found is None or not isinstance(found.update, Asked) or found.update.what != "unclear":
            return None
        at, in_thread = found.place, bool(found.place.thread)
        at = replace(at, thread=at.thread or at.message)
        return await self._wish(Spoken(f"{key}:yes", actor, at, in_thread, found.update.about))
