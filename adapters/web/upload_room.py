"""Room for uploads, accounted in memory: reserved before the first byte is read, by person, by
address and in all, so that nobody can take everybody's."""

from collections import Counter
from dataclasses import dataclass

from core.domain.errors import OverQuota

MB = 1_000_000
LEAST = 16_000  # bytes that a file counts at least: an empty one takes room as well


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadCaps:
    """What may wait, in megabytes, and how many uploads may arrive at once. An address may be a
    whole office, or a proxy that does not say for whom it asks."""

    person_mb: int = 200
    address_mb: int = 600
    all_mb: int = 1_000
    person_at_once: int = 64
    all_at_once: int = 512


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose upload it is."""

    person: str = ""
    address: str = ""

    @property
    def counts(self) -> tuple[str, str, str]:
        return f"person {self.person}", f"address {self.address}", "all"


class UploadRoom:
    """Who holds how many bytes, and how many uploads are arriving."""

    def __init__(self, caps: UploadCaps) -> None:
        self._caps = caps
        self._bytes: Counter[str] = Counter()
        self._arriving: Counter[str] = Counter()

    def arrive(self, holder: Holder) -> None:
        """Counts a connection. Raises OverQuota."""
        person, _, all = holder.counts
        caps = self._caps
        if self._arriving[person] >= caps.person_at_once or self._arriving[all] >= caps.all_at_once:
            raise OverQuota("Too many uploads arrive at once: wait until one is done.")
        self._arriving.update((person, all))

    def arrived(self, holder: Holder) -> None:
        person, _, all = holder.counts
        self._take_from(self._arriving, (person, all), 1)

    def reserve(self, holder: Holder, size: int) -> None:
        """Raises OverQuota with a sentence; then nothing is reserved."""
        caps = self._caps
        limits = (caps.person_mb, caps.address_mb, caps.all_mb)
        for count, mb, whose in zip(holder.counts, limits, WHOSE, strict=True):
            if self._bytes[count] + max(size, LEAST) > mb * MB:
                raise OverQuota(f"{whose}: use them, or try again in an hour.")
        self.add(holder, size)

    def add(self, holder: Holder, size: int) -> None:
        """Counts what is there, whether there is room or not."""
        self._bytes.update(dict.fromkeys(holder.counts, max(size, LEAST)))

    def release(self, holder: Holder, size: int) -> None:
        self._take_from(self._bytes, holder.counts, max(size, LEAST))

    def _take_from(self, counter: Counter[str], names: tuple[str, ...], amount: int) -> None:
        for name in names:
            counter[name] -= amount
            if counter[name] <= 0:
                del counter[name]


WHOSE = (
    "Too many of your uploads are waiting",
    "Too many uploads from your network are waiting",
    "Too many uploads are waiting",
)
