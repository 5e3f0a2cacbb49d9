"""LINE users and Klaviyo profiles, and the merchant's own order among friends."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from marketing_agent.storage.tables.columns import merchant_column, metadata, moment

friends = Table(
    "friends",
    metadata,
    merchant_column(),
    Column("line_user_id", Text, nullable=False),
    Column("following", Boolean),
    moment("following_since", required=False),
    Column("name_sealed", LargeBinary),
    Column("name_folded", Text),
    Column("language", Text),
    Column("email_hash", Text),
    Column("phone_hash", Text),
    Column("signals_sealed", LargeBinary),
    Column("signals_from", Text),
    moment("signals_at", required=False),
    Column("consent", Boolean),
    moment("consent_at", required=False),
    Column("consent_from", Text),
    moment("sync_at", required=False),
    moment("synced_at", required=False),
    Column("synced_digest", Text),
    moment("first_seen"),
    moment("updated_at"),
    PrimaryKeyConstraint("merchant_id", "line_user_id"),
    Index(None, "merchant_id", "email_hash"),
    Index(None, "merchant_id", "phone_hash"),
    Index(
        "ix_friends_name",
        "merchant_id",
        "name_folded",
        postgresql_ops={"name_folded": "text_pattern_ops"},
    ),
    Index("ix_friends_newest", "merchant_id", "first_seen", "line_user_id"),
    # Merged with the one of the links: a million are counted without their rows.
    Index(
        "ix_friends_follow",
        "merchant_id",
        "line_user_id",
        postgresql_include=["following", "following_since"],
    ),
    Index(
        "ix_friends_to_sync",
        "merchant_id",
        "sync_at",
        postgresql_where=text("sync_at IS NOT NULL"),
    ),
)

profiles = Table(
    "profiles",
    metadata,
    merchant_column(),
    Column("profile_id", Text, nullable=False),
    Column("email_hash", Text),
    Column("phone_hash", Text),
    Column("signals_sealed", LargeBinary),
    Column("held_line_user_id_sealed", LargeBinary),
    Column("line_user_id_shown", Text),
    moment("read_at"),
    moment("missing_since", required=False),
    moment("gone_at", required=False),
    PrimaryKeyConstraint("merchant_id", "profile_id"),
    Index(None, "merchant_id", "email_hash"),
    Index(None, "merchant_id", "phone_hash"),
    Index(
        "ix_profiles_missing",
        "merchant_id",
        "missing_since",
        postgresql_where=text("missing_since IS NOT NULL"),
    ),
)

login_tokens = Table(
    "login_tokens",
    metadata,
    merchant_column(),
    Column("line_user_id", Text, nullable=False),
    Column("access_sealed", LargeBinary, nullable=False),
    Column("refresh_sealed", LargeBinary),
    moment("access_until"),
    moment("refresh_until", required=False),
    PrimaryKeyConstraint("merchant_id", "line_user_id"),
)

erased_people = Table(
    "erased_people",
    metadata,
    merchant_column(),
    Column("person_hash", Text, nullable=False),
    Column("line_user_sealed", LargeBinary),
    moment("erased_at"),
    PrimaryKeyConstraint("merchant_id", "person_hash"),
)

tags = Table(
    "tags",
    metadata,
    merchant_column(),
    Column("id", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    moment("created_at"),
    moment("deleted_at", required=False),
    PrimaryKeyConstraint("merchant_id", "id"),
    Index(
        "uq_tags_one_name",
        "merchant_id",
        "name",
        unique=True,
        postgresql_where=text("deleted_at IS NULL"),
    ),
)

friend_tags = Table(
    "friend_tags",
    metadata,
    merchant_column(),
    Column("tag_id", BigInteger, nullable=False),
    Column("line_user_id", Text, nullable=False),
    PrimaryKeyConstraint("merchant_id", "tag_id", "line_user_id"),
    Index(None, "merchant_id", "line_user_id"),
)

segments = Table(
    "segments",
    metadata,
    merchant_column(),
    Column("id", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("conditions", JSONB, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    moment("deleted_at", required=False),
    PrimaryKeyConstraint("merchant_id", "id"),
)

coverage_days = Table(
    "coverage_days",
    metadata,
    merchant_column(),
    Column("day", Date, nullable=False),
    Column("friends", Integer, nullable=False),
    Column("linked", Integer, nullable=False),
    Column("by_method", JSONB, nullable=False),
    moment("written_at"),
    PrimaryKeyConstraint("merchant_id", "day"),
)
