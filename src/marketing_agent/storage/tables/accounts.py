"""The merchants, their platforms, and what keeps work apart."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    Identity,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from marketing_agent.storage.tables.columns import merchant_column, metadata, moment

merchants = Table(
    "merchants",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False),
    Column("webhook_key", Text, nullable=False, unique=True),
    Column(
        "embed_key",
        Text,
        nullable=False,
        unique=True,
        server_default=text("'e' || replace(gen_random_uuid()::text, '-', '')"),
    ),
    Column("phone_region", Text, nullable=False, server_default="JP"),
    Column("time_zone", Text, nullable=False, server_default="Asia/Tokyo"),
    Column("privacy_policy_url", Text),
    Column("integration_on", Boolean, nullable=False, server_default=text("true")),
    Column("auto_link_on", Boolean, nullable=False, server_default=text("true")),
    Column(
        "created_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=func.now(),
    ),
)

klaviyo_accounts = Table(
    "klaviyo_accounts",
    metadata,
    merchant_column(),
    Column("account_id", Text, nullable=False),
    Column("public_id", Text, nullable=False),
    Column("organization", Text, nullable=False),
    Column("time_zone", Text),
    Column("key_sealed", LargeBinary, nullable=False),
    Column("number", Integer, nullable=False, server_default=text("1")),
    Column("profiles_cursor", Text),
    moment("profiles_read_at", required=False),
    moment("connected_at"),
    PrimaryKeyConstraint("merchant_id"),
)

line_accounts = Table(
    "line_accounts",
    metadata,
    merchant_column(),
    Column("bot_user_id", Text, nullable=False, unique=True),
    Column("basic_id", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("login_channel_id", Text, nullable=False),
    Column("login_secret_sealed", LargeBinary, nullable=False),
    Column("asks_email", Boolean, nullable=False, server_default=text("false")),
    Column("messaging_channel_id", Text, nullable=False),
    Column("messaging_secret_sealed", LargeBinary, nullable=False),
    moment("connected_at"),
    PrimaryKeyConstraint("merchant_id"),
)

blocked_values = Table(
    "blocked_values",
    metadata,
    merchant_column(),
    Column("value_hash", Text, nullable=False),
    Column("value_sealed", LargeBinary, nullable=False),
    moment("blocked_at"),
    PrimaryKeyConstraint("merchant_id", "value_hash"),
)

leases = Table(
    "leases",
    metadata,
    merchant_column(),
    Column("work", Text, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("holder", Text, nullable=False),
    moment("taken_at"),
    PrimaryKeyConstraint("merchant_id", "work"),
)

limit_windows = Table(
    "limit_windows",
    metadata,
    Column("account", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("windows", JSONB, nullable=False),
    Column("closed_until", Double, nullable=False),
    PrimaryKeyConstraint("account", "tier"),
)
