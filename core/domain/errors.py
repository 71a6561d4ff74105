"""Every error the program raises on purpose, branching by who has to act.

DarkroomError
├── Refused              the person: a sentence that says what to do next
│   ├── NotAllowed       not theirs to do
│   ├── OverQuota        a limit is reached; says when it is free again
│   ├── BadImage         the upload is no picture we take
│   ├── BadRequest       an option is wrong or missing
│   ├── Gone             the session, image or run is not there any more
│   └── Frozen           the operator or an admin stopped all runs
├── Misconfigured        the operator: one sentence that names the key
├── StoreUnavailable     the database can't be used now: nothing was written down, say it again
├── PictureLost          a stored picture is not there any more, or is not what was stored
├── PixelsFailed         our own work on a picture came to nothing; nothing was sent or billed for it
├── ProviderError
│   ├── PolicyRefusal    the provider's safety system said no: soften once
│   ├── AccountProblem   wrong key, out of money: all runs pause, the operator is told
│   ├── ModelGone        the model is shut down or unknown: the operator
│   ├── Unavailable      not answering or rate limited: wait, then again; nothing was billed
│   ├── InDoubt          sent, no answer: may be billed; booked as spent and unknown
│   ├── BadAnswer        billed, but the answer is no use
│   └── Unsupported      this provider can't do that; raised before any money is spent
└── PlatformError        a chat platform
    ├── Transient        try the same delivery again
    │   └── Paced        nothing failed: its turn comes in a moment
    ├── Uncertain        may have been posted; never repeat blindly
    └── Undeliverable    will never work: park it
        └── PlaceClosed  nothing at all can be posted there (any more)
"""

from datetime import datetime
from decimal import Decimal


class DarkroomError(Exception):
    """The message is one sentence for whoever has to act."""

    @property
    def sentence(self) -> str:
        return str(self)


class Refusal(DarkroomError):
    """Nothing was started and nothing is charged."""


class NotAllowed(Refusal):
    """The actor may not do this."""


class OverQuota(Refusal):
    """A limit is reached. `free_at` (UTC) says when there is room again, None if unknown; `whose` it
    is: "your", "this server's"."""

    def __init__(self, sentence: str, free_at: datetime | None = None, whose: str = "your") -> None:
        super().__init__(sentence)
        self.free_at, self.whose = free_at, whose


class BadImage(Refusal):
    """The upload can't be decoded, or is too large."""


class BadRequest(Refusal):
    """An option is missing or out of range."""


class Gone(Refusal):
    """What the command points at does not exist any more."""


class Frozen(Refusal):
    """All runs are stopped by the operator."""


class StoreUnavailable(DarkroomError):
    """The database is locked, full or away. Nothing of the transaction was written down."""


class Misconfigured(DarkroomError):
    """The configuration can't work; the sentence names the key."""


class PictureLost(DarkroomError, KeyError):
    """The store has no such picture, or its file is damaged."""

    def __str__(self) -> str:
        return Exception.__str__(self)  # a KeyError's own puts quotes around it


class PixelsFailed(DarkroomError):
    """The work on a picture was given up: its process ended, or it took too much time or memory."""


class ProviderError(DarkroomError):
    """A model provider did not deliver. `request_id` is the provider's, where it gave one; `usd`
    what it billed all the same, where that is known."""

    def __init__(self, sentence: str, *, request_id: str = "", usd: Decimal | None = None) -> None:
        super().__init__(sentence)
        self.request_id = request_id
        self.usd = usd


class PolicyRefusal(ProviderError):
    """Refused by the provider's safety system; the same prompt must not be sent again."""


class AccountProblem(ProviderError):
    """The key is wrong or the account is out of money."""


class ModelGone(ProviderError):
    """The model does not exist (any more)."""


class Unavailable(ProviderError):
    """Nothing was billed; try again after `retry_after` seconds. `outage`: the provider is broken,
    not only busy; `down`: so often that it was not even asked."""

    def __init__(
        self,
        sentence: str,
        *,
        retry_after: float = 10.0,
        request_id: str = "",
        outage: bool = True,
        down: bool = False,
    ) -> None:
        super().__init__(sentence, request_id=request_id)
        self.retry_after, self.outage, self.down = retry_after, outage, down


class InDoubt(ProviderError):
    """The request went out and no answer came back: it may have been billed."""


class BadAnswer(ProviderError):
    """The provider answered (and billed) something unusable."""


class Unsupported(ProviderError):
    """The provider does not do this; the sentence names one that does, if there is one."""


class PlatformError(DarkroomError):
    """A chat platform did not take a delivery."""


class Transient(PlatformError):
    """Surely not posted: the same delivery may be tried again after `retry_after` seconds."""

    def __init__(self, sentence: str, *, retry_after: float = 2.0) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Paced(Transient):
    """Others come first: its turn is in `retry_after` seconds."""


class Uncertain(PlatformError):
    """It may have been posted."""


class Undeliverable(PlatformError):
    """It can't be posted there, now or later."""


class PlaceClosed(Undeliverable):
    """Not this post is refused but every post to its place."""
