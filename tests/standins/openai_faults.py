"""What a stand-in OpenAI can be made to do wrong: its own errors, word by word, and accidents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "status",
    "plain",
    "drop",
    "hang",
    "malformed",
    "truncated",
    "noise",
    "empty",
    "blank",
    "broken stream",
    "cut stream",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with the next paid call whose path contains `on`.

    `kind` "status" answers with an error, "plain" with one that is only a text; "drop" closes the
    connection unanswered; "hang" answers never; "malformed" answers 200 with half a JSON;
    "truncated" sends half a picture, "noise" none; "empty" no data at all; "blank" a picture of no
    bytes; "broken stream" ends one with an error, "cut stream" without a word. `after` so many calls that go well.
    """

    kind: Kind
    status: int = 500
    code: str | None = None
    type: str = "server_error"
    message: str = "The server had an error."
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    on: str = ""
    after: int = 0


def rate_limited(**headers: str) -> Fault:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    said = "Rate limit reached for images per minute."
    return Fault("status", 429, "rate_limit_exceeded", "requests", said, named)


def broken(status: int = 500) -> Fault:
    return Fault("status", status)


def refused(code: str = "moderation_blocked") -> Fault:
    said = "Your request was rejected by the safety system. If you believe this is an error, write."
    return Fault("status", 400, code, "image_generation_user_error", said)


def out_of_money() -> Fault:
    said = "You exceeded your current quota, please check your plan and billing details."
    return Fault("status", 429, "insufficient_quota", "insufficient_quota", said)


def limit_reached() -> Fault:
    said = "Billing hard limit has been reached."
    return Fault("status", 400, "billing_hard_limit_reached", "billing_limit_user_error", said)


def wrong_key() -> Fault:
    said = "Incorrect API key provided: sk-stand-********6789."
    return Fault("status", 401, "invalid_api_key", "invalid_request_error", said)


def model_gone(model: str = "gpt-image-2.5-flare-2026-09-08") -> Fault:
    said = f"The model `{model}` does not exist."
    return Fault("status", 404, "model_not_found", "invalid_request_error", said)
