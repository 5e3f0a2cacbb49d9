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
    from marketing_agent.core.signals import LineUserId, ProfileId
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """What is known here of some profiles at one moment."""

    wanted: Mapping[ProfileId, Mapping[str, str | bool]]
    """What those that are linked have to carry."""
    held: Mapping[ProfileId, JsonObject]
    erased: frozenset[LineUserId]


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
    about = by_profile(items)
    standing = await _standing(account, about, shown)
    seen = dict(shown)
    if unread_too:
        known = standing.wanted.keys() & standing.held.keys()
        seen |= {profile: {} for profile in known - shown.keys()}
    return [
        Planned(
            profile=profile,
            change=_change(account, standing, profile, seen[profile], mine),
            gives_back=profile not in standing.wanted,
            items=mine,
        )
        for profile, mine in about.items()
        if profile in seen
    ]


def _change(
    account: Account,
    standing: _Standing,
    profile: ProfileId,
    seen: JsonObject,
    items: Sequence[Item],
) -> PropertyChange:
    if profile in standing.wanted:
        return to_write(seen, standing.wanted[profile])
    return to_give_back(
        seen,
        standing.held.get(profile),
        ours=frozenset(item.line_user for item in items),
        erased=standing.erased,
        number=account.number,
    )


async def _standing(
    account: Account,
    about: Mapping[ProfileId, Sequence[Item]],
    shown: Mapping[ProfileId, JsonObject],
) -> _Standing:
    """Look at everything at once, and keep what will be overwritten."""
    ground, merchant_id = account.ground, account.merchant_id
    line_users = {item.line_user for items in about.values() for item in items}
    async with ground.database.merchant_transaction(merchant_id) as tx:
        linked = await links.of_profiles(tx, merchant_id, about)
        held = await account.held.of(tx, about)
        return _Standing(
            wanted=await _wanted(account, tx, linked),
            held=held | await account.held.keep(tx, linked, shown, held),
            erased=frozenset(await erased_among(ground, tx, merchant_id, line_users)),
        )


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
