"""What members do in the stand-in Discord: commands, clicks, forms, stars, messages."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.standins.discord_world import (
    ALL,
    ANNA,
    APP,
    BOT,
    CHANNEL,
    GUILD,
    MEMBER_RIGHTS,
    MODERATOR,
    Refusal,
    World,
    walk,
)

EPHEMERAL = 64


@dataclass
class Asked:
    """One interaction and how it was answered. `seconds`: until the acknowledgement."""

    payload: dict[str, Any]
    began: float = field(default_factory=time.perf_counter)
    acked: asyncio.Event = field(default_factory=asyncio.Event)
    response: dict[str, Any] = field(default_factory=dict)
    original: dict[str, Any] | None = None
    seconds: float = 0.0

    @property
    def form(self) -> dict[str, Any]:
        assert self.response["type"] == 9, self.response
        return self.response["data"]

    @property
    def choices(self) -> list[dict[str, Any]]:
        assert self.response["type"] == 8, self.response
        return self.response["data"]["choices"]


class People:
    """Half of the stand-in: makes gateway events out of what people do."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.asked: dict[str, Asked] = {}
        self.app_permissions = str(world.bot_rights)
        self.user_installed = False
        self.locale = "en-US"

    async def dispatch(self, event: str, data: dict[str, Any]) -> None:
        raise NotImplementedError

    async def changed(self) -> None:
        raise NotImplementedError

    # interactions

    def _interaction(self, type: int, data: dict[str, Any], channel: str, user: str) -> Asked:
        id = self.world.snowflake()
        place = self.world.channels[channel]
        dm = place["type"] == 1
        payload: dict[str, Any] = {
            "id": id,
            "application_id": APP,
            "type": type,
            "token": f"token-{id}",
            "version": 1,
            "data": data,
            "channel_id": channel,
            "channel": {**place, "permissions": ALL},
            "locale": self.locale,
            "entitlements": [],
            "attachment_size_limit": self.world.guild_limit,
            "app_permissions": self.app_permissions,
            "context": 1 if dm else 0,
            "authorizing_integration_owners": {"1": user}
            if self.user_installed
            else {"0": "0" if dm else GUILD},
        }
        if dm:
            payload["user"] = self.world.user(user)
        else:
            rights = ALL if user == MODERATOR else MEMBER_RIGHTS
            payload |= {
                "guild_id": GUILD,
                "guild": {"id": GUILD, "locale": "en-US", "features": []},
                "guild_locale": "en-US",
                "member": {**self.world.member(user), "permissions": rights},
            }
        asked = self.asked[f"token-{id}"] = Asked(payload)
        return asked

    async def _ask(self, asked: Asked, wait: bool) -> Asked:
        asked.began = time.perf_counter()
        await self.dispatch("INTERACTION_CREATE", asked.payload)
        if wait:
            await asyncio.wait_for(asked.acked.wait(), 5)
        return asked

    async def slash(
        self,
        name: str,
        options: Mapping[str, Any] | None = None,
        *,
        image: bytes | None = None,
        images: Mapping[str, bytes] | None = None,
        channel: str = CHANNEL,
        user: str = ANNA,
        wait: bool = True,
        complete: str = "",
        people: Mapping[str, str] | None = None,
    ) -> Asked:
        """A slash command, "group command" for one of a group; with `complete`, the autocompletion
        of that option instead; `people` are the options that name somebody."""
        rows: list[dict[str, Any]] = []
        resolved: dict[str, Any] = {}
        for key, value in (options or {}).items():
            kind = 5 if isinstance(value, bool) else 4 if isinstance(value, int) else 3
            rows.append(
                {"name": key, "type": kind, "value": value}
                | ({"focused": True} if key == complete else {})
            )
        for key, who in (people or {}).items():
            rows.append({"name": key, "type": 6, "value": who})
            resolved |= self._resolved(5, [who])
        for key, data in ({"image": image} if image is not None else images or {}).items():
            file = self.upload(data, channel, "ephemeral-attachments")
            resolved.setdefault("attachments", {})[file["id"]] = file
            rows.append({"name": key, "type": 11, "value": file["id"]})
        name, _, sub = name.partition(" ")
        if sub:
            rows = [{"name": sub, "type": 1, "options": rows}]
        data = {"id": "1", "name": name, "type": 1, "options": rows, "resolved": resolved}
        return await self._ask(self._interaction(4 if complete else 2, data, channel, user), wait)

    async def menu(self, name: str, message: dict[str, Any], *, user: str = ANNA) -> Asked:
        channel = message["channel_id"]
        data = {
            "id": "1",
            "name": name,
            "type": 3,
            "target_id": message["id"],
            "resolved": {"messages": {message["id"]: message}},
        }
        return await self._ask(self._interaction(2, data, channel, user), True)

    async def click(
        self, message: dict[str, Any], label: str, *, user: str = ANNA, wait: bool = True
    ) -> Asked:
        part = next(
            p
            for p in walk(message["components"])
            if p["type"] == 2 and (p.get("label") or "").startswith(label)
        )
        data = {"component_type": 2, "custom_id": part["custom_id"], "id": part["id"]}
        return await self._component(message, data, user, wait)

    async def choose(self, message: dict[str, Any], value: str, *, user: str = ANNA) -> Asked:
        part = next(
            p
            for p in walk(message["components"])
            if p["type"] == 3 and value in [option["value"] for option in p["options"]]
        )
        data = {
            "component_type": 3,
            "custom_id": part["custom_id"],
            "id": part["id"],
            "values": [value],
        }
        return await self._component(message, data, user, True)

    async def select(
        self, message: dict[str, Any], name: str, *values: str, user: str = ANNA
    ) -> Asked:
        """Changes the select whose custom_id ends so, whatever its kind, to these values."""
        part = next(p for p in walk(message["components"]) if p.get("custom_id", "").endswith(name))
        assert part.get("min_values", 1) <= len(values) <= part.get("max_values", 1)
        if part["type"] == 3:
            assert set(values) <= {option["value"] for option in part["options"]}
        data = {
            "component_type": part["type"],
            "custom_id": part["custom_id"],
            "id": part["id"],
            "values": list(values),
        }
        if part["type"] != 3:
            data["resolved"] = self._resolved(part["type"], values)
        return await self._component(message, data, user, True)

    def _resolved(self, kind: int, values: Sequence[str]) -> dict[str, Any]:
        if kind == 5:
            return {
                "users": {id: self.world.user(id) for id in values},
                "members": {id: self.world.member(id) for id in values},
            }
        if kind == 6:
            roles = {role["id"]: role for role in self.world.guild()["roles"]}
            return {"roles": {id: roles[id] for id in values}}
        if kind == 8:
            return {
                "channels": {id: {**self.world.channels[id], "permissions": ALL} for id in values}
            }
        return {}

    async def _component(
        self, message: dict[str, Any], data: dict[str, Any], user: str, wait: bool
    ) -> Asked:
        asked = self._interaction(3, data, message["channel_id"], user)
        asked.payload["message"] = message
        return await self._ask(asked, wait)

    async def submit(
        self,
        form: dict[str, Any],
        values: Mapping[str, Any],
        *,
        channel: str = CHANNEL,
        user: str = ANNA,
        message: dict[str, Any] | None = None,
    ) -> Asked:
        """Sends a modal with these values (custom_id → text, tick, chosen values, a file's bytes);
        the others keep what they show."""
        resolved: dict[str, Any] = {}
        rows: list[dict[str, Any]] = []
        for label in form["components"]:
            part = label.get("component")
            if part is not None:
                given = self._given(part, values.get(part["custom_id"]), channel, resolved)
                known = {"type": part["type"], "id": 2, "custom_id": part["custom_id"]}
                rows.append({"type": 18, "id": 1, "component": known | given})
        data = {"custom_id": form["custom_id"], "components": rows, "resolved": resolved}
        asked = self._interaction(5, data, channel, user)
        if message is not None:
            asked.payload["message"] = message
        return await self._ask(asked, True)

    def _given(
        self, part: dict[str, Any], value: Any, channel: str, resolved: dict[str, Any]
    ) -> dict[str, Any]:
        """An input's answer as Discord sends it, within the bounds that the form named."""
        if part["type"] == 3:
            shown = [row["value"] for row in part["options"] if row.get("default")]
            chosen = shown if value is None else [value] if isinstance(value, str) else list(value)
            assert part.get("min_values", 1) <= len(chosen) <= part.get("max_values", 1)
            assert set(chosen) <= {row["value"] for row in part["options"]}
            return {"values": chosen}
        if part["type"] == 19:
            assert value is not None or not part.get("required", True)
            files = [self.upload(value, channel, "ephemeral-attachments")] if value else []
            resolved.setdefault("attachments", {}).update({file["id"]: file for file in files})
            return {"values": [file["id"] for file in files]}
        if part["type"] == 23:
            return {"value": part.get("default", False) if value is None else value}
        return {"value": part.get("value", "") if value is None else value}

    # answers to interactions

    async def _callback(self, id: str, token: str, body: Any, files: Any, **_: Any) -> Any:
        asked = self.asked.get(token)
        if asked is None or asked.payload["id"] != id:
            raise Refusal(404, 10062, "Unknown interaction")
        if asked.acked.is_set():
            raise Refusal(400, 40060, "Interaction has already been acknowledged.")
        asked.seconds = time.perf_counter() - asked.began
        asked.response = body
        if body["type"] == 4:
            asked.original = self.world.compose(
                asked.payload["channel_id"], body["data"], files, BOT
            )
        elif body["type"] in (6, 7):
            shown: dict[str, Any] = asked.payload["message"]
            asked.original = shown
            if body["type"] == 7:
                self.world.edit(shown, body["data"], files)
        elif body["type"] == 5:
            data: dict[str, Any] = body.get("data") or {}
            flags: int = data.get("flags", 0)
            asked.original = self.world.compose(
                asked.payload["channel_id"], {"content": "…", "flags": flags}, {}, BOT
            )
        asked.acked.set()
        return {"interaction": {"id": id, "type": asked.payload["type"]}}

    def _asked(self, token: str) -> Asked:
        if token not in self.asked:
            raise Refusal(401, 50027, "Invalid Webhook Token")
        return self.asked[token]

    async def _edit_original(self, token: str, body: Any, files: Any, **_: Any) -> Any:
        asked = self._asked(token)
        if asked.original is None:
            raise Refusal(404, 10008, "Unknown Message")
        if asked.original["content"] == "…" and (body.get("flags") or 0):
            asked.original["content"] = ""
        return self.world.edit(asked.original, body, files)

    async def _delete_original(self, token: str, **_: Any) -> Any:
        self._asked(token).original = None

    async def _get_original(self, token: str, **_: Any) -> Any:
        original = self._asked(token).original
        if original is None:
            raise Refusal(404, 10008, "Unknown Message")
        return original

    async def _follow_up(self, token: str, body: Any, files: Any, **_: Any) -> Any:
        return self.world.compose(self._asked(token).payload["channel_id"], body, files, BOT)

    # messages and reactions

    def upload(
        self,
        data: bytes,
        channel: str = CHANNEL,
        folder: str = "attachments",
        name: str = "cat.png",
        kind: str = "image/png",
    ) -> dict[str, Any]:
        id = self.world.snowflake()
        path = f"/cdn/{folder}/{channel}/{id}/{name}"
        self.world.files[path] = (data, kind or "application/octet-stream")
        return {
            "id": id,
            "filename": name,
            "size": len(data),
            "url": f"{self.world.origin}{path}",
            "proxy_url": f"{self.world.origin}{path}",
            **({"content_type": kind} if kind else {}),
            "ephemeral": folder != "attachments",
        }

    async def say(
        self,
        text: str,
        *,
        images: Sequence[bytes] = (),
        files: Sequence[tuple[str, str, bytes]] = (),
        channel: str = CHANNEL,
        user: str = ANNA,
        mention: bool = True,
        more: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Writes a message; `files` are names, media types ("" for none) and bytes; `more`
        are further fields of it (embeds, a forward, a reply)."""
        content = f"<@{BOT}> {text}" if mention else text
        message = self.world.post(channel, {"content": content or "…"}, {}, user)
        message["attachments"] = [
            *(self.upload(data, channel) for data in images),
            *(self.upload(data, channel, name=name, kind=kind) for name, kind, data in files),
        ]
        message |= more or {}
        if mention:
            message["mentions"] = [self.world.user(BOT)]
        event = dict(message)
        if self.world.channels[channel]["type"] != 1:
            event |= {"guild_id": GUILD, "member": self.world.member(user)}
        await self.dispatch("MESSAGE_CREATE", event)
        return message

    async def react(
        self,
        message: dict[str, Any],
        emoji: str,
        *,
        user: str = ANNA,
        on: bool = True,
        tell: bool = True,
    ) -> None:
        """A star given or taken back; with `tell=False` while nobody was listening."""
        channel = message["channel_id"]
        if not self.world.react(channel, message["id"], emoji, user, on) or not tell:
            return
        event: dict[str, Any] = {
            "user_id": user,
            "channel_id": channel,
            "message_id": message["id"],
            "emoji": {"id": None, "name": emoji},
            "type": 0,
            "burst": False,
        }
        if self.world.channels[channel]["type"] != 1:
            event["guild_id"] = GUILD
            if on:
                event |= {
                    "member": self.world.member(user),
                    "message_author_id": message["author"]["id"],
                }
        await self.dispatch("MESSAGE_REACTION_ADD" if on else "MESSAGE_REACTION_REMOVE", event)
