"""What the platform answers by itself: help, the quota, a list of sessions, an image by message."""

from adapters.slack import home, texts
from adapters.slack.api import SlackApi
from adapters.slack.choosers import several
from adapters.slack.config import SlackConfig
from adapters.slack.kit import Message, actions, button, context, paragraphs, picture, section
from adapters.slack.pictures import Pictures
from adapters.texts.catalogue import known, text
from adapters.texts.help import job_lines
from core.domain.commands import Actor
from core.domain.updates import Asked
from core.ports.api import CoreApi

LISTED = 10
HINTS = {
    "": texts.NEITHER,
    "unknown": texts.UNKNOWN_COMMAND,
    "no picture": texts.NO_PICTURE_THERE,
    "gone": texts.GONE,
    "admins": texts.ADMINS_ONLY,
    "no session": texts.NO_SESSION_HERE,
}


def _hint(job: str) -> str:
    key = f"usage.{job}"
    return text(key) if known(key) else ""


class Replies:
    """The words (and the picture) of an answer, as they are true when it is sent."""

    def __init__(
        self, api: SlackApi, core: CoreApi, pictures: Pictures, config: SlackConfig
    ) -> None:
        self._api, self._core, self._pictures, self._config = api, core, pictures, config

    async def message(self, update: Asked) -> Message:
        """Raises what the API raises; an image that is gone is a sentence."""
        if update.what == "image":
            return await self._image(update.actor, update.about)
        if update.what == "sessions":
            return await self._sessions(update.actor)
        if update.what == "several":
            return several(self._core.offers, update.about, update.dedup_key)
        if update.what == "unclear":
            return _unclear(update.dedup_key)
        text = await self._text(update)
        return Message(text, [section(text)])

    async def _text(self, update: Asked) -> str:
        match update.what:
            case "help":
                return self.help()
            case "quota":
                return home.quota_text(await self._core.quota(update.actor))
            case _:
                return HINTS.get(update.about, texts.NEITHER)

    def help(self) -> str:
        embedded = f"\n_{texts.EMBEDDED}_" if self._core.models.embedded else ""
        here = [each for each in self._core.offers if each.begins_session]
        jobs = "\n".join(f"• {line}" for line in job_lines(here, hints=_hint))
        return texts.HELP.format(jobs=jobs, star=self._config.favourite_emoji) + embedded

    async def _sessions(self, actor: Actor) -> Message:
        """Each with a link to its thread and the buttons to go on with it."""
        found = await self._core.sessions(actor, LISTED)
        if not found:
            return Message(texts.NO_SESSIONS, [section(texts.NO_SESSIONS)])
        link = home.link_of(self._api)
        blocks = [block for each in found for block in home.session(each, {}, link(each))]
        return Message("\n".join(home.session_line(each) for each in found), blocks)

    async def _image(self, actor: Actor, iteration: str) -> Message:
        """The full size and the prompt. The upload is its own file: nothing is shown to others."""
        gone = Message(texts.GONE, [section(texts.GONE)])
        node = await self._core.iteration(iteration, actor)
        if node is None or node.discarded:
            return gone
        try:
            data, kind = await self._pictures.full(node.image)
        except KeyError:
            return gone
        file = await self._api.upload(data, f"{node.image[:12]}-full.{kind}")
        said = texts.DIRECT_MESSAGE.format(round=node.round)
        alt = node.alt or f"Round {node.round}"
        blocks = [section(said), picture(file, alt), *paragraphs(node.words or node.prompt)]
        if self._core.models.embedded:
            blocks.append(context(texts.EMBEDDED))
        return Message(said, blocks)


def _unclear(key: str) -> Message:
    """Words that may be no wish: painted only where somebody says so."""
    choice = [button(texts.PAINT, "paint", key, "primary"), button(texts.HELP_ME, "help", key)]
    return Message(texts.UNCLEAR, [section(texts.UNCLEAR), actions(choice)])
