"""Gemini as a critic: structured answers by generateContent (ai.google.dev/gemini-api/docs/structured-output)."""

import logging
import re
from collections.abc import Sequence

from adapters.models.config import ProbeResult, ProviderConfig
from adapters.models.fitness import without
from adapters.models.google import wire
from adapters.models.http import HttpClient, Reply
from adapters.models.policy import Policy
from adapters.models.seeing.critic import TalkingCritic
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
from core.domain.errors import BadAnswer, Misconfigured, PolicyRefusal

SCHEMA_REFUSED = re.compile(r"schema", re.I)
log = logging.getLogger(__name__)


class GeminiTalk:
    """Calls one model. A schema that it refuses is from then on told in words."""

    def __init__(self, provider: str, model: str, config: ProviderConfig, policy: Policy) -> None:
        key = config.api_key.strip()
        if not key:
            raise Misconfigured(f"providers.{provider}.api_key: {wire.LABEL} needs a key.")
        self.label, self._provider, self._config = wire.LABEL, provider, config
        self._who, self._path = Who(wire.LABEL, f"providers.{provider}", model), wire.path_of(model)
        base, headers = config.base_url or wire.HOST, wire.headers(key)
        self._http = HttpClient(
            wire.LABEL, provider, config, policy, base_url=base, headers=headers
        )
        self._in_words = False

    async def say(
        self,
        turns: Sequence[Turn],
        form: type[Form],
        bill: Bill,
        user: str = "",
        most: int | None = None,
    ) -> str:
        reply = await self._sent(turns, form, most)
        if reply.status == 400 and not self._in_words and SCHEMA_REFUSED.search(_said(reply)):
            log.info("%s takes no schema; it is told in words", self._who.model)
            self._in_words = True
            reply = await self._sent(turns, form, most)
        if reply.status != 200:
            raise wire.fault(self._who, reply)
        return self._text(wire.GeminiAnswer.of(reply), bill)

    async def _sent(self, turns: Sequence[Turn], form: type[Form], most: int | None) -> Reply:
        config: dict[str, object] = {"responseMimeType": "application/json"}
        if not self._in_words:
            config["responseJsonSchema"] = strict_schema(form)
        if most is not None:
            config["maxOutputTokens"] = most
        if effort := self._config.reasoning_effort:
            config["thinkingConfig"] = {"thinkingLevel": effort.upper()}
        config = without(config, self._config.omit)
        in_words = "responseJsonSchema" not in config
        system = with_schema(turns[0].text, form) if in_words else turns[0].text
        fields: dict[str, object] = {
            "systemInstruction": {"parts": [{"text": system}]},
            "contents": [_content(turn) for turn in turns[1:]],
            "generationConfig": config,
        }
        return await self._http.post_json(f"{self._path}:generateContent", fields)

    def _text(self, answer: wire.GeminiAnswer, bill: Bill) -> str:
        usage = answer.usage
        read, written = (usage.read, usage.written) if usage else (None, None)
        bill.add(read, written, answer.model, answer.id)
        if answer.refused or refuses(answer.text):
            raise PolicyRefusal(unseen(self.label), request_id=answer.id)
        if answer.end == "MAX_TOKENS":
            thought = usage.thought if usage else 0
            said = broken_off(self.label, self._provider, thought)
            raise BadAnswer(said, request_id=answer.id)
        return answer.text

    async def probe(self) -> ProbeResult:
        return wire.standing(self._who, await self._http.get(self._path))

    async def close(self) -> None:
        await self._http.close()


def _said(reply: Reply) -> str:
    return reply.body.decode(errors="replace")


def _content(turn: Turn) -> dict[str, object]:
    role = "model" if turn.by == "assistant" else "user"
    return {"role": role, "parts": [_part(part) for part in turn.parts]}


def _part(part: str | Jpeg) -> dict[str, object]:
    if isinstance(part, str):
        return {"text": part.encode("utf-8", "replace").decode()}
    return {"inlineData": {"mimeType": "image/jpeg", "data": part.base64}}


class GeminiCritic(TalkingCritic):
    """Implements `core.models.critic.Critic`."""

    @staticmethod
    def talk(provider: str, model: str, config: ProviderConfig, policy: Policy) -> Talk:
        return GeminiTalk(provider, model, config, policy)
