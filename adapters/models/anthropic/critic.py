"""Claude as a critic: structured answers by Anthropic's Messages API (platform.claude.com/docs).

The newest models hold an answer to a schema and refuse to be forced to use a tool; older ones know
tools alone. What a model refuses it is not sent again.
"""

import json
import logging
from collections.abc import Sequence
from typing import Literal

from adapters.models.config import ProbeResult, ProviderConfig
from adapters.models.fields import count_of, detail_of, fields_of, list_of, text_of
from adapters.models.fitness import without
from adapters.models.http import HttpClient, Reply
from adapters.models.policy import Policy
from adapters.models.seeing.critic import Counting, TalkingCritic
from adapters.models.seeing.refusals import refuses
from adapters.models.seeing.schema import Form
from adapters.models.seeing.talk import (
    Bill,
    Jpeg,
    Talk,
    Turn,
    broken_off,
    strict_schema,
    unseen,
    with_schema,
)
from adapters.models.statuses import Who
from core.domain.errors import (
    AccountProblem,
    BadAnswer,
    Misconfigured,
    PolicyRefusal,
    ProviderError,
)

LABEL, HOST = "Anthropic", "https://api.anthropic.com"
VERSION = "2023-06-01"
COUNTING = Counting(picture=1600, letters=2.8)  # its newer tokenizer takes a third more
TOOL = "answer"
ROOM = 4096  # tokens of an answer where no price tells how many are bought
Rung = Literal["schema", "tool", "text"]
LADDER: tuple[Rung, ...] = ("schema", "tool", "text")
REFUSED = ("output_config", "output_format", "json_schema", "structured", "tool")
log = logging.getLogger(__name__)


class MessagesTalk:
    """Calls one model."""

    def __init__(self, provider: str, model: str, config: ProviderConfig, policy: Policy) -> None:
        key = config.api_key.strip()
        if not key:
            raise Misconfigured(f"providers.{provider}.api_key: {LABEL} needs a key.")
        self.label, self._provider, self._config = LABEL, provider, config
        self._who = Who(LABEL, f"providers.{provider}", model)
        base = (config.base_url or HOST).rstrip("/").removesuffix("/v1")
        headers = {"x-api-key": key, "anthropic-version": config.api_version or VERSION}
        self._http = HttpClient(LABEL, provider, config, policy, base_url=base, headers=headers)
        self._rung = 0

    async def say(
        self,
        turns: Sequence[Turn],
        form: type[Form],
        bill: Bill,
        user: str = "",
        most: int | None = None,
    ) -> str:
        while True:
            tried = self._rung
            fields = self._fields(turns, form, user, most, LADDER[tried])
            reply = await self._http.post_json("/v1/messages", fields)
            if reply.status == 200:
                return self._text(reply, bill)
            if not self._milder(reply, tried):
                raise self._fault(reply)

    def _milder(self, reply: Reply, tried: int) -> bool:
        """Whether the form was refused, and another one is left; nothing was billed for it."""
        said = text_of(fields_of(reply.fields().get("error")).get("message"))
        if reply.status != 400 or not any(name in said for name in REFUSED):
            return False
        if tried + 1 == len(LADDER):
            return False
        self._rung = max(self._rung, tried + 1)
        log.info("%s takes no %s; asking by %s", self._who.model, LADDER[tried], LADDER[self._rung])
        return True

    def _fields(
        self, turns: Sequence[Turn], form: type[Form], user: str, most: int | None, rung: Rung
    ) -> dict[str, object]:
        system, output = turns[0].text, dict[str, object]()
        fields: dict[str, object] = {
            "model": self._who.model,
            "max_tokens": most or ROOM + self._config.thinking_tokens,
            "messages": [_message(turn) for turn in turns[1:]],
        }
        if rung == "schema":
            output["format"] = {"type": "json_schema", "schema": strict_schema(form)}
        elif rung == "tool":
            schema = strict_schema(form)
            fields["tools"] = [
                {"name": TOOL, "description": "Your answer.", "input_schema": schema}
            ]
            fields["tool_choice"] = {"type": "tool", "name": TOOL}
        else:
            system = with_schema(system, form)
        if effort := self._config.reasoning_effort:
            output["effort"] = effort
        more = {"system": system, "output_config": output, "metadata": _metadata(user)}
        return without(
            fields | {name: value for name, value in more.items() if value}, self._config.omit
        )

    def _text(self, reply: Reply, bill: Bill) -> str:
        fields = reply.fields()
        usage, id = fields_of(fields.get("usage")), text_of(fields.get("id"))
        written = count_of(usage.get("output_tokens"))
        bill.add(_read(usage), written if usage else None, text_of(fields.get("model")), id)
        blocks = [fields_of(block) for block in list_of(fields.get("content"))]
        used = next((b.get("input") for b in blocks if b.get("type") == "tool_use"), None)
        said = "".join(text_of(b.get("text")) for b in blocks if b.get("type") == "text")
        end = fields.get("stop_reason")
        if end == "refusal" or (used is None and refuses(said)):
            raise PolicyRefusal(unseen(LABEL), request_id=id)
        if end == "max_tokens":
            details = fields_of(usage.get("output_tokens_details"))
            thought = count_of(details.get("thinking_tokens")) or (0 if said or used else written)
            raise BadAnswer(broken_off(LABEL, self._provider, thought), request_id=id)
        return said if used is None else json.dumps(used)

    def _fault(self, reply: Reply) -> ProviderError:
        """Errors are {type: "error", error: {type, message}}."""
        said = detail_of(fields_of(reply.fields().get("error")).get("message"))
        if reply.status in (400, 402, 403) and "credit balance" in said:
            return AccountProblem(f"{LABEL}: the account has no credits left for this.")
        return self._who.fault(reply, said)

    async def probe(self) -> ProbeResult:
        reply = await self._http.get(f"/v1/models/{self._who.model}")
        return (
            ProbeResult(ok=True) if reply.status == 200 else self._who.standing(self._fault(reply))
        )

    async def close(self) -> None:
        await self._http.close()


def _read(usage: dict[str, object]) -> int | None:
    """Tokens that were read; those of a cache are booked at the full rate. None without a count."""
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    return sum(count_of(usage.get(name)) for name in names) if usage else None


def _metadata(user: str) -> dict[str, object]:
    return {"user_id": user} if user else {}


def _message(turn: Turn) -> dict[str, object]:
    return {"role": turn.by, "content": [_part(part) for part in turn.parts]}


def _part(part: str | Jpeg) -> dict[str, object]:
    if isinstance(part, str):
        return {"type": "text", "text": part.encode("utf-8", "replace").decode()}
    source = {"type": "base64", "media_type": "image/jpeg", "data": part.base64}
    return {"type": "image", "source": source}


class ClaudeCritic(TalkingCritic):
    """Implements `core.models.critic.Critic`."""

    counting = COUNTING

    @staticmethod
    def talk(provider: str, model: str, config: ProviderConfig, policy: Policy) -> Talk:
        return MessagesTalk(provider, model, config, policy)
