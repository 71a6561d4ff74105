"""People in front of the stand-in Slack: what they type, click and drop becomes deliveries."""

import json
import time
from typing import Any
from urllib.parse import urlencode

from tests.standins.slack_server import ANNA, BOT, CHANNEL, TEAM, Ack, File, Post, SlackServer

Json = dict[str, Any]


class Person:
    """One member of the workspace; deliveries go by socket, or by HTTP where `url` is given."""

    def __init__(
        self, server: SlackServer, id: str = ANNA, name: str = "anna", url: str = ""
    ) -> None:
        self.server, self.id, self.name, self.url = server, id, name, url

    def _user(self) -> Json:
        return {"id": self.id, "name": self.name, "team_id": TEAM}

    async def interact(self, payload: Json) -> Ack:
        body = {
            "team": {"id": TEAM, "domain": "dark"},
            "user": self._user(),
            "api_app_id": "A0",
            "token": "unused",
            "trigger_id": self.server.trigger(),
            "response_url": f"{self.server.origin}/hook/{self.server.number()}",
        } | payload
        if self.url:
            form = urlencode({"payload": json.dumps(body)}).encode()
            return await self.server.inject(self.url, form, "application/x-www-form-urlencoded")
        return await self.server.deliver("interactive", body)

    async def slash(self, command: str, text: str = "", channel: str = CHANNEL) -> Ack:
        body = {
            "command": command,
            "text": text,
            "team_id": TEAM,
            "channel_id": channel,
            "user_id": self.id,
            "user_name": self.name,
            "trigger_id": self.server.trigger(),
            "response_url": f"{self.server.origin}/hook/{self.server.number()}",
        }
        if self.url:
            form = urlencode(body).encode()
            return await self.server.inject(self.url, form, "application/x-www-form-urlencoded")
        return await self.server.deliver("slash_commands", body)

    async def event(self, event: Json, event_id: str = "", team: str | None = TEAM) -> Ack:
        body = {
            "type": "event_callback",
            "team_id": team,
            "api_app_id": "A0",
            "event_id": event_id or f"Ev{self.server.number()}",
            "event_time": int(time.time()),
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
            "event": event,
        }
        if self.url:
            return await self.server.inject(self.url, json.dumps(body).encode(), "application/json")
        return await self.server.deliver("events_api", body)

    async def opened(self, count: int = 1) -> Json:
        """The dialog that is open now."""
        await self.server.until(lambda: len(self.server.views) >= count)
        return self.server.views[-1]

    async def submit(self, view: Json, **values: Any) -> Ack:
        """Sends a dialog, initial values included; a File goes in as `image`."""
        state = {block["block_id"]: _initial(block) for block in _inputs(view)}
        for block, value in values.items():
            state[block] = self._filled(_element(view, block), value)
        sent = view | {"state": {"values": {k: {"value": v} for k, v in state.items()}}}
        ack = await self.interact({"type": "view_submission", "view": sent})
        if ack.payload.get("response_action") == "update":
            self.server.check_view(ack.payload["view"])
        return ack

    async def press(self, view: Json, action: str) -> Ack:
        """A button in a dialog or on the Home tab."""
        found = [e for b in view["blocks"] if b["type"] == "actions" for e in b["elements"]]
        element = next(each for each in found if each["action_id"] == action)
        return await self.interact(
            {
                "type": "block_actions",
                "actions": [element | {"action_ts": f"{time.time():.6f}", "block_id": "b"}],
                "container": {"type": "view", "view_id": view.get("id", "VHOME")},
                "view": view,
            }
        )

    async def home(self) -> Json:
        """Opens the Home tab and waits until it is there."""
        self.server.homes.pop(self.id, None)
        await self.event(
            {"type": "app_home_opened", "user": self.id, "tab": "home", "channel": "D1"}
        )
        await self.server.until(lambda: self.id in self.server.homes)
        return self.server.homes[self.id]

    async def opens_messages(self) -> Json:
        """Opens the direct messages with the app; returns what it then suggests to say."""
        before = len(self.server.prompts)
        await self.event(
            {"type": "app_home_opened", "user": self.id, "tab": "messages", "channel": "D0ANNA"}
        )
        await self.server.until(lambda: len(self.server.prompts) > before)
        return self.server.prompts[-1]

    def _filled(self, element: Json, value: Any) -> Json:
        kind = element["type"]
        if kind == "file_input":
            assert isinstance(value, File)
            return {"type": kind, "files": [self.server.describe(value)]}
        if kind == "static_select":
            return {"type": kind, "selected_option": {"value": value}}
        if kind == "checkboxes":
            return {"type": kind, "selected_options": [{"value": value}]}
        if kind == "conversations_select":
            return {"type": kind, "selected_conversation": value}
        if kind == "multi_conversations_select":
            return {"type": kind, "selected_conversations": value}
        if kind == "multi_users_select":
            return {"type": kind, "selected_users": value}
        return {"type": kind, "value": str(value)}

    async def click(self, post: Post, action: str, option: str = "") -> Ack:
        element = post.buttons()[action] | {"action_ts": f"{time.time():.6f}", "block_id": "b"}
        if option:
            element["selected_option"] = {"value": option}
        return await self._pressed(post, element)

    async def click_whisper(self, whisper: Json, action: str) -> Ack:
        """A button of a message that this person alone sees."""
        post = Post(whisper["channel"], f"{time.time():.6f}", whisper)
        return await self.click(post, action)

    async def _pressed(self, post: Post, element: Json) -> Ack:
        message = {"ts": post.ts} | ({"thread_ts": post.thread} if post.thread else {})
        return await self.interact(
            {
                "type": "block_actions",
                "actions": [element],
                "container": {
                    "type": "message",
                    "message_ts": post.ts,
                    "channel_id": post.channel,
                },
                "channel": {"id": post.channel},
                "message": message,
            }
        )

    async def shortcut(self, callback: str, message: Json | None = None) -> Ack:
        payload: Json = {"type": "shortcut", "callback_id": callback}
        if message is not None:
            payload |= {
                "type": "message_action",
                "channel": {"id": CHANNEL},
                "message": message,
                "message_ts": message["ts"],
            }
        return await self.interact(payload)

    async def react(
        self, post: Post, name: str = "star", removed: bool = False, event_id: str = ""
    ) -> Ack:
        users = post.reactions.setdefault(name, set())
        if removed:
            users.discard(self.id)
        else:
            users.add(self.id)
        return await self.event(
            {
                "type": "reaction_removed" if removed else "reaction_added",
                "user": self.id,
                "reaction": name,
                "item": {"type": "message", "channel": post.channel, "ts": post.ts},
                "event_ts": f"{time.time():.6f}",
            },
            event_id,
        )

    async def say(
        self,
        text: str,
        channel: str = CHANNEL,
        file: File | None = None,
        kind: str = "app_mention",
        **more: Any,
    ) -> Ack:
        event: Json = {
            "type": kind,
            "user": self.id,
            "text": text,
            "ts": f"{time.time():.6f}",
            "channel": channel,
            "channel_type": "im" if channel.startswith("D") else "channel",
        }
        ts = str(more.get("ts") or event["ts"])
        self.server.said.setdefault((channel, ts), Post(channel, ts, {"text": text}))
        if file is not None:
            event["files"] = [self.server.describe(file)]
        return await self.event(event | more)


def _inputs(view: Json) -> list[Json]:
    return [block for block in view["blocks"] if block["type"] == "input"]


def _element(view: Json, block: str) -> Json:
    return next(each["element"] for each in _inputs(view) if each["block_id"] == block)


def _initial(block: Json) -> Json:
    """What a dialog sends of an input that nobody touched."""
    element = block["element"]
    started = {
        "value": element.get("initial_value"),
        "selected_option": element.get("initial_option"),
        "selected_options": element.get("initial_options"),
        "selected_conversations": element.get("initial_conversations"),
        "selected_users": element.get("initial_users"),
    }
    return {"type": element["type"]} | {k: v for k, v in started.items() if v is not None}
