"""Taken down on Slack: the message, and the uploads that no other message shows."""

from collections.abc import Iterable
from dataclasses import replace

from adapters.slack.api import LacksScope, SlackApi, SlackRefusal
from adapters.slack.pictures import Pictures
from core.domain.errors import Undeliverable
from core.domain.records import Delivery, Receipt
from core.ports.api import CoreApi

PLATFORM = "slack"
DELETED = frozenset({"file_not_found", "file_deleted"})


class PostRemoval:
    """All of it may be repeated: what is gone already is as it should be."""

    def __init__(self, api: SlackApi, core: CoreApi, pictures: Pictures) -> None:
        self._api, self._core, self._pictures = api, core, pictures

    async def post(self, delivery: Delivery) -> Receipt:
        """Deletes the message of `delivery.edits` with its uploads. Raises Transient or Undeliverable."""
        edits = delivery.edits
        if edits is None:
            raise Undeliverable("The post to take down is not known.")
        try:
            await self._api.call(self._api.web.chat_delete, channel=edits.channel, ts=edits.message)
        except SlackRefusal as exc:
            if exc.code != "message_not_found":
                await self.files(edits.files, edits)
                raise
        await self.files(edits.files, edits)
        return replace(edits, files=())

    async def files(self, files: Iterable[str], shown_in: Receipt) -> None:
        """Deletes those that no message but `shown_in` shows, nor one that is on its way: two posts
        of the same picture share an upload. Raises Transient where Slack can't be asked now."""
        for file in sorted(self._pictures.release(tuple(files))):
            if not await self._core.shows(PLATFORM, file, shown_in):
                await self._delete(file)

    async def _delete(self, file: str) -> None:
        """What Slack does not let the app delete keeps no post waiting: the operator is told."""
        try:
            await self._api.call(self._api.web.files_delete, file=file)
        except SlackRefusal as exc:
            if exc.code not in DELETED:
                await self._tell(exc.code, exc.sentence)
        except LacksScope as exc:
            await self._tell("missing_scope", exc.sentence)

    async def _tell(self, code: str, sentence: str) -> None:
        said = f"{sentence} Pictures that were taken down stay among the app's files in Slack."
        await self._core.tell_operator(f"slack/files/{code}", said)
