"""The settings of the linkage methods, and the import's own records."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from marketing_agent.storage.tables.columns import merchant_column, metadata, moment

qr_links = Table(
    "qr_links",
    metadata,
    merchant_column(),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("link_type", Text, nullable=False),
    Column("email_variable", Text),
    Column("phone_variable", Text),
    Column("opened", Integer, nullable=False, server_default=text("0")),
    moment("created_at"),
    moment("updated_at"),
    moment("deleted_at", required=False),
    PrimaryKeyConstraint("merchant_id", "slug"),
)

form_linkages = Table(
    "form_linkages",
    metadata,
    merchant_column(),
    Column("slug", Text, nullable=False, unique=True),
    Column("form_id", Text, nullable=False),
    Column("form_name", Text, nullable=False),
    Column("cta_label", Text, nullable=False),
    Column("landing_page", Text),
    Column("origins", ARRAY(Text), nullable=False),
    Column("timing", Text, nullable=False),
    Column("trigger", Text),
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("previous_secret_sealed", LargeBinary),
    moment("previous_until", required=False),
    Column("handed_over", Integer, nullable=False, server_default=text("0")),
    moment("script_seen_at", required=False),
    Column("script_seen_on", Text),
    moment("webhook_seen_at", required=False),
    moment("created_at"),
    moment("updated_at"),
    moment("deleted_at", required=False),
    PrimaryKeyConstraint("merchant_id", "slug"),
    Index(
        "uq_form_linkages_one_per_form",
        "merchant_id",
        "form_id",
        unique=True,
        postgresql_where=text("deleted_at IS NULL"),
    ),
)

imports = Table(
    "imports",
    metadata,
    merchant_column(),
    Column("segment_id", Text, nullable=False),
    Column("segment_name", Text, nullable=False),
    Column("property", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    moment("next_run_at"),
    moment("full_run_at"),
    moment("joined_watermark", required=False),
    moment("updated_watermark", required=False),
    PrimaryKeyConstraint("merchant_id"),
    Index(None, "next_run_at"),
)

import_runs = Table(
    "import_runs",
    metadata,
    merchant_column(),
    Column("id", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("extent", Text),
    Column("generation", Integer, nullable=False),
    Column("segment_id", Text),
    Column("segment_name", Text),
    Column("property", Text),
    Column("state", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("cursor", JSONB),
    Column("expected", Integer),
    Column("counts", JSONB, nullable=False),
    Column("requests", Integer, nullable=False, server_default=text("0")),
    Column("error", Text),
    moment("started_at"),
    moment("updated_at"),
    moment("ended_at", required=False),
    PrimaryKeyConstraint("merchant_id", "id"),
    Index(None, "merchant_id", "started_at"),
    Index(
        "uq_import_runs_one_running",
        "merchant_id",
        "kind",
        unique=True,
        postgresql_where=text("state = 'running'"),
    ),
)

sightings = Table(
    "sightings",
    metadata,
    merchant_column(),
    Column("profile_id", Text, nullable=False),
    Column("line_user_id", Text),
    Column("verdict", Text, nullable=False),
    Column("run_id", BigInteger, nullable=False),
    Column("claim_key", Text),
    Column("claimed_line_user_id", Text),
    moment("read_at"),
    PrimaryKeyConstraint("merchant_id", "profile_id"),
    Index(
        "ix_sightings_line_user",
        "merchant_id",
        "line_user_id",
        postgresql_where=text("line_user_id IS NOT NULL"),
    ),
    Index(
        "ix_sightings_pending",
        "merchant_id",
        "profile_id",
        postgresql_where=text("line_user_id IS DISTINCT FROM claimed_line_user_id"),
    ),
    # A nightly reconcile writes to every row: room for it beside the old version.
    postgresql_with={"fillfactor": "80"},
)
