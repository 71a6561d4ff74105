"""The log of what admins did: each row is sealed over the one before, so that a change shows.

A person is in a seal by a hash of their id with a nonce of the row: who asks to be forgotten loses
both, and the chain still holds.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

FIRST = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One act. `who` did it, `whom` it was about ("" = nobody, or forgotten); `sealed` stands for both
    in `hash`."""

    seq: int
    at: datetime
    platform: str
    tenant: str
    act: str
    what: Mapping[str, str]
    who: str = ""
    name: str = ""
    whom: str = ""
    nonce: str = ""
    sealed: str = ""
    hash: str = ""


def sealed_of(nonce: str, who: str, name: str, whom: str) -> str:
    return _digest([nonce, who, name, whom])


def hash_of(row: AuditRow, before: str) -> str:
    """Over everything but what may be forgotten."""
    return _digest(
        [
            before,
            str(row.seq),
            row.at.isoformat(),
            row.platform,
            row.tenant,
            row.act,
            json.dumps(dict(row.what), sort_keys=True, ensure_ascii=False),
            row.sealed,
        ]
    )


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def broken_at(rows: Sequence[AuditRow]) -> int | None:
    """The number of the first row that is not what was written, or comes after one that is missing;
    None where all hold. What is missing at the end shows against a hash noted before."""
    before = FIRST
    for number, row in enumerate(rows, 1):
        known = not row.nonce or row.sealed == sealed_of(row.nonce, row.who, row.name, row.whom)
        if row.seq != number or not known or row.hash != hash_of(row, before):
            return row.seq if row.seq == number else number
        before = row.hash
    return None
