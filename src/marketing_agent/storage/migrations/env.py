"""Alembic's entry point: runs the revisions on the connection that it is handed."""

from __future__ import annotations

from alembic import context

from marketing_agent.storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
