"""Runs the steps on the connection that ``bot.store_database`` hands over."""

from alembic import context

from bot.store_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
