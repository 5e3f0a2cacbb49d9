"""The account that the write-back works with, and what becomes of what was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import structlog

from marketing_agent.core.errors import (
    MarketingAgentError,
    PlatformError,
    PlatformNotFound,
    PlatformRefused,
)
from marketing_agent.core.schedule import wait_after
from marketing_agent.platforms.klaviyo.bulk import KlaviyoBulk
from marketing_agent.services.ground import ONE_TICK, Ground, Work
from marketing_agent.services.write_back.held_values import HeldValues
from marketing_agent.storage import outbox, profiles, sync_marks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from marketing_agent.core.signals import ProfileId
    from marketing_agent.platforms.klaviyo.client import KlaviyoClient
    from marketing_agent.storage.outbox import Item

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One merchant's Klaviyo account, with the number that ends its property names."""

    ground: Ground
    merchant_id: int
    klaviyo: KlaviyoClient
    patient: KlaviyoClient
    """The same for bulk work, which leaves a part of the limits to everything else."""
    number: int

    @property
    def bulk(self) -> KlaviyoBulk:
        """The account's bulk jobs."""
        return KlaviyoBulk(self.patient.exchange)

    @property
    def held(self) -> HeldValues:
        """What its profiles held in the place of our properties."""
        return HeldValues(
            ground=self.ground, merchant_id=self.merchant_id, number=self.number
        )


def by_profile(items: Iterable[Item]) -> dict[ProfileId, list[Item]]:
    """The items of each profile, which are told together."""
    found: dict[ProfileId, list[Item]] = {}
    for item in items:
        found.setdefault(item.profile, []).append(item)
    return found


def ids(items: Iterable[Item]) -> list[int]:
    """What the outbox knows them by."""
    return [item.id for item in items]


async def told(
    account: Account, items: Collection[Item], *, gave_back: bool = False
) -> None:
    """Klaviyo has heard of these items.

    Once their profiles have what they held before us, it is forgotten here.
    """
    now, merchant_id = account.ground.clock(), account.merchant_id
    about = {item.profile for item in items}
    async with account.ground.database.transaction() as tx:
        await outbox.finish(tx, merchant_id, ids(items), now)
        await sync_marks.told(tx, merchant_id, about, now)
        if gave_back:
            await profiles.forget_held(tx, merchant_id, about)


async def failed(account: Account, items: Sequence[Item], error: PlatformError) -> bool:
    """Whether only these items are at fault, so that others can be told."""
    merchant_id, kind = account.merchant_id, type(error).__name__
    _log.warning("write back failed", merchant=merchant_id, error=kind)
    now = account.ground.clock()
    async with account.ground.database.transaction() as tx:
        if is_hopeless(error):
            await outbox.give_up(tx, merchant_id, ids(items), now, error.message)
            return True
        wait = wait_after(error, 1 + max(item.tries for item in items))
        await outbox.put_off(tx, merchant_id, ids(items), now + wait, error.message)
    if wait < ONE_TICK:
        await account.ground.wake(Work.DRAIN_OUTBOX, merchant_id, after=wait)
    return False


async def take_back(account: Account, items: Collection[Item], why: str) -> None:
    """These are told one by one after all."""
    now = account.ground.clock()
    async with account.ground.database.transaction() as tx:
        await outbox.take_back(tx, account.merchant_id, ids(items), now, why)


def is_hopeless(error: MarketingAgentError) -> bool:
    """Klaviyo has looked at exactly this and said no; another time changes nothing."""
    return isinstance(error, PlatformNotFound) or type(error) is PlatformRefused


RowT = TypeVar("RowT")


def in_hundreds(rows: Sequence[RowT]) -> Iterable[Sequence[RowT]]:
    """The rows, a hundred at a time."""
    return (rows[place : place + 100] for place in range(0, len(rows), 100))
