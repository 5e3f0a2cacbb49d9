"""Facts, and what is derived from them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from marketing_agent.storage.tables.columns import merchant_column, metadata, moment

facts = Table(
    "facts",
    metadata,
    merchant_column(),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("line_user_id", Text),
    Column("profile_id", Text),
    Column("other_profile_id", Text),
    moment("at"),
    moment("stored"),
    Column("body", JSONB, nullable=False),
    PrimaryKeyConstraint("merchant_id", "key"),
    Index(None, "merchant_id", "line_user_id"),
    Index(None, "merchant_id", "profile_id"),
    Index(None, "merchant_id", "stored"),
    Index(
        "ix_facts_other_profile",
        "merchant_id",
        "other_profile_id",
        postgresql_where=text("other_profile_id IS NOT NULL"),
    ),
)

links = Table(
    "links",
    metadata,
    merchant_column(),
    Column("line_user_id", Text, nullable=False),
    Column("profile_id", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("evidence", Integer, nullable=False),
    Column("matched_by", ARRAY(Text), nullable=False),
    moment("since"),
    Column("suspended", Boolean, nullable=False),
    UniqueConstraint("merchant_id", "line_user_id"),
    UniqueConstraint("merchant_id", "profile_id"),
    Index(None, "merchant_id", "made_by"),
    Index(
        "ix_links_friend",
        "merchant_id",
        "line_user_id",
        postgresql_include=["method", "since", "suspended"],
    ),
    Index(
        "ix_links_suspended",
        "merchant_id",
        postgresql_where=text("suspended"),
    ),
)

outcomes = Table(
    "outcomes",
    metadata,
    merchant_column(),
    Column("claim_key", Text, nullable=False),
    Column("line_user_id", Text, nullable=False),
    Column("profile_id", Text),
    Column("method", Text, nullable=False),
    Column("setting", Text),
    Column("code", Text, nullable=False),
    Column("row", Integer, nullable=False),
    Column("detail", Text, nullable=False),
    Column("numbers", JSONB, nullable=False),
    Column("evidence", Integer, nullable=False),
    moment("claimed_at"),
    moment("since"),
    moment("expires", required=False),
    Column("email_hash", Text),
    Column("phone_hash", Text),
    PrimaryKeyConstraint("merchant_id", "claim_key"),
    Index(None, "merchant_id", "line_user_id"),
    Index(None, "merchant_id", "code"),
    Index(
        "ix_outcomes_email",
        "merchant_id",
        "email_hash",
        "line_user_id",
        postgresql_where=text("email_hash IS NOT NULL"),
    ),
    Index(
        "ix_outcomes_phone",
        "merchant_id",
        "phone_hash",
        "line_user_id",
        postgresql_where=text("phone_hash IS NOT NULL"),
    ),
)

waiting_claims = Table(
    "waiting_claims",
    metadata,
    merchant_column(),
    Column("claim_key", Text, nullable=False),
    Column("signals_sealed", LargeBinary, nullable=False),
    moment("next_at"),
    Column("looks", Integer, nullable=False),
    Column("last_error", Text),
    PrimaryKeyConstraint("merchant_id", "claim_key"),
    Index(None, "next_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    merchant_column(),
    Column("cause", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("line_user_id", Text, nullable=False),
    Column("profile_id", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("evidence", Integer, nullable=False),
    moment("at"),
    UniqueConstraint("merchant_id", "cause", "kind", "made_by"),
    Index(None, "merchant_id", "line_user_id"),
    Index(None, "merchant_id", "profile_id"),
)
