"""What a server's chat takes: the form of the answer it can be held to, the name it has for a limit
of tokens, and what else may be said. What it refuses is left out from then on."""

import re
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import openai

from adapters.models.config import ProviderConfig
from adapters.models.openai.servers import is_official

Strictness = Literal["schema", "json", "text"]
LADDER: tuple[Strictness, ...] = ("schema", "json", "text")
LIMITS = ("max_completion_tokens", "max_tokens")  # today's name, and that of older servers
FORM_REFUSED = re.compile(
    r"response_?format|json_?(schema|object|mode)|structured|guided|grammar", re.I
)
LIVING = re.compile(r"gpt-\d")  # OpenAI's own, wherever they are served


@dataclass(frozen=True, slots=True)
class Manners:
    """How one model is asked. `model` and `config` say how to begin, the rest what was learned."""

    model: str
    config: ProviderConfig = field(repr=False)
    rung: int = 0
    refused: frozenset[str] = frozenset()

    @property
    def form(self) -> Strictness:
        return "text" if "response_format" in self.config.omit else LADDER[self.rung]

    @property
    def living(self) -> bool:
        return is_official(self.config) or LIVING.match(self.model) is not None

    def fields(self, user: str, most: int | None) -> dict[str, Any]:
        """The parameters beside model, messages and form. `most`: tokens that are bought."""
        found: dict[str, Any] = {}
        if user and self.living:
            found["safety_identifier"] = user
        if self.config.reasoning_effort:
            found["reasoning_effort"] = self.config.reasoning_effort
        if most is not None and (limit := self._limit):
            found[limit] = most
        return {k: v for k, v in found.items() if k not in self.refused | {*self.config.omit}}

    @property
    def _limit(self) -> str:
        """The name this server has for a limit of tokens; "" where it knows none."""
        left_out = self.refused | {*self.config.omit}
        return next((name for name in LIMITS if name not in left_out), "")

    def without(self, exc: Exception) -> "Manners | None":
        """Without what an error says is not taken, for which nothing was billed; None where the
        error is about something else."""
        if not isinstance(exc, openai.APIStatusError) or exc.status_code in (401, 403, 429):
            return None
        said = f"{exc.param} {exc.code} {exc.message}"
        named = [name for name in self.fields("-", 1) if name in said]
        if named:
            return replace(self, refused=self.refused | {*named})
        if FORM_REFUSED.search(said) and self.form != "text":
            return replace(self, rung=self.rung + 1)
        return None
