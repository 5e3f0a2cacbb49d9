"""Who may come in at a merchant: invitations as an owner gives and withdraws them.

A person is an invitation that was used. Signing in again takes a new one, and what it
opened ends by itself with the life of the token.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from marketing_agent.core.callers import Caller, Role
from marketing_agent.core.errors import NotFound
from marketing_agent.services import changes, invitations
from marketing_agent.services.changes import Call, Written
from marketing_agent.services.owners import expect_owner
from marketing_agent.storage import invitations as stored

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.invitations import StoredInvitation

LINK_LIFE: Final = timedelta(hours=24)
_MOST: Final = 200
_ID_LENGTH: Final = 16
"""Hexadecimal digits of the code's keyed hash; the first 8 mark the person."""


class InvitationState(StrEnum):
    """What became of an invitation."""

    INVITED = "invited"
    SIGNED_IN = "signed_in"
    EXPIRED = "expired"
    """Not used in its time, or withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who was let in, or may come in."""

    id: str
    name: str
    subject: str
    """By which changes name them."""
    role: Role
    state: InvitationState
    invited_at: datetime
    expires_at: datetime
    signed_in_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A fresh invitation; the link is shown once."""

    link: str
    expires_at: datetime
    change_id: int


async def people(ground: Ground, merchant_id: int) -> list[Person]:
    """The last 200, the newest first."""
    now = ground.clock()
    async with ground.database.transaction() as tx:
        found = await stored.of_merchant(tx, merchant_id, limit=_MOST)
    return [_person(each, now) for each in found]


async def invite(ground: Ground, caller: Caller, *, name: str, role: Role) -> Invited:
    """Let somebody sign in once. Raises OnlyOwners and InviteeName."""
    expect_owner(caller)
    name = invitations.invitee_name(name)
    links: list[str] = []
    call = Call(tool="invite_person", arguments={"name": name, "role": role.value})

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        link = await invitations.new_link(
            ground, tx, merchant_id, name=name, role=role, life=LINK_LIFE
        )
        links.append(link)
        return Written(result=dict(call.arguments))

    expires_at = ground.clock() + LINK_LIFE
    made = await changes.made_at_once(ground, caller, call, write)
    return Invited(link=links[0], expires_at=expires_at, change_id=made.change_id)


async def withdraw(ground: Ground, caller: Caller, invitation_id: str) -> int:
    """End a link that nobody has used yet; gives the change's number.

    Raises OnlyOwners, and NotFound where it was used or has expired.
    """
    expect_owner(caller)
    call = Call(tool="withdraw_invitation", arguments={"id": invitation_id})

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        ended = await stored.withdraw(tx, merchant_id, invitation_id, ground.clock())
        if ended is None:
            raise NotFound(noun="open invitation", name=invitation_id)
        return Written(result={"name": ended.name, "role": ended.role.value})

    return (await changes.made_at_once(ground, caller, call, write)).change_id


def _person(each: StoredInvitation, now: datetime) -> Person:
    state = InvitationState.SIGNED_IN
    if each.used_at is None:
        good = each.expires_at > now
        state = InvitationState.INVITED if good else InvitationState.EXPIRED
    return Person(
        id=each.code_hash[:_ID_LENGTH],
        name=each.name,
        subject=Caller.subject_of(each.name, each.code_hash),
        role=each.role,
        state=state,
        invited_at=each.created_at,
        expires_at=each.expires_at,
        signed_in_at=each.used_at,
    )
