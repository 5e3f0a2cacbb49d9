"""Every table of ours, as SQLAlchemy Core objects. All keys start with the merchant.

Times are `timestamptz`, aware UTC. `*_hash` columns hold keyed hashes for matching,
`*_sealed` columns hold ciphertext that can be erased. Facts are append-only; links and
outcomes are derived from them and can be computed again at any time.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    }
)


def _moment(name: str, *, required: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=not required)


def _merchant() -> Column[int]:
    return Column("merchant_id", BigInteger, ForeignKey("merchants.id"), nullable=False)


merchants = Table(
    "merchants",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False),
    Column("webhook_key", Text, nullable=False, unique=True),
    Column("phone_region", Text, nullable=False, server_default="JP"),
    Column("time_zone", Text, nullable=False, server_default="Asia/Tokyo"),
    Column("privacy_policy_url", Text),
    Column("integration_on", Boolean, nullable=False, server_default=text("true")),
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
    _merchant(),
    Column("account_id", Text, nullable=False),
    Column("public_id", Text, nullable=False),
    Column("organization", Text, nullable=False),
    Column("time_zone", Text),
    Column("key_sealed", LargeBinary, nullable=False),
    _moment("connected_at"),
    PrimaryKeyConstraint("merchant_id"),
)

line_accounts = Table(
    "line_accounts",
    metadata,
    _merchant(),
    Column("bot_user_id", Text, nullable=False, unique=True),
    Column("basic_id", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("login_channel_id", Text, nullable=False),
    Column("login_secret_sealed", LargeBinary, nullable=False),
    Column("messaging_channel_id", Text, nullable=False),
    Column("messaging_secret_sealed", LargeBinary, nullable=False),
    _moment("connected_at"),
    PrimaryKeyConstraint("merchant_id"),
)

blocked_values = Table(
    "blocked_values",
    metadata,
    _merchant(),
    Column("value_hash", Text, nullable=False),
    Column("value_sealed", LargeBinary, nullable=False),
    _moment("blocked_at"),
    PrimaryKeyConstraint("merchant_id", "value_hash"),
)

friends = Table(
    "friends",
    metadata,
    _merchant(),
    Column("line_user_id", Text, nullable=False),
    Column("following", Boolean),
    _moment("following_since", required=False),
    Column("name_sealed", LargeBinary),
    Column("language", Text),
    Column("email_hash", Text),
    Column("phone_hash", Text),
    Column("signals_sealed", LargeBinary),
    _moment("first_seen"),
    _moment("updated_at"),
    PrimaryKeyConstraint("merchant_id", "line_user_id"),
    Index(None, "merchant_id", "email_hash"),
    Index(None, "merchant_id", "phone_hash"),
)

profiles = Table(
    "profiles",
    metadata,
    _merchant(),
    Column("profile_id", Text, nullable=False),
    Column("email_hash", Text),
    Column("phone_hash", Text),
    Column("signals_sealed", LargeBinary),
    Column("held_line_user_id_sealed", LargeBinary),
    _moment("read_at"),
    _moment("missing_since", required=False),
    PrimaryKeyConstraint("merchant_id", "profile_id"),
    Index(None, "merchant_id", "email_hash"),
    Index(None, "merchant_id", "phone_hash"),
)

facts = Table(
    "facts",
    metadata,
    _merchant(),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("line_user_id", Text),
    Column("profile_id", Text),
    Column("other_profile_id", Text),
    _moment("at"),
    _moment("stored"),
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
    _merchant(),
    Column("line_user_id", Text, nullable=False),
    Column("profile_id", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("evidence", Integer, nullable=False),
    Column("matched_by", ARRAY(Text), nullable=False),
    _moment("since"),
    Column("suspended", Boolean, nullable=False),
    UniqueConstraint("merchant_id", "line_user_id"),
    UniqueConstraint("merchant_id", "profile_id"),
    Index(None, "merchant_id", "made_by"),
)

outcomes = Table(
    "outcomes",
    metadata,
    _merchant(),
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
    _moment("claimed_at"),
    _moment("since"),
    _moment("expires", required=False),
    PrimaryKeyConstraint("merchant_id", "claim_key"),
    Index(None, "merchant_id", "line_user_id"),
    Index(None, "merchant_id", "code"),
)

waiting_claims = Table(
    "waiting_claims",
    metadata,
    _merchant(),
    Column("claim_key", Text, nullable=False),
    Column("signals_sealed", LargeBinary, nullable=False),
    _moment("next_at"),
    Column("looks", Integer, nullable=False),
    Column("last_error", Text),
    PrimaryKeyConstraint("merchant_id", "claim_key"),
    Index(None, "next_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _merchant(),
    Column("cause", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("line_user_id", Text, nullable=False),
    Column("profile_id", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("evidence", Integer, nullable=False),
    _moment("at"),
    UniqueConstraint("merchant_id", "cause", "kind", "made_by"),
    Index(None, "merchant_id", "line_user_id"),
    Index(None, "merchant_id", "profile_id"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _merchant(),
    Column("event_id", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    _moment("received_at"),
    _moment("handled_at", required=False),
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
    _merchant(),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("line_user_id", Text, nullable=False),
    Column("profile_id", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    _moment("created_at"),
    _moment("next_at"),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("last_error", Text),
    _moment("done_at", required=False),
    _moment("dead_at", required=False),
    UniqueConstraint("merchant_id", "key"),
    Index(
        "ix_outbox_waiting",
        "merchant_id",
        "next_at",
        postgresql_where=text("done_at IS NULL AND dead_at IS NULL"),
    ),
    Index(None, "merchant_id", "profile_id"),
)

qr_links = Table(
    "qr_links",
    metadata,
    _merchant(),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("link_type", Text, nullable=False),
    Column("email_variable", Text),
    Column("phone_variable", Text),
    Column("opened", Integer, nullable=False, server_default=text("0")),
    _moment("created_at"),
    _moment("updated_at"),
    _moment("deleted_at", required=False),
    PrimaryKeyConstraint("merchant_id", "slug"),
)

approvals = Table(
    "approvals",
    metadata,
    _merchant(),
    Column("id", Text, nullable=False),
    Column("tool", Text, nullable=False),
    Column("arguments", JSONB, nullable=False),
    Column("given_by", Text, nullable=False),
    _moment("given_at"),
    _moment("expires_at"),
    _moment("used_at", required=False),
    PrimaryKeyConstraint("merchant_id", "id"),
)

changes = Table(
    "changes",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _merchant(),
    Column("approval_id", Text, nullable=False),
    Column("tool", Text, nullable=False),
    Column("arguments", JSONB, nullable=False),
    Column("made_by", Text, nullable=False),
    _moment("made_at"),
    Column("result", JSONB, nullable=False),
    Column("inverse", JSONB(none_as_null=True)),
    Column("target", Text),
    Column("undone_by", BigInteger),
    UniqueConstraint("merchant_id", "approval_id"),
    Index(None, "merchant_id", "target"),
)

invitations = Table(
    "invitations",
    metadata,
    _merchant(),
    Column("code_hash", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    _moment("created_at"),
    _moment("expires_at"),
    _moment("used_at", required=False),
    PrimaryKeyConstraint("merchant_id", "code_hash"),
)

threads = Table(
    "threads",
    metadata,
    _merchant(),
    Column("id", Text, nullable=False, unique=True),
    Column("owner", Text, nullable=False),
    Column("title", Text, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
    PrimaryKeyConstraint("merchant_id", "id"),
    Index(None, "merchant_id", "owner", "updated_at"),
)

runs = Table(
    "runs",
    metadata,
    _merchant(),
    Column("id", Text, nullable=False),
    Column("thread_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    _moment("started_at"),
    _moment("alive_at"),
    _moment("ended_at", required=False),
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
    _merchant(),
    Column("run_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("merchant_id", "run_id", "number"),
)

card_answers = Table(
    "card_answers",
    metadata,
    _merchant(),
    Column("card_id", Text, nullable=False),
    Column("thread_id", Text, nullable=False),
    Column("tool_call_id", Text, nullable=False),
    Column("answer", JSONB, nullable=False),
    Column("approval_id", Text),
    _moment("answered_at"),
    PrimaryKeyConstraint("merchant_id", "card_id"),
    Index(None, "merchant_id", "thread_id"),
)
