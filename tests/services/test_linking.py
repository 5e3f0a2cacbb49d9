"""What `settle` promises, one sentence at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pytest
import pytest_asyncio
from sqlalchemy import text

from marketing_agent.core.facts import (
    Claim,
    Evidence,
    Fact,
    FactKey,
    FriendChange,
    Lookup,
    Method,
)
from marketing_agent.core.match import Candidate
from marketing_agent.core.outcomes import OutcomeCode
from marketing_agent.core.signals import SignalKind
from marketing_agent.services.linking import settle
from marketing_agent.storage import links, outbox, waiting_claims
from marketing_agent.storage.database import Database
from tests.core.fact_dice import line_user, profile
from tests.services.derived_tables import check_derived_tables
from tests.storage.world import new_merchant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOW: Final = datetime(2026, 5, 4, 9, tzinfo=UTC)
MORE_THAN_FIT: Final = 4_700
"""Claims: 14 values each are more than the 65,535 of one statement."""


@pytest_asyncio.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """Give a handle that is closed after the test."""
    db = Database(database_url)
    yield db
    await db.dispose()


@pytest_asyncio.fixture
async def merchant_id(db: Database) -> int:
    """Give a merchant who has nothing yet."""
    async with db.transaction() as tx:
        return await new_merchant(tx)


def scan(number: int) -> list[Fact]:
    """Let this LINE user, a friend, claim the same profile as all the others."""
    user, key = line_user(number), FactKey(f"claim-{number}")
    return [
        FriendChange(
            key=FactKey(f"follow-{number}"),
            at=NOW,
            stored=NOW,
            line_user=user,
            is_friend=True,
        ),
        Claim(
            key=key,
            at=NOW,
            stored=NOW,
            line_user=user,
            method=Method.QR_LINK,
            evidence=Evidence.ONE_SIGNAL,
            login=True,
        ),
        Lookup(
            key=FactKey(f"lookup-{number}"),
            at=NOW,
            stored=NOW,
            claim=key,
            line_user=user,
            verdict=Candidate(
                row=13, profile=profile(0), by=frozenset({SignalKind.EMAIL})
            ),
        ),
    ]


def sighting(number: int) -> Claim:
    """Let the profile of all the others carry this LINE User ID."""
    return Claim(
        key=FactKey(f"sighting-{number}"),
        at=NOW,
        stored=NOW,
        line_user=line_user(number),
        method=Method.IMPORT,
        evidence=Evidence.STORED_LINE_USER_ID,
        profile=profile(0),
    )


async def test_a_repeat_changes_nothing_and_says_the_same(
    db: Database, merchant_id: int
) -> None:
    """The second time, nothing is written and the answer is the first one."""
    answers = []
    for _ in range(2):
        async with db.merchant_transaction(merchant_id) as tx:
            answers.append(await settle(tx, merchant_id, scan(1), NOW))

    assert answers[0] == answers[1]
    async with db.transaction() as tx:
        await check_derived_tables(tx, merchant_id)
        assert len(await links.trail(tx, merchant_id, line_user(1))) == 1
        assert await outbox.pending(tx, merchant_id) == 2


async def test_the_answer_covers_what_was_known_already(
    db: Database, merchant_id: int
) -> None:
    """A batch of one repeated and one new claim is answered for both."""
    async with db.merchant_transaction(merchant_id) as tx:
        await settle(tx, merchant_id, scan(1)[:2], NOW)
        said = await settle(tx, merchant_id, [scan(1)[1], scan(2)[1]], NOW)

    assert said.outcomes.keys() == {"claim-1", "claim-2"}


async def test_a_claim_waits_for_a_look_until_a_profile_is_named(
    db: Database, merchant_id: int
) -> None:
    """The sealed signals are forgotten with the lookup that names a candidate."""
    follow, claim, lookup = scan(1)
    async with db.merchant_transaction(merchant_id) as tx:
        await settle(tx, merchant_id, [follow, claim], NOW)
        await waiting_claims.add(tx, merchant_id, claim.key, b"sealed", NOW)
        assert len(await waiting_claims.due(tx, merchant_id, NOW)) == 1
        await settle(tx, merchant_id, [lookup], NOW)
        assert await waiting_claims.due(tx, merchant_id, NOW) == []


async def test_an_error_undoes_facts_links_audit_and_outbox_together(
    db: Database, merchant_id: int
) -> None:
    """Whatever fails after `settle`, nothing of it stays behind."""

    async def fail() -> None:
        async with db.merchant_transaction(merchant_id) as tx:
            await settle(tx, merchant_id, scan(1), NOW)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await fail()

    async with db.transaction() as tx:
        for table in ("facts", "links", "outcomes", "audit", "outbox"):
            rows = await tx.execute(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - names of ours
            assert rows.scalar_one() == 0, table


async def test_a_link_shared_in_public_does_not_stop_the_merchant(
    db: Database, merchant_id: int
) -> None:
    """Thousands claim one profile; one of them adds the account and is linked."""
    sightings = [sighting(number) for number in range(MORE_THAN_FIT)]
    async with db.merchant_transaction(merchant_id) as tx:
        await settle(tx, merchant_id, sightings, NOW)
    async with db.merchant_transaction(merchant_id) as tx:
        said = await settle(tx, merchant_id, scan(7)[:1], NOW)

    assert [link.line_user for link in said.links] == [line_user(7)]
    codes = [outcome.code for outcome in said.outcomes.values()]
    assert codes.count(OutcomeCode.WAITING_FRIEND) == MORE_THAN_FIT - 1
