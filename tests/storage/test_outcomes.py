"""Where each claim stands, kept for lists and counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import literal_column, select

from marketing_agent.core.facts import Claim, FactKey, SettingId
from marketing_agent.core.outcomes import Outcome, OutcomeCode
from marketing_agent.storage import outcomes
from marketing_agent.storage.tables import outcomes as table
from tests.storage.world import HANA, LATER, NOW, P, claim

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

FIRST = replace(claim(FactKey("first"), HANA), setting=SettingId("slug"), expires=LATER)
SECOND = replace(claim(FactKey("second"), HANA), at=LATER)
SHARED = Outcome(
    claim=FIRST.key,
    line_user=HANA,
    code=OutcomeCode.AMBIGUOUS,
    row=14,
    since=NOW,
    numbers={"profiles": 3},
)
WAITS = replace(
    SHARED, claim=SECOND.key, code=OutcomeCode.WAITING_LOOKUP, row=11, numbers={}
)


async def _write(tx: AsyncConnection, merchant_id: int, *results: Outcome) -> None:
    claims: list[Claim] = [FIRST, SECOND]
    await outcomes.write(
        tx, merchant_id, claims, {each.claim: each for each in results}
    )


async def test_an_outcome_comes_back_with_what_its_claim_says(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """The numbers in its sentence too; the newest claim comes first."""
    await _write(tx, merchant_id, SHARED, WAITS)

    found = await outcomes.of_claim(tx, merchant_id, FIRST.key)
    assert found is not None
    assert found.outcome == SHARED
    assert found.outcome.reason.startswith("3 Klaviyo profiles")
    assert (found.setting, found.claimed_at, found.expires) == ("slug", NOW, LATER)
    listed = await outcomes.of_line_user(tx, merchant_id, HANA)
    assert [each.outcome.claim for each in listed] == ["second", "first"]
    assert await outcomes.of_claim(tx, merchant_id, FactKey("none")) is None


async def test_only_outcomes_that_changed_are_written_again(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """A component of thousands of claims costs what changed, not what stands."""

    async def places() -> dict[str, str]:
        rows = await tx.execute(select(table.c.claim_key, literal_column("ctid::text")))
        return {key: place for key, place in rows}  # noqa: C416 - rows are no pairs

    await _write(tx, merchant_id, SHARED, WAITS)
    before = await places()
    linked = replace(
        WAITS, code=OutcomeCode.LINKED, row=28, profile=P, detail="email", since=LATER
    )

    await _write(tx, merchant_id, SHARED, linked)

    after = await places()
    assert after["first"] == before["first"]
    assert after["second"] != before["second"]
    found = await outcomes.of_claim(tx, merchant_id, SECOND.key)
    assert found is not None
    assert found.outcome == linked


async def test_counts_add_up_to_the_attempts(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Every claim is counted once; those past their time are counted apart."""
    assert await outcomes.counts(tx, merchant_id, NOW) == []
    await _write(tx, merchant_id, SHARED, WAITS)

    counted = await outcomes.counts(tx, merchant_id, LATER.replace(hour=23))

    assert sum(each.claims for each in counted) == 2
    past = {each.code: each.past_expiry for each in counted}
    assert past == {OutcomeCode.AMBIGUOUS: True, OutcomeCode.WAITING_LOOKUP: False}
