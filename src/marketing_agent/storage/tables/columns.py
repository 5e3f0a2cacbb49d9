"""What every table is made of: the metadata, moments, and the merchant's key."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, MetaData

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    }
)


def moment(name: str, *, required: bool = True) -> Column[object]:
    """A point in time: `timestamptz`, aware UTC."""
    return Column(name, DateTime(timezone=True), nullable=not required)


def merchant_column() -> Column[int]:
    """The first column of every key."""
    return Column("merchant_id", BigInteger, ForeignKey("merchants.id"), nullable=False)
