"""What to make of a profile that Klaviyo no longer has: merged away, or deleted.

A link follows its profile only to exactly one other that carries the last known
signals and our LINE User ID; otherwise it is suspended until a person has looked.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from marketing_agent.core.facts import Fact, FactKey, Gone, Merged, Returned
from marketing_agent.core.friend_properties import LineProperty
from marketing_agent.core.signals import EmailAddress, PhoneNumber
from marketing_agent.services import linking
from marketing_agent.services.ground import Ground, Work
from marketing_agent.services.profile_reading import SIGNALS, remember, seen
from marketing_agent.storage import links, merchants, profile_watch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from marketing_agent.platforms.klaviyo.client import KlaviyoClient
    from marketing_agent.platforms.klaviyo.types import KlaviyoProfile
    from marketing_agent.storage.merchants import Merchant
    from marketing_agent.storage.profile_watch import MissingProfile


async def look_again(
    ground: Ground, klaviyo: KlaviyoClient, merchant: Merchant, missing: MissingProfile
) -> None:
    """The second look: the profile is there after all, or it is gone."""
    asked_at = ground.clock()
    found = await klaviyo.profile(missing.profile)
    if found is not None:
        async with ground.database.merchant_transaction(merchant.id) as tx:
            await remember(tx, ground.vault, merchant, [found], asked_at)
        return
    gone = Gone(
        key=FactKey(f"gone:{missing.profile}:{asked_at.isoformat()}"),
        at=asked_at,
        stored=asked_at,
        profile=missing.profile,
    )
    merged = await _merged(ground, klaviyo, merchant, missing, asked_at)
    facts: list[Fact] = [gone, *merged]
    async with ground.database.merchant_transaction(merchant.id) as tx:
        await linking.settle(tx, merchant.id, facts, asked_at)
        await profile_watch.decide_gone(tx, merchant.id, missing.profile, asked_at)
    await ground.wake(Work.DRAIN_OUTBOX, merchant.id)


async def follow_merge(
    ground: Ground, klaviyo: KlaviyoClient, merchant: Merchant, gone: MissingProfile
) -> None:
    """Look once more for the profile that survived: Klaviyo merges and indexes late."""
    asked_at = ground.clock()
    merged = await _merged(ground, klaviyo, merchant, gone, asked_at)
    if merged:
        async with ground.database.merchant_transaction(merchant.id) as tx:
            await linking.settle(tx, merchant.id, merged, asked_at)
        await ground.wake(Work.DRAIN_OUTBOX, merchant.id)


async def welcome_back(
    ground: Ground,
    merchant: Merchant,
    back: Sequence[MissingProfile],
    read_at: datetime,
) -> None:
    """These were gone and were read again: their links work as before."""
    if not back:
        return
    returned = [
        Returned(
            key=FactKey(f"returned:{each.profile}:{read_at.isoformat()}"),
            at=read_at,
            stored=read_at,
            profile=each.profile,
        )
        for each in back
    ]
    async with ground.database.merchant_transaction(merchant.id) as tx:
        await linking.settle(tx, merchant.id, returned, read_at)
        gone = [each.profile for each in back]
        await profile_watch.decide_back(tx, merchant.id, gone)
    await ground.wake(Work.DRAIN_OUTBOX, merchant.id)


async def _merged(
    ground: Ground,
    klaviyo: KlaviyoClient,
    merchant: Merchant,
    missing: MissingProfile,
    asked_at: datetime,
) -> list[Merged]:
    """The merge, where exactly one other profile has every last known signal and us."""
    async with ground.database.transaction() as tx:
        link = await links.of_profile(tx, merchant.id, missing.profile)
        account = await merchants.klaviyo_account(tx, merchant.id)
    if link is None or account is None:
        return []
    ours = LineProperty.USER_ID.of_account(account.number)
    survivors = {
        each.id
        for each in await _with_signals(ground, klaviyo, missing)
        if each.id != missing.profile
        and each.properties.get(ours) == link.line_user
        and _carries(ground, merchant, each, missing)
    }
    if len(survivors) != 1:
        return []
    return [
        Merged(
            key=FactKey(f"merged:{missing.profile}:{asked_at.isoformat()}"),
            at=asked_at,
            stored=asked_at,
            profile=missing.profile,
            into=next(iter(survivors)),
            line_user=link.line_user,
        )
    ]


async def _with_signals(
    ground: Ground, klaviyo: KlaviyoClient, missing: MissingProfile
) -> list[KlaviyoProfile]:
    """Profiles with one of the last known signals; nobody where none is known."""
    if missing.signals_sealed is None:
        return []
    last = json.loads(ground.vault.open(missing.signals_sealed, purpose=SIGNALS))
    found: list[KlaviyoProfile] = []
    if last["email"]:
        found += await klaviyo.profiles_by_email([EmailAddress(last["email"])])
    if last["phone"]:
        found += await klaviyo.profiles_by_phone([PhoneNumber(last["phone"])])
    return found


def _carries(
    ground: Ground, merchant: Merchant, profile: KlaviyoProfile, last: MissingProfile
) -> bool:
    """Whether each last known signal is still on it; without any, nothing proves it."""
    if last.email is None and last.phone is None:
        return False
    shown = seen(ground.vault, merchant, profile)
    email_kept = last.email is None or shown.email == last.email
    phone_kept = last.phone is None or shown.phone == last.phone
    return email_kept and phone_kept
