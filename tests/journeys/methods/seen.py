"""What a merchant can see of a customer, here and in Klaviyo, without names and times.

Two customers who came alike look the same.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from marketing_agent.core.resolve import resolve
from marketing_agent.storage import facts, links, tables

if TYPE_CHECKING:
    from tests.desk import Desk, Json
    from tests.journeys.methods.ways import Customer, Way

OURS: Final = "LINE User ID"
_PASSING: Final = {
    "linked_since",
    "last_synced",
    "claimed_at",
    "at",
    "linked_at",
    "$event_id",
}


async def seen(way: Way, customer: Customer) -> Json:
    """Klaviyo Sync Info, and the profile with its events."""
    klaviyo = way.desk.klaviyo
    events = klaviyo.events(customer.profile)
    shown = {
        "info": await way.info(customer),
        "properties": klaviyo.profile(customer.profile).properties,
        "events": [(each.metric.name, each.properties) for each in events],
    }
    text = json.dumps(_timeless(shown), sort_keys=True)
    for mine, name in (
        (customer.person.line_user_id, "<line user>"),
        (customer.profile, "<profile>"),
        (customer.person.email, "<email>"),
    ):
        text = text.replace(mine, name)
    return dict(json.loads(text))


def line_user_id(way: Way, customer: Customer) -> object:
    """What stands in our property on the customer's profile."""
    return way.desk.klaviyo.profile(customer.profile).properties.get(OURS)


def events(way: Way, customer: Customer) -> list[str]:
    """The names of the events on the customer's profile."""
    return [each.metric.name for each in way.desk.klaviyo.events(customer.profile)]


def trail(info: Json) -> list[str]:
    """What happened to the customer's links, oldest first."""
    return [each["what"] for each in info["trail"]]


def labels(info: Json) -> list[str]:
    """What is to be known about the link."""
    return [each["code"] for each in info["labels"]]


def codes(info: Json) -> list[str]:
    """Where the attempts stand, newest first."""
    return [each["code"] for each in info["attempts"]]


async def check_that_facts_say_so(desk: Desk) -> None:
    """Links, audit and outcomes are those of the facts, and nothing is in doubt."""
    async with desk.ground.database.transaction() as tx:
        whole = resolve(await facts.all_facts(tx, desk.merchant_id))
        audit = await tx.scalar(select(func.count()).select_from(tables.audit))
        found = tables.outcomes.c
        rows = await tx.execute(select(found.claim_key, found.code, found.row))
        for link in whole.links:
            assert await links.of_profile(tx, desk.merchant_id, link.profile) == link
        live = await tx.scalar(select(func.count()).select_from(tables.links))
    assert (live, audit) == (len(whole.links), len(whole.changes))
    outcomes = {(key, e.code.value, e.row) for key, e in whole.outcomes.items()}
    assert {tuple(row) for row in rows} == outcomes


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if name not in _PASSING}
        return {name: _timeless(each) for name, each in kept.items()}
    if isinstance(value, list | tuple):
        return [_timeless(each) for each in value]
    return value
