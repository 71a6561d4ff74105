"""Discord's direct messages, until here one tenant for everybody, are a tenant of each person."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for table, person in (("sessions", "owner"), ("runs", "actor"), ("ledger", "actor")):
        op.execute(
            f"update {table} set tenant = 'dm:' || {person} "
            "where platform = 'discord' and tenant = 'dm'"
        )


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward: restore a backup instead.")
