"""What each table keeps of whom, declared once: PRIVACY.md's table is made from it
(`python -m adapters.storage.keeping PRIVACY.md`), and a test holds every column of the schema to it.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LEFT = "the server is left, or its person asks to be forgotten"
BLANK = "stays, without the person once the server is left or they ask to be forgotten"
BEGIN, END = "<!-- made from adapters/storage/keeping.py -->", "<!-- end -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeps:
    """`what` of a person, `until` when. `of` are the columns that hold it, `bare` the others: a new
    column has to be in one of them."""

    what: str
    until: str
    of: frozenset[str]
    bare: frozenset[str]


def keeps(what: str, until: str, of: str, bare: str) -> Keeps:
    return Keeps(what=what, until=until, of=frozenset(of.split()), bare=frozenset(bare.split()))


TABLES: Mapping[str, Keeps] = {
    "inbox": keeps(
        "each command as it was sent: platform, server, person's id and name, place, the sentence, "
        "the picture's file id",
        LEFT,
        "key payload error",
        "state run at",
    ),
    "sessions": keeps(
        "whose it is (id, name), goal, reference's hash, where its thread is",
        f"{LEFT}; what stays has no person, place or words",
        "owner channel thread payload",
        "id platform tenant created",
    ),
    "runs": keeps(
        "who began it, plan and quote",
        f"{LEFT}; what stays has no person, place or words",
        "actor payload",
        "id session status platform tenant created",
    ),
    "iterations": keeps(
        "prompts, critiques, scores, the hash of the image",
        f"{LEFT}; a discarded image is taken down before",
        "payload",
        "ord id session run",
    ),
    "calls": keeps(
        "model, cost, time, result of each paid call",
        LEFT,
        "payload",
        "key run model kind state begun seconds usd_nano",
    ),
    "ledger": keeps(
        "person's id, server, day, images and dollars reserved and spent",
        f"{BLANK}: it counts against the limit of all",
        "actor",
        "id run call kind images usd_nano at day platform tenant",
    ),
    "holdings": keeps(
        "what each run counts against limits: person's id, their roles then, server, channel, images, "
        "dollars",
        BLANK,
        "actor roles channel",
        "run at day platform tenant grant_id images usd_nano",
    ),
    "limits": keeps(
        "limits that admins set: whom for, by name, and who set them",
        "the server is left, or an admin takes it away",
        "scope_id name set_by",
        "platform tenant scope unit span amount_nano at",
    ),
    "grants": keeps(
        "what a person was given: their id and name, how much, until when, by whom",
        LEFT,
        "actor payload",
        "id platform tenant expires",
    ),
    "blocks": keeps(
        "people who may start no runs: id, name, who said so",
        "the server is left, or an admin lets them in again (to be forgotten is no way around it)",
        "actor name set_by",
        "platform tenant at",
    ),
    "audit": keeps(
        "what admins did: their id and name, the person it was about, when",
        f"{BLANK}; the chain of seals holds",
        "who name whom nonce",
        "seq at platform tenant act what sealed hash",
    ),
    "outbox": keeps(
        "each post's text and place, the platform's message id; answers to one person as well",
        LEFT,
        "update place receipt error key",
        "id platform session run seq subject state attempts due lane ord about since changed",
    ),
    "posts": keeps(
        "which message of a platform shows which post",
        LEFT,
        "channel message",
        "platform delivery",
    ),
    "counters": keeps(
        "sequence numbers, nothing of a person", "the server is left", "", "name value"
    ),
    "signals": keeps(
        "who pressed Stop, what a critique was changed to",
        LEFT,
        "payload",
        "id run",
    ),
    "servers": keeps(
        "a server's settings: channels, roles and people who may use it, names that are not to be shown",
        "the server is left",
        "payload",
        "platform tenant",
    ),
    "preferences": keeps(
        "what holds where a person says nothing: quality, size, style",
        LEFT,
        "person payload",
        "platform tenant",
    ),
    "votes": keeps(
        "which of several pictures a person chose",
        LEFT,
        "person",
        "run platform iteration",
    ),
    "identities": keeps(
        "who somebody is at several doors, once they linked them",
        "it is unlinked, the server is left, or its person asks to be forgotten",
        "person known_as",
        "platform tenant",
    ),
    "link_codes": keeps(
        "whose a code is that links two doors; of the code a hash",
        "it is used, or ten minutes later the next one is",
        "person",
        "hash platform tenant until",
    ),
    "stars": keeps(
        "which pictures a person starred",
        LEFT,
        "person",
        "iteration platform session at",
    ),
    "flags": keeps(
        "on a page with a token: a hash of each name and of the session that took it, and the day it "
        "was last used; what the operator was told",
        "free again after 90 days away",
        "name value",
        "",
    ),
}


def table() -> str:
    """As Markdown."""
    rows = [f"| `{name}` | {each.what} | {each.until} |" for name, each in TABLES.items()]
    head = ["| where | what of a person | until |", "|---|---|---|"]
    return "\n".join([BEGIN, "", *head, *rows, "", END])


def written(text: str) -> str:
    """The page with its table as it is declared."""
    before, begun, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    return f"{before}{table()}{after}" if begun and ended else text


def summary() -> str:
    """In a sentence, for help."""
    return (
        "Kept here: what you sent and what was made of it, who asked, what it cost. Providers get "
        "pictures, words and a salted hash of your id."
    )


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(written(page.read_text("utf-8")), "utf-8")
