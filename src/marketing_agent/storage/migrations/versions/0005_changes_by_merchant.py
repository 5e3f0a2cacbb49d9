"""An index for the changes of one merchant, newest first."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index(op.f("ix_changes_merchant_id_id"), "changes", ["merchant_id", "id"])
