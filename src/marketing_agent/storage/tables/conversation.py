"""Consent, changes, sign-in, the chat and what it costs."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
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

approvals = Table(
    "approvals",
    metadata,
    merchant_column(),
    Column("id", Text, nullable=False),
    Column("tool", Text, nullable=False),
    Column("arguments", JSONB, nullable=False),
    Column("given_by", Text, nullable=False),
    moment("given_at"),
    moment("expires_at"),
    moment("used_at", required=False),
    PrimaryKeyConstraint("merchant_id", "id"),
)

approval_requests = Table(
    "approval_requests",
    metadata,
    merchant_column(),
    Column("id", Text, nullable=False),
    Column("tool", Text, nullable=False),
    Column("arguments", JSONB, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("outlook", JSONB, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_kind", Text, nullable=False),
    moment("asked_at"),
    moment("expires_at"),
    Column("approved", Boolean),
    Column("approved_arguments", JSONB(none_as_null=True)),
    Column("approval_id", Text),
    Column("answered_by", Text),
    Column("reason", Text, nullable=False, server_default=text("''")),
    moment("answered_at", required=False),
    PrimaryKeyConstraint("merchant_id", "id"),
    Index(None, "merchant_id", "asked_at"),
)

changes = Table(
    "changes",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    merchant_column(),
    Column("approval_id", Text, nullable=False),
    Column("tool", Text, nullable=False),
    Column("arguments", JSONB, nullable=False),
    Column("made_by", Text, nullable=False),
    moment("made_at"),
    Column("result", JSONB, nullable=False),
    Column("inverse", JSONB(none_as_null=True)),
    Column("target", Text),
    Column("undone_by", BigInteger),
    UniqueConstraint("merchant_id", "approval_id"),
    Index(None, "merchant_id", "id"),
    Index(None, "merchant_id", "target"),
)

invitations = Table(
    "invitations",
    metadata,
    merchant_column(),
    Column("code_hash", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    moment("created_at"),
    moment("expires_at"),
    moment("used_at", required=False),
    PrimaryKeyConstraint("merchant_id", "code_hash"),
)

threads = Table(
    "threads",
    metadata,
    merchant_column(),
    Column("id", Text, nullable=False, unique=True),
    Column("owner", Text, nullable=False),
    Column("title", Text, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    PrimaryKeyConstraint("merchant_id", "id"),
    Index(None, "merchant_id", "owner", "updated_at"),
)

runs = Table(
    "runs",
    metadata,
    merchant_column(),
    Column("id", Text, nullable=False),
    Column("thread_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    moment("started_at"),
    moment("alive_at"),
    moment("ended_at", required=False),
    Column("cancel_asked", Boolean, nullable=False, server_default=text("false")),
    Column("tokens_in", Integer, nullable=False, server_default=text("0")),
    Column("tokens_out", Integer, nullable=False, server_default=text("0")),
    PrimaryKeyConstraint("merchant_id", "id"),
    Index(None, "merchant_id", "thread_id", "started_at"),
    Index(
        "uq_runs_one_per_thread",
        "merchant_id",
        "thread_id",
        unique=True,
        postgresql_where=text("state = 'running'"),
    ),
)

run_events = Table(
    "run_events",
    metadata,
    merchant_column(),
    Column("run_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("merchant_id", "run_id", "number"),
)

card_answers = Table(
    "card_answers",
    metadata,
    merchant_column(),
    Column("card_id", Text, nullable=False),
    Column("thread_id", Text, nullable=False),
    Column("tool_call_id", Text, nullable=False),
    Column("answer", JSONB, nullable=False),
    Column("approval_id", Text),
    moment("answered_at"),
    PrimaryKeyConstraint("merchant_id", "card_id"),
    Index(None, "merchant_id", "thread_id"),
)

token_use = Table(
    "token_use",
    metadata,
    merchant_column(),
    Column("day", Date, nullable=False),
    Column("tokens_in", BigInteger, nullable=False),
    Column("tokens_out", BigInteger, nullable=False),
    Column("estimated", BigInteger, nullable=False),
    PrimaryKeyConstraint("merchant_id", "day"),
)
