"""LINE's webhook: stored before it is acknowledged, made into facts by a drain."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.core.errors import NotAllowed
from marketing_agent.core.facts import FactKey, FriendChange
from marketing_agent.core.signals import LineUserId
from marketing_agent.platforms.line.webhooks import (
    FollowEvent,
    LineEvent,
    UnfollowEvent,
    read_delivery,
    signature_is_valid,
)
from marketing_agent.services import connections, flow_webhooks, linking
from marketing_agent.services.erasure import erased_among
from marketing_agent.services.ground import Ground, Work
from marketing_agent.storage import friends, inbox, merchants

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.storage.inbox import InboxEvent

_EVENT_ID: Final = re.compile(r"[!-~]{1,64}")
"""LINE's ids are ULIDs; what PostgreSQL could not keep as a key is none."""


class ForgedWebhook(NotAllowed):
    """This webhook was not signed by LINE for this account."""


async def receive(
    ground: Ground, webhook_key: str, raw: bytes, signature: str | None
) -> int:
    """Store a delivery's follow and unfollow events; returns how many were new.

    Other events carry chats and are dropped at the door. When this returns, nothing
    can be lost. Raises ForgedWebhook (also for an unknown account: a stranger learns
    nothing) and BadInput for a body that is none of LINE's.
    """
    async with ground.database.transaction() as tx:
        merchant = await merchants.by_webhook_key(tx, webhook_key)
        if merchant is None:
            raise ForgedWebhook
        account = await merchants.line_account(tx, merchant.id)
    if account is None:
        raise ForgedWebhook
    secret = connections.webhook_secret(ground, account)
    if not signature_is_valid(secret, raw, signature):
        raise ForgedWebhook
    delivery = read_delivery(raw)
    if delivery.destination != account.bot_user_id:
        raise ForgedWebhook
    events = {
        event.event_id: _payload(event)
        for event in delivery.events
        if isinstance(event, FollowEvent | UnfollowEvent)
        and _EVENT_ID.fullmatch(event.event_id)
    }
    async with ground.database.transaction() as tx:
        new = await inbox.add(tx, merchant.id, events, ground.clock())
    if new:
        await ground.wake(Work.DRAIN_INBOX, merchant.id)
    return new


async def drain_inbox(ground: Ground, merchant_id: int) -> None:
    """Make facts of every waiting event, in batches; then those of Klaviyo's flows.

    LINE's go first: nothing that Klaviyo does or fails to do holds up a friend. While
    the integration is paused, all of them wait.
    """
    async with ground.database.transaction() as tx:
        if not (await merchants.get(tx, merchant_id)).integration_on:
            return
    while await _drain_batch(ground, merchant_id):
        await ground.wake(Work.DRAIN_OUTBOX, merchant_id)
        await ground.wake(Work.SYNC_FRIENDS, merchant_id)
    await flow_webhooks.drain(ground, merchant_id)


async def _drain_batch(ground: Ground, merchant_id: int) -> bool:
    """Whether there was anything to drain."""
    async with ground.database.merchant_transaction(merchant_id) as tx:
        events = await inbox.waiting(tx, merchant_id)
        if not events:
            return False
        now = ground.clock()
        known = await _without_erased(ground, tx, merchant_id, events)
        changes = [_friend_change(event, now) for event in known]
        await linking.settle(tx, merchant_id, changes, now)
        for change in changes:
            await friends.follow_changed(
                tx,
                merchant_id,
                change.line_user,
                following=change.is_friend,
                at=change.at,
                now=now,
            )
        await inbox.handled(tx, merchant_id, [event.id for event in events], now)
    return True


async def _without_erased(
    ground: Ground, tx: AsyncConnection, merchant_id: int, events: list[InboxEvent]
) -> list[InboxEvent]:
    """Forget the events of people who were erased: only their own login counts."""
    line_users = {LineUserId(event.payload["line_user"]) for event in events}
    erased = await erased_among(ground, tx, merchant_id, line_users)
    theirs = [event.id for event in events if event.payload["line_user"] in erased]
    if theirs:
        await inbox.empty(tx, merchant_id, theirs)
    return [event for event in events if event.id not in theirs]


def _payload(event: LineEvent) -> dict[str, Any]:
    assert isinstance(event, FollowEvent | UnfollowEvent)
    return {
        "follow": isinstance(event, FollowEvent),
        "line_user": event.user_id,
        "at": event.at.isoformat(),
    }


def _friend_change(event: InboxEvent, now: datetime) -> FriendChange:
    return FriendChange(
        key=FactKey(f"line:{event.event_id}"),
        at=datetime.fromisoformat(event.payload["at"]),
        stored=now,
        line_user=LineUserId(event.payload["line_user"]),
        is_friend=event.payload["follow"],
    )
