"""Alembic's entry: runs on the connection that `adapters.storage.sql` hands over."""

from alembic import context

from adapters.storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
