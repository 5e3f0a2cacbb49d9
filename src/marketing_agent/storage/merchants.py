"""Merchants, and the Klaviyo account and LINE Official Account of each."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.core.errors import NotFound
from marketing_agent.storage.conditions import is_storable
from marketing_agent.storage.tables import klaviyo_accounts, line_accounts, merchants

_NUMBER_LOCKS: Final = 686_237
"""The first half of an advisory lock: "number" on a telephone keypad."""

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """One LINE Official Account with one Klaviyo account."""

    id: int
    name: str
    webhook_key: str
    """The unguessable part of the webhook URLs given to LINE and Klaviyo."""
    embed_key: str
    """Names the merchant in the landing page's script; anyone can read it there."""
    phone_region: str
    time_zone: str
    privacy_policy_url: str | None
    integration_on: bool
    """Off: paused. Work waits and nothing is lost."""
    auto_link_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KlaviyoAccountRow:
    """The connected Klaviyo account; it is fixed at the first connect."""

    account_id: str
    public_id: str
    organization: str
    time_zone: str | None
    key_sealed: bytes
    number: int = 1
    """Of several LINE accounts on it, by order of connection; it ends the names of
    properties from 2 on. Given at the first connect, whatever is passed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAccountRow:
    """The connected LINE Official Account with its two channels."""

    bot_user_id: str
    basic_id: str
    display_name: str
    login_channel_id: str
    login_secret_sealed: bytes
    messaging_channel_id: str
    messaging_secret_sealed: bytes


async def add(
    tx: AsyncConnection,
    *,
    name: str,
    phone_region: str,
    time_zone: str,
    privacy_policy_url: str | None,
) -> Merchant:
    """A new merchant with a fresh webhook key."""
    rows = await tx.execute(
        insert(merchants)
        .values(
            name=name,
            webhook_key=secrets.token_urlsafe(24),
            # 32 hexadecimal digits would be taken for a channel secret and masked.
            embed_key=secrets.token_urlsafe(15),
            phone_region=phone_region,
            time_zone=time_zone,
            privacy_policy_url=privacy_policy_url,
        )
        .returning(*merchants.c)
    )
    return _merchant_of(rows.mappings().one())


async def get(tx: AsyncConnection, merchant_id: int) -> Merchant:
    """Raises NotFound."""
    rows = await tx.execute(select(merchants).where(merchants.c.id == merchant_id))
    row = rows.mappings().one_or_none()
    if row is None:
        raise NotFound(noun="merchant", name=merchant_id)
    return _merchant_of(row)


async def by_webhook_key(tx: AsyncConnection, key: str) -> Merchant | None:
    """The merchant that LINE's webhook URL names."""
    if not is_storable(key):
        return None
    rows = await tx.execute(select(merchants).where(merchants.c.webhook_key == key))
    row = rows.mappings().one_or_none()
    return None if row is None else _merchant_of(row)


async def by_embed_key(tx: AsyncConnection, key: str) -> Merchant | None:
    """The merchant whose landing page carries this key; anyone may know it."""
    if not is_storable(key):
        return None
    rows = await tx.execute(select(merchants).where(merchants.c.embed_key == key))
    row = rows.mappings().one_or_none()
    return None if row is None else _merchant_of(row)


async def all_of_them(tx: AsyncConnection) -> list[Merchant]:
    """Every merchant of this installation, oldest first; for operators and the tick."""
    rows = await tx.execute(select(merchants).order_by(merchants.c.id))
    return [_merchant_of(row) for row in rows.mappings()]


async def klaviyo_account(
    tx: AsyncConnection, merchant_id: int
) -> KlaviyoAccountRow | None:
    """The connected Klaviyo account."""
    rows = await tx.execute(
        select(klaviyo_accounts).where(klaviyo_accounts.c.merchant_id == merchant_id)
    )
    row = rows.mappings().one_or_none()
    if row is None:
        return None
    return KlaviyoAccountRow(
        account_id=row["account_id"],
        public_id=row["public_id"],
        organization=row["organization"],
        time_zone=row["time_zone"],
        key_sealed=row["key_sealed"],
        number=row["number"],
    )


async def connect_klaviyo(
    tx: AsyncConnection, merchant_id: int, account: KlaviyoAccountRow, now: datetime
) -> None:
    """Store or renew the connection.

    The caller has checked that the account is the one that was connected first.
    """
    # One after the other: two that connect at once must not get the same number.
    await tx.execute(
        select(
            func.pg_advisory_xact_lock(_NUMBER_LOCKS, func.hashtext(account.account_id))
        )
    )
    values = {name: getattr(account, name) for name in account.__slots__}
    del values["number"]
    beside = klaviyo_accounts.alias()
    number = (
        select(func.coalesce(func.max(beside.c.number), 0) + 1)
        .where(beside.c.account_id == account.account_id)
        .scalar_subquery()
    )
    await tx.execute(
        insert(klaviyo_accounts)
        .values(merchant_id=merchant_id, connected_at=now, number=number, **values)
        .on_conflict_do_update(
            index_elements=["merchant_id"], set_=values | {"connected_at": now}
        )
    )


async def line_account(tx: AsyncConnection, merchant_id: int) -> LineAccountRow | None:
    """The connected LINE Official Account."""
    rows = await tx.execute(
        select(line_accounts).where(line_accounts.c.merchant_id == merchant_id)
    )
    row = rows.mappings().one_or_none()
    if row is None:
        return None
    return LineAccountRow(
        bot_user_id=row["bot_user_id"],
        basic_id=row["basic_id"],
        display_name=row["display_name"],
        login_channel_id=row["login_channel_id"],
        login_secret_sealed=row["login_secret_sealed"],
        messaging_channel_id=row["messaging_channel_id"],
        messaging_secret_sealed=row["messaging_secret_sealed"],
    )


async def connected_at(
    tx: AsyncConnection, merchant_id: int
) -> tuple[datetime | None, datetime | None]:
    """When Klaviyo and LINE were connected last, each with a key that was good then."""
    times = [
        select(table.c.connected_at)
        .where(table.c.merchant_id == merchant_id)
        .scalar_subquery()
        for table in (klaviyo_accounts, line_accounts)
    ]
    klaviyo, line = (await tx.execute(select(*times))).one()
    return klaviyo, line


async def asks_email(tx: AsyncConnection, merchant_id: int) -> bool:
    """Whether the LINE Login channel may ask customers for their email address."""
    asks = await tx.scalar(
        select(line_accounts.c.asks_email).where(
            line_accounts.c.merchant_id == merchant_id
        )
    )
    return bool(asks)


async def let_ask_for_email(
    tx: AsyncConnection, merchant_id: int, *, asks: bool
) -> None:
    """Say whether LINE has granted the channel the email permission."""
    await tx.execute(
        update(line_accounts)
        .where(line_accounts.c.merchant_id == merchant_id)
        .values(asks_email=asks)
    )


async def connect_line(
    tx: AsyncConnection, merchant_id: int, account: LineAccountRow, now: datetime
) -> None:
    """Store or renew the connection."""
    values = {name: getattr(account, name) for name in account.__slots__}
    await tx.execute(
        insert(line_accounts)
        .values(merchant_id=merchant_id, connected_at=now, **values)
        .on_conflict_do_update(
            index_elements=["merchant_id"], set_=values | {"connected_at": now}
        )
    )


async def switch_integration(
    tx: AsyncConnection, merchant_id: int, *, on: bool
) -> None:
    """Pause everything, or go on."""
    await _switch(tx, merchant_id, integration_on=on)


async def switch_auto_link(tx: AsyncConnection, merchant_id: int, *, on: bool) -> None:
    """Pause auto-link, or go on."""
    await _switch(tx, merchant_id, auto_link_on=on)


async def _switch(tx: AsyncConnection, merchant_id: int, **switch: bool) -> None:
    await tx.execute(
        update(merchants).where(merchants.c.id == merchant_id).values(**switch)
    )


def _merchant_of(row: RowMapping) -> Merchant:
    return Merchant(
        id=row["id"],
        name=row["name"],
        webhook_key=row["webhook_key"],
        embed_key=row["embed_key"],
        phone_region=row["phone_region"],
        time_zone=row["time_zone"],
        privacy_policy_url=row["privacy_policy_url"],
        integration_on=row["integration_on"],
        auto_link_on=row["auto_link_on"],
    )
