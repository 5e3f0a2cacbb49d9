"""Asking Klaviyo which profile a waiting claim is about.

Claims are looked at again and again, ever more rarely, until a profile is named or
they expire. Klaviyo being down only delays them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog

from marketing_agent.core.errors import PlatformError
from marketing_agent.core.facts import FactKey, Lookup
from marketing_agent.core.match import (
    SETTLING,
    MatchRule,
    NamedBy,
    WantedSignals,
    match,
)
from marketing_agent.core.schedule import until_next_look, wait_after
from marketing_agent.core.signals import (
    EmailAddress,
    LineUserId,
    PhoneNumber,
    SignalKind,
)
from marketing_agent.services import connections, linking, profile_finding
from marketing_agent.services.ground import ONE_TICK, Ground, Work
from marketing_agent.services.profile_reading import SIGNALS, remember, seen
from marketing_agent.services.turns import Batch, take_turns
from marketing_agent.storage import merchants, waiting_claims

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.profile_finding import Finding
    from marketing_agent.storage.merchants import Merchant
    from marketing_agent.storage.vault import Vault
    from marketing_agent.storage.waiting_claims import WaitingClaim

_BATCH: Final = 100
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a claim is looked up by. Sealed at rest, forgotten after the lookup."""

    line_user: LineUserId
    claimed_at: datetime
    rule: MatchRule
    email: EmailAddress | None = field(repr=False)
    phone: PhoneNumber | None = field(repr=False)
    named: str | None = field(default=None, repr=False)
    """What the link carried beside the signals: `_kx` or a KlaviyoID."""
    named_by: NamedBy | None = None
    settling: float = SETTLING.total_seconds()
    """How long half a find stays undecided: not at all for auto-link."""

    def sealed(self, vault: Vault) -> bytes:
        """Ciphertext for the table of waiting claims."""
        values = asdict(self) | {"claimed_at": self.claimed_at.isoformat()}
        return vault.seal(json.dumps(values).encode(), purpose=SIGNALS)

    def hashes(self, vault: Vault, merchant_id: int) -> WantedSignals:
        """The signals as facts know them."""
        return hashed(vault, merchant_id, email=self.email, phone=self.phone)


def hashed(
    vault: Vault,
    merchant_id: int,
    *,
    email: EmailAddress | None,
    phone: PhoneNumber | None,
) -> WantedSignals:
    """A person's signals as keyed hashes."""
    hash_signal = vault.hash_signal
    return WantedSignals(
        email=None
        if email is None
        else hash_signal(merchant_id, SignalKind.EMAIL, email),
        phone=None
        if phone is None
        else hash_signal(merchant_id, SignalKind.PHONE, phone),
    )


def open_wanted(vault: Vault, sealed: bytes) -> Wanted:
    """The opposite of `Wanted.sealed`."""
    values = json.loads(vault.open(sealed, purpose=SIGNALS))
    named_by = values.get("named_by")
    return Wanted(
        line_user=LineUserId(values["line_user"]),
        claimed_at=datetime.fromisoformat(values["claimed_at"]),
        rule=MatchRule(values["rule"]),
        email=values["email"],
        phone=values["phone"],
        named=values.get("named"),
        named_by=None if named_by is None else NamedBy(named_by),
        settling=values.get("settling", SETTLING.total_seconds()),
    )


async def look_at_claims(ground: Ground, merchant_id: int) -> None:
    """Look up every claim of the merchant that is due, a batch at a time."""

    async def batch() -> Batch:
        return await _look_at_batch(ground, merchant_id)

    async def is_due() -> bool:
        async with ground.database.transaction() as tx:
            merchant = await merchants.get(tx, merchant_id)
            due = await waiting_claims.due(
                tx,
                merchant_id,
                ground.clock(),
                limit=1,
                auto_link=merchant.auto_link_on,
            )
            return bool(due)

    await take_turns(
        ground, Work.LOOK_AT_CLAIMS, merchant_id, batch=batch, is_due=is_due
    )


async def _look_at_batch(ground: Ground, merchant_id: int) -> Batch:
    now = ground.clock()
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, merchant_id)
        if not merchant.integration_on:
            return Batch.STOPPED
        due = await waiting_claims.due(
            tx, merchant_id, now, limit=_BATCH, auto_link=merchant.auto_link_on
        )
        if not due:
            return Batch.NOTHING
        klaviyo = await connections.klaviyo_of(ground, tx, merchant_id)
    wanted = {
        each.claim: open_wanted(ground.vault, each.signals_sealed) for each in due
    }
    try:
        finding = await profile_finding.find(klaviyo, wanted)
    except PlatformError as error:
        await _put_off(ground, merchant_id, due, error)
        return Batch.STOPPED
    await _answer(ground, merchant, due, wanted, finding, looked_at=now)
    return Batch.DONE


async def _answer(
    ground: Ground,
    merchant: Merchant,
    due: Sequence[WaitingClaim],
    wanted: dict[FactKey, Wanted],
    finding: Finding,
    *,
    looked_at: datetime,
) -> None:
    shown = [seen(ground.vault, merchant, profile) for profile in finding.profiles]
    lookups = []
    for claim, each in wanted.items():
        verdict = match(
            each.rule,
            each.hashes(ground.vault, merchant.id),
            shown,
            named=finding.named.get(claim),
            named_by=each.named_by,
            looked_after=looked_at - each.claimed_at,
            settling=timedelta(seconds=each.settling),
        )
        lookups.append(
            Lookup(
                key=FactKey(f"lookup:{claim}:{looked_at.isoformat()}"),
                at=looked_at,
                stored=looked_at,
                claim=claim,
                line_user=each.line_user,
                verdict=verdict,
            )
        )
    async with ground.database.merchant_transaction(merchant.id) as tx:
        await remember(tx, ground.vault, merchant, finding.profiles, looked_at)
        await linking.settle(tx, merchant.id, lookups, looked_at)
        await _look_again(tx, merchant.id, due, looked_at)
    await ground.wake(Work.DRAIN_OUTBOX, merchant.id)
    soonest = min(until_next_look(each.looks + 1) for each in due)
    if soonest < ONE_TICK:
        await ground.wake(Work.LOOK_AT_CLAIMS, merchant.id, after=soonest)


async def _look_again(
    tx: AsyncConnection,
    merchant_id: int,
    answered: Sequence[WaitingClaim],
    looked_at: datetime,
) -> None:
    """Set the next look of claims that nobody was found for (others are forgotten)."""
    for each in answered:
        looks = each.looks + 1
        await waiting_claims.look_again(
            tx,
            merchant_id,
            each.claim,
            at=looked_at + until_next_look(looks),
            looks=looks,
        )


async def _put_off(
    ground: Ground,
    merchant_id: int,
    due: Sequence[WaitingClaim],
    error: PlatformError,
) -> None:
    _log.warning("lookup put off", merchant=merchant_id, error=type(error).__name__)
    wait = wait_after(error, 1)
    async with ground.database.merchant_transaction(merchant_id) as tx:
        for each in due:
            await waiting_claims.look_again(
                tx,
                merchant_id,
                each.claim,
                at=ground.clock() + wait,
                looks=each.looks,
                error=error.message,
            )
