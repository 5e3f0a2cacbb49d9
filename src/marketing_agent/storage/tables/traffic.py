"""What came in, what has to go out, and customers on their way."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from marketing_agent.storage.tables.columns import merchant_column, metadata, moment

inbox = Table(
    "inbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    merchant_column(),
    Column("event_id", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    moment("received_at"),
    moment("handled_at", required=False),
    UniqueConstraint("merchant_id", "event_id"),
    Index(
        "ix_inbox_waiting",
        "merchant_id",
        "id",
        postgresql_where=text("handled_at IS NULL"),
    ),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    merchant_column(),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("line_user_id", Text, nullable=False),
    Column("profile_id", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    moment("created_at"),
    moment("next_at"),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("last_error", Text),
    Column("job_id", Text),
    moment("done_at", required=False),
    moment("dead_at", required=False),
    UniqueConstraint("merchant_id", "key"),
    Index(
        "ix_outbox_waiting",
        "merchant_id",
        "next_at",
        postgresql_where=text("done_at IS NULL AND dead_at IS NULL"),
    ),
    Index(None, "merchant_id", "profile_id"),
)

bulk_jobs = Table(
    "bulk_jobs",
    metadata,
    merchant_column(),
    Column("job_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    moment("submitted_at"),
    moment("next_at"),
    moment("ended_at", required=False),
    PrimaryKeyConstraint("merchant_id", "job_id"),
)

ticket_marks = Table(
    "ticket_marks",
    metadata,
    merchant_column(),
    Column("ticket_id", Text, nullable=False),
    moment("scanned_at"),
    PrimaryKeyConstraint("merchant_id", "ticket_id"),
    Index(None, "scanned_at"),
)
