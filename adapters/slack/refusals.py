"""What it means that Slack refuses a post, and a word to whoever can mend it."""

from adapters.slack.api import NOT_READY, NOT_THERE, SlackRefusal
from adapters.slack.kit import Message
from adapters.slack.native import Native
from adapters.slack.pictures import Pictures
from adapters.texts.catalogue import t
from core.domain.errors import Paced, PlaceClosed, PlatformError, Transient, Undeliverable
from core.domain.records import Delivery
from core.domain.updates import Accepted

UNEDITABLE = frozenset({"edit_window_closed", "cant_update_message", "message_not_found"})
CLOSED = NOT_THERE | {"is_archived", "restricted_action_read_only_channel"}
THREADLESS = frozenset(
    {
        "cannot_reply_to_message",
        "thread_not_found",
        "restricted_action_thread_locked",
        "restricted_action_non_threadable_channel",
    }
)


class Refusals:
    """`bot_name` is what people call the app."""

    def __init__(self, pictures: Pictures, native: Native) -> None:
        self._pictures, self._native = pictures, native
        self.bot_name = "darkroom"

    def understood(
        self, exc: SlackRefusal, delivery: Delivery, message: Message, hashes: tuple[str, ...]
    ) -> PlatformError:
        """What a refused post means for its row."""
        if exc.code in NOT_READY and self._native.blamed(delivery.id, message):
            return Paced("This workspace has other blocks.", retry_after=0.0)
        if exc.code in NOT_READY and hashes:
            self._pictures.forget(hashes)
            return Transient("Slack does not know an uploaded picture (any more).", retry_after=3.0)
        if exc.code in UNEDITABLE and delivery.edits is not None:
            return Undeliverable("That message can't be edited any more.")
        opening = isinstance(delivery.update, Accepted)
        if exc.code in CLOSED and opening:  # the run hears of it before anything is bought
            return PlaceClosed(self._why_closed(exc.code, f"<#{delivery.place.channel}>"))
        return PlaceClosed(exc.sentence) if exc.code in CLOSED else exc

    def _why_closed(self, code: str, channel: str) -> str:
        if code in NOT_THERE:
            return t("say.not_in_channel", channel=channel, bot=self.bot_name)
        return t("say.archived" if code == "is_archived" else "say.read_only", channel=channel)
