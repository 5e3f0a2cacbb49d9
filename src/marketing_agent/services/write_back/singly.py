"""Telling Klaviyo a hundred things or fewer: one PATCH or one event each."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from marketing_agent.core.errors import PlatformError
from marketing_agent.services import login_grants
from marketing_agent.services.linking import LINKED_METRIC
from marketing_agent.services.write_back.account import (
    Account,
    by_profile,
    failed,
    is_hopeless,
    told,
)
from marketing_agent.services.write_back.linked_events import event_of, live_among
from marketing_agent.services.write_back.profile_changes import plan, read
from marketing_agent.storage import links, profiles
from marketing_agent.storage.outbox import ABOUT_PROPERTIES, OutboxKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from marketing_agent.platforms.json_values import JsonValue
    from marketing_agent.services.write_back.profile_changes import Planned
    from marketing_agent.storage.outbox import Item


async def tell(account: Account, items: Sequence[Item]) -> bool:
    """Whether Klaviyo is well enough to go on."""
    about_properties = [each for each in items if each.kind in ABOUT_PROPERTIES]
    events = [each for each in items if each.kind is OutboxKind.LINKED_EVENT]
    if about_properties and not await tell_profiles(account, about_properties):
        return False
    for item in events:
        if not await _record(account, item):
            return False
    return True


async def tell_profiles(account: Account, items: Sequence[Item]) -> bool:
    """Make the LINE properties of their profiles what they have to be."""
    about = by_profile(items)
    try:
        found = await read(account, list(about))
    except PlatformError as error:
        if len(about) == 1 or not is_hopeless(error):
            return await failed(account, items, error)
        # One of them spoils the question for all.
        answers = [await tell_profiles(account, mine) for mine in about.values()]
        return all(answers)
    shown = {profile: each.properties for profile, each in found.items()}
    for profile, mine in about.items():
        if profile not in shown:
            await _gone(account, mine)
    for each in await plan(account, items, shown):
        if not await write(account, each):
            return False
    return True


async def write(account: Account, planned: Planned) -> bool:
    """Whether Klaviyo is well enough to go on after this profile."""
    if planned.change:
        # What is set came from JSON or is text and truth values of ours.
        set_to = cast("Mapping[str, JsonValue]", planned.change.set_to)
        unset = planned.change.unset
        try:
            await account.klaviyo.set_properties(planned.profile, set_to, unset=unset)
        except PlatformError as error:
            return await failed(account, planned.items, error)
    await told(account, planned.items, gave_back=planned.gives_back)
    if planned.gives_back:
        await _end_grants(account, planned.items)
    return True


async def _end_grants(account: Account, items: Sequence[Item]) -> None:
    """LINE hears too that a person's link has ended, whoever ended it."""
    ground, merchant_id = account.ground, account.merchant_id
    for line_user in {item.line_user for item in items}:
        async with ground.database.transaction() as tx:
            link = await links.of_line_user(tx, merchant_id, line_user)
        if link is None:
            await login_grants.end(ground, merchant_id, line_user)


async def _gone(account: Account, items: Sequence[Item]) -> None:
    """Nothing to tell; the nightly reading finds out what became of the profile."""
    async with account.ground.database.transaction() as tx:
        now, profile = account.ground.clock(), items[0].profile
        await profiles.missing(tx, account.merchant_id, profile, now)
    await told(account, items)


async def _record(account: Account, item: Item) -> bool:
    """Record the event unless the link ended before Klaviyo heard of it."""
    if await live_among(account, [item]):
        event = event_of(item)
        try:
            await account.klaviyo.record_event(
                event.profile,
                LINKED_METRIC,
                event.properties,
                unique_id=event.unique_id,
                at=event.at,
            )
        except PlatformError as error:
            return await failed(account, [item], error)
    await told(account, [item])
    return True
