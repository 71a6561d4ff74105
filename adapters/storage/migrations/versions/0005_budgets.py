"""Limits in layers, grants, blocks, the log of admins' acts; what each run counts, in a row of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXT, NANO = sa.Text(), sa.BigInteger()


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _keys(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, primary_key=True) for name in names]


def upgrade() -> None:
    _holdings()
    op.create_table(
        "limits",
        *_keys("platform", "tenant", "scope", "scope_id", "unit", "span"),
        *_text("name"),
        sa.Column("amount_nano", NANO, nullable=False),
        *_text("set_by", "at"),
    )
    op.create_table(
        "grants", *_keys("id"), *_text("platform", "tenant", "actor", "expires", "payload")
    )
    op.create_index("grants_of", "grants", ["platform", "tenant", "actor"])
    op.create_table("blocks", *_keys("platform", "tenant", "actor"), *_text("name", "set_by", "at"))
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        *_text("at", "platform", "tenant", "act", "what"),
        *_text("who", "name", "whom", "nonce", "sealed", "hash"),
    )
    op.create_index("audit_of", "audit", ["platform", "tenant", "seq"])


def _holdings() -> None:
    op.create_table(
        "holdings",
        sa.Column("run", TEXT, sa.ForeignKey("runs.id"), primary_key=True),
        *_text("at", "day", "platform", "tenant", "actor", "channel", "roles"),
        sa.Column("grant_id", TEXT, nullable=False, server_default=""),
        sa.Column("images", sa.Integer(), nullable=False),
        sa.Column("usd_nano", NANO, nullable=False),
    )
    op.execute(FILL)
    for name, columns in (
        ("holdings_of", ["platform", "actor", "at"]),
        ("holdings_in", ["platform", "tenant", "at"]),
        ("holdings_at", ["at"]),
        ("holdings_day", ["day"]),
        ("holdings_granted", ["grant_id"]),
    ):
        op.create_index(name, "holdings", columns)


BOOKED = """(kind = 'settle' or (kind = 'unknown' and not exists (
    select 1 from ledger s where s.call = l.call and s.kind = 'settle')))"""
COUNTS = (
    """case when released = 1 or booked_{0} >= reserved_{0} then booked_{0} else reserved_{0} end"""
)
FILL = f"""
insert into holdings (run, at, day, platform, tenant, actor, channel, roles, images, usd_nano)
select r.id, r.created, u.day, u.platform, s.tenant, u.actor, s.channel, '',
    {COUNTS.format("images")}, {COUNTS.format("usd")}
from (
    select run, min(day) as day, min(platform) as platform, min(actor) as actor,
        max(case when kind = 'release' then 1 else 0 end) as released,
        sum(case when {BOOKED} then images else 0 end) as booked_images,
        sum(case when {BOOKED} then coalesce(usd_nano, 0) else 0 end) as booked_usd,
        sum(case when kind = 'reserve' then images else 0 end) as reserved_images,
        sum(case when kind = 'reserve' then coalesce(usd_nano, 0) else 0 end) as reserved_usd
    from ledger l group by run
) u join runs r on r.id = u.run join sessions s on s.id = r.session
"""


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward: restore a backup instead.")
