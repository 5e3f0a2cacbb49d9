"""The merchant links a friend and a profile by hand; today only as an undo.

What the merchant decides takes effect at once or is refused, and a refused decision
is not stored.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from marketing_agent.core.components import line_user_of
from marketing_agent.core.errors import Conflict
from marketing_agent.core.facts import (
    Claim,
    Decider,
    Erased,
    Fact,
    FactKey,
    Pin,
    Unlink,
)
from marketing_agent.core.outcomes import Refusal
from marketing_agent.services import linking
from marketing_agent.services.changes import Call, Written
from marketing_agent.services.ground import Work
from marketing_agent.storage import facts, links

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.signals import LineUserId, ProfileId
    from marketing_agent.services.changes import Write
    from marketing_agent.services.ground import Ground


class LinkedAlready(Conflict):
    """These two are linked already, so there is nothing to do."""


class NoFriendNow(Conflict):
    """This LINE user is not a friend of your account now, so they cannot be linked."""


class FriendTaken(Conflict):
    """This friend is linked to another profile now. Unlink them first."""


class ProfileTaken(Conflict):
    """The profile is linked to another friend now. Unlink that friend first."""


class ProfileGone(Conflict):
    """The profile is gone from Klaviyo, so nobody can be linked to it."""


class WithdrawnByCustomer(Conflict):
    """The customer unlinked their LINE account themselves since then.

    Only a new LINE login of theirs links them again.
    """


_REFUSED: Final[dict[Refusal, type[Conflict]]] = {
    Refusal.NOT_A_FRIEND: NoFriendNow,
    Refusal.LINE_USER_TAKEN: FriendTaken,
    Refusal.PROFILE_TAKEN: ProfileTaken,
    Refusal.PROFILE_GONE: ProfileGone,
}
"""The other refusals are not answers to a pin."""


def link(ground: Ground, line_user: LineUserId, profile: ProfileId) -> Write:
    """The write that links these two. It raises a Conflict that says why it cannot."""

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        now = ground.clock()
        pin = Pin(
            key=FactKey(f"pin:{secrets.token_hex(8)}"),
            at=now,
            stored=now,
            line_user=line_user,
            profile=profile,
        )
        await look_before(tx, merchant_id, pin)
        resolution = await linking.settle(tx, merchant_id, [pin], now)
        raise_refusal(resolution.decisions[pin.key])
        ends = {"line_user_id": line_user, "profile_id": profile}
        return Written(
            result=ends,
            inverse=Call(tool="unlink_friend", arguments=ends),
            target=f"friend:{line_user}",
            wakes=(Work.DRAIN_OUTBOX,),
        )

    return write


async def look_before(
    tx: AsyncConnection, merchant_id: int, pin: Pin, *, is_undo: bool = True
) -> None:
    """What `resolve` would let pass: a pin that changes nothing or overrides a no.

    An undo overrides those noes that its pair was linked after. Raises LinkedAlready
    and WithdrawnByCustomer.
    """
    now_linked = await links.of_line_user(tx, merchant_id, pin.line_user)
    if now_linked is not None and now_linked.profile == pin.profile:
        raise LinkedAlready
    component = await facts.component_of(tx, merchant_id, [pin])
    if _withdrew(component, pin, is_undo=is_undo):
        raise WithdrawnByCustomer


def raise_refusal(refusal: Refusal | None) -> None:
    """Say why a pin was refused, if it was."""
    if refusal is not None:
        raise _REFUSED[refusal]


def _withdrew(component: Sequence[Fact], pin: Pin, *, is_undo: bool) -> bool:
    """Whether the customer said no; for an undo: after the merchant's unlink.

    A newer login of theirs takes the no back, as it does for a claim.
    """
    theirs = [fact for fact in component if line_user_of(fact) == pin.line_user]
    noes = [fact for fact in theirs if _is_no(fact)]
    if is_undo:
        unlinked = [fact.stored for fact in theirs if _unlinks(fact, pin.profile)]
        noes = [no for no in noes if unlinked and no.stored > max(unlinked)]
    logins = [fact.at for fact in theirs if isinstance(fact, Claim) and fact.login]
    return any(all(login <= no.at for login in logins) for no in noes)


def _unlinks(fact: Fact, profile: ProfileId) -> bool:
    return (
        isinstance(fact, Unlink)
        and fact.by is Decider.MERCHANT
        and fact.profile == profile
    )


def _is_no(fact: Fact) -> bool:
    by_customer = isinstance(fact, Unlink) and fact.by is Decider.CUSTOMER
    return by_customer or isinstance(fact, Erased)
