"""What a status of HTTP means for whoever has to act: alike at most providers. What is their own they
translate before they come here."""

from dataclasses import dataclass

from adapters.models.config import ProbeResult
from adapters.models.http import Reply
from core.domain.errors import (
    AccountProblem,
    InDoubt,
    ModelGone,
    PolicyRefusal,
    ProviderError,
    Unavailable,
    Unsupported,
)

WAIT_S = 10.0
LATE = frozenset({408, 504, 522, 524})


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a sentence is about: what people call the server, its table in the configuration, the model."""

    label: str
    key: str
    model: str

    def refused(self) -> PolicyRefusal:
        return PolicyRefusal(
            f"{self.label}'s safety system refused this: say it without names, brands and violence."
        )

    def unlisted(self) -> ProbeResult:
        """A probe found that there is no such model."""
        said = f"{self.label} has no model {self.model}."
        return ProbeResult(ok=False, gone=True, sentence=said)

    def standing(self, error: ProviderError) -> ProbeResult:
        """What an error of a probe says of the model. Raises Unavailable."""
        if isinstance(error, Unavailable):
            raise error
        return (
            self.unlisted()
            if isinstance(error, ModelGone)
            else ProbeResult(ok=False, sentence=error.sentence)
        )

    def fault(
        self, reply: Reply, said: str = "", *, status: int = 0, wait_s: float = WAIT_S
    ) -> ProviderError:
        """The error of a reply that is not what was asked for. `said`: its own words, without a full
        stop; `status` where the answer names another one than its own, `wait_s` where it tells."""
        label, more = self.label, f" ({said})" if said else ""
        match status or reply.status:
            case 401 | 403:
                return AccountProblem(f"{label} refuses the key{more}: check {self.key}.api_key.")
            case 402:
                return AccountProblem(f"{label}: the account has no credits left for this.")
            case 404 | 410:
                return ModelGone(f"{label} has no model {self.model} for this{more}.")
            case late if late in LATE:
                return InDoubt(f"{label} took the request and gave no answer in time.")
            case busy if busy == 429 or busy >= 500:
                wait, said = reply.retry_after(wait_s), f"{label} is busy or its model is down."
                return Unavailable(said, retry_after=wait, outage=busy != 429)
            case _:
                return Unsupported(f"{label} did not take the request{more}.")
