"""Erasing a person: the link, the property in Klaviyo, and everything kept here.

What is left is a keyed hash. It keeps imports, the sync and webhooks from bringing the
person back; only their own LINE login does. Their LINE User ID stays in our records
until Klaviyo has heard of the end, and is hidden then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import NotFound
from marketing_agent.core.facts import Erased, FactKey
from marketing_agent.core.signals import LineUserId
from marketing_agent.services import linking, login_grants
from marketing_agent.services.changes import Written
from marketing_agent.services.ground import Work
from marketing_agent.storage import erasures, friends, links

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.changes import Write
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.erasures import ErasedPerson
    from marketing_agent.storage.vault import Vault

_PURPOSE: Final = "erased person"


def erase(ground: Ground, line_user: LineUserId) -> Write:
    """The write that erases a friend. It has no opposite. It raises NotFound."""

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        friend = await friends.find(tx, merchant_id, line_user)
        link = await links.of_line_user(tx, merchant_id, line_user)
        if friend is None and link is None:
            raise NotFound(noun="friend", name=line_user)
        await erase_in(ground, tx, merchant_id, line_user)
        return Written(
            result={"line_user_id": line_user, "was_linked": link is not None},
            wakes=(Work.DRAIN_OUTBOX, Work.FORGET_PEOPLE),
        )

    return write


async def erase_in(
    ground: Ground, tx: AsyncConnection, merchant_id: int, line_user: LineUserId
) -> None:
    """Erase this person in a transaction that has the merchant to itself.

    Afterwards wake `DRAIN_OUTBOX` and `FORGET_PEOPLE`.
    """
    now = ground.clock()
    link = await links.of_line_user(tx, merchant_id, line_user)
    profile = None if link is None else link.profile
    person = person_hash(ground.vault, merchant_id, line_user)
    fact = Erased(
        key=FactKey(f"erased:{person}:{now.isoformat()}"),
        at=now,
        stored=now,
        line_user=line_user,
        profile=profile,
    )
    await linking.settle(tx, merchant_id, [fact], now)
    await erasures.forget(tx, merchant_id, line_user, profile)
    sealed = ground.vault.seal(line_user.encode(), purpose=_PURPOSE)
    await erasures.add(tx, merchant_id, person, sealed, now)


async def forget_people(ground: Ground, merchant_id: int) -> None:
    """Hide the LINE User IDs of erased people that nothing has to be told of any more.

    LINE is told first that the grant has ended, where a token is still held.
    """
    async with ground.database.transaction() as tx:
        people = await erasures.unfinished(tx, merchant_id)
    for each in people:
        opened = ground.vault.open(each.line_user_sealed, purpose=_PURPOSE)
        line_user = LineUserId(opened.decode())
        await login_grants.end(ground, merchant_id, line_user)
        async with ground.database.merchant_transaction(merchant_id) as tx:
            if await erasures.is_awaited(tx, merchant_id, line_user):
                continue
            await erasures.hide(tx, merchant_id, line_user, _pseudonym(ground, each))
            await erasures.hidden(tx, merchant_id, each.person_hash)


async def erased_among(
    ground: Ground,
    tx: AsyncConnection,
    merchant_id: int,
    line_users: Iterable[LineUserId],
) -> set[LineUserId]:
    """Those of these LINE users who asked to be forgotten."""
    by_hash = {
        person_hash(ground.vault, merchant_id, each): each for each in line_users
    }
    if not by_hash:
        return set()
    found = await erasures.among(tx, merchant_id, by_hash.keys())
    return {by_hash[each] for each in found}


async def came_back(
    ground: Ground, tx: AsyncConnection, merchant_id: int, line_user: LineUserId
) -> None:
    """This LINE user has just logged in by themselves: the erasure bars them no more.

    What was erased stays erased.
    """
    person = person_hash(ground.vault, merchant_id, line_user)
    await erasures.lift(tx, merchant_id, person)


def _pseudonym(ground: Ground, person: ErasedPerson) -> LineUserId:
    """Another one each time: who came back and was erased again is nobody known."""
    erasure = f"{person.person_hash}:{person.erased_at.isoformat()}"
    return LineUserId(f"U{ground.vault.digest(erasure).hex()}")


def person_hash(vault: Vault, merchant_id: int, line_user: LineUserId) -> str:
    """32 hex digits that only this installation can make of a LINE User ID."""
    return vault.digest(f"erased:{merchant_id}:{line_user}").hex()
