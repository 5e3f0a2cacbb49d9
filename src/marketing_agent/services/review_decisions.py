"""Decisions about held pairs, and their opposites.

"Keep" leaves everything as it is. "Replace" says that this friend and this profile are
one person: whatever either is linked to ends, and the two are linked, at once or not
at all.
"""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from marketing_agent.core.errors import Conflict
from marketing_agent.core.facts import Decider, Fact, FactKey, Keep, Pin, Unlink
from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.services import linking, pinning, reviews
from marketing_agent.services.changes import Call, Written
from marketing_agent.services.ground import Work
from marketing_agent.storage import links

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.changes import Json, Write
    from marketing_agent.services.ground import Ground


class Decision(StrEnum):
    """What the merchant says to a held pair."""

    KEEP = "keep"
    REPLACE = "replace"


class NothingToDecide(Conflict):
    """Nothing about this friend and this profile waits in the review list."""


class ChangedSince(Conflict):
    """This has changed since the review list was read. Look at it again first."""


class EndChanged(Conflict):
    """Friend {line_user} and profile {profile} are no longer linked to each other."""


def resolve(
    ground: Ground,
    line_user: LineUserId,
    profile: ProfileId,
    decision: Decision,
    version: str,
) -> Write:
    """The write that decides about a held pair.

    It raises NothingToDecide, ChangedSince, and for replace what a pin raises.
    """

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        now = ground.clock()
        item = await reviews.about(tx, merchant_id, now, line_user, profile)
        if item is None:
            raise NothingToDecide
        if item.version != version:
            raise ChangedSince
        if decision is Decision.KEEP:
            return await _keep(ground, tx, merchant_id, line_user, profile)
        mine = await links.of_line_user(tx, merchant_id, line_user)
        theirs = await links.of_profile(tx, merchant_id, profile)
        in_the_way = [each for each in (mine, theirs) if each is not None]
        over = [(each.line_user, each.profile) for each in in_the_way]
        wanted = [(line_user, profile)]
        return await _relink(ground, tx, merchant_id, over, wanted, is_undo=False)

    return write


def relink(
    ground: Ground,
    unlink: Sequence[Mapping[str, Any]],
    link: Sequence[Mapping[str, Any]],
) -> Write:
    """The write that ends these links and makes those, all or none.

    It raises EndChanged and what a pin raises.
    """

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        over, wanted = [_read(each) for each in unlink], [_read(each) for each in link]
        return await _relink(ground, tx, merchant_id, over, wanted, is_undo=True)

    return write


def keep(ground: Ground, line_user: LineUserId, profile: ProfileId) -> Write:
    """The write that leaves a pair as it is, once more."""

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        return await _keep(ground, tx, merchant_id, line_user, profile)

    return write


def reopen(ground: Ground, line_user: LineUserId, profile: ProfileId) -> Write:
    """The write that takes a "keep" back: the pair waits for a decision again."""

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        return await _keep(ground, tx, merchant_id, line_user, profile, taken_back=True)

    return write


Pair = tuple[LineUserId, ProfileId]


def _read(ends: Mapping[str, Any]) -> Pair:
    return LineUserId(ends["line_user_id"]), ProfileId(ends["profile_id"])


def _told(pairs: Sequence[Pair]) -> list[Json]:
    return [{"line_user_id": user, "profile_id": profile} for user, profile in pairs]


async def _keep(
    ground: Ground,
    tx: AsyncConnection,
    merchant_id: int,
    line_user: LineUserId,
    profile: ProfileId,
    *,
    taken_back: bool = False,
) -> Written:
    now = ground.clock()
    fact = Keep(
        key=FactKey(f"keep:{secrets.token_hex(8)}"),
        at=now,
        stored=now,
        line_user=line_user,
        profile=profile,
        taken_back=taken_back,
    )
    await linking.settle(tx, merchant_id, [fact], now)
    ends = {"line_user_id": line_user, "profile_id": profile}
    opposite = "keep_review" if taken_back else "reopen_review"
    return Written(
        result=ends | {"decision": Decision.KEEP.value},
        inverse=Call(tool=opposite, arguments=ends),
        target=f"friend:{line_user}",
    )


async def _relink(
    ground: Ground,
    tx: AsyncConnection,
    merchant_id: int,
    over: Sequence[Pair],
    wanted: Sequence[Pair],
    *,
    is_undo: bool,
) -> Written:
    for line_user, profile in over:
        link = await links.of_line_user(tx, merchant_id, line_user)
        if link is None or link.profile != profile:
            raise EndChanged(line_user=line_user, profile=profile)
    now, token = ground.clock(), secrets.token_hex(8)
    ended = [
        _unlink(f"unlink:{token}:{n}", now, each, replacing=bool(wanted))
        for n, each in enumerate(over)
    ]
    pins = [_pin(f"pin:{token}:{n}", now, each) for n, each in enumerate(wanted)]
    for pin in pins:
        await pinning.look_before(tx, merchant_id, pin, is_undo=is_undo)
    new: list[Fact] = [*ended, *pins]
    resolution = await linking.settle(tx, merchant_id, new, now)
    for fact in new:
        pinning.raise_refusal(resolution.decisions[fact.key])
    pairs = {"unlinked": _told(over), "linked": _told(wanted)}
    (line_user, profile), *_ = [*wanted, *over]
    return Written(
        result={
            "line_user_id": line_user,
            "profile_id": profile,
            "decision": Decision.REPLACE.value,
            **pairs,
        },
        inverse=Call(
            tool="relink",
            arguments={"unlink": pairs["linked"], "link": pairs["unlinked"]},
        ),
        target=f"friend:{line_user}",
        wakes=(Work.DRAIN_OUTBOX,),
    )


def _unlink(key: str, now: datetime, pair: Pair, *, replacing: bool) -> Unlink:
    return Unlink(
        key=FactKey(key),
        at=now,
        stored=now,
        line_user=pair[0],
        profile=pair[1],
        by=Decider.MERCHANT,
        replacing=replacing,
    )


def _pin(key: str, now: datetime, pair: Pair) -> Pin:
    return Pin(key=FactKey(key), at=now, stored=now, line_user=pair[0], profile=pair[1])
