"""One person at several doors; pictures that people starred."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("platform", sa.Text(), primary_key=True),
        sa.Column("person", sa.Text(), primary_key=True),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("known_as", sa.Text(), nullable=False),
    )
    op.create_index("identities_of", "identities", ["known_as"])
    op.create_table(
        "link_codes",
        sa.Column("hash", sa.Text(), primary_key=True),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
    )
    op.create_table(
        "stars",
        sa.Column("iteration", sa.Text(), primary_key=True),
        sa.Column("platform", sa.Text(), primary_key=True),
        sa.Column("person", sa.Text(), primary_key=True),
        sa.Column("session", sa.Text(), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
    )
    op.create_index("stars_of_session", "stars", ["session"])


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward: restore a backup instead.")
