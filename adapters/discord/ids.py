"""Ids that travel through Discord: custom_ids, nonces, markers, upload handles. Never a prompt."""

import base64
import hashlib
import json
import re
import time
from dataclasses import dataclass

from core.domain.commands import ImageHandle, Place

PLATFORM = "discord"
NONCE_LENGTH = 25
CUSTOM_ID_LENGTH = 100
PATTERN = re.compile(r"dk\|(?P<act>[a-z]+)(?:\|(?P<ids>.*))?", re.DOTALL)
TOKEN_LIVES_S = 14 * 60
_MARKERS = 1 << 30


def nonce_of(key: str) -> str:
    """The delivery key as a nonce: itself, or a hash of it where it has more than 25 characters."""
    if len(key) <= NONCE_LENGTH and "|" not in key:
        return key
    return base64.b32encode(hashlib.sha256(key.encode()).digest()).decode().lower()[:NONCE_LENGTH]


def marker_of(key: str) -> int:
    """A component id that marks a message as this delivery's, buttons or not (31 bits)."""
    return _MARKERS | int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % _MARKERS


def pack(act: str, *ids: str) -> str:
    """A custom_id. Raises ValueError above Discord's 100 characters."""
    packed = "|".join(("dk", act, *ids))
    if len(packed) > CUSTOM_ID_LENGTH:
        raise ValueError(f"custom_id of {len(packed)} characters: {packed}")
    return packed


def unpack(custom_id: str) -> tuple[str, list[str]] | None:
    """Act and ids of one of our custom_ids, None for somebody else's."""
    match = PATTERN.fullmatch(custom_id)
    if match is None:
        return None
    return match["act"], match["ids"].split("|") if match["ids"] else []


@dataclass(frozen=True, slots=True)
class Source:
    """Where an upload is: a message's attachment (or gallery item, embed) by ids, or an ephemeral
    option attachment, which has nothing but its link."""

    attachment: str
    channel: str = ""
    message: str = ""
    url: str = ""

    def handle(self, name: str = "", claimed_type: str = "", claimed_size: int = 0) -> ImageHandle:
        fields = {
            "attachment": self.attachment,
            "channel": self.channel,
            "message": self.message,
            "url": self.url,
        }
        ref = json.dumps({k: v for k, v in fields.items() if v}, separators=(",", ":"))
        return ImageHandle(PLATFORM, ref, name, claimed_type, claimed_size)

    @staticmethod
    def of(handle: ImageHandle) -> "Source":
        return Source(**{k: str(v) for k, v in json.loads(handle.ref).items()})


@dataclass(frozen=True, slots=True)
class Hint:
    """An interaction's token while it lives (15 minutes); `only`: there is no other way to answer."""

    application: str
    token: str
    until: int
    only: bool = False

    def text(self) -> str:
        return f"{'only' if self.only else 'also'}:{self.until}:{self.application}:{self.token}"

    @property
    def alive(self) -> bool:
        return time.time() < self.until

    @staticmethod
    def read(text: str) -> "Hint | None":
        parts = text.split(":", 3)
        if len(parts) != 4 or not parts[1].isdigit():
            return None
        return Hint(parts[2], parts[3], int(parts[1]), parts[0] == "only")

    @staticmethod
    def fresh(application: int, token: str, *, only: bool) -> "Hint":
        return Hint(str(application), token, int(time.time()) + TOKEN_LIVES_S, only)


def guild_of(place: Place) -> str:
    return "@me" if place.is_dm else place.tenant
