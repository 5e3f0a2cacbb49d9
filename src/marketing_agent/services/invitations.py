"""Letting people in: the operator invites, the invited person signs in once.

The link carries the code in its fragment, which browsers keep to themselves: it
reaches no server's log, and a mail scanner that opens the link uses nothing up.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from marketing_agent.core.callers import Caller, CallerKind, Role
from marketing_agent.core.errors import BadInput, NotAllowed
from marketing_agent.storage import invitations, merchants
from marketing_agent.storage.invitations import Invitation

if TYPE_CHECKING:
    from datetime import timedelta

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.merchants import Merchant
    from marketing_agent.storage.vault import Vault

_CODE_BYTES: Final = 16
_NAME_LENGTH: Final = 60


class InviteeName(BadInput):
    """The name of the person you invite has 1 to 60 characters, all of them visible."""


class InvitationUsed(NotAllowed):
    """This link was used already or has expired. Ask for a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody came in by an invitation."""

    caller: Caller
    merchant: Merchant


async def invite(
    ground: Ground, merchant_id: int, *, name: str, role: Role, life: timedelta
) -> str:
    """The link that lets this person sign in once, within `life`.

    Raises NotFound for an unknown merchant, InviteeName.
    """
    name = invitee_name(name)
    async with ground.database.transaction() as tx:
        await merchants.get(tx, merchant_id)
        return await new_link(ground, tx, merchant_id, name=name, role=role, life=life)


def invitee_name(given: str) -> str:
    """The name as it is kept. Raises InviteeName."""
    # People write a full-width space between family and given name.
    name = " ".join(given.split())
    if not 0 < len(name) <= _NAME_LENGTH or not name.isprintable():
        raise InviteeName
    return name


async def new_link(
    ground: Ground,
    tx: AsyncConnection,
    merchant_id: int,
    *,
    name: str,
    role: Role,
    life: timedelta,
) -> str:
    """Store a fresh invitation; its link is told here and nowhere else."""
    code, now = secrets.token_urlsafe(_CODE_BYTES), ground.clock()
    invited = Invitation(code_hash=_hash(ground.vault, code), name=name, role=role)
    await invitations.add(tx, merchant_id, invited, now=now, expires_at=now + life)
    return f"{ground.public_url}/sign-in#{code}"


async def sign_in(ground: Ground, code: str) -> Arrival:
    """Use up the invitation of this code, or of the whole link pasted in its place.

    Raises InvitationUsed, the same for a wrong, a used and an expired one: all three
    are one statement that finds no row.
    """
    code_hash = _hash(ground.vault, code.strip().rpartition("#")[2])
    async with ground.database.transaction() as tx:
        used = await invitations.use(tx, code_hash, ground.clock())
        if used is None:
            raise InvitationUsed
        merchant = await merchants.get(tx, used[0])
    return Arrival(caller=_caller(merchant.id, used[1]), merchant=merchant)


def _caller(merchant_id: int, used: Invitation) -> Caller:
    return Caller(
        subject=Caller.subject_of(used.name, used.code_hash),
        merchant_id=merchant_id,
        role=used.role,
        kind=CallerKind.HUMAN,
    )


def _hash(vault: Vault, code: str) -> str:
    return vault.digest(f"invitation:{code}", size=32).hex()
