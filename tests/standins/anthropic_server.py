"""A stand-in for Anthropic's Messages API: answers in the form asked for, tokens counted. `takes` is
what the model knows: "schema" (the newest refuse a forced tool), "tool" or "text"."""

import itertools
import json
from decimal import Decimal
from typing import Any

from aiohttp import web

from tests.standins.beholder import Beholder, tokens
from tests.standins.loopback import Call, Loopback

KEY, SONNET = "sk-ant-stand-in", "claude-sonnet-5-5"
FIELDS = {"model", "max_tokens", "messages", "system", "output_config", "metadata"}
TOOLS = {"tools", "tool_choice"}
READ, WRITTEN = Decimal(2), Decimal(10)  # dollars a million
ERRORS = {
    "400": (400, "invalid_request_error", "messages: at least one message is required"),
    "credit": (400, "invalid_request_error", "Your credit balance is too low to access the API."),
    "429": (429, "rate_limit_error", "Number of requests"),
    "500": (500, "api_error", "Internal server error"),
    "529": (529, "overloaded_error", "Overloaded"),
}


class Anthropic(Loopback):
    def __init__(self, takes: str = "schema") -> None:
        super().__init__()
        self.takes, self.models = takes, [SONNET]
        self.eye = Beholder(self.violations)
        self.usd = Decimal(0)
        self._ids = itertools.count(1)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/models/{model}", self._look),
            web.post("/v1/messages", self._messages),
        ]

    def _denied(self, request: web.Request) -> web.Response | None:
        version = request.headers.get("anthropic-version")
        self.check(version == "2023-06-01", f"anthropic-version is {version}")
        if request.headers.get("x-api-key") == KEY:
            return None
        return _error(401, "authentication_error", "invalid x-api-key")

    async def _look(self, request: web.Request) -> web.Response:
        if denied := self._denied(request):
            return denied
        if request.match_info["model"] not in self.models:
            return _error(404, "not_found_error", f"model: {request.match_info['model']}")
        return web.json_response({"type": "model", "id": request.match_info["model"]})

    async def _messages(self, request: web.Request) -> web.Response:
        if denied := self._denied(request):
            return denied
        body: dict[str, Any] = await request.json()
        self.calls.append(Call(request.path, body, headers=dict(request.headers)))
        fault = self.fault()
        await self.misbehave(request, fault)
        if fault in ERRORS:
            return _error(*ERRORS[fault])
        if body["model"] not in self.models:
            return _error(404, "not_found_error", f"model: {body['model']}")
        self.violations += _complaints(body)
        if said := self._not_taken(body):
            return _error(400, "invalid_request_error", said)
        return self._answer(body, fault)

    def _not_taken(self, body: Any) -> str:
        if "tools" in body and self.takes != "tool":
            return "tool_choice: forced tool use is not supported on this model"
        if "format" in body.get("output_config", {}) and self.takes != "schema":
            return "output_config.format: this model does not support structured outputs"
        return ""

    def _answer(self, body: Any, fault: str) -> web.Response:
        turns = [[_neutral(part) for part in each["content"]] for each in body["messages"]]
        schema = body.get("output_config", {}).get("format", {}).get("schema")
        if "tools" in body:
            schema = body["tools"][0]["input_schema"]
        right = self.eye.answer(body["system"], turns[0], schema)
        said = self.eye.slips.popleft() if self.eye.slips else json.dumps(right)
        block: dict[str, Any] = {"type": "text", "text": said}
        if "tools" in body:
            block = {"type": "tool_use", "id": "t", "name": "answer", "input": json.loads(said)}
        read, written = tokens(body["system"], turns), -(-len(said) // 4)
        end = {"filtered": "refusal", "long": "max_tokens"}.get(fault, "end_turn")
        self.check(written <= body["max_tokens"], "more was written than was bought")
        self.usd += (read * READ + written * WRITTEN) / 1_000_000
        thought = {"output_tokens_details": {"thinking_tokens": written if fault else 0}}
        usage = {"input_tokens": read, "output_tokens": written, **thought}
        answer = {"id": f"msg_{next(self._ids)}", "type": "message", "role": "assistant"}
        more = {"model": body["model"], "content": [block], "stop_reason": end, "usage": usage}
        return web.json_response(answer | more)


def _neutral(part: Any) -> Any:
    return part["text"] if part["type"] == "text" else {"jpeg": part["source"]["data"]}


def _complaints(body: Any) -> list[str]:
    found = [f"unknown field {name}" for name in set(body) - FIELDS - TOOLS]
    if [each["role"] for each in body["messages"]] not in (["user"], ["user", "assistant", "user"]):
        found.append("turns are out of order")
    for part in (part for each in body["messages"] for part in each["content"]):
        if part["type"] == "image" and part["source"]["media_type"] != "image/jpeg":
            found.append("a picture is no JPEG")
        if part["type"] == "text" and not part["text"].strip():
            found.append("a text is empty")
    if not 1 <= body["max_tokens"] <= 128_000:
        found.append(f"max_tokens is {body['max_tokens']}")
    return found


def _error(status: int, kind: str, said: str) -> web.Response:
    body = {"type": "error", "error": {"type": kind, "message": said}}
    return web.json_response(body, status=status)
