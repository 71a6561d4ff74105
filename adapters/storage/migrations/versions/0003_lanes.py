"""The outbox by lanes: each session is one, each answer its own; and since when a row has failed."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

outbox = sa.table(
    "outbox",
    sa.column("id", sa.Integer),
    sa.column("key", sa.Text),
    sa.column("session", sa.Text),
    sa.column("lane", sa.Text),
    sa.column("ord", sa.BigInteger),
    sa.column("about", sa.Text),
    sa.column("update", sa.Text),
)


def upgrade() -> None:
    for column in (
        sa.Column("lane", sa.Text(), nullable=False, server_default=""),
        sa.Column("ord", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("about", sa.Text(), nullable=False, server_default=""),
        sa.Column("since", sa.Text(), nullable=True),
        sa.Column("changed", sa.Text(), nullable=False, server_default=""),
    ):
        op.add_column("outbox", column)
    lane = sa.case(
        (outbox.c.session != "", outbox.c.session),
        else_=sa.literal("alone:", sa.Text()) + outbox.c.key,
    )
    op.execute(outbox.update().values(lane=lane, ord=outbox.c.id))
    _fill_about()
    op.create_index("outbox_lanes", "outbox", ["platform", "state", "lane", "seq"])
    op.create_index("outbox_of_subject", "outbox", ["session", "subject"])
    op.create_index("outbox_about", "outbox", ["about"])
    op.drop_index("outbox_due", "outbox")
    highest = sa.select(sa.func.coalesce(sa.func.max(outbox.c.id), 0)).scalar_subquery()
    counters = sa.table("counters", sa.column("name", sa.Text), sa.column("value", sa.Integer))
    op.execute(
        counters.insert().from_select(["name", "value"], sa.select(sa.literal("outbox"), highest))
    )


def _fill_about() -> None:
    """Images that were sent to a person say which iteration they show."""
    connection = op.get_bind()
    sent = sa.select(outbox.c.id, outbox.c.update).where(
        outbox.c.session == "", outbox.c.update.contains('"what":"image"')
    )
    for id, text in connection.execute(sent).all():
        about = str(json.loads(text).get("about") or "")
        connection.execute(outbox.update().where(outbox.c.id == id).values(about=about))


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward: restore a backup instead.")
