"""The tables. Columns are what queries need; `payload` is the whole record as JSON.

Times are ISO 8601 in UTC as text (they sort), money is integer nano-dollars (sums are exact).
"""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, MetaData, Table, Text
from sqlalchemy import UniqueConstraint as Unique

metadata = MetaData()

inbox = Table(
    "inbox",
    metadata,
    Column("key", Text, primary_key=True),
    Column("state", Text, nullable=False, index=True),
    Column("run", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("payload", Text, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("thread", Text, nullable=False),
    Column("created", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Index("sessions_of", "platform", "tenant", "owner", "created"),
    Index("sessions_in", "platform", "channel", "thread"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("session", Text, ForeignKey("sessions.id"), nullable=False, index=True),
    Column("status", Text, nullable=False, index=True),
    Column("platform", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("created", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Index("runs_of", "platform", "actor", "created"),
)

iterations = Table(
    "iterations",
    metadata,
    Column("ord", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("session", Text, ForeignKey("sessions.id"), nullable=False, index=True),
    Column("run", Text, ForeignKey("runs.id"), nullable=False, index=True),
    Column("payload", Text, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    Column("key", Text, primary_key=True),
    Column("run", Text, ForeignKey("runs.id"), nullable=False, index=True),
    Column("model", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("begun", Text, nullable=False),
    Column("seconds", Float, nullable=True),
    Column("usd_nano", BigInteger, nullable=True),
    Column("payload", Text, nullable=False),
    Index("calls_of_model", "model", "kind", "begun"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run", Text, ForeignKey("runs.id"), nullable=False, index=True),
    Column("call", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("images", Integer, nullable=False),
    Column("usd_nano", BigInteger, nullable=True),
    Column("at", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Unique("call", "kind", name="ledger_once"),
    Index("ledger_of_day", "day", "platform", "tenant", "actor"),
)

# What each run counts against limits: its reservation while it is open, then its bookings.
holdings = Table(
    "holdings",
    metadata,
    Column("run", Text, ForeignKey("runs.id"), primary_key=True),
    Column("at", Text, nullable=False),  # the run's beginning
    Column("day", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("tenant", Text, nullable=False),  # where it lives
    Column("actor", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("roles", Text, nullable=False),  # "|id|id|", as they were
    Column("grant_id", Text, nullable=False, server_default=""),
    Column("images", Integer, nullable=False),
    Column("usd_nano", BigInteger, nullable=False),
    Index("holdings_of", "platform", "actor", "at"),
    Index("holdings_in", "platform", "tenant", "at"),
    Index("holdings_at", "at"),
    Index("holdings_day", "day", "platform", "actor"),
    Index("holdings_granted", "grant_id"),
)

limits = Table(
    "limits",
    metadata,
    Column("platform", Text, primary_key=True),  # "" with tenant "" = the operator's
    Column("tenant", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("scope_id", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("span", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("amount_nano", BigInteger, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("at", Text, nullable=False),
)

grants = Table(
    "grants",
    metadata,
    Column("id", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("expires", Text, nullable=False),  # "" = never
    Column("payload", Text, nullable=False),
    Index("grants_of", "platform", "tenant", "actor"),
)

blocks = Table(
    "blocks",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("tenant", Text, primary_key=True),
    Column("actor", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("at", Text, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("whom", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("audit_of", "platform", "tenant", "seq"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("platform", Text, nullable=False),
    Column("session", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("subject", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", Text, nullable=True),
    Column("update", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("receipt", Text, nullable=True),
    Column("error", Text, nullable=False),
    # what leaves one after the other: a session, or an answer alone
    Column("lane", Text, nullable=False, server_default=""),
    # its place in the line of all lanes; a row that is written anew or failed goes to the end
    Column("ord", BigInteger, nullable=False, server_default="0"),
    Column("about", Text, nullable=False, server_default=""),  # the iteration a private image shows
    Column("since", Text, nullable=True),  # it has failed since then
    Column("changed", Text, nullable=False, server_default=""),  # its state, last
    Index("outbox_lanes", "platform", "state", "lane", "seq"),
    Index("outbox_line", "platform", "state", "ord"),
    Index("outbox_of_session", "session", "seq"),
    Index("outbox_of_subject", "session", "subject"),
    Index("outbox_about", "about"),
)

posts = Table(
    "posts",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("message", Text, primary_key=True),
    Column("delivery", Integer, ForeignKey("outbox.id"), nullable=False, index=True),
    Index("posts_newest", "platform", "delivery"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Integer, nullable=False),
)

signals = Table(
    "signals",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run", Text, ForeignKey("runs.id"), nullable=False, index=True),
    Column("payload", Text, nullable=False),
)

servers = Table(
    "servers",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("tenant", Text, primary_key=True),
    Column("payload", Text, nullable=False),
)

preferences = Table(
    "preferences",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("tenant", Text, nullable=False),  # where they said it last
    Column("payload", Text, nullable=False),
)

votes = Table(
    "votes",
    metadata,
    Column("run", Text, ForeignKey("runs.id"), primary_key=True),
    Column("platform", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("iteration", Text, nullable=False),
)

# One person at several doors: those who are known as the same.
identities = Table(
    "identities",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("tenant", Text, nullable=False),  # where they linked it
    Column("known_as", Text, nullable=False),
    Index("identities_of", "known_as"),
)

link_codes = Table(
    "link_codes",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("until", Text, nullable=False),
)

stars = Table(
    "stars",
    metadata,
    Column("iteration", Text, primary_key=True),
    Column("platform", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("session", Text, ForeignKey("sessions.id"), nullable=False),
    Column("at", Text, nullable=False),
    Index("stars_of_session", "session"),
)

flags = Table(
    "flags",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
