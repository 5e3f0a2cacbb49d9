"""Profiles as Klaviyo shows them, turned into hashes and kept for later."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from marketing_agent.core.match import SeenProfile
from marketing_agent.core.signals import (
    Readable,
    ReadEmail,
    ReadPhone,
    SignalHash,
    SignalKind,
    read_email,
    read_line_user_id,
    read_phone,
)
from marketing_agent.services.linking import LINE_USER_ID_PROPERTY
from marketing_agent.storage import profiles
from marketing_agent.storage.profiles import ReadProfile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.platforms.klaviyo.types import KlaviyoProfile
    from marketing_agent.storage.merchants import Merchant
    from marketing_agent.storage.vault import Vault

SIGNALS: Final = "signals of a person"
"""The purpose under which email addresses and phone numbers are sealed."""


def seen(vault: Vault, merchant: Merchant, profile: KlaviyoProfile) -> SeenProfile:
    """The profile's signals in canonical form, hashed."""
    return SeenProfile(
        profile=profile.id,
        email=_email_hash(vault, merchant, profile.email),
        phone=_phone_hash(vault, merchant, profile.phone_number),
        suppressed=profile.suppressed or False,
    )


async def remember(
    tx: AsyncConnection,
    vault: Vault,
    merchant: Merchant,
    read: Sequence[KlaviyoProfile],
    read_at: datetime,
) -> None:
    """Keep what Klaviyo showed: hashes, and the values sealed."""
    await profiles.remember(
        tx, merchant.id, [_kept(vault, merchant, each, read_at) for each in read]
    )


def _kept(
    vault: Vault, merchant: Merchant, profile: KlaviyoProfile, read_at: datetime
) -> ReadProfile:
    hashes = seen(vault, merchant, profile)
    values = {"email": profile.email, "phone": profile.phone_number}
    return ReadProfile(
        profile=profile.id,
        email=hashes.email,
        phone=hashes.phone,
        signals_sealed=vault.seal(json.dumps(values).encode(), purpose=SIGNALS),
        read_at=read_at,
        line_user_id=_line_user_id(profile),
    )


def _line_user_id(profile: KlaviyoProfile) -> str | None:
    """The property, if it holds a LINE User ID: other text may be anybody's data."""
    match read_line_user_id(str(profile.properties.get(LINE_USER_ID_PROPERTY) or "")):
        case Readable(value=line_user):
            return line_user
        case _:
            return None


def _email_hash(vault: Vault, merchant: Merchant, raw: str | None) -> SignalHash | None:
    return _hash(vault, merchant, SignalKind.EMAIL, raw, read_email(raw or ""))


def _phone_hash(vault: Vault, merchant: Merchant, raw: str | None) -> SignalHash | None:
    read = read_phone(raw or "", region=merchant.phone_region)
    return _hash(vault, merchant, SignalKind.PHONE, raw, read)


def _hash(
    vault: Vault,
    merchant: Merchant,
    kind: SignalKind,
    raw: str | None,
    read: ReadEmail | ReadPhone,
) -> SignalHash | None:
    """None only where there is no value: an unreadable one is a different one."""
    if not raw:
        return None
    value = read.value if isinstance(read, Readable) else f"unreadable {raw}"
    return vault.hash_signal(merchant.id, kind, value)
