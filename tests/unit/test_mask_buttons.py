"""The mask painter's button stands under every picture where there is a page for it, and only there."""

from dataclasses import replace

import pytest

from adapters.discord.messages import Past, page_of
from adapters.discord.page import Page
from adapters.slack import blocks, closing
from adapters.slack.kit import Message
from tests.preview.updates import FINISHED, ROUND, VIEW

TWO = (VIEW, replace(VIEW, iteration="run.1.1"))
PICTURE = replace(ROUND, mode="imagine", shown="picture")
POSTS = (ROUND, PICTURE, replace(PICTURE, candidates=TWO), FINISHED)
FILES = {"a" * 64: "F1"}


def on_discord(page: Page) -> list[str]:
    presses = [*page.buttons, *(press for row in page.rows for press in row)]
    return [press.ids[0] for press in presses if press.act == "part"]


def on_slack(message: Message) -> list[str]:
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    buttons = [each for row in rows for each in row]
    return [b["value"] for b in buttons if b["action_id"].split(":")[0] == "part"]


@pytest.mark.parametrize("update", POSTS)
def test_under_every_picture(update: object) -> None:
    shown = [view.iteration for view in getattr(update, "candidates", (VIEW,))]
    for masks in (True, False):
        page = page_of(update, Past(masks=masks))  # type: ignore[arg-type]
        said = (
            closing.final(FINISHED, FILES, "", masks)
            if update is FINISHED
            else blocks.round_(update, FILES, None, masks)  # type: ignore[arg-type]
        )
        assert on_discord(page) == on_slack(said) == (shown if masks else [])
