"""What a run, an outbox or a day reads is found without looking at everything that is kept."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_index("outbox_line", "outbox", ["platform", "state", "ord"])
    op.create_index("posts_newest", "posts", ["platform", "delivery"])
    op.create_index("ix_posts_delivery", "posts", ["delivery"])
    op.create_index("ix_iterations_run", "iterations", ["run"])
    op.create_index("runs_of", "runs", ["platform", "actor", "created"])
    op.drop_index("holdings_day", "holdings")
    op.create_index("holdings_day", "holdings", ["day", "platform", "actor"])


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward: restore a backup instead.")
