"""Which edits bring their pictures along: the others show what the message has."""

from adapters.discord.page import Page
from core.domain.updates import Finished, Progressed, Update


class Anew:
    """Remembers which messages showed a preview: the next edit takes its file away."""

    def __init__(self) -> None:
        self._previewed: set[str] = set()

    def needed(self, message: str, page: Page, update: Update) -> bool:
        """Whether what the message shows is another picture than before, or may be gone."""
        before = message in self._previewed
        self._previewed.discard(message)
        if any(picture.fresh for picture in page.pictures):
            self._previewed.add(message)
            return True
        if before or isinstance(update, Finished):
            return True
        return not page.aside if isinstance(update, Progressed) else not page.pictures
