"""What the platform answers by itself: help, the quota, a list of sessions, an image by message."""

from adapters.slack import home
from adapters.slack.api import SlackApi
from adapters.slack.choosers import several
from adapters.slack.config import SlackConfig
from adapters.slack.kit import Message, actions, button, context, paragraphs, picture, section
from adapters.slack.pictures import Pictures
from adapters.slack.saving import save_button
from adapters.texts.catalogue import known, t
from adapters.texts.help import job_lines
from core.domain.commands import Actor
from core.domain.updates import Asked
from core.ports.api import CoreApi

LISTED = 10
HINTS = {
    "": "say.example_dialog",
    "unknown": "say.unknown_command",
    "no picture": "say.no_image",
    "gone": "say.not_there",
    "admins": "workspace.admins_only",
    "no session": "say.no_session",
}
MINE = "/darkroom sessions"


def _hint(job: str) -> str:
    key = f"usage.{job}"
    return t(key) if known(key) else ""


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
                return t(HINTS.get(update.about, HINTS[""]), command=MINE)

    def help(self) -> str:
        embedded = f"\n_{t('post.embedded')}_" if self._core.models.embedded else ""
        here = [each for each in self._core.offers if each.begins_session]
        jobs = "\n".join(f"• {line}" for line in job_lines(here, hints=_hint))
        more = t("help.slack", star=self._config.favourite_emoji)
        return f"*Darkroom*\n{t('help.about')}\n{jobs}\n{more}\n{t('help.kept')}{embedded}"

    async def _sessions(self, actor: Actor) -> Message:
        """Each with a link to its thread and the buttons to go on with it."""
        found = await self._core.sessions(actor, LISTED)
        if not found:
            return Message(t("say.no_sessions"), [section(t("say.no_sessions"))])
        link = home.link_of(self._api)
        blocks = [block for each in found for block in home.session(each, {}, link(each))]
        return Message("\n".join(home.session_line(each) for each in found), blocks)

    async def _image(self, actor: Actor, iteration: str) -> Message:
        """The full size and the prompt. The upload is its own file: nothing is shown to others."""
        gone = Message(t("say.not_there"), [section(t("say.not_there"))])
        node = await self._core.iteration(iteration, actor)
        if node is None or node.discarded:
            return gone
        try:
            data, kind = await self._pictures.full(node.image)
        except KeyError:
            return gone
        file = await self._api.upload(data, f"{node.image[:12]}-full.{kind}")
        said = t("say.direct_message", round=node.round)
        alt = node.alt or t("post.round_alone", round=node.round)
        blocks = [section(said), picture(file, alt), actions([save_button(node.id)])]
        blocks += paragraphs(node.words or node.prompt)
        if self._core.models.embedded:
            blocks.append(context(t("post.embedded")))
        return Message(said, blocks)


def _unclear(key: str) -> Message:
    """Words that may be no wish: painted only where somebody says so."""
    choice = [
        button(t("button.paint"), "paint", key, "primary"),
        button(t("button.help"), "help", key),
    ]
    return Message(t("say.unclear"), [section(t("say.unclear")), actions(choice)])
