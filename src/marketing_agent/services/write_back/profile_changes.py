"""What profiles still lack, by the links and friends as they stand now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketing_agent.core.friend_properties import (
    PropertyChange,
    properties_of,
    to_give_back,
    to_write,
)
from marketing_agent.services.erasure import erased_among
from marketing_agent.services.friend_names import told_friend
from marketing_agent.services.write_back.account import Account, by_profile
from marketing_agent.storage import friends, links

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.links import Link
    from marketing_agent.core.signals import ProfileId
    from marketing_agent.platforms.json_values import JsonObject
    from marketing_agent.platforms.klaviyo.types import KlaviyoProfile
    from marketing_agent.storage.outbox import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What to write to one profile, and the items that this does."""

    profile: ProfileId
    change: PropertyChange
    gives_back: bool
    """Whether the profile gets what it held before us; it has no link now."""
    items: Sequence[Item]


async def read(
    account: Account, wanted: Sequence[ProfileId]
) -> dict[ProfileId, KlaviyoProfile]:
    """What Klaviyo shows of these profiles; those that are gone are left out.

    A filter may miss a profile for reasons of its own; its own address may not.
    """
    found = [] if len(wanted) == 1 else await account.klaviyo.profiles_by_id(wanted)
    shown = {each.id: each for each in found}
    for profile in wanted:
        if profile not in shown:
            one = await account.klaviyo.profile(profile)
            if one is not None:
                shown[profile] = one
    return shown


async def plan(
    account: Account,
    items: Sequence[Item],
    shown: Mapping[ProfileId, JsonObject],
    *,
    unread_too: bool = False,
) -> list[Planned]:
    """What to write to the profiles that are shown, in the order of their items.

    With `unread_too` also to linked ones that nobody has read, where it is known what
    they held before: everything, whatever they show.
    """
    ground, merchant_id = account.ground, account.merchant_id
    about = by_profile(items)
    async with ground.database.merchant_transaction(merchant_id) as tx:
        linked = await links.of_profiles(tx, merchant_id, about)
        held = await account.held.of(tx, about)
        held |= await account.held.keep(tx, linked, shown, held)
        wanted = await _wanted(account, tx, linked)
        line_users = {item.line_user for item in items}
        erased = await erased_among(ground, tx, merchant_id, line_users)
    blind: dict[ProfileId, JsonObject] = {
        p: {} for p in wanted if unread_too and p in held
    }
    seen: Mapping[ProfileId, JsonObject] = {**blind, **shown}
    planned = []
    for profile in (each for each in about if each in seen):
        if profile in wanted:
            change = to_write(seen[profile], wanted[profile])
        else:
            change = to_give_back(
                seen[profile],
                held.get(profile),
                ours=frozenset(item.line_user for item in about[profile]),
                erased=frozenset(erased),
                number=account.number,
            )
        planned.append(
            Planned(
                profile=profile,
                change=change,
                gives_back=profile not in wanted,
                items=about[profile],
            )
        )
    return planned


async def _wanted(
    account: Account, tx: AsyncConnection, linked: Mapping[ProfileId, Link]
) -> dict[ProfileId, dict[str, str | bool]]:
    line_users = [link.line_user for link in linked.values()]
    known = await friends.several(tx, account.merchant_id, line_users)
    return {
        profile: properties_of(
            told_friend(
                account.ground.vault, link.line_user, known.get(link.line_user)
            ),
            account.number,
        )
        for profile, link in linked.items()
    }
