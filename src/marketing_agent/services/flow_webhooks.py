"""The webhook of a Klaviyo flow: which profile has submitted (or confirmed) a form.

Stored before it is acknowledged, made into a `Confirmation` by a drain. Klaviyo signs
nothing: the secret header says that the merchant's flow is calling, and the profile is
read again by its id, since a body can say anything.
"""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog
from pydantic import BaseModel, ValidationError

from marketing_agent.core.attempts import CONFIRMATION_WINDOW
from marketing_agent.core.errors import (
    BadInput,
    NotAllowed,
    PlatformError,
    PlatformRefused,
)
from marketing_agent.core.facts import Confirmation, FactKey, FormId
from marketing_agent.core.form_linkage import HANDED_OVER_WITHIN
from marketing_agent.core.schedule import wait_after
from marketing_agent.core.signals import ProfileId
from marketing_agent.services import connections, form_secrets, linking
from marketing_agent.services.ground import ONE_TICK, Ground, Work
from marketing_agent.storage import form_linkages, inbox, merchants
from marketing_agent.storage.inbox import InboxKind

if TYPE_CHECKING:
    from marketing_agent.platforms.klaviyo.client import KlaviyoClient
    from marketing_agent.platforms.klaviyo.types import KlaviyoProfile
    from marketing_agent.storage.inbox import InboxEvent

_BATCH: Final = 20
"""Profiles read at once: well within Klaviyo's burst of 75 calls a second."""
_REPEATS_WITHIN: Final = HANDED_OVER_WITHIN / timedelta(seconds=1)
_PROFILE_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_BAD_REQUEST: Final = 400
_log = structlog.get_logger(__name__)


class WrongLinkingKey(NotAllowed):
    """The X-Linking-Key header does not belong to this webhook."""


class WrongSubmissionDetails(BadInput):
    """The JSON body is not the Submission Details of this form: {problem}."""


class _Submission(BaseModel):
    """The Submission Details as Klaviyo fills them in; more fields are not read."""

    form_id: str
    profile_id: str


async def receive(
    ground: Ground, webhook_key: str, slug: str, linking_key: str, raw: bytes
) -> None:
    """Store a flow's call. When this returns, nothing can be lost.

    Klaviyo repeats a call that it has no answer to, up to 17 times in a day. Within a
    few minutes the same profile counts once; later it is one more confirmation, which
    changes nothing that was decided. A removed setting hears its flow for a day more:
    so long may customers who had logged in before wait for it. Raises WrongLinkingKey
    (also for an unknown address: a stranger learns nothing) and WrongSubmissionDetails.
    """
    now = ground.clock()
    async with ground.database.transaction() as tx:
        merchant = await merchants.by_webhook_key(tx, webhook_key)
        merchant_id = 0 if merchant is None else merchant.id
        valid = await form_secrets.is_valid(ground, tx, merchant_id, slug, linking_key)
        form = valid and await form_linkages.find_hearing(
            tx, merchant_id, slug, removed_after=now - CONFIRMATION_WINDOW
        )
    if not form:
        raise WrongLinkingKey
    profile = _profile_in(raw, form.form_id)
    payload = {
        "kind": InboxKind.KLAVIYO.value,
        "form": form.form_id,
        "profile": profile,
        "at": now.isoformat(),
    }
    event_id = f"klaviyo:{slug}:{profile}:{now.timestamp() // _REPEATS_WITHIN:.0f}"
    async with ground.database.transaction() as tx:
        await inbox.add(tx, merchant_id, {event_id: payload}, now)
        await form_linkages.webhook_seen(tx, merchant_id, slug, now)
    await ground.wake(Work.DRAIN_INBOX, merchant_id)


async def drain(ground: Ground, merchant_id: int) -> None:
    """Make confirmations of every waiting call; keep them while Klaviyo is away."""
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, merchant_id)
    while merchant.integration_on and await _drain_batch(ground, merchant_id):
        await ground.wake(Work.DRAIN_OUTBOX, merchant_id)


async def _drain_batch(ground: Ground, merchant_id: int) -> bool:
    """Whether there was anything to drain, and Klaviyo answered."""
    async with ground.database.transaction() as tx:
        events = await inbox.waiting(
            tx, merchant_id, kind=InboxKind.KLAVIYO, limit=_BATCH
        )
        if not events:
            return False
        klaviyo = await connections.klaviyo_of(ground, tx, merchant_id)
    try:
        found = await asyncio.gather(*(_profile_of(klaviyo, each) for each in events))
    except PlatformError as error:
        await _come_back(ground, merchant_id, error)
        return False
    now = ground.clock()
    confirmed = [
        _confirmation(event, profile, now)
        for event, profile in zip(events, found, strict=True)
        if profile is not None
    ]
    if len(confirmed) < len(events):
        dropped = len(events) - len(confirmed)
        _log.warning("flow webhook dropped", merchant=merchant_id, unknown=dropped)
    async with ground.database.merchant_transaction(merchant_id) as tx:
        await linking.settle(tx, merchant_id, confirmed, now)
        await inbox.handled(tx, merchant_id, [each.id for each in events], now)
    return True


async def _profile_of(
    klaviyo: KlaviyoClient, event: InboxEvent
) -> KlaviyoProfile | None:
    """None for an id that is no profile's, or cannot be one for Klaviyo."""
    try:
        return await klaviyo.profile(ProfileId(event.payload["profile"]))
    except PlatformRefused as error:
        if error.status != _BAD_REQUEST:
            raise
        return None


async def _come_back(ground: Ground, merchant_id: int, error: PlatformError) -> None:
    _log.warning("flow webhook waits", merchant=merchant_id, error=type(error).__name__)
    wait = wait_after(error, 1)
    if wait < ONE_TICK:
        await ground.wake(Work.DRAIN_INBOX, merchant_id, after=wait)


def _confirmation(
    event: InboxEvent, profile: KlaviyoProfile, now: datetime
) -> Confirmation:
    return Confirmation(
        key=FactKey(event.event_id),
        at=datetime.fromisoformat(event.payload["at"]),
        stored=now,
        form=FormId(event.payload["form"]),
        profile=profile.id,
    )


def _profile_in(raw: bytes, form_id: FormId) -> str:
    try:
        said = _Submission.model_validate_json(raw)
    except ValidationError as error:
        problem = "it needs form_id and profile_id as texts"
        raise WrongSubmissionDetails(problem=problem) from error
    if said.form_id != form_id:
        raise WrongSubmissionDetails(problem=f"form_id has to be {form_id}")
    if _PROFILE_ID.fullmatch(said.profile_id) is None:
        problem = "profile_id has to be {{ person.KlaviyoID }}, filled in by Klaviyo"
        raise WrongSubmissionDetails(problem=problem)
    return said.profile_id
