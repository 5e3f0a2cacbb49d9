"""Facts to rows and back: nothing is lost on the way, also not in PostgreSQL."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketing_agent.core import facts as kinds
from marketing_agent.core.components import line_user_of, profiles_of
from marketing_agent.core.facts import Fact, FactKey, Lookup
from marketing_agent.core.match import MatchVerdict
from marketing_agent.core.signals import LineUserId
from marketing_agent.storage import facts
from marketing_agent.storage.fact_codec import KINDS, fact_of, row_of
from tests.storage.fact_strategies import any_of
from tests.storage.world import NOW, undone

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

any_fact = st.one_of([any_of(kind) for kind in KINDS.values()])


def _through_json(row: dict[str, Any]) -> Any:
    return row | {"body": json.loads(json.dumps(row["body"]))}


def test_every_kind_of_fact_has_a_name_in_the_table() -> None:
    """A new kind of fact that is not listed could be stored and never read."""
    every = {
        name: kind
        for name, kind in vars(kinds).items()
        if isinstance(kind, type) and issubclass(kind, Fact) and kind is not Fact
    }
    assert every == KINDS


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_every_fact_comes_back_as_it_was(kind: type[Fact], data: st.DataObject) -> None:
    """Whatever the types allow goes through a row's JSON unchanged."""
    fact = data.draw(any_of(kind))
    assert fact_of(_through_json(row_of(1, fact))) == fact


@pytest.mark.parametrize("verdict", get_args(MatchVerdict))
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_every_verdict_comes_back_as_it_was(
    verdict: type[MatchVerdict], data: st.DataObject
) -> None:
    """Two kinds of verdict with the same fields are not mistaken for each other."""
    lookup = Lookup(
        key=FactKey("lookup"),
        at=NOW,
        stored=NOW,
        claim=FactKey("claim"),
        line_user=LineUserId("U"),
        verdict=data.draw(any_of(verdict)),
    )
    assert fact_of(_through_json(row_of(1, lookup))) == lookup


@given(fact=any_fact)
@settings(deadline=None)
def test_the_columns_are_what_joins_a_fact_to_others(fact: Fact) -> None:
    """The query for a component finds a fact by exactly its ends."""
    row = row_of(7, fact)
    ends = [row["profile_id"], row["other_profile_id"]]
    assert row["line_user_id"] == line_user_of(fact)
    assert [end for end in ends if end is not None] == list(profiles_of(fact))
    assert row["merchant_id"] == 7


@given(told=st.lists(any_fact, min_size=5, max_size=40, unique_by=lambda f: f.key))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_facts_come_back_from_postgresql_as_they_were(
    tx: AsyncConnection, merchant_id: int, told: list[Fact]
) -> None:
    """JSONB, time stamps and text of any script keep what was stored."""
    async with undone(tx):
        added = await facts.append(tx, merchant_id, told)
        found = await facts.all_facts(tx, merchant_id)
        one = await facts.find(tx, merchant_id, told[0].key)

    assert sorted(found, key=lambda fact: fact.stored) == added
    assert one == added[0]
