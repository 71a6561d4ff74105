"""What the stand-in Discord knows: a server with channels, people, messages, reactions, and its rules."""

import copy
import itertools
import json
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

EPOCH_MS = 1420070400000
BOT, APP, GUILD, EVERYONE = (
    "900000000000000001",
    "900000000000000001",
    "700000000000000001",
    "700000000000000001",
)
CHANNEL, VOICE, DM = "700000000000000010", "700000000000000011", "700000000000000012"
ANNA, BEN, MODERATOR = "800000000000000001", "800000000000000002", "800000000000000003"
MOD_ROLE, BOT_ROLE = "700000000000000021", "700000000000000022"
V2 = 1 << 15
ALL = str((1 << 53) - 1)
MEMBER_RIGHTS = "309237763136"
REACT, VIEW, SEND, EMBED, ATTACH, READ = 1 << 6, 1 << 10, 1 << 11, 1 << 14, 1 << 15, 1 << 16
THREAD, SEND_IN_THREADS = 1 << 35, 1 << 38


class Refusal(Exception):
    """An error answer as Discord gives it: HTTP status, JSON code, message."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass
class World:
    """All state; methods raise Refusal where Discord would."""

    origin: str = ""
    guild_limit: int = 10 * 1024 * 1024
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[str, OrderedDict[str, dict[str, Any]]] = field(default_factory=dict)
    reactions: dict[tuple[str, str], dict[str, list[str]]] = field(default_factory=dict)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    nonces: dict[tuple[str, str], str] = field(default_factory=dict)
    denied: set[tuple[str, str]] = field(default_factory=set)
    joined: bool = True
    bot_rights: int = int(MEMBER_RIGHTS)
    used_rights: int = 0
    _count: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        for id, type, name in ((CHANNEL, 0, "art"), (VOICE, 2, "lounge")):
            self.channels[id] = {
                "id": id,
                "type": type,
                "name": name,
                "guild_id": GUILD,
                "position": 0,
                "permission_overwrites": [],
                "nsfw": False,
                "parent_id": None,
            }
        self.channels[VOICE] |= {"bitrate": 64000, "user_limit": 0}
        self.channels[DM] = {"id": DM, "type": 1, "recipients": [self.user(ANNA)]}

    def snowflake(self) -> str:
        return str((int(time.time() * 1000) - EPOCH_MS << 22) + next(self._count) % 4_000_000)

    def user(self, id: str) -> dict[str, Any]:
        name = {BOT: "Darkroom", ANNA: "anna", BEN: "ben", MODERATOR: "mona"}.get(id, "somebody")
        return {
            "id": id,
            "username": name,
            "discriminator": "0",
            "global_name": name.title(),
            "avatar": None,
            "bot": id == BOT,
        }

    def member(self, id: str) -> dict[str, Any]:
        return {
            "user": self.user(id),
            "roles": [MOD_ROLE] if id == MODERATOR else [],
            "nick": None,
            "joined_at": "2026-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
            "permissions": ALL if id == MODERATOR else MEMBER_RIGHTS,
        }

    def guild(self) -> dict[str, Any]:
        threads = [
            c
            for c in self.channels.values()
            if c["type"] == 11 and not c["thread_metadata"]["archived"]
        ]
        return {
            "id": GUILD,
            "name": "Studio",
            "owner_id": MODERATOR,
            "member_count": 4,
            "features": [],
            "roles": [
                {
                    "id": EVERYONE,
                    "name": "@everyone",
                    "permissions": MEMBER_RIGHTS,
                    "position": 0,
                    "color": 0,
                    "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
                    "hoist": False,
                    "managed": False,
                    "mentionable": False,
                    "flags": 0,
                },
                {
                    "id": MOD_ROLE,
                    "name": "mods",
                    "permissions": ALL,
                    "position": 1,
                    "color": 0,
                    "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
                    "hoist": False,
                    "managed": False,
                    "mentionable": False,
                    "flags": 0,
                },
                {
                    "id": BOT_ROLE,
                    "name": "Darkroom",
                    "permissions": MEMBER_RIGHTS,
                    "position": 2,
                    "color": 0,
                    "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
                    "hoist": False,
                    "managed": True,
                    "mentionable": False,
                    "flags": 0,
                    "tags": {"bot_id": BOT},
                },
            ],
            "members": [self.member(BOT)],
            "emojis": [],
            "stickers": [],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "channels": [c for c in self.channels.values() if c["type"] in (0, 2)],
            "threads": [
                {
                    **c,
                    "member": {"id": c["id"], "user_id": BOT, "join_timestamp": _now(), "flags": 0},
                }
                for c in threads
            ],
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "preferred_locale": "en-US",
            "afk_timeout": 300,
            "system_channel_flags": 0,
            "large": False,
            "unavailable": False,
            "joined_at": "2026-01-01T00:00:00+00:00",
            "premium_progress_bar_enabled": False,
        }

    # rules

    def channel(self, id: str) -> dict[str, Any]:
        channel = self.channels.get(id)
        if channel is None:
            raise Refusal(404, 10003, "Unknown Channel")
        if not self.joined and channel["type"] != 1:
            raise Refusal(403, 50001, "Missing Access")
        return channel

    def message(self, channel: str, id: str) -> dict[str, Any]:
        self.channel(channel)
        if id not in self.messages.get(channel, {}):
            raise Refusal(404, 10008, "Unknown Message")
        return self.messages[channel][id]

    def may(self, channel: str, act: str) -> None:
        if (channel, act) in self.denied:
            raise Refusal(403, 50013, "Missing Permissions")

    def need(self, channel: str, *rights: int) -> None:
        """The bot's permissions as Discord asks for them; those asked for are kept in used_rights."""
        if self.channels.get(channel, {}).get("type") == 1:
            return
        for right in (VIEW, *rights):
            if not self.bot_rights & right:
                raise Refusal(403, 50013, "Missing Permissions")
            self.used_rights |= right

    def not_archived(self, channel: dict[str, Any]) -> None:
        if channel.get("thread_metadata", {}).get("archived"):
            raise Refusal(400, 50083, "Tried to perform an operation on an archived thread")

    # acts

    def post(
        self, channel: str, body: dict[str, Any], files: dict[str, tuple[str, bytes]], author: str
    ) -> dict[str, Any]:
        place = self.channel(channel)
        if author == BOT:
            self.may(channel, "send")
            self.need(channel, SEND_IN_THREADS if place["type"] == 11 else SEND)
            if files:
                self.need(channel, ATTACH)
            meta = place.get("thread_metadata", {})
            if meta.get("locked"):
                raise Refusal(403, 160005, "Thread is locked")
            if meta.get("archived"):
                meta["archived"] = False
        nonce = str(body.get("nonce") or "")
        known = self.nonces.get((channel, nonce)) if nonce and body.get("enforce_nonce") else None
        if known:
            return self.messages[channel][known]
        message = self.compose(channel, body, files, author)
        self.messages.setdefault(channel, OrderedDict())[message["id"]] = message
        if nonce and body.get("enforce_nonce"):
            self.nonces[(channel, nonce)] = message["id"]
        return message

    def compose(
        self, channel: str, body: dict[str, Any], files: dict[str, tuple[str, bytes]], author: str
    ) -> dict[str, Any]:
        if any(len(data) > self.guild_limit for _, data in files.values()):
            raise Refusal(413, 40005, "Request entity too large")
        id = self.snowflake()
        message: dict[str, Any] = {
            "id": id,
            "channel_id": channel,
            "author": self.user(author),
            "content": body.get("content") or "",
            "timestamp": _now(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": self.attach(id, channel, body, files),
            "embeds": [],
            "pinned": False,
            "type": 0,
            "flags": body.get("flags") or 0,
            "components": [],
        }
        if (body.get("nonce")) is not None:
            message["nonce"] = body["nonce"]
        self.dress(message, body.get("components") or [])
        return message

    def attach(
        self, message: str, channel: str, body: dict[str, Any], files: dict[str, tuple[str, bytes]]
    ) -> list[dict[str, Any]]:
        given = {str(a["id"]): a for a in body.get("attachments") or []}
        rows: list[dict[str, Any]] = []
        for index, (name, data) in files.items():
            id = self.snowflake()
            path = f"/cdn/attachments/{channel}/{id}/{name}"
            kind = {
                "png": "image/png",
                "webp": "image/webp",
                "jpg": "image/jpeg",
                "gif": "image/gif",
            }
            self.files[path] = (data, kind.get(name.rsplit(".", 1)[-1], "application/octet-stream"))
            rows.append(
                {
                    "id": id,
                    "filename": name,
                    "size": len(data),
                    "url": f"{self.origin}{path}",
                    "proxy_url": f"{self.origin}{path}",
                    "content_type": self.files[path][1],
                    "description": given.get(index, {}).get("description"),
                }
            )
        return rows

    def dress(self, message: dict[str, Any], components: list[dict[str, Any]]) -> None:
        """Puts components on a message, as Discord checks and completes them."""
        v2 = bool(message["flags"] & V2)
        parts = list(walk(components))
        ids = [p["custom_id"] for p in parts if p.get("custom_id")]
        text = sum(len(p.get("content", "")) for p in parts if p["type"] == 10)
        used = {
            m["url"].removeprefix("attachment://")
            for m in media(components)
            if m["url"].startswith("attachment://")
        }
        names = {a["filename"] for a in message["attachments"]}
        problems = [
            (v2 and message["content"], "content with components v2"),
            (v2 and not components, "empty components v2"),
            (
                not v2 and any(p["type"] in (9, 10, 12, 13, 14, 17) for p in parts),
                "v2 component without flag",
            ),
            (len(parts) > 40, "more than 40 components"),
            (text > 4000, "more than 4000 characters"),
            (len(ids) != len(set(ids)), "custom_id twice"),
            (any(len(i) > 100 for i in ids), "custom_id too long"),
            (used - names, f"unknown attachments {used - names}"),
            (v2 and names - used, f"invisible attachments {names - used}"),
            (
                not v2 and not components and not message["content"] and not message["attachments"],
                "empty message",
            ),
        ]
        for wrong, what in problems:
            if wrong:
                raise Refusal(400, 50035, f"Invalid Form Body: {what}")
        message["components"] = self.complete(copy.deepcopy(components), message)

    def complete(
        self, components: list[dict[str, Any]], message: dict[str, Any]
    ) -> list[dict[str, Any]]:
        used = {p["id"] for p in walk(components) if p.get("id")}
        free = (n for n in itertools.count(1) if n not in used)
        for part in walk(components):
            part["id"] = part.get("id") or next(free)
        by_name = {a["filename"]: a for a in message["attachments"]}
        for item in media(components):
            if item["url"].startswith("attachment://"):
                file = by_name[item["url"].removeprefix("attachment://")]
                item |= {
                    "url": file["url"],
                    "proxy_url": file["proxy_url"],
                    "width": 8,
                    "height": 8,
                    "content_type": file["content_type"],
                    "attachment_id": file["id"],
                }
        return components

    def edit(
        self, message: dict[str, Any], body: dict[str, Any], files: dict[str, tuple[str, bytes]]
    ) -> dict[str, Any]:
        self.not_archived(self.channel(message["channel_id"]))
        if "attachments" in body:
            keep = {str(a["id"]) for a in body["attachments"] or []}
            message["attachments"] = [a for a in message["attachments"] if a["id"] in keep]
        message["attachments"] += self.attach(message["id"], message["channel_id"], body, files)
        if message["flags"] & V2 and body.get("flags") is not None and not body["flags"] & V2:
            raise Refusal(400, 50035, "Invalid Form Body: the v2 flag can't be undone")
        message["flags"] |= body.get("flags") or 0
        message["content"] = body.get("content", message["content"]) or ""
        if "components" in body:
            self.dress(message, body["components"] or [])
        message["edited_timestamp"] = _now()
        return message

    def open_thread(self, channel: str, message: str, body: dict[str, Any]) -> dict[str, Any]:
        self.message(channel, message)
        self.may(channel, "thread")
        self.need(channel, THREAD)
        if self.channels[channel]["type"] != 0:
            raise Refusal(400, 50024, "Cannot execute action on this channel type")
        if message in self.channels:
            raise Refusal(400, 160004, "A thread has already been created for this message")
        thread = {
            "id": message,
            "type": 11,
            "guild_id": GUILD,
            "parent_id": channel,
            "name": body["name"],
            "owner_id": BOT,
            "message_count": 0,
            "member_count": 1,
            "last_message_id": None,
            "thread_metadata": {
                "archived": False,
                "auto_archive_duration": body.get("auto_archive_duration", 1440),
                "archive_timestamp": _now(),
                "locked": False,
                "create_timestamp": _now(),
            },
            "rate_limit_per_user": 0,
            "total_message_sent": 0,
            "flags": 0,
        }
        self.channels[message] = thread
        return thread

    def react(self, channel: str, message: str, emoji: str, user: str, on: bool) -> bool:
        place = self.channel(channel)
        self.message(channel, message)
        if user == BOT:
            self.may(channel, "react")
            self.need(channel, REACT, READ)
            self.not_archived(place)
        people = self.reactions.setdefault((channel, message), {}).setdefault(emoji, [])
        changed = (user in people) != on
        if changed:
            people.append(user) if on else people.remove(user)
        return changed

    def seen(self, message: dict[str, Any]) -> dict[str, Any]:
        """A message with its reactions, as the API shows it."""
        given = self.reactions.get((message["channel_id"], message["id"]), {})
        rows = [
            {
                "emoji": {"id": None, "name": emoji},
                "count": len(people),
                "me": BOT in people,
                "count_details": {"burst": 0, "normal": len(people)},
                "me_burst": False,
                "burst_colors": [],
            }
            for emoji, people in given.items()
            if people
        ]
        return {**message, "reactions": rows} if rows else message


def walk(components: list[dict[str, Any]]) -> Any:
    for part in components:
        yield part
        yield from walk(part.get("components") or [])
        if isinstance(part.get("accessory"), dict):
            yield from walk([part["accessory"]])
        if isinstance(part.get("component"), dict):
            yield from walk([part["component"]])


def media(components: list[dict[str, Any]]) -> Any:
    for part in walk(components):
        for item in part.get("items") or []:
            yield item["media"]
        for name in ("media", "file"):
            if isinstance(part.get(name), dict):
                yield part[name]


def texts(message: dict[str, Any]) -> str:
    """Everything a member reads in a message."""
    return "\n".join(
        [
            message["content"],
            *(p["content"] for p in walk(message["components"]) if p["type"] == 10),
        ]
    )


def buttons(message: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Buttons by label."""
    return {p["label"]: p for p in walk(message["components"]) if p["type"] == 2 and p.get("label")}


def plain(value: object) -> Any:
    return json.loads(json.dumps(value))


def _now() -> str:
    return datetime.now(UTC).isoformat()
