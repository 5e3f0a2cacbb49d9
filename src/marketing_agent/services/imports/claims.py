"""From sightings to facts: new claims, and the end of those that lost their value.

Everything happens once the run's scan has ended, with that time, in batches that each
have the merchant to themselves.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from marketing_agent.core.facts import (
    Claim,
    Evidence,
    FactKey,
    Method,
    SettingId,
    Stopped,
    StopReason,
)
from marketing_agent.core.import_counts import Result, Tally
from marketing_agent.core.imports import MOST_SHARED
from marketing_agent.core.outcomes import OutcomeCode
from marketing_agent.services import linking
from marketing_agent.services.imports.position import Phase, Position
from marketing_agent.storage import facts, outcomes, sightings
from marketing_agent.storage.outcomes import SHARED_ROW
from marketing_agent.storage.sightings import Claimed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.facts import Fact
    from marketing_agent.core.outcomes import Outcome
    from marketing_agent.core.signals import LineUserId
    from marketing_agent.services.imports.hand import Hand
    from marketing_agent.storage.sightings import Sighting

BATCH: Final = 2000
"""Profiles in one transaction."""


async def end_departed(hand: Hand) -> None:
    """One batch of profiles that are no longer in the segment."""
    position = hand.position
    async with hand.writing(facts=True) as tx:
        gone = await sightings.departed(
            tx, hand.merchant_id, hand.run.id, after=position.after, limit=BATCH
        )
        stops = await _stops(hand, tx, gone, StopReason.VALUE_CHANGED)
        await linking.settle(tx, hand.merchant_id, stops, hand.ground.clock())
        await sightings.forget(tx, hand.merchant_id, [each.profile for each in gone])
        released = {each.claimed for each in gone if each.claimed is not None}
        await _reopen_alone(hand, tx, released)
        tally = Tally(left=len(gone), stopped=len(stops))
        if len(gone) < BATCH:
            await hand.keep(tx, position.entering(), phase=Phase.CLAIMS, tally=tally)
        else:
            after = position.moved(after=gone[-1].profile)
            await hand.keep(tx, after, tally=tally)


async def make_claims(hand: Hand) -> bool:
    """One batch of sightings that changed; whether there may be more."""
    position = hand.position
    async with hand.writing(facts=True) as tx:
        rows = await sightings.pending(
            tx, hand.merchant_id, hand.run.id, after=position.after, limit=BATCH
        )
        if not rows and not position.reopened:
            return False
        made = await _made_of(hand, tx, rows)
        now = hand.ground.clock()
        resolution = await linking.settle(tx, hand.merchant_id, made.facts, now)
        await sightings.claimed(tx, hand.merchant_id, made.claimed)
        again = await _reopen_alone(hand, tx, _released(rows))
        tally = made.tally + _results(made.claims, resolution.outcomes)
        await hand.keep(tx, _next_batch(hand, rows, again=again), tally=tally)
    return True


async def clear(hand: Hand) -> bool:
    """One batch of what a removed setting has left; whether there may be more."""
    async with hand.writing(facts=True) as tx:
        rows = await sightings.some(tx, hand.merchant_id, limit=BATCH)
        stops = await _stops(hand, tx, rows, StopReason.SETTING_REMOVED)
        await linking.settle(tx, hand.merchant_id, stops, hand.ground.clock())
        await sightings.forget(tx, hand.merchant_id, [each.profile for each in rows])
        tally = Tally(left=len(rows), stopped=len(stops))
        await hand.keep(tx, hand.position.moved(), tally=tally)
    return len(rows) == BATCH


@dataclass(slots=True, kw_only=True)
class _Made:
    """What a batch of sightings amounts to."""

    stops: list[Stopped]
    claims: list[Claim] = field(default_factory=list)
    claimed: list[Claimed] = field(default_factory=list)
    too_wide: int = 0

    @property
    def facts(self) -> list[Fact]:
        return [*self.stops, *self.claims]

    @property
    def tally(self) -> Tally:
        wide = {Result.TOO_WIDELY_SHARED: self.too_wide} if self.too_wide else {}
        return Tally(results=wide, stopped=len(self.stops))


async def _made_of(hand: Hand, tx: AsyncConnection, rows: Sequence[Sighting]) -> _Made:
    made = _Made(stops=await _stops(hand, tx, rows, StopReason.VALUE_CHANGED))
    line_users = {each.line_user for each in rows if each.line_user is not None}
    on = await sightings.carriers(tx, hand.merchant_id, line_users, most=MOST_SHARED)
    at = _scanned_at(hand)
    for each in rows:
        claim = None
        if each.line_user is not None and on[each.line_user] <= MOST_SHARED:
            claim = _claim(hand, each, each.line_user, at, seen_on=on[each.line_user])
            made.claims.append(claim)
        made.too_wide += each.line_user is not None and claim is None
        made.claimed.append(
            Claimed(
                profile=each.profile,
                claim=None if claim is None else claim.key,
                claimed=each.line_user,
            )
        )
    return made


def _claim(
    hand: Hand, sighting: Sighting, line_user: LineUserId, at: datetime, *, seen_on: int
) -> Claim:
    """One attempt per pair and run: a run reads one value from a profile."""
    return Claim(
        key=FactKey(f"import:{hand.run.id}:{sighting.profile}"),
        at=at,
        stored=at,
        line_user=line_user,
        method=Method.IMPORT,
        evidence=Evidence.STORED_LINE_USER_ID,
        setting=SettingId(hand.segment_id),
        profile=sighting.profile,
        seen_on=seen_on,
    )


async def _stops(
    hand: Hand, tx: AsyncConnection, rows: Sequence[Sighting], why: StopReason
) -> list[Stopped]:
    """The end of those claims that have not completed; a completed one is let be."""
    claims = [each.claim for each in rows if each.claim is not None]
    standing = await outcomes.standing(tx, hand.merchant_id, claims)
    at = _scanned_at(hand)
    return [
        Stopped(
            key=FactKey(f"stopped:{hand.run.id}:{claim}"),
            at=at,
            stored=at,
            claim=claim,
            line_user=where.line_user,
            why=why,
        )
        for claim, where in standing.items()
        if where.code.is_open
    ]


def _scanned_at(hand: Hand) -> datetime:
    return hand.position.scanned_at or hand.run.started_at


def _released(rows: Sequence[Sighting]) -> set[LineUserId]:
    """LINE User IDs that these profiles no longer carry."""
    return {
        each.claimed
        for each in rows
        if each.claimed is not None and each.claimed != each.line_user
    }


async def _reopen_alone(
    hand: Hand, tx: AsyncConnection, released: set[LineUserId]
) -> bool:
    """Give an ID that stands on one profile only, now, its chance again.

    Its claim was held, or would be, because of the others (row 36): it is made anew.
    """
    on = await sightings.carriers(tx, hand.merchant_id, released, most=1)
    alone = [line_user for line_user, count in on.items() if count == 1]
    settled = [
        each
        for each in await sightings.of_line_users(tx, hand.merchant_id, alone)
        if each.claimed == each.line_user
    ]
    held = await _held_as_shared(hand, tx, settled)
    profiles = [each.profile for each in settled if each.claim in {None, *held}]
    await sightings.reopen(tx, hand.merchant_id, hand.run.id, profiles)
    return bool(profiles)


async def _held_as_shared(
    hand: Hand, tx: AsyncConnection, rows: Sequence[Sighting]
) -> set[FactKey]:
    claims = [each.claim for each in rows if each.claim is not None]
    standing = await outcomes.standing(tx, hand.merchant_id, claims)
    made = await facts.several(tx, hand.merchant_id, standing.keys())

    def was_shared(key: FactKey) -> bool:
        claim = made.get(key)
        return isinstance(claim, Claim) and claim.seen_on > 1

    return {
        key
        for key, where in standing.items()
        if where.is_shared or (where.code.is_open and was_shared(key))
    }


def _next_batch(hand: Hand, rows: Sequence[Sighting], *, again: bool) -> Position:
    """After this batch; from the beginning where something there was reopened."""
    position = hand.position
    again = again or position.reopened
    if again and len(rows) < BATCH:
        return position.moved(after="", reopened=False)
    return position.moved(after=rows[-1].profile, reopened=again)


def _results(claims: Sequence[Claim], outcomes_: Mapping[FactKey, Outcome]) -> Tally:
    """What became of these claims."""
    return Tally(results=Counter(_result(outcomes_[each.key]) for each in claims))


def _result(outcome: Outcome) -> Result:
    match outcome.code:
        case OutcomeCode.LINKED:
            return Result.LINKED
        case OutcomeCode.ALREADY_LINKED:
            return Result.ALREADY_LINKED
        case OutcomeCode.CONFLICT:
            shared = outcome.row == SHARED_ROW
            return Result.SHARED if shared else Result.CONFLICT
        case code if code.is_open:
            return Result.WAITING
        case _:
            return Result.BARRED
