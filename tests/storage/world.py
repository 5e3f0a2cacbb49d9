"""Merchants for storage's tests, and one who has something in every table."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.core.callers import Role
from marketing_agent.core.facts import (
    Claim,
    Evidence,
    FactKey,
    FormId,
    FriendChange,
    Lookup,
    Method,
    Pin,
)
from marketing_agent.core.form_linkage import FormLinkage, FormLinkageDraft
from marketing_agent.core.match import Ambiguous, Candidate, WantedSignals
from marketing_agent.core.outcomes import OutcomeCode
from marketing_agent.core.qr_links import LinkType, QrLinkDraft
from marketing_agent.core.resolve import resolve
from marketing_agent.core.segments import SegmentConditions
from marketing_agent.core.signals import LineUserId, ProfileId, SignalHash, SignalKind
from marketing_agent.services.linking import settle
from marketing_agent.storage import (
    approvals,
    blocked_values,
    bulk_jobs,
    card_answers,
    changes,
    coverage,
    form_linkages,
    friends,
    inbox,
    invitations,
    login_tokens,
    merchants,
    outbox,
    profiles,
    qr_links,
    run_events,
    runs,
    segments,
    tags,
    threads,
    ticket_marks,
    waiting_claims,
)
from marketing_agent.storage.bulk_jobs import BulkJob, BulkKind
from marketing_agent.storage.card_answers import CardAnswer
from marketing_agent.storage.changes import NewChange
from marketing_agent.storage.coverage import Coverage, CoverageDay
from marketing_agent.storage.friends import Consent, KeptSignals
from marketing_agent.storage.invitations import Invitation
from marketing_agent.storage.login_tokens import SealedTokens
from marketing_agent.storage.merchants import KlaviyoAccountRow, LineAccountRow
from marketing_agent.storage.outbox import NewItem, OutboxKind
from marketing_agent.storage.profiles import ReadProfile
from marketing_agent.storage.reviews import Held
from tests.storage.absence_calls import meet_absence
from tests.storage.diagnosis_world import meet_trouble
from tests.storage.import_world import set_import

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.facts import Fact
    from marketing_agent.core.links import LinkChange

NOW: Final = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
LATER: Final = NOW + timedelta(hours=1)
HANA: Final = LineUserId("U" + "1" * 32)
KENTA: Final = LineUserId("U" + "2" * 32)
AOI: Final = LineUserId("U" + "3" * 32)
P: Final = ProfileId("01PROFILE-P")
Q: Final = ProfileId("01PROFILE-Q")
CLAIM: Final = FactKey("claim-of-hana")
WAITING: Final = FactKey("claim-of-kenta")
HELD: Final = FactKey("second-claim-of-kenta")
HASH: Final = SignalHash("ab" * 16)
SHARED: Final = SignalHash("ef" * 16)
TARGET: Final = f"friend:{HANA}"
DRAFT: Final = QrLinkDraft(
    name="Newsletter",
    link_type=LinkType.KLAVIYO_LINKAGE,
    email_variable="{{ email }}",
)
SIGNALS: Final = KeptSignals(
    sealed=b"sealed", email=HASH, phone=None, source="csv", since=NOW
)
HELD_PAIR: Final = Held(
    line_user=KENTA,
    profile=None,
    code=OutcomeCode.AMBIGUOUS,
    row=14,
    detail="",
    numbers={},
    method=Method.QR_LINK,
    since=NOW,
    key=HELD,
)
YESTERDAY: Final = CoverageDay(
    day=NOW.date() - timedelta(days=1),
    coverage=Coverage(friends=2, by_method={Method.QR_LINK: 1}),
)
CONSENT: Final = Consent(given=True, at=NOW, source="csv")
JOB: Final = BulkJob(id="job", kind=BulkKind.EVENTS, rows=1, submitted_at=NOW)
FORM_DRAFT: Final = FormLinkageDraft(
    form_id=FormId("XyZ123"),
    cta_label="Link with LINE",
    landing_page="https://shop.test/welcome",
)


@asynccontextmanager
async def undone(tx: AsyncConnection) -> AsyncIterator[None]:
    """Take back what is written inside, unless it fails."""
    savepoint = await tx.begin_nested()
    yield
    await savepoint.rollback()


async def new_merchant(tx: AsyncConnection) -> int:
    """Add a merchant who has nothing yet."""
    merchant = await merchants.add(
        tx,
        name="Kissa",
        phone_region="JP",
        time_zone="Asia/Tokyo",
        privacy_policy_url=None,
    )
    return merchant.id


def claim(key: FactKey, line_user: LineUserId) -> Claim:
    """Tell of a person who opened a linking URL and logged in."""
    return Claim(
        key=key,
        at=NOW,
        stored=NOW,
        line_user=line_user,
        method=Method.QR_LINK,
        evidence=Evidence.ONE_SIGNAL,
        login=True,
    )


def linking_facts() -> list[Fact]:
    """Tell how Hana was linked to P, while Kenta's claim waits for a lookup."""
    found = Candidate(row=13, profile=P, by=frozenset({SignalKind.EMAIL}))
    return [
        claim(CLAIM, HANA),
        FriendChange(
            key=FactKey("follow"), at=NOW, stored=NOW, line_user=HANA, is_friend=True
        ),
        Lookup(
            key=FactKey("lookup"),
            at=NOW,
            stored=NOW,
            claim=CLAIM,
            line_user=HANA,
            verdict=found,
        ),
        claim(WAITING, KENTA),
    ]


CARD_ANSWER = CardAnswer(
    card_id="card", tool_call_id="call", answer={"approved": False}, approval_id=None
)


TOKENS = SealedTokens(access_sealed=b"sealed", access_until=LATER)


def held_facts() -> list[Fact]:
    """Tell how Kenta's second login is held: the profile is Hana's."""
    second = claim(HELD, KENTA)
    signals = WantedSignals(email=SHARED)
    several = Ambiguous(row=14, profiles=(P, Q))
    found = Candidate(row=13, profile=P, by=frozenset({SignalKind.EMAIL}))
    return [
        replace(second, signals=signals),
        FriendChange(
            key=FactKey("kenta"), at=NOW, stored=NOW, line_user=KENTA, is_friend=True
        ),
        *(
            Lookup(
                key=FactKey(f"lookup of {HELD}: {verdict}"),
                at=NOW,
                stored=NOW,
                claim=HELD,
                line_user=KENTA,
                verdict=verdict,
            )
            for verdict in (several, found)
        ),
    ]


async def furnish(tx: AsyncConnection, merchant_id: int) -> str:
    """Put something into every table; only what has to differ does.

    Gives the id of an approval.
    """
    await settle(tx, merchant_id, linking_facts(), NOW)
    await settle(tx, merchant_id, held_facts(), NOW)
    await waiting_claims.add(tx, merchant_id, WAITING, b"sealed", NOW)
    await waiting_claims.look_again(
        tx, merchant_id, WAITING, at=NOW, looks=1, error="throttled"
    )
    await inbox.add(tx, merchant_id, {"event-1": {"follow": True}}, NOW)
    await friends.follow_changed(tx, merchant_id, HANA, following=True, at=NOW, now=NOW)
    await profiles.remember(tx, merchant_id, [read_profile()])
    await profiles.keep_held(tx, merchant_id, {P: b"held"}, NOW)
    await friends.keep_signals(tx, merchant_id, HANA, SIGNALS, NOW)
    await friends.keep_consent(tx, merchant_id, HANA, CONSENT, NOW)
    await _told_in_bulk(tx, merchant_id)
    await blocked_values.add(tx, merchant_id, HASH, b"sealed", NOW)
    await qr_links.save(tx, merchant_id, DRAFT, NOW)
    await saved_form_linkage(tx, merchant_id)
    await merchants.connect_klaviyo(tx, merchant_id, klaviyo_row(), NOW)
    await merchants.connect_line(tx, merchant_id, line_row(merchant_id), NOW)
    await merchants.let_ask_for_email(tx, merchant_id, asks=True)
    await login_tokens.keep(tx, merchant_id, HANA, TOKENS)
    await ticket_marks.mark_scanned(tx, merchant_id, "ticket", NOW)
    invited = invitation(f"hash of {merchant_id}")
    await invitations.add(tx, merchant_id, invited, now=NOW, expires_at=LATER)
    await set_import(tx, merchant_id, NOW)
    await meet_trouble(tx, merchant_id, NOW)
    await _order_friends(tx, merchant_id)
    await meet_absence(tx, merchant_id)
    await _talk(tx, merchant_id)
    return await _approved(tx, merchant_id)


async def _told_in_bulk(tx: AsyncConnection, merchant_id: int) -> None:
    """One change of a friend was told in a bulk job, and an event is in another."""
    new = {
        kind: NewItem(key=kind, kind=kind, line_user=HANA, profile=Q, body={})
        for kind in (OutboxKind.FRIEND_CHANGED, OutboxKind.LINKED_EVENT)
    }
    known = {item.id for item in await outbox.due(tx, merchant_id, NOW)}
    await outbox.add(tx, merchant_id, list(new.values()), NOW)
    due = await outbox.due(tx, merchant_id, NOW)
    told, event = (item.id for item in due if item.id not in known)
    await outbox.finish(tx, merchant_id, [told], NOW)
    await outbox.hand_over(tx, merchant_id, [event], JOB.id)
    await bulk_jobs.add(tx, merchant_id, JOB, NOW)


async def saved_form_linkage(
    tx: AsyncConnection, merchant_id: int, draft: FormLinkageDraft = FORM_DRAFT
) -> FormLinkage:
    """Save Form ID linkage of a form."""
    return await form_linkages.save(
        tx, merchant_id, draft, NOW, form_name="Welcome", secret_sealed=b"sealed"
    )


async def _order_friends(tx: AsyncConnection, merchant_id: int) -> None:
    """New friends, a tag on Hana, a segment that asks for it, a day that ended."""
    for new in (KENTA, AOI):
        await friends.follow_changed(
            tx, merchant_id, new, following=True, at=NOW, now=NOW
        )
    await friends.keep_signals(tx, merchant_id, KENTA, SIGNALS, NOW)
    tag = await tags.save(tx, merchant_id, "VIP", NOW)
    await tags.put_on(tx, merchant_id, tag.id, [HANA])
    asks = SegmentConditions(tags=frozenset({tag.id}))
    await segments.save(tx, merchant_id, "VIP", asks, NOW)
    await coverage.write_day(tx, merchant_id, YESTERDAY, NOW)


def thread_of(merchant_id: int) -> str:
    """The merchant's conversation: an id is given once in the whole installation."""
    return f"thread of {merchant_id}"


async def _talk(tx: AsyncConnection, merchant_id: int) -> None:
    thread = thread_of(merchant_id)
    await threads.begin(tx, merchant_id, thread, "hana", "Hello", NOW)
    await runs.start(tx, merchant_id, "run", thread, NOW)
    await run_events.append(tx, merchant_id, "run", 1, ["{}"])
    await card_answers.store(tx, merchant_id, thread, [CARD_ANSWER], NOW)


async def _approved(tx: AsyncConnection, merchant_id: int) -> str:
    approval = await approvals.give(
        tx,
        merchant_id,
        tool="unlink_friend",
        arguments={"line_user_id": HANA},
        given_by="hana",
        now=NOW,
        expires_at=LATER,
    )
    await changes.record(tx, merchant_id, new_change(approval))
    return approval


def new_change(approval_id: str, **other: Any) -> NewChange:
    """Tell of a write that unlinked Hana."""
    told: dict[str, Any] = {
        "tool": "unlink_friend",
        "arguments": {"line_user_id": HANA},
        "made_by": "hana",
        "made_at": NOW,
        "result": {"done": True},
        "target": TARGET,
    }
    return NewChange(approval_id=approval_id, **(told | other))


def pinned() -> tuple[LinkChange, ...]:
    """The change of links when a merchant pins Kenta to Q."""
    follow = FriendChange(
        key=FactKey("follow-of-kenta"),
        at=NOW,
        stored=NOW,
        line_user=KENTA,
        is_friend=True,
    )
    pin = Pin(key=FactKey("pin"), at=NOW, stored=NOW, line_user=KENTA, profile=Q)
    return resolve([follow, pin]).changes


def read_profile(sealed: bytes = b"sealed", read_at: datetime = NOW) -> ReadProfile:
    """Show P as Klaviyo does."""
    return ReadProfile(
        profile=P, email=HASH, phone=None, signals_sealed=sealed, read_at=read_at
    )


def invitation(code_hash: str) -> Invitation:
    """Invite Mei as staff."""
    return Invitation(code_hash=code_hash, name="Mei", role=Role.STAFF)


def klaviyo_row() -> KlaviyoAccountRow:
    """Two merchants may well share one Klaviyo account."""
    return KlaviyoAccountRow(
        account_id="AbCdEf",
        public_id="AbCdEf",
        organization="Kissa",
        time_zone="Asia/Tokyo",
        key_sealed=b"sealed",
    )


def line_row(merchant_id: int) -> LineAccountRow:
    """A LINE Official Account is one merchant's."""
    return LineAccountRow(
        bot_user_id=f"bot of {merchant_id}",
        basic_id="@kissa",
        display_name="Kissa",
        login_channel_id="1",
        login_secret_sealed=b"sealed",
        messaging_channel_id="2",
        messaging_secret_sealed=b"sealed",
    )
