"""Evidence about one friend, and about the profile that should be theirs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from marketing_agent.core.blocked import BlockList
from marketing_agent.core.diagnosis.evidence import (
    Answer,
    Asked,
    FriendSeen,
    ProfileSeen,
    SignalSeen,
)
from marketing_agent.core.door import (
    Admitted,
    Door,
    RawSignals,
    verdict_at_the_door,
)
from marketing_agent.core.match import MatchRule
from marketing_agent.core.signals import SignalKind
from marketing_agent.services.diagnosis.asking import ask
from marketing_agent.services.diagnosis.klaviyo import klaviyo_of
from marketing_agent.services.status import friend_status
from marketing_agent.services.status.expiry import as_of
from marketing_agent.services.status.friend import best_of
from marketing_agent.storage import attempts, blocked_values, links, merchants

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.door import HashSignal
    from marketing_agent.core.signals import LineUserId, ProfileId, SignalHash
    from marketing_agent.platforms.klaviyo.types import KlaviyoProfile
    from marketing_agent.services.ground import Ground

_BLOCKED_ROW: Final = 9


async def friend_seen(
    ground: Ground, merchant_id: int, line_user: LineUserId
) -> FriendSeen:
    """What is known about this LINE user. Raises NotFound for one never met."""
    status = await friend_status(ground, merchant_id, line_user)
    return FriendSeen(
        line_user=line_user,
        following=status.friend.following,
        linked=status.linked,
        best=None if status.why_not is None else status.why_not.outcome,
    )


async def profile_seen(
    ground: Ground, merchant_id: int, profile_id: ProfileId
) -> ProfileSeen:
    """The profile as Klaviyo shows it now: what it has, not what that is."""

    async def read() -> KlaviyoProfile | None:
        klaviyo = await klaviyo_of(ground, merchant_id)
        return await klaviyo.profile(profile_id)

    asked, profile = await ask(read())
    if profile is None:
        gone = asked.answer is Answer.YES
        found = Asked(answer=Answer.NOT_THERE) if gone else asked
        return ProfileSeen(profile_id=profile_id, found=found)
    return await _read(ground, merchant_id, asked, profile)


async def _read(
    ground: Ground, merchant_id: int, asked: Asked, profile: KlaviyoProfile
) -> ProfileSeen:
    hashed = partial(ground.vault.hash_signal, merchant_id)
    async with ground.database.transaction() as tx:
        door = await _door(tx, merchant_id, hashed)
        email, email_hash = _judged(RawSignals(email=profile.email), door, hashed)
        phone = RawSignals(phone=profile.phone_number)
        phone_seen, phone_hash = _judged(phone, door, hashed)
        link = await links.of_profile(tx, merchant_id, profile.id)
        tried = await attempts.about(
            tx, merchant_id, profile.id, email=email_hash, phone=phone_hash
        )
    unlinked = (each for each in tried if not each.outcome.code.is_linked)
    best = best_of(tuple(as_of(each, ground.clock()) for each in unlinked))
    return ProfileSeen(
        profile_id=profile.id,
        found=asked,
        email=email,
        phone=phone_seen,
        linked_to=None if link is None else link.line_user,
        best=None if best is None else best.outcome,
    )


async def _door(tx: AsyncConnection, merchant_id: int, hashed: HashSignal) -> Door:
    """The door that the value of a form or a friend would come to."""
    merchant = await merchants.get(tx, merchant_id)
    blocked = await blocked_values.hashes(tx, merchant_id)
    return Door(
        rule=MatchRule.EITHER,
        region=merchant.phone_region,
        blocks=BlockList(hashes=blocked),
        hash_signal=hashed,
    )


def _judged(
    raw: RawSignals, door: Door, hashed: HashSignal
) -> tuple[SignalSeen, SignalHash | None]:
    """What the one value given is good for, and the hash it is compared by."""
    if not (raw.email or raw.phone):
        return SignalSeen(), None
    verdict = verdict_at_the_door(raw, door)
    if not isinstance(verdict, Admitted):
        return SignalSeen(there=True, blocked=verdict.row == _BLOCKED_ROW), None
    kind = SignalKind.PHONE if verdict.email is None else SignalKind.EMAIL
    value = verdict.email or verdict.phone or ""
    return SignalSeen(there=True, usable=True), hashed(kind, value)
