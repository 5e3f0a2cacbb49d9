"""Merchants for storage's tests, and one who has something in every table."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.core.callers import Role
from marketing_agent.core.facts import (
    Claim,
    Evidence,
    FactKey,
    FriendChange,
    Lookup,
    Method,
    Pin,
)
from marketing_agent.core.match import Candidate
from marketing_agent.core.qr_links import LinkType, QrLinkDraft
from marketing_agent.core.resolve import resolve
from marketing_agent.core.signals import LineUserId, ProfileId, SignalHash, SignalKind
from marketing_agent.services.linking import settle
from marketing_agent.storage import (
    approvals,
    blocked_values,
    card_answers,
    changes,
    friends,
    inbox,
    invitations,
    merchants,
    profiles,
    qr_links,
    run_events,
    runs,
    threads,
    waiting_claims,
)
from marketing_agent.storage.card_answers import CardAnswer
from marketing_agent.storage.changes import NewChange
from marketing_agent.storage.invitations import Invitation
from marketing_agent.storage.merchants import KlaviyoAccountRow, LineAccountRow
from marketing_agent.storage.profiles import ReadProfile

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.facts import Fact
    from marketing_agent.core.links import LinkChange

NOW: Final = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
LATER: Final = NOW + timedelta(hours=1)
HANA: Final = LineUserId("U" + "1" * 32)
KENTA: Final = LineUserId("U" + "2" * 32)
P: Final = ProfileId("01PROFILE-P")
Q: Final = ProfileId("01PROFILE-Q")
CLAIM: Final = FactKey("claim-of-hana")
WAITING: Final = FactKey("claim-of-kenta")
HASH: Final = SignalHash("ab" * 16)
TARGET: Final = f"friend:{HANA}"
DRAFT: Final = QrLinkDraft(
    name="Newsletter",
    link_type=LinkType.KLAVIYO_LINKAGE,
    email_variable="{{ email }}",
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


async def furnish(tx: AsyncConnection, merchant_id: int) -> str:
    """Put something into every table; only what has to differ does.

    Gives the id of an approval.
    """
    await settle(tx, merchant_id, linking_facts(), NOW)
    await waiting_claims.add(tx, merchant_id, WAITING, b"sealed", NOW)
    await waiting_claims.look_again(
        tx, merchant_id, WAITING, at=NOW, looks=1, error="throttled"
    )
    await inbox.add(tx, merchant_id, {"event-1": {"follow": True}}, NOW)
    await friends.follow_changed(tx, merchant_id, HANA, following=True, at=NOW, now=NOW)
    await profiles.remember(tx, merchant_id, [read_profile()])
    await profiles.keep_held_line_user_id(tx, merchant_id, P, b"held", NOW)
    await blocked_values.add(tx, merchant_id, HASH, b"sealed", NOW)
    await qr_links.save(tx, merchant_id, DRAFT, NOW)
    await merchants.connect_klaviyo(tx, merchant_id, klaviyo_row(), NOW)
    await merchants.connect_line(tx, merchant_id, line_row(merchant_id), NOW)
    invited = invitation(f"hash of {merchant_id}")
    await invitations.add(tx, merchant_id, invited, now=NOW, expires_at=LATER)
    await _talk(tx, merchant_id)
    return await _approved(tx, merchant_id)


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
