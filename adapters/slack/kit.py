"""The few Block Kit pieces everything here is built of. https://docs.slack.dev/block-kit"""

from dataclasses import dataclass

from adapters.slack import texts
from adapters.slack.api import Json, part
from adapters.texts.catalogue import t
from adapters.texts.sentences import said

MAX_BLOCKS = 50
MAX_ALT = 2000
MAX_OPTION = 75
MAX_PART = 2500
MAX_OPTIONS = 100
PART = "part"  # the button that leads to the mask painter


@dataclass(frozen=True, slots=True)
class Message:
    """What `chat.postMessage` shows: `text` is what notifications and screen readers say."""

    text: str
    blocks: list[Json]

    @property
    def files(self) -> tuple[str, ...]:
        """The uploads that it shows."""
        cards = [card for block in self.blocks for card in block.get("elements", [])]
        pieces = [part(block, "accessory") for block in self.blocks]
        pieces += [*self.blocks, *(part(card, "hero_image") for card in cards)]
        ids = [str(part(piece, "slack_file").get("id") or "") for piece in pieces]
        return tuple(dict.fromkeys(filter(None, ids)))


def plain_text(text: str, limit: int) -> Json:
    """Plain text is shown as written: nothing in it is markup."""
    return {"type": "plain_text", "text": texts.clip(text, limit), "emoji": True}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": texts.clip(text, 3000)}


def section(text: str, accessory: Json | None = None) -> Json:
    block: Json = {"type": "section", "text": mrkdwn(text)}
    return block | {"accessory": accessory} if accessory else block


def paragraphs(text: str, most: int = 5) -> list[Json]:
    """A long text in as many sections as it needs, at most `most`."""
    parts = [text[n : n + MAX_PART] for n in range(0, len(text), MAX_PART)]
    return [section(texts.safe(part, 3000)) for part in parts[:most] if part.strip()]


def context(*lines: str) -> Json:
    return {"type": "context", "elements": [mrkdwn(line) for line in lines if line]}


def header(text: str) -> Json:
    return {"type": "header", "text": plain_text(text, 150)}


def divider() -> Json:
    return {"type": "divider"}


def picture(file: str, alt: str, title: str = "") -> Json:
    """An image block; the alternative text is required and at most 2,000 characters."""
    block: Json = {
        "type": "image",
        "slack_file": {"id": file},
        "alt_text": texts.clip(said(alt) or "image", MAX_ALT),
    }
    return block | {"title": plain_text(title, MAX_ALT)} if title else block


def thumbnail(file: str, alt: str) -> Json:
    return {"type": "image", "slack_file": {"id": file}, "alt_text": texts.clip(said(alt), MAX_ALT)}


def button(label: str, action: str, value: str, style: str = "") -> Json:
    """`action` is what the click means, `value` the id it is about: never a prompt, never a token."""
    piece: Json = {
        "type": "button",
        "text": plain_text(label, 75),
        "action_id": action,
        "value": value,
    }
    return piece | {"style": style} if style else piece


def link_button(label: str, action: str, address: str) -> Json:
    """A button that opens an address; Slack tells of the click as well, which needs no answer."""
    return {
        "type": "button",
        "text": plain_text(label, 75),
        "action_id": action,
        "url": address,
    }


def confirm(title: str, text: str) -> Json:
    """The question before a button that can't be taken back."""
    return {
        "title": plain_text(title, 100),
        "text": plain_text(text, 300),
        "confirm": plain_text(t("button.yes"), 30),
        "deny": plain_text(t("button.no"), 30),
    }


def actions(elements: list[Json]) -> Json:
    return {"type": "actions", "elements": elements[:25]}


def option(label: str, value: str) -> Json:
    return {"text": plain_text(label, MAX_OPTION), "value": value}


def select(placeholder: str, action: str, options: list[Json]) -> Json:
    return {
        "type": "static_select",
        "placeholder": plain_text(placeholder, 150),
        "action_id": action,
        "options": options[-MAX_OPTIONS:],
    }
